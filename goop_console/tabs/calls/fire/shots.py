"""What came of firing one call many times, as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isqrt

from goop_console.tabs.calls.model.words import milliseconds
from goop_console.widgets.wording import counted

_BARS = (6, 30)  # least and most


@dataclass(frozen=True, slots=True)
class Shot:
    """One of the calls. ``number`` counts from 1 in the order in which they were started; ``at`` is when, in
    seconds since the first.
    """

    number: int
    at: float
    seconds: float
    outcome: str
    is_limited: bool = False  # refused by the rate limit
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """``count`` calls took from ``start`` to ``end`` seconds."""

    start: float
    end: float
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Times in seconds, of calls that the rate limit let through; ``count`` is how many these are."""

    count: int
    least: float
    median: float
    p95: float
    most: float
    duration: float
    limited: int
    first_limited: Shot | None
    outcomes: tuple[tuple[str, str, int], ...]  # outcome, reason, how many calls; the most frequent first

    @property
    def words(self) -> str:
        """The times in one sentence."""
        if not self.count:
            return "No call was let through."
        parts = (("min", self.least), ("median", self.median), ("95%", self.p95), ("max", self.most))
        return f"{counted(self.count, 'call')}: " + ", ".join(
            f"{name} {milliseconds(seconds)}" for name, seconds in parts
        )

    @property
    def limit_words(self) -> str:
        """Where the rate limit took effect; empty when it did not."""
        first = self.first_limited
        if first is None:
            return ""
        return (
            f"The rate limit took effect at call {first.number:,}, after {milliseconds(first.at)}: "
            f"it refused {counted(self.limited, 'call')}."
        )


def summarize(shots: Sequence[Shot]) -> Summary:
    """The summary of ``shots``, in whatever order they ended."""
    served = sorted(shot.seconds for shot in shots if not shot.is_limited)
    limited = [shot for shot in shots if shot.is_limited]
    outcomes = Counter((shot.outcome, shot.reason) for shot in shots)
    return Summary(
        len(served),
        served[0] if served else 0.0,
        percentile(served, 0.5),
        percentile(served, 0.95),
        served[-1] if served else 0.0,
        max((shot.at + shot.seconds for shot in shots), default=0.0),
        len(limited),
        min(limited, key=lambda shot: shot.number, default=None),
        tuple((*key, count) for key, count in outcomes.most_common()),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of ``ordered`` that ``share`` (0 to 1) of them do not exceed; 0 of nothing."""
    return ordered[max(0, ceil(len(ordered) * share) - 1)] if ordered else 0.0


def bars(shots: Sequence[Shot]) -> tuple[Bar, ...]:
    """Equal steps from the least to the most, more of them for more calls; calls that the rate limit refused
    are left out.
    """
    times = [shot.seconds for shot in shots if not shot.is_limited]
    if not times:
        return ()
    least, most = min(times), max(times)
    count = min(max(2 * isqrt(len(times)), _BARS[0]), _BARS[1])
    step = (most - least) / count
    if step <= 0:
        return (Bar(least, most, len(times)),)
    counts = [0] * count
    for seconds in times:
        counts[min(count - 1, int((seconds - least) / step))] += 1
    return tuple(
        Bar(least + place * step, least + (place + 1) * step, number) for place, number in enumerate(counts)
    )
