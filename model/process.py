"""Settings of the whole process.

They change every thread, so only the app's server and train.py may set them; an import never does. There is
one more, the environment variable GOMP_SPINCOUNT: train.py sets it itself, because it must be set before PyTorch is
imported.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

import torch


def use_one_thread() -> None:
    """Make PyTorch compute with the calling thread only. For a process that reads single pictures for many users.

    A picture takes 0.3 ms. On a busy machine, waiting for a second thread makes that 50 ms.
    """
    torch.set_num_threads(1)


def use_deterministic_kernels() -> None:
    """Make convolutions on CUDA give the same numbers in each run. For a process that trains."""
    torch.backends.cudnn.deterministic = True


def keep_freed_memory() -> None:
    """Make the C library keep large freed blocks for reuse. For a process that trains. Works on Linux with glibc only.

    By default glibc returns every block over 32 MB, and at first over 128 KB, to the kernel, which must then clear its
    pages again at the next step. Keeping them makes a training step about 1.6 times as fast (benchmarks/training.py).
    The process then holds its peak memory until it ends.
    """
    if not sys.platform.startswith("linux"):
        return
    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(mmap_threshold, 2**30)
        libc.mallopt(trim_threshold, 2**31 - 1)
