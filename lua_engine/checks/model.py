"""Saved calls and checks as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lua_engine.base.errors import KnownError
from lua_engine.calls.caller_ref import OWNER_REF, CallerRef
from lua_engine.calls.outcome import Outcome
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.checks.actual import overwritten

VALUE_KINDS = ("value_equals", "value_contains")
TEXT_KINDS = ("error_says", "refused", "invalid")
ROW_KINDS = ("rows_added", "rows_changed", "rows_removed")
EXPECTATION_KINDS = ("ok", *VALUE_KINDS, *TEXT_KINDS, *ROW_KINDS, "no_rows_changed")


class CheckError(KnownError):
    """A saved call or a check that cannot be read, written or found; names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold; ``kind`` is one of :data:`EXPECTATION_KINDS`.

    ``path`` is a JSON pointer into the value (empty: the whole), or a table for what is said of rows (empty
    with ``no_rows_changed``: every table). ``value`` is what must be there: a value, a text, or a number of
    rows (None: at least one).
    """

    kind: str
    path: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class SavedCall:
    """A call to make again. ``path`` is its file, None while it has none."""

    name: str
    request: Request
    caller: CallerRef = OWNER_REF
    expect: tuple[Expectation, ...] = ()
    description: str = ""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class AccessCheck:
    """Who may do what: ``expected`` maps (call's name, caller) to an outcome. The calls' own callers do not
    count.
    """

    name: str
    calls: tuple[SavedCall, ...]
    expected: Mapping[tuple[str, CallerRef], Outcome] = field(default_factory=lambda: MappingProxyType({}))
    path: Path | None = None
    description: str = ""

    @property
    def callers(self) -> tuple[CallerRef, ...]:
        """Every caller that something is expected of, in the order of the file."""
        return tuple(dict.fromkeys(caller for _call, caller in self.expected))


@dataclass(frozen=True, slots=True)
class Cell:
    """One call as one caller. ``role`` is what the script saw: ``owner``, a role, or empty for a stranger.
    ``reason`` is empty when ``ok``.
    """

    call: str
    caller: CallerRef
    role: str
    outcome: Outcome
    reason: str
    result: CallResult

    @property
    def overwrote(self) -> int:
        """Rows that a call which said no, or broke, changed or removed all the same."""
        return 0 if self.outcome == "ok" else overwritten(self.result.diff)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a saved call did; ``result`` is None when it could not be made at all (no peer is called that)."""

    saved: SavedCall
    passed: bool
    failures: tuple[str, ...]
    result: CallResult | None


@dataclass(frozen=True, slots=True)
class AccessResult:
    """How an access check did. ``newly_allowed`` should not be ok and are; ``newly_refused`` should be
    ok and are not; ``changed`` are neither, but not what they should be (refused instead of broken, ...), or
    refused after rows were changed or removed. ``problem`` says why it could not be made.
    """

    check: AccessCheck
    cells: tuple[Cell, ...]
    newly_allowed: tuple[Cell, ...] = ()
    newly_refused: tuple[Cell, ...] = ()
    changed: tuple[Cell, ...] = ()
    problem: str = ""

    @property
    def passed(self) -> bool:
        return not (self.newly_allowed or self.newly_refused or self.changed or self.problem)
