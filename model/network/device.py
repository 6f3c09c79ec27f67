"""The device and the precision of computations."""

from __future__ import annotations

import torch

from model.language import _
from model.network.settings import SettingsError


def choose_device(name: str) -> torch.device:
    """The device for a TrainConfig's `device`; auto: cuda, else mps, else cpu. Raises SettingsError if absent."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(candidate for candidate, here in available.items() if here)
    if not available[name]:
        raise SettingsError(_("device: this machine has no {name} that PyTorch can use; choose auto or cpu", name=name))
    return torch.device(name)


def fast_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the device computes in it natively, else float32: elsewhere bfloat16 is emulated and slower."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    if device.type == "cpu" and any(
        torch.cpu.get_capabilities().get(feature, False) for feature in ("avx512_bf16", "amx_bf16", "bf16")
    ):
        return torch.bfloat16
    return torch.float32
