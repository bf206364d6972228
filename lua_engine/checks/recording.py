"""While a visitor clicks through the site: the page's calls become the steps of a visit."""

from __future__ import annotations

import re
import threading
from typing import Any

from lua_engine.base.errors import ErrorKind
from lua_engine.calls.caller_ref import CallerRef
from lua_engine.calls.outcome import outcome_of, reason_of
from lua_engine.calls.result import CallResult
from lua_engine.checks.model import CheckError, Expectation
from lua_engine.checks.row_keys import added_keys
from lua_engine.checks.visit import Visit, VisitStep
from lua_engine.history.secrets import HIDDEN, without_secrets

MAX_STEPS = 500
MAX_ANSWER = 64 * 1024  # bytes of JSON; of a larger answer only the outcome is expected
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_CLOCK_NAMES = re.compile(r"(?:.*_)?(?:time|timestamp|ts|at|now|date|token|nonce)\Z", re.IGNORECASE)
_PASSING = (ErrorKind.RATE_LIMIT, ErrorKind.CANCELLED)
_EARLIEST = 1_000_000_000  # a number from here on, under such a name, is seconds (or more) since 1970


class VisitRecorder:
    """Thread-safe: pages call from many threads. Calls that only read, and read what they read before, are
    kept once: a page that polls makes no long visit.
    """

    def __init__(self, caller: CallerRef) -> None:
        self._caller = caller
        self._lock = threading.Lock()
        self._results: list[CallResult] = []
        self._since_change: list[CallResult] = []
        self._left_out = 0
        self._direct = 0

    def add(self, result: CallResult) -> None:
        """A call that is over. Secrets are hidden before anything is kept. One that the rate limit refused,
        or that was cancelled, says nothing of the site.
        """
        if result.error is not None and result.error.kind in _PASSING:
            return
        masked = without_secrets(result)
        with self._lock:
            if masked.diff.is_empty and any(_is_same(masked, one) for one in self._since_change):
                return
            if len(self._results) >= MAX_STEPS:
                self._left_out += 1
                return
            self._results.append(masked)
            if not masked.diff.is_empty:
                self._since_change.clear()
            self._since_change.append(masked)

    def add_direct(self) -> None:
        """A call for rows without a script between: counted, not kept."""
        with self._lock:
            self._direct += 1

    @property
    def count(self) -> int:
        """The steps so far."""
        with self._lock:
            return len(self._results)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as the visit was, in sentences."""
        with self._lock:
            hidden = sum(has_hidden(one.request.argument) for one in self._results)
            left_out, direct = self._left_out, self._direct
        found = (
            (left_out, f"past the first {MAX_STEPS}: left out"),
            (direct, "for rows without a script: only data functions are recorded"),
            (hidden, f'with a secret, which is "{HIDDEN}" in the file: write one for tests there'),
        )
        return tuple(f"{count} call{'' if count == 1 else 's'} {text}" for count, text in found if count)

    def visit(self, name: str) -> Visit:
        """What was recorded, in the order in which it was asked. Raises :class:`CheckError` when nothing
        was.
        """
        with self._lock:
            results = sorted(self._results, key=lambda one: one.started_at)
        if not results:
            raise CheckError("the visitor's page called no data function while it was recorded")
        return Visit(name, tuple(map(_step, results)), self._caller)


def has_hidden(value: Any) -> bool:
    """Whether a secret was hidden somewhere in ``value``."""
    if isinstance(value, dict):
        return any(map(has_hidden, value.values()))
    if isinstance(value, list):
        return any(map(has_hidden, value))
    return isinstance(value, str) and HIDDEN in value


def _is_same(one: CallResult, other: CallResult) -> bool:
    return (
        other.diff.is_empty
        and one.request == other.request
        and outcome_of(one) == outcome_of(other)
        and one.value == other.value
    )


def _step(result: CallResult) -> VisitStep:
    return VisitStep(result.request, expected_of(result), added_keys(result.diff))


def expected_of(result: CallResult) -> tuple[Expectation, ...]:
    """What holds of ``result`` and will hold again: its answer without times, or why there was none, and how
    many rows it changed.
    """
    return (_answer(result), *_rows(result))


def _answer(result: CallResult) -> Expectation:
    outcome = outcome_of(result)
    if outcome == "error":
        return Expectation("error_says", "", _without_numbers(reason_of(result)))
    if outcome != "ok":
        return Expectation(outcome, "", _without_numbers(reason_of(result)))
    if result.value_bytes > MAX_ANSWER:
        return Expectation("ok")
    lasting = _lasting(result.value)
    if lasting is _GONE:
        return Expectation("ok")
    return Expectation("value_equals" if lasting == result.value else "value_contains", "", lasting)


def _rows(result: CallResult) -> list[Expectation]:
    """What was changed or removed for real is so already: only on a copy will it be changed again."""
    if result.diff.is_empty:
        return [Expectation("no_rows_changed")]
    return [
        Expectation(f"rows_{what}", table.table, None if table.left_out else len(rows))
        for table in result.diff.tables
        for what, rows in (("added", table.added), ("changed", table.changed), ("removed", table.removed))
        if rows and (what == "added" or result.is_dry)
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
