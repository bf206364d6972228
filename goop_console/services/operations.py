"""Work off the Qt thread: Lua, SQL and files never run on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

THREADS = 4
T = TypeVar("T")


class Operation:
    """One piece of work and who waits for it. Used from the Qt thread."""

    def __init__(
        self, owner: QObject, done: Callable[[Any], None], failed: Callable[[Exception], None] | None
    ) -> None:
        self._owner = owner
        self._done = done
        self._failed = failed
        self._future: Future[Any] | None = None
        self._is_cancelled = False
        self._is_running = True

    @property
    def is_running(self) -> bool:
        """``done`` or ``failed`` is still to come."""
        return self._is_running

    def cancel(self) -> None:
        """Nobody waits any more: ``done`` and ``failed`` are not called;
        work that has not begun never does.
        """
        self._is_cancelled, self._is_running = True, False
        if self._future is not None:
            self._future.cancel()

    def begin(self, future: Future[Any]) -> None:
        """Called once, by :class:`Operations`."""
        self._future = future

    def finish(self, value: Any, error: Exception | None, unhandled: Callable[[Exception], None]) -> None:
        """Hand the outcome over, if there is still somebody to take it.
        Called once, by :class:`Operations`.
        """
        if self._is_cancelled:
            return
        self._is_running = False
        if not shiboken6.isValid(self._owner):
            return
        if error is None:
            self._done(value)
        else:
            (self._failed or unhandled)(error)


class Operations(QObject):
    """A small pool of threads. ``close`` it when the program ends."""

    unhandled = Signal(object)  # Exception of an operation that has no ``failed``
    _finished = Signal(object, object, object)  # Operation, value, Exception or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._is_closed = False
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="goop-operation")
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        *,
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Operation:
        """Run ``work`` in a thread, then ``done(its answer)`` or ``failed(its error)`` on the Qt thread.

        Neither is called once ``owner`` is destroyed. Without ``failed`` the error goes to ``unhandled``.
        """
        operation = Operation(owner, done, failed)
        operation.begin(self._pool.submit(self._work, operation, work))
        return operation

    def _work(self, operation: Operation, work: Callable[[], Any]) -> None:
        value, error = None, None
        try:
            value = work()
        except Exception as caught:  # noqa: BLE001  # the work is anybody's; the error is handed over
            error = caught
        with self._lock:
            if not self._is_closed:
                self._finished.emit(operation, value, error)

    def _on_finished(self, operation: Operation, value: Any, error: Exception | None) -> None:
        operation.finish(value, error, self.unhandled.emit)

    def close(self) -> None:
        """Begin nothing more, hand nothing over, and wait for what runs."""
        with self._lock:
            self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
