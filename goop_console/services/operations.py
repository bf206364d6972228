"""Work off the Qt thread: Lua, SQL and files never run on it.

The pool's threads are for short work, so that a click never waits for a call: a call has a thread of the
engine (:meth:`Operations.follow`), and what makes many of them one of its own (:meth:`Operations.run_long`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from lua_engine import CallHandle, CallResult

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
    """A small pool of threads, and long work beside it. ``close`` it when the program ends: what is asked for
    afterwards is cancelled.
    """

    unhandled = Signal(object)  # Exception of an operation that has no ``failed``
    _finished = Signal(object, object, object)  # Operation, value, Exception or None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._is_closed = False
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="goop-operation")
        self._long: set[threading.Thread] = set()
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        *,
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Operation:
        """Run short ``work`` in a thread, then ``done(its answer)`` or ``failed(its error)`` on the Qt
        thread.

        Neither is called once ``owner`` is destroyed. Without ``failed`` the error goes to ``unhandled``.
        """
        operation = Operation(owner, done, failed)
        with self._lock:
            if self._is_closed:  # the timer of a page that is about to be destroyed
                operation.cancel()
            else:
                operation.begin(self._pool.submit(self._work, operation, work))
        return operation

    def run_long(
        self,
        work: Callable[[], T],
        *,
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Operation:
        """The same in a thread of its own: for work that may take seconds, as many of it as there is."""
        operation = Operation(owner, done, failed)

        def serve() -> None:
            self._work(operation, work)
            with self._lock:
                self._long.discard(threading.current_thread())

        thread = threading.Thread(target=serve, name="goop-long-operation", daemon=True)
        with self._lock:
            if self._is_closed:
                operation.cancel()
                return operation
            self._long.add(thread)
        thread.start()
        return operation

    def follow(
        self,
        handle: CallHandle,
        then: Callable[[CallResult], T],
        *,
        owner: QObject,
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> Operation:
        """Wait for a call without a thread; ``then(its result)`` runs in the call's own, ``done`` with the
        answer on the Qt thread.
        """
        operation = Operation(owner, done, failed)
        handle.on_done(lambda ended: self._work(operation, lambda: then(ended.result())))
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
            threads = tuple(self._long)
        self._pool.shutdown(wait=True, cancel_futures=True)
        for thread in threads:
            thread.join()
