"""Memory that large calls leave free is given back to the system.

glibc keeps freed memory in an arena of each thread, so eight callers of large calls would hold eight times
what they ever needed at once. And once a large block was freed, it takes later ones from the arenas too,
where what lives longer keeps the holes between them: five minutes of hostile calls came to 336 MB, and to 167
with large blocks left to the system.
"""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable

LARGE = 2 * 1024 * 1024  # bytes of a call's heap, or of its result, that are worth it
_PAUSE = 0.5  # seconds between two: one takes some milliseconds
_APART = 256 * 1024  # bytes from which a block is the system's, given back when it is freed
_MMAP_THRESHOLD = -3  # of mallopt(3)
_lock = threading.Lock()
_last = 0.0


def _of_glibc(name: str) -> Callable[..., int] | None:
    found: Callable[..., int] | None = None
    if sys.platform == "linux":
        found = getattr(ctypes.CDLL(None), name, None)  # musl has none of these
    return found


_trim = _of_glibc("malloc_trim")
_set_option = _of_glibc("mallopt")


def keep_large_blocks_apart() -> None:
    """For the whole process, from now on: glibc does not raise the size of blocks that it leaves to the
    system.
    """
    if _set_option is not None:
        _set_option(_MMAP_THRESHOLD, _APART)


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
