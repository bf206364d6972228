"""Runs of saved calls off the Qt thread; results come as they are made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.work import Work
from lua_engine import Cancellation, CheckResult, Engine, SavedCall


class Runs(QObject):
    """One run at a time, and beside it one call whose expectations were changed is looked at again. Signals
    come on the Qt thread.
    """

    checked = Signal(object)  # CheckResult
    ended = Signal(object, int)  # tuple[CheckResult, ...]: of the whole run; how many there were to make
    failed = Signal(str)
    _ran = Signal(object)  # CheckResult, from the worker's thread

    def __init__(self, engine: Engine, operations: Operations, notify: Notifier, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._work = Work(operations, notify, self)
        self._cancellation: Cancellation | None = None
        self._wanted: SavedCall | None = None  # to be looked at again
        self._is_looking = self._is_closed = False
        self._total = self._finished = 0  # calls of the run
        self._ran.connect(self._on_ran, Qt.ConnectionType.QueuedConnection)

    @property
    def is_running(self) -> bool:
        """A run that a person began is under way."""
        return self._cancellation is not None

    @property
    def progress(self) -> str:
        """How far a run of several calls is, in words; empty while none goes on."""
        ending = self._cancellation
        goes_on = ending is not None and not ending.is_cancelled and self._total > 1
        return f"{self._finished} of {self._total}" if goes_on else ""

    @property
    def is_settled(self) -> bool:
        return self._cancellation is None and self._work.is_settled

    def start(self, calls: Sequence[SavedCall]) -> None:
        """Make ``calls`` one after the other; nothing happens while a run is under way."""
        if self._cancellation is not None or not calls:
            return
        checks, ran, ending = self._engine.checks, self._ran, Cancellation()
        self._cancellation, self._total, self._finished = ending, len(calls), 0
        self.destroyed.connect(ending.cancel)  # nobody would hear of what comes then

        def work() -> tuple[CheckResult, ...]:
            results: list[CheckResult] = []
            for call in calls:
                result = checks.run(call, ending)
                if ending.is_cancelled:
                    break  # by us, which says nothing of the script
                results.append(result)
                ran.emit(result)
            return tuple(results)

        self._work.run_long(
            work, done=lambda results: self._on_done(results, len(calls)), failed=self._on_failed
        )

    def cancel(self) -> bool:
        """End the call under way and begin no other; False when there is nothing to cancel."""
        if self._cancellation is None or self._cancellation.is_cancelled:
            return False
        self._cancellation.cancel()
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
        self._work.run_long(
            lambda: engine.checks.run(saved), done=self._on_looked, failed=self._on_not_looked
        )

    def _on_looked(self, result: CheckResult) -> None:
        self._is_looking = False
        self._notify(result)
        self._look()

    def _on_not_looked(self, text: str) -> None:
        self._is_looking = False
        self._tell_failed(text)

    def _on_ran(self, result: CheckResult) -> None:
        self._finished += 1
        self._notify(result)

    def _on_done(self, results: tuple[CheckResult, ...], total: int) -> None:
        self._cancellation = None
        if not self._is_closed:
            self.ended.emit(results, total)

    def _on_failed(self, text: str) -> None:
        self._cancellation = None
        self._tell_failed(text)

    def _notify(self, result: CheckResult) -> None:
        if not self._is_closed:
            self.checked.emit(result)

    def _tell_failed(self, text: str) -> None:
        if not self._is_closed:
            self.failed.emit(text)
