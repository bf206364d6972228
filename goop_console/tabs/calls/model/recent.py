"""The calls of this session, newest first, within a bound on what their values hold in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from goop_console.tabs.calls.model.prepared_call import CallOutcome

MAX_CALLS = 1_000
MAX_VALUE_BYTES = 64 * 1024 * 1024
_OBJECTS = 4  # a value takes about that many times its JSON text


class RecentCalls:
    """Old values are let go first; the calls themselves stay until ``MAX_CALLS``."""

    def __init__(self, max_calls: int = MAX_CALLS, max_value_bytes: int = MAX_VALUE_BYTES) -> None:
        self._max_calls = max_calls
        self._max_value_bytes = max_value_bytes
        self._outcomes: list[CallOutcome] = []

    @property
    def outcomes(self) -> Sequence[CallOutcome]:
        return self._outcomes

    def add(self, outcome: CallOutcome) -> None:
        """Put ``outcome`` first; its own value is kept whatever its size."""
        self._outcomes.insert(0, outcome)
        del self._outcomes[self._max_calls :]
        self._drop_values()

    def find(self, call_id: str) -> CallOutcome | None:
        return next((one for one in self._outcomes if one.result.call_id == call_id), None)

    def _drop_values(self) -> None:
        held = 0
        for place, outcome in enumerate(self._outcomes):
            if outcome.value_dropped:
                return  # everything older has been let go already, or is small
            held += _weight(outcome)
            if place > 0 and held > self._max_value_bytes:
                self._let_go(place)
                return

    def _let_go(self, first: int) -> None:
        for place in range(first, len(self._outcomes)):
            outcome = self._outcomes[place]
            if not outcome.value_dropped:
                less = replace(outcome.result, value=None, sql=(), logs=(), effects=())
                self._outcomes[place] = replace(outcome, result=less, value_dropped=True)


def _weight(outcome: CallOutcome) -> int:
    """About how many bytes the call holds in memory."""
    result = outcome.result
    args = sum(len(arg) for one in result.sql for arg in one.args if isinstance(arg, (str, bytes)))
    return result.value_bytes * _OBJECTS + args + sum(len(one.message) for one in result.logs)
