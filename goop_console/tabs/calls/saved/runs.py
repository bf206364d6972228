"""Runs of saved calls off the Qt thread; results come as they are made."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.work import Work
from lua_engine import CheckResult, Engine, ErrorKind, SavedCall


class Runs(QObject):
    """One run at a time, and beside it one call whose expectations were changed is looked at again. Signals
    come on the Qt thread.
    """

    came = Signal(object)  # CheckResult
    ended = Signal(object, int)  # tuple[CheckResult, ...]: of the whole run; how many there were to make
    failed = Signal(str)
    _ran = Signal(object)  # CheckResult, from the worker's thread

    def __init__(self, engine: Engine, operations: Operations, notify: Notifier, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._work = Work(operations, notify, self)
        self._cancelled: threading.Event | None = None
        self._wanted: SavedCall | None = None  # to be looked at again
        self._is_looking = self._is_closed = False
        self._total = self._made = 0  # calls of the run
        self._call_id = ""  # of the call under way
        self._ran.connect(self._on_ran, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """A run that a person began is under way."""
        return self._cancelled is not None

    @property
    def progress(self) -> str:
        """How far a run of several calls is, in words; empty while none goes on."""
        goes_on = self._cancelled is not None and not self._cancelled.is_set() and self._total > 1
        return f"{self._made} of {self._total}" if goes_on else ""

    @property
    def is_settled(self) -> bool:
        return self._cancelled is None and self._work.is_settled

    def start(self, calls: Sequence[SavedCall]) -> None:
        """Make ``calls`` one after the other; nothing happens while a run is under way."""
        if self._cancelled is not None or not calls:
            return
        engine, ran, cancelled = self._engine, self._ran, threading.Event()
        self._cancelled, self._total, self._made = cancelled, len(calls), 0
        self.destroyed.connect(cancelled.set)  # nobody would hear of what comes then

        def work() -> tuple[CheckResult, ...]:
            results: list[CheckResult] = []
            for call in calls:
                if cancelled.is_set():
                    break
                self._call_id = uuid.uuid4().hex[:12]
                result = engine.run_check(call, call_id=self._call_id)
                if _was_ended(result):
                    break  # by us, which says nothing of the script
                results.append(result)
                ran.emit(results[-1])
            return tuple(results)

        self._work.run(work, done=lambda results: self._on_done(results, len(calls)), failed=self._on_failed)

    def cancel(self) -> bool:
        """End the call under way and begin no other; False when there is nothing to cancel."""
        if self._cancelled is None or self._cancelled.is_set():
            return False
        self._cancelled.set()
        self._engine.cancel(self._call_id)
        return True

    def close(self) -> None:
        """The site is being closed: begin nothing more and say nothing more."""
        self._is_closed, self._wanted = True, None
        self.cancel()

    def look_again(self, saved: SavedCall) -> None:
        """Make ``saved`` once more, without a word; of several the last counts."""
        self._wanted = saved
        self._look()

    def _look(self) -> None:
        if self._is_looking or self._wanted is None:
            return
        engine, saved, self._wanted, self._is_looking = self._engine, self._wanted, None, True
        self._work.run(lambda: engine.run_check(saved), done=self._on_looked, failed=self._on_not_looked)

    def _on_looked(self, result: CheckResult) -> None:
        self._is_looking = False
        self._tell(result)
        self._look()

    def _on_not_looked(self, text: str) -> None:
        self._is_looking = False
        self._tell_failed(text)

    def _on_ran(self, result: CheckResult) -> None:
        self._made += 1
        self._tell(result)

    def _on_done(self, results: tuple[CheckResult, ...], total: int) -> None:
        self._cancelled = None
        if not self._is_closed:
            self.ended.emit(results, total)

    def _on_failed(self, text: str) -> None:
        self._cancelled = None
        self._tell_failed(text)

    def _tell(self, result: CheckResult) -> None:
        if not self._is_closed:
            self.came.emit(result)

    def _tell_failed(self, text: str) -> None:
        if not self._is_closed:
            self.failed.emit(text)


def _was_ended(result: CheckResult) -> bool:
    error = result.rehearsal.result.error if result.rehearsal is not None else None
    return error is not None and error.kind is ErrorKind.CANCELLED
