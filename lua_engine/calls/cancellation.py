"""One word that ends a row of calls: the one under way at once, and no other begins."""

from __future__ import annotations

import threading

from lua_engine.calls.handle import CallHandle
from lua_engine.calls.result import CallResult


class Cancellation:
    """Thread-safe; ``cancel`` answers at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._handles: set[CallHandle] = set()
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        """End what is under way, and what begins from now on."""
        with self._lock:
            self._is_cancelled = True
            handles = tuple(self._handles)
        for handle in handles:
            handle.cancel()

    def wait_for(self, handle: CallHandle) -> CallResult:
        """The result of ``handle``, which ends when this is cancelled."""
        with self._lock:
            self._handles.add(handle)
            if self._is_cancelled:
                handle.cancel()
        try:
            return handle.result()
        finally:
            with self._lock:
                self._handles.discard(handle)
