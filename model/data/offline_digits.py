"""The offline digits: scikit-learn's 1,797 real 8x8 digits, preprocessed like MNIST. They need no download.

Source: UCI "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak 1998).
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.preprocess import preprocess

_TEST_SHARE = 0.2
_SPLIT_SEED = 0


def load_offline_digits() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """(training, test), each (images, labels): uint8 (N, 1, 28, 28), light ink on dark, and int64 (N,).

    The sets have 1,437 and 360 images. The split is always the same, and each digit has the same share in both sets.
    """
    from sklearn.datasets import load_digits  # slow to import, and pages that need no data set skip it
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    enlarged = F.interpolate(
        torch.from_numpy(bunch.images).float()[:, None] / 16, scale_factor=8, mode="bicubic", antialias=False
    ).clamp(0, 1)
    pixels = (F.pad(enlarged, (8, 8, 8, 8)) * 255).round().byte().squeeze(1).numpy()
    framed = np.stack([preprocess(each).image for each in pixels])
    images = torch.from_numpy((framed * 255).round().astype(np.uint8))[:, None]
    labels = torch.from_numpy(bunch.target).long()
    train, test = train_test_split(
        np.arange(len(labels)), test_size=_TEST_SHARE, random_state=_SPLIT_SEED, stratify=bunch.target
    )
    return (images[train], labels[train]), (images[test], labels[test])
