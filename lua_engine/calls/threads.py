"""Threads for calls that nobody waits for: as many as there are calls, kept for the next ones."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from lua_engine.sandbox.limits import MAX_THREADS

_log = logging.getLogger("goop.calls")
_IDLE_SECONDS = 10.0


class CallThreads:
    """They mostly wait for the thread that owns the VM."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()
        self._free = 0
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def start(self, work: Callable[[], object]) -> bool:
        """Do ``work`` soon; False when there is no thread to be had."""
        with self._lock:
            if self._is_closed or (self._free <= 0 and len(self._threads) >= 2 * MAX_THREADS):
                return False
            if self._free > 0:
                self._free -= 1
            else:
                thread = threading.Thread(target=self._serve, name="goop-call", daemon=True)
                self._threads.add(thread)
                thread.start()
            self._work.put(work)
            return True

    def close(self, seconds: float = 5.0) -> None:
        """Wait for what runs: it was told to end before."""
        with self._lock:
            self._is_closed = True
            threads = tuple(self._threads)
        for _ in threads:
            self._work.put(None)
        for thread in threads:
            thread.join(seconds)

    def _serve(self) -> None:
        while True:
            work = self._next()
            if work is None:
                return
            try:
                work()
            except Exception:  # noqa: BLE001  # a listener's code; the thread serves the next call
                _log.exception("a call's thread failed")
            with self._lock:
                self._free += 1

    def _next(self) -> Callable[[], object] | None:
        try:
            work = self._work.get(timeout=_IDLE_SECONDS)
        except queue.Empty:
            with self._lock:
                if self._free <= 0:  # somebody counts on this thread in this very moment
                    promised = True
                else:
                    promised = False
                    self._free -= 1
                    self._threads.discard(threading.current_thread())
            return self._work.get() if promised else None
        if work is None:
            with self._lock:
                self._threads.discard(threading.current_thread())
        return work
