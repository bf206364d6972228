"""Running everything that is saved, to see what of the scripts it reaches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from goop_console.services.work import Work
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import (
    AccessResult,
    Cancellation,
    CheckResult,
    Engine,
    KnownError,
    ScriptCoverage,
    VisitResult,
)

_NOTHING = "There are no saved calls, checks or visits yet: make some in the Call Tester or the Site tab"


class NothingSaved(KnownError):
    """There is nothing to run."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What of each script was reached, by how many saved calls, checks and visits; some may have failed."""

    scripts: tuple[ScriptCoverage, ...]
    runs: int
    failed: int

    @property
    def words(self) -> str:
        ran = counted(self.runs, "saved test")
        return f"{ran} ran" + (f", {self.failed:,} failed" if self.failed else "")


def reach(engine: Engine, ending: Cancellation) -> Reached:
    """Run all that is saved, dry. Takes its time. Raises :class:`NothingSaved`."""
    checks, saved = engine.checks, engine.checks.files
    tests: list[Callable[[], bool]] = []
    tests += [partial(_passed, checks.run, one, ending) for one in saved.all()]
    tests += [partial(_passed, checks.run_access, one, ending) for one in saved.checks()]
    tests += [partial(_passed, checks.run_visit, one, ending) for one in saved.visits()]
    if not tests:
        raise NothingSaved(_NOTHING)
    with ExitStack() as stack:
        covered = stack.enter_context(engine.debugger.covering(only_dry=True))
        held = [test() for test in tests if not ending.is_cancelled]
        return Reached(covered(), len(held), held.count(False))


def _passed(
    run: Callable[..., CheckResult | AccessResult | VisitResult], one: Any, ending: Cancellation
) -> bool:
    return run(one, cancellation=ending).passed


class ReachPresenter(QObject):
    """One run at a time; ``reached`` hears what came of it."""

    reached = Signal(object)  # Reached

    def __init__(self, context: TabContext, say: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self._say = say
        self._work = Work(context.operations, context.notify, self)
        self._ending = Cancellation()
        context.session.closing.connect(self.cancel)

    def run(self) -> None:
        """Find out; says so when it is under way already."""
        if not self._work.is_settled:
            self._say("The saved calls are running already")
            return
        self._ending = Cancellation()
        self._say("Running the saved calls, checks and visits on copies of the data…")
        engine, ending = self._engine, self._ending
        self._work.run_long(lambda: reach(engine, ending), done=self.reached.emit, failed=self._say)

    def cancel(self) -> None:
        self._ending.cancel()
