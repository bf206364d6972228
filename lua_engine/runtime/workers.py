"""Threads that own a VM while it runs.

Nothing can stop a thread that is inside one long C step. So the caller waits for its answer a little past the
deadline and then gives the thread up: it is counted, its VM is refused every host call (its deadline is
over), and it ends itself when the step does.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import ErrorKind
from lua_engine.sandbox.limits import (
    CANCEL_SECONDS,
    GRACE_SECONDS,
    LEAVING_SECONDS,
    MAX_ABANDONED,
    MAX_IDLE_THREADS,
    MAX_THREADS,
    STACK_BYTES,
)

T = TypeVar("T")

_stack_lock = threading.Lock()


class Busy(Exception):
    """No thread is to be had: too many run, or too many were given up."""


class Task(Generic[T]):
    """One piece of work on its way through a worker."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._is_done = False
        self._running = threading.Lock()  # held until it is done: cheaper than an Event, and one thread waits
        self._running.acquire()
        self._value: T | None = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do the work, on the worker's thread."""
        try:
            self._value = self._work()
        except BaseException as error:  # noqa: BLE001  # it is raised again where it is waited for
            self._error = error
        finally:
            self._is_done = True
            self._running.release()

    def wait(self, seconds: float) -> bool:
        """Whether it was done within ``seconds``. For one thread."""
        return self._is_done or self._running.acquire(timeout=seconds)

    def result(self) -> T:
        """The work's answer, or its exception."""
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]  # run() has set it


class _Worker:
    def __init__(self, pool: Workers) -> None:
        self._pool = pool
        self.inbox: queue.SimpleQueue[Task[object] | None] = queue.SimpleQueue()
        self.is_abandoned = False
        # The stack size of new threads is one setting of the whole process.
        with _stack_lock:
            before = threading.stack_size(STACK_BYTES)
            try:
                self.thread = threading.Thread(target=self._serve, name="goop-lua", daemon=True)
                self.thread.start()
            finally:
                threading.stack_size(before)

    def give(self, task: Task[object] | None) -> None:
        self.inbox.put(task)

    def _serve(self) -> None:
        while True:
            task = self.inbox.get()
            if task is None:
                return
            task.run()
            del task
            if not self._pool.is_welcome_back(self):
                return


class Workers:
    """A pool that grows with the calls under way and forgets threads that were given up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._abandoned: set[_Worker] = set()
        self._leaving: dict[_Worker, float] = {}  # of cancelled calls: since when
        self._is_closed = False

    @property
    def abandoned(self) -> int:
        """Threads that were given up and still run."""
        with self._lock:
            return self._given_up()

    @property
    def is_busy(self) -> bool:
        """Some thread is at work, given up or not."""
        with self._lock:
            return bool(self._busy or self._abandoned)

    def _given_up(self) -> int:
        """A cancelled call's counts only when it does not see that it is cancelled."""
        if not self._leaving:
            return len(self._abandoned)
        past = time.monotonic() - LEAVING_SECONDS
        return len(self._abandoned) + sum(since < past for since in self._leaving.values())

    def run(self, work: Callable[[], T], deadline: Deadline, grace: float = GRACE_SECONDS) -> T | None:
        """``work()`` on a worker; None when it was not done ``grace`` seconds after the deadline, or
        :data:`CANCEL_SECONDS` after it was revoked.

        Raises :class:`Busy`, or what ``work`` raised.
        """
        task = Task(work)
        worker = self._take()
        worker.give(task)  # type: ignore[arg-type]  # a worker does not look at the answer
        if deadline.wait(task.wait, grace, CANCEL_SECONDS):
            return task.result()
        with self._lock:
            if worker in self._busy and deadline.kind is ErrorKind.CANCELLED:
                self._leaving[worker] = time.monotonic()
            elif worker in self._busy:  # else it came back in this very moment
                self._busy.discard(worker)
                worker.is_abandoned = True
                self._abandoned.add(worker)
        return task.result() if task.wait(0.0) else None

    def is_welcome_back(self, worker: _Worker) -> bool:
        """Called by a worker after each task: whether it may wait for another."""
        with self._lock:
            self._abandoned.discard(worker)
            self._busy.discard(worker)
            self._leaving.pop(worker, None)
            if worker.is_abandoned or self._is_closed or len(self._idle) >= MAX_IDLE_THREADS:
                return False
            self._idle.append(worker)
            return True

    def close(self, seconds: float = 2.0) -> None:
        """End the idle threads; wait up to ``seconds`` for each that still runs."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
            running = [*self._busy, *self._abandoned]
        for worker in idle:
            worker.give(None)
        for worker in idle:
            worker.thread.join()
        for worker in running:
            worker.thread.join(seconds)

    def _take(self) -> _Worker:
        with self._lock:
            if self._is_closed:
                raise Busy("the engine is closed")
            if self._given_up() >= MAX_ABANDONED:
                raise Busy(f"{MAX_ABANDONED} scripts that could not be stopped are still running")
            if self._idle:
                worker = self._idle.pop()
                self._busy.add(worker)
                return worker
            if len(self._busy) >= MAX_THREADS:
                raise Busy(f"{MAX_THREADS} calls are under way")
            worker = _Worker(self)
            self._busy.add(worker)
            return worker
