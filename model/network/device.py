"""Where and in what precision to compute."""

from __future__ import annotations

import contextlib
import ctypes
import sys

import torch

from model.language import _
from model.network.settings import SettingsError


def choose_device(name: str) -> torch.device:
    """The device for a TrainConfig's `device`; auto takes cuda, then mps, then cpu. Raises SettingsError if absent."""
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


def keep_freed_memory() -> None:
    """Have the C library keep large freed blocks for reuse; without effect outside Linux with glibc.

    By default glibc returns every block over 32 MB, and at first over 128 KB, to the kernel, which then clears each
    page again at the next step. Keeping them makes a training step about 1.6 times as fast (benchmarks/training.py).
    The process holds on to its peak memory, so only a process that trains should call this.
    """
    if not sys.platform.startswith("linux"):
        return
    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(mmap_threshold, 2**30)
        libc.mallopt(trim_threshold, 2**31 - 1)
