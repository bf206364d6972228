"""One word that ends a row of calls: the one under way at once, and no other begins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lua_engine.calls.handle import CallHandle
from lua_engine.calls.result import CallResult


class Cancellation:
    """Thread-safe; ``cancel`` answers at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], object]] = []
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        """End what is under way, and what begins from now on."""
        with self._lock:
            self._is_cancelled = True
            ends = tuple(self._ends)
        for end in ends:
            end()

    @contextmanager
    def ends(self, end: Callable[[], object]) -> Iterator[None]:
        """In this block, ``end`` is what ends the thing under way; called at once where it is too late."""
        with self._lock:
            self._ends.append(end)
            is_late = self._is_cancelled
        try:
            if is_late:
                end()
            yield
        finally:
            with self._lock:
                self._ends.remove(end)

    def wait_for(self, handle: CallHandle) -> CallResult:
        """The result of ``handle``, which ends when this is cancelled."""
        with self.ends(handle.cancel):
            return handle.result()
