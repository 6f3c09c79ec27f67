"""The device and the precision of the computation."""

from __future__ import annotations

import contextlib
import ctypes
import sys

import torch

from model.language import _
from model.network.settings import SettingsError


def choose_device(name: str) -> torch.device:
    """The device of that name; "auto" takes the first of cuda, mps and cpu. Raises SettingsError if it is absent."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(candidate for candidate, here in available.items() if here)
    if not available[name]:
        raise SettingsError(_("device: this machine has no {name} that PyTorch can use; choose auto or cpu", name=name))
    return torch.device(name)


def fast_precision(device: torch.device) -> torch.dtype:
    """bfloat16 where the device has native instructions for it, else float32, because emulated bfloat16 is slower."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    if device.type == "cpu" and any(
        torch.cpu.get_capabilities().get(feature, False) for feature in ("avx512_bf16", "amx_bf16", "bf16")
    ):
        return torch.bfloat16
    return torch.float32


def keep_freed_memory() -> None:
    """Make the C library keep large freed blocks for reuse. It has no effect outside Linux with glibc.

    By default glibc returns large blocks to the kernel: at first blocks over 128 KB, later over 32 MB. Then the kernel
    clears each page again at the next step. Keeping the blocks makes a training step about 1.6 times as fast
    (benchmarks/training.py). The process keeps its peak memory, so only a process that trains should call this.
    """
    if not sys.platform.startswith("linux"):
        return
    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(mmap_threshold, 2**30)
        libc.mallopt(trim_threshold, 2**31 - 1)
