"""While a visitor clicks through the site: the page's calls become the steps of a visit."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, replace
from typing import Any

from lua_engine.base.errors import ErrorKind
from lua_engine.base.secret_names import HIDDEN
from lua_engine.calls.caller_ref import CallerRef
from lua_engine.calls.request import Request
from lua_engine.calls.result import CallResult
from lua_engine.checks.actual import Actual, actual_of
from lua_engine.checks.model import CheckError, Expectation
from lua_engine.checks.row_keys import added_keys
from lua_engine.checks.visit import Visit, VisitStep
from lua_engine.history.secrets import parts_without_secrets, without_secrets
from lua_engine.pages.direct.result import DirectRequest, DirectResult
from lua_engine.store.changes.diff import DataDiff

MAX_STEPS = 500
MAX_ANSWER = 64 * 1024  # bytes of JSON; of a larger answer only the outcome is expected
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_CLOCK_NAMES = re.compile(r"(?:.*_)?(?:time|timestamp|ts|at|now|date|token|nonce)\Z", re.IGNORECASE)
_PASSING = (ErrorKind.RATE_LIMIT, ErrorKind.CANCELLED)
_SCHEMA_CALLS = ("tables", "schemas", "describe")  # a column more does not make a visit another one
_EARLIEST = 1_000_000_000  # a number from here on, under such a name, is seconds (or more) since 1970


@dataclass(frozen=True, slots=True)
class _Kept:
    """A call that becomes a step: its request, with secrets hidden, and its outcome."""

    request: Request | DirectRequest
    actual: Actual
    started_at: float
    is_dry: bool
    size: int  # bytes of the answer as JSON

    @property
    def argument(self) -> Any:
        return self.request.body if isinstance(self.request, DirectRequest) else self.request.argument

    def is_as(self, other: _Kept) -> bool:
        """Asked again, and nothing new came of it."""
        mine, its = self.actual, other.actual
        is_same = (mine.outcome, mine.value) == (its.outcome, its.value)
        return is_same and self.request == other.request and its.diff.is_empty


class VisitRecorder:
    """Thread-safe: pages call from many threads. Calls that only read, and read what they read before, are
    kept once: a page that polls makes no long visit.
    """

    def __init__(self, caller: CallerRef) -> None:
        self._caller = caller
        self._lock = threading.Lock()
        self._kept: list[_Kept] = []
        self._since_change: list[_Kept] = []
        self._left_out = 0

    def add(self, result: CallResult) -> None:
        """A call that is over. Secrets are hidden before anything is kept. One that the rate limit refused,
        or that was cancelled, says nothing of the site.
        """
        if result.error is not None and result.error.kind in _PASSING:
            return
        one = without_secrets(result)
        self._keep(_Kept(one.request, actual_of(one), one.started_at, one.is_dry, one.value_bytes))

    def add_direct(self, result: DirectResult) -> None:
        """The same for a call for rows without a script between."""
        actual, request = actual_of(result), result.request
        value = _as_json(actual.value)
        body, value, diff, reason = parts_without_secrets(request.body, value, actual.diff, actual.reason)
        size = len(json.dumps(value, ensure_ascii=False).encode())
        actual = replace(actual, value=value, diff=diff, reason=reason)
        self._keep(_Kept(replace(request, body=body), actual, result.started_at, result.is_dry, size))

    def _keep(self, one: _Kept) -> None:
        changes = not one.actual.diff.is_empty
        with self._lock:
            if not changes and any(one.is_as(other) for other in self._since_change):
                return
            if len(self._kept) >= MAX_STEPS:
                self._left_out += 1
                return
            self._kept.append(one)
            if changes:
                self._since_change.clear()
            self._since_change.append(one)

    @property
    def count(self) -> int:
        """The steps so far."""
        with self._lock:
            return len(self._kept)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as the visit was, in sentences."""
        with self._lock:
            hidden = sum(has_hidden(one.argument) for one in self._kept)
            left_out = self._left_out
        found = (
            (left_out, f"past the first {MAX_STEPS}: left out"),
            (hidden, f'with a secret, which is "{HIDDEN}" in the file: write one for tests there'),
        )
        return tuple(f"{count} call{'' if count == 1 else 's'} {text}" for count, text in found if count)

    def visit(self, name: str) -> Visit:
        """What was recorded, in the order in which it was asked. Raises :class:`CheckError` when nothing
        was.
        """
        with self._lock:
            kept = sorted(self._kept, key=lambda one: one.started_at)
        if not kept:
            raise CheckError("the visitor's page asked for no data while it was recorded")
        return Visit(name, tuple(map(_step, kept)), self._caller)


def _as_json(value: Any) -> Any:
    """``value`` as the page gets it."""
    return json.loads(json.dumps(value, default=lambda one: one.decode("utf-8", "replace")))


def has_hidden(value: Any) -> bool:
    """Whether a secret was hidden somewhere in ``value``."""
    if isinstance(value, dict):
        return any(map(has_hidden, value.values()))
    if isinstance(value, list):
        return any(map(has_hidden, value))
    return isinstance(value, str) and HIDDEN in value


def _step(kept: _Kept) -> VisitStep:
    return VisitStep(kept.request, _expected(kept), added_keys(kept.actual.diff))


def _expected(kept: _Kept) -> tuple[Expectation, ...]:
    """What holds of a call and will hold again: its answer without times, or why there was none, and how many
    rows it changed.
    """
    return (_answer(kept), *_rows(kept.actual.diff, is_dry=kept.is_dry))


def _answer(kept: _Kept) -> Expectation:
    actual = kept.actual
    if actual.outcome == "error":
        return Expectation("error_says", "", _without_numbers(actual.reason))
    if actual.outcome != "ok":
        return Expectation(actual.outcome, "", _without_numbers(actual.reason))
    is_schema = isinstance(kept.request, DirectRequest) and kept.request.operation in _SCHEMA_CALLS
    if kept.size > MAX_ANSWER or is_schema:
        return Expectation("ok")
    lasting = _lasting(actual.value)
    if lasting is _GONE:
        return Expectation("ok")
    return Expectation("value_equals" if lasting == actual.value else "value_contains", "", lasting)


def _rows(diff: DataDiff, *, is_dry: bool) -> list[Expectation]:
    """What was changed or removed for real is so already: only on a copy will it be changed again."""
    if diff.is_empty:
        return [Expectation("no_rows_changed")]
    return [
        Expectation(f"rows_{what}", table.table, None if table.left_out else len(rows))
        for table in diff.tables
        for what, rows in (("added", table.added), ("changed", table.changed), ("removed", table.removed))
        if rows and (what == "added" or is_dry)
    ]


_GONE = object()


def _lasting(value: Any, name: str = "") -> Any:
    """``value`` without what is another one each time: times, and what was hidden. :data:`_GONE`: nothing."""
    if isinstance(value, dict):
        kept = {key: _lasting(inner, str(key)) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner is not _GONE}
    if isinstance(value, list):
        kept_items = [_lasting(inner, name) for inner in value]
        return [inner for inner in kept_items if inner is not _GONE]
    return _GONE if _is_passing(value, name) else value


def _is_passing(value: Any, name: str) -> bool:
    if isinstance(value, str):
        return HIDDEN in value or _TIME.match(value) is not None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and value >= _EARLIEST and _CLOCK_NAMES.match(name) is not None


def _without_numbers(reason: str) -> str | None:
    """The beginning of a reason, up to where it counts something: ``wait 12 s`` says 11 the next time."""
    found = re.search(r"\d", reason)
    return (reason[: found.start()] if found else reason).strip() or None
