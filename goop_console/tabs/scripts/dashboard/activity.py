"""How the calls of a script, or of one of its actions, went within the last hour. Pure: no Qt."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from math import ceil
from typing import Final

HOUR: Final = 3_600.0
BARS: Final = 12  # of five minutes each
_MINUTE: Final = 60
_PLACE: Final = re.compile(r"[^:\n]+:(\d+): ")  # as Lua begins a message: harvest.lua:21:
_MOST_TIMES: Final = 2_000  # of the last calls, for the percentiles


@dataclass(frozen=True, slots=True)
class Tally:
    """The last hour. ``trials`` are dry runs and checks; they count as calls only where somebody asked for
    it. ``bars`` are calls and errors of each five minutes, oldest first; ``median`` and ``slow`` are the 50th
    and the 95th percentile in seconds (None: no call). ``last`` is when the last call ended (0: never), and
    ``error`` the last error, at ``line`` from 1 (0: unknown): these two may be older than an hour.
    """

    calls: int = 0
    errors: int = 0
    trials: int = 0
    bars: tuple[tuple[int, int], ...] = ((0, 0),) * BARS
    median: float | None = None
    slow: float | None = None
    last: float = 0.0
    error: str = ""
    line: int = 0

    def error_words(self) -> str:
        """``line 12: attempt to index…``; empty without an error. The line is not named twice."""
        if not self.line:
            return self.error
        place = _PLACE.match(self.error)
        is_same = place is not None and place[1] == str(self.line)
        text = self.error[place.end() :] if place is not None and is_same else self.error
        return f"line {self.line}: {text}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A call that ended ``at`` seconds since the epoch and took ``seconds``. ``error`` is empty where it went
    well, and for a refusal (the rate limit, a role), which is not an error; ``line`` is 0 where nobody knows
    it.
    """

    at: float
    seconds: float
    is_real: bool = True
    error: str = ""
    line: int = 0


class Activity:
    """Counts by the minute, so that a busy hour costs no more than a quiet one."""

    def __init__(self) -> None:
        self._minutes: dict[int, list[int]] = {}  # calls, errors, trials, errors of trials
        self._times: deque[tuple[float, float, bool]] = deque(maxlen=_MOST_TIMES)
        self._last = self._last_trial = 0.0
        self._error, self._line = "", 0
        self._tallied: tuple[int, bool, Tally] | None = None  # the minute, with trials, and what came of it

    def add(self, sample: Sample) -> None:
        """One call more."""
        self._tallied = None
        counts = self._minutes.setdefault(int(sample.at) // _MINUTE, [0, 0, 0, 0])
        at = 0 if sample.is_real else 2
        counts[at] += 1
        counts[at + 1] += bool(sample.error)
        self._times.append((sample.at, sample.seconds, sample.is_real))
        if not sample.is_real:
            self._last_trial = max(self._last_trial, sample.at)
            return
        self._last = max(self._last, sample.at)
        if sample.error:
            self._error, self._line = sample.error, sample.line

    def tally(self, now: float, *, with_trials: bool = False) -> Tally:
        """The hour before ``now``, counted once a minute as long as no call comes; what is older is
        forgotten.
        """
        minute = int(now) // _MINUTE
        if self._tallied is None or self._tallied[:2] != (minute, with_trials):
            self._tallied = (minute, with_trials, self._count(now, with_trials=with_trials))
        return self._tallied[2]

    def _count(self, now: float, *, with_trials: bool) -> Tally:
        first = int(now - HOUR) // _MINUTE
        self._minutes = {minute: counts for minute, counts in self._minutes.items() if minute > first}
        bars = [[0, 0] for _ in range(BARS)]
        trials = 0
        for minute, (calls, errors, tried, failed) in self._minutes.items():
            bar = bars[min(BARS - 1, max(0, BARS - 1 - int(now / _MINUTE - minute) * BARS // 60))]
            bar[0] += calls + (tried if with_trials else 0)
            bar[1] += errors + (failed if with_trials else 0)
            trials += tried
        seconds = sorted(
            took for at, took, is_real in self._times if at > now - HOUR and (is_real or with_trials)
        )
        return Tally(
            sum(bar[0] for bar in bars),
            sum(bar[1] for bar in bars),
            trials,
            tuple((calls, errors) for calls, errors in bars),
            percentile(seconds, 0.50),
            percentile(seconds, 0.95),
            max(self._last, self._last_trial) if with_trials else self._last,
            self._error,
            self._line,
        )


def percentile(ordered: list[float], share: float) -> float | None:
    """The nearest rank. Example: of 1, 2, 3, 4 the 50th is 2, the 95th 4."""
    if not ordered:
        return None
    return ordered[max(0, ceil(len(ordered) * share) - 1)]
