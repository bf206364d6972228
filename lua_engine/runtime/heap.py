"""Memory that large calls leave free is given back to the system.

glibc keeps freed memory in an arena of each thread, so eight callers of large calls would hold eight times
what they ever needed at once.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable

LARGE = 2 * 1024 * 1024  # bytes of a call's heap, or of its result, that are worth it
_PAUSE = 0.5  # seconds between two: one takes some milliseconds
_lock = threading.Lock()
_last = 0.0


def _trimmer() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    trim: Callable[[int], int] | None = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
    return trim


_trim = _trimmer()


def give_back(size: int) -> None:
    """A call that had ``size`` bytes is over; at most twice a second anything is done about it."""
    global _last
    if size < LARGE or _trim is None or not _lock.acquire(blocking=False):
        return
    try:
        now = time.monotonic()
        if now - _last >= _PAUSE:
            _trim(0)
            _last = now
    finally:
        _lock.release()
