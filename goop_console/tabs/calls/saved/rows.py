"""The lists of the page: saved calls with their last run, and the expectations of one."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QIcon

from goop_console.tabs.calls.model.words import one_line
from goop_console.tabs.calls.outcome_view.look import passed_picture
from goop_console.tabs.calls.saved.expecting import expectation_words
from goop_console.widgets.icons import icon
from goop_console.widgets.records import Column
from goop_console.widgets.wording import counted, elided
from lua_engine import CheckResult, Expectation, SavedCall

_MAX_REASONS, _MAX_REASON = 5, 400  # lines, letters


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved call with its last run, if it was run since it was changed."""

    saved: SavedCall
    result: CheckResult | None = None

    @property
    def passed(self) -> bool | None:
        return self.result.passed if self.result is not None else None

    @property
    def summary(self) -> str:
        """Everything, for the tool tip."""
        about = (
            self.saved.name,
            self.saved.description,
            one_line(self.saved.request.title),
            self.reasons,
            str(self.saved.path or ""),
        )
        return "\n".join(part for part in about if part)

    @property
    def reasons(self) -> str:
        """Why the last run failed: a line for each expectation that did not hold, the first few, cut where
        they are long.
        """
        failures = self.result.failures if self.result is not None else ()
        shown = [elided(one, _MAX_REASON) for one in failures[:_MAX_REASONS]]
        left = len(failures) - len(shown)
        return "\n".join([*shown, f"… and {left} more"] if left else shown)


def saved_columns() -> list[Column[SavedRow]]:
    def color(row: SavedRow) -> str:
        return passed_picture(row.passed)[1]

    def picture(row: SavedRow) -> QIcon:
        name, color, _ = passed_picture(row.passed)
        return icon(name, color)

    return [
        Column(
            "Name",
            lambda row: row.saved.name,
            full=lambda row: row.summary,
            icon=lambda row: icon(_kind_icon(row.saved.request.kind), "muted"),
        ),
        Column("Calls", lambda row: one_line(row.saved.request.title), full=lambda row: row.summary),
        Column("As", lambda row: one_line(row.saved.caller), full=lambda row: row.saved.caller),
        Column(
            "Expects",
            lambda row: _count(row.saved),
            full=lambda row: "\n".join(map(expectation_words, row.saved.expect)) or None,
        ),
        Column(
            "Last run",
            lambda row: passed_picture(row.passed)[2],
            icon=picture,
            color=color,
            full=lambda row: row.summary,
        ),
    ]


def expectation_columns() -> list[Column[Expectation]]:
    return [Column("Expected", expectation_words, full=expectation_words)]


def _kind_icon(kind: str) -> str:
    return {"call": "function", "chat": "chat"}.get(kind, "script")


def _count(saved: SavedCall) -> str:
    return counted(len(saved.expect), "thing") if saved.expect else "ok"
