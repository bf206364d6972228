"""Ends SQL statements whose call is out of time.

A thread looks at the statements under way every few milliseconds and interrupts those that are over. A
progress handler would do the same from inside, but it is Python: every thousand opcodes it would wait for the
GIL while another call runs Python, and it is not asked at all while single opcodes are slow.
``sqlite3_interrupt`` is seen at the next loop of the VM.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lua_engine.base.deadline import Deadline

_TICK = 0.02
_IDLE_TICKS = 50  # then the thread sleeps until a statement begins


class _Watch:
    __slots__ = ("connection", "deadline")

    def __init__(self, connection: sqlite3.Connection, deadline: Deadline) -> None:
        self.connection = connection
        self.deadline = deadline


class Interrupter:
    """One per database. The thread is made when the first statement begins, and ended by :meth:`close`."""

    def __init__(self) -> None:
        # Interrupted under the lock, so that it never hits the next user of the same connection.
        self._watches: set[_Watch] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._sleeps = True

    @contextmanager
    def watching(self, connection: sqlite3.Connection, deadline: Deadline) -> Iterator[None]:
        """Statements of ``connection`` inside the block are interrupted once ``deadline`` is over."""
        watch = self.begin(connection, deadline)
        try:
            yield
        finally:
            self.end(watch)

    def begin(self, connection: sqlite3.Connection, deadline: Deadline) -> _Watch:
        watch = _Watch(connection, deadline)
        with self._lock:
            self._watches.add(watch)
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._run, name="goop-sql-interrupter", daemon=True)
                self._thread.start()
                self._sleeps = False
            if self._sleeps:
                self._wake.set()
        return watch

    def end(self, watch: _Watch) -> None:
        with self._lock:
            self._watches.discard(watch)

    def interrupt_all(self) -> None:
        with self._lock:
            for watch in self._watches:
                watch.connection.interrupt()

    def close(self) -> None:
        """End the thread; statements that still run keep running."""
        with self._lock:
            self._closed.set()
            self._wake.set()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        idle = 0
        while not self._closed.wait(_TICK):
            with self._lock:
                for watch in self._watches:
                    if watch.deadline.is_over:
                        watch.connection.interrupt()
                idle = 0 if self._watches else idle + 1
            if idle > _IDLE_TICKS:
                self._sleep()
                idle = 0

    def _sleep(self) -> None:
        with self._lock:
            if self._watches or self._closed.is_set():  # a wake that close() gave already must not be cleared
                return
            self._wake.clear()
            self._sleeps = True
        self._wake.wait()
        with self._lock:
            self._sleeps = False
