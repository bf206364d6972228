"""The actual outcome of a call, of whichever kind it was: what expectations are made of, and held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lua_engine.calls.outcome import Outcome, outcome_of, reason_of
from lua_engine.calls.result import CallResult
from lua_engine.pages.direct.result import DirectResult
from lua_engine.pages.errors import PageErrorKind
from lua_engine.store.changes.diff import DataDiff

_OUTCOMES: dict[PageErrorKind, Outcome] = {
    PageErrorKind.REFUSED: "refused",
    PageErrorKind.BAD_REQUEST: "invalid",
}


@dataclass(frozen=True, slots=True)
class Actual:
    """``has_value``: it answered, be it with nothing; else ``reason`` says why it did not."""

    outcome: Outcome
    reason: str
    value: Any
    has_value: bool
    diff: DataDiff


def actual_of(result: CallResult | DirectResult) -> Actual:
    """``result`` as it is judged."""
    if isinstance(result, CallResult):
        has_value = result.error is None
        return Actual(outcome_of(result), reason_of(result), result.value, has_value, result.diff)
    if result.error is None:
        return Actual("ok", "", result.value, True, result.diff)
    return Actual(_OUTCOMES.get(result.error.kind, "error"), str(result.error), None, False, result.diff)


def overwritten(diff: DataDiff) -> int:
    """Rows that were changed or removed. Added ones are not counted: a script may well note who tried."""
    return sum(len(table.changed) + len(table.removed) for table in diff.tables)
