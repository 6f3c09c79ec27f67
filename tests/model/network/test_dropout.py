"""The network's dropout against PyTorch's."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from model.network.dropout import Dropout

X = torch.rand(40, 50, generator=torch.Generator().manual_seed(1))


def dropout(share: float = 0.3, seed: int = 3) -> Dropout:
    return Dropout(share, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_gives_the_numbers_of_pytorchs_dropout(dtype: torch.dtype) -> None:
    own = dropout()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        pytorchs = nn.Dropout(0.3)
        for _step in range(2):
            assert torch.equal(own(X.to(dtype)), pytorchs(X.to(dtype)))


def test_it_changes_nothing_in_evaluation_mode_or_without_a_share() -> None:
    assert dropout().eval()(X) is X
    assert dropout(share=0)(X) is X


def test_a_copy_goes_on_with_the_same_numbers_on_its_own() -> None:
    one = dropout()
    one(X)
    other = copy.deepcopy(one)
    expected = [one(X), one(X)]
    assert torch.equal(other(X), expected[0])
    assert torch.equal(other(X), expected[1])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_it_follows_its_input_to_a_gpu() -> None:
    one, other = dropout(), dropout()
    on_gpu = X.to("cuda")
    first = one(on_gpu)
    assert first.device == on_gpu.device
    assert torch.equal(first, other(on_gpu))
    assert not torch.equal(first, one(on_gpu))
