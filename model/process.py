"""Settings of the whole process. The server of the app and train.py make them; an import never does.

They change how every thread works, so only the program itself may choose them. There is one more, the environment
variable GOMP_SPINCOUNT: train.py sets it itself, because it must be set before PyTorch is imported.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

import torch


def use_one_thread() -> None:
    """PyTorch computes with the calling thread only: for a process that reads single pictures for many users.

    A picture takes 0.3 ms. On a busy machine, waiting for a second thread makes that 50 ms.
    """
    torch.set_num_threads(1)


def use_deterministic_kernels() -> None:
    """On CUDA, convolutions use algorithms that give the same numbers at each run: for a process that trains."""
    torch.backends.cudnn.deterministic = True


def keep_freed_memory() -> None:
    """The C library keeps large freed blocks for reuse: for a process that trains. No effect outside Linux with glibc.

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
