"""What the dialog of recorded visits lists: visits with their last run, and the steps of one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QIcon

from goop_console.widgets.icons import icon
from goop_console.widgets.records import Column
from goop_console.widgets.wording import counted, elided
from lua_engine import StepResult, Visit, VisitResult, VisitStep

_LOOKS = {None: ("help", "muted"), True: ("ok", "ok"), False: ("error", "error")}


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit and how its last run went; None: it did not run since the window was opened. ``who`` names the
    visitor for people.
    """

    visit: Visit
    result: VisitResult | None = None
    who: str = ""

    @property
    def passed(self) -> bool | None:
        return self.result.passed if self.result is not None else None

    @property
    def words(self) -> str:
        """How the last run went."""
        if self.result is None:
            return "not run"
        if self.result.passed:
            return "passed"
        failed = sum(bool(one.failures) for one in self.result.steps)
        return f"{counted(failed, 'step')} failed" if failed else "not made"


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a visit, from 1 on, and what came of it in the last run."""

    number: int
    step: VisitStep
    result: StepResult | None = None

    @property
    def passed(self) -> bool | None:
        return not self.result.failures if self.result is not None else None

    @property
    def words(self) -> str:
        if self.result is None:
            return "not run"
        return "; ".join(self.result.failures) or "as recorded"


def _picture(passed: bool | None) -> QIcon:
    return icon(*_LOOKS[passed])


VISIT_COLUMNS: tuple[Column[VisitRow], ...] = (
    Column("Visit", lambda one: one.visit.name, full=lambda one: str(one.visit.path or one.visit.name)),
    Column("As", lambda one: elided(one.who or one.visit.caller, 24), 130, full=lambda one: one.visit.caller),
    Column("Calls", lambda one: str(len(one.visit.steps)), 64, is_number=True,
           order=lambda one: len(one.visit.steps)),
    Column("Last run", lambda one: one.words, 130, icon=lambda one: _picture(one.passed)),
)  # fmt: skip

STEP_COLUMNS: tuple[Column[StepRow], ...] = (
    Column("Step", lambda one: str(one.number), 52, is_number=True, order=lambda one: one.number),
    Column("Calls", lambda one: elided(one.step.request.title, 60), 200,
           full=lambda one: one.step.request.title),
    Column("Expects", lambda one: counted(len(one.step.expect), "thing"), 84),
    Column("Last run", lambda one: elided(one.words, 160), icon=lambda one: _picture(one.passed),
           full=lambda one: one.words),
)  # fmt: skip


def step_rows(row: VisitRow | None) -> list[StepRow]:
    """The steps of a visit, each with what came of it."""
    if row is None:
        return []
    made = row.result.steps if row.result is not None else ()
    results = (*made, *[None] * (len(row.visit.steps) - len(made)))
    return [
        StepRow(number, step, result)
        for number, (step, result) in enumerate(zip(row.visit.steps, results, strict=True), 1)
    ]
