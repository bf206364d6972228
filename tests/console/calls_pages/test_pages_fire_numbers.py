"""The numbers of "Fire N times": bars, times, and where the limit bit."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goop_console.tabs.calls.fire.histogram import bar_words
from goop_console.tabs.calls.fire.shots import Bar, Shot, bars, percentile, summarize

SECONDS = st.floats(min_value=1e-6, max_value=60, allow_nan=False)


def shots(*seconds: float, limited: int = 0) -> list[Shot]:
    """The last ``limited`` of them were refused by the rate limit."""
    first = len(seconds) - limited
    return [
        Shot(
            place + 1,
            place / 10,
            one,
            "ok" if place < first else "refused",
            place >= first,
            "" if place < first else "too many",
        )
        for place, one in enumerate(seconds)
    ]


@given(st.lists(SECONDS, min_size=1, max_size=400), st.integers(0, 5))
def test_bars_hold_every_call_that_was_let_through(seconds: list[float], limited: int) -> None:
    limited = min(limited, len(seconds))
    made = bars(shots(*seconds, limited=limited))
    served = seconds[: len(seconds) - limited]
    assert sum(bar.count for bar in made) == len(served)
    if served:
        assert made[0].start == min(served)
        assert made[-1].end == pytest.approx(max(served))
        assert all(before.end == pytest.approx(after.start) for before, after in pairwise(made))
        assert len(made) <= 30


def test_each_call_is_in_its_own_bar() -> None:
    made = bars(shots(0.0, 0.1, 0.2, 0.3, 0.6))
    assert [bar.count for bar in made] == [1, 1, 1, 1, 0, 1]
    assert bars(shots(0.5, 0.5, 0.5)) == (Bar(0.5, 0.5, 3),)
    assert bars(()) == ()
    assert bars(shots(1.0, 2.0, limited=2)) == ()


def test_times_are_of_calls_that_were_let_through() -> None:
    made = summarize(shots(0.4, 0.1, 0.3, 0.2, 9.0, limited=1))
    assert (made.count, made.least, made.median, made.p95, made.most) == (4, 0.1, 0.2, 0.4, 0.4)
    assert made.words == "4 calls: min 100 ms, median 200 ms, 95% 400 ms, max 400 ms"
    assert made.duration == pytest.approx(9.4)
    assert made.outcomes == (("ok", "", 4), ("refused", "too many", 1))


def test_the_limit_bit_first_at_the_call_that_was_begun_first() -> None:
    made = shots(0.1, 0.1, 0.1, 0.1, limited=2)
    made = [made[3], made[0], made[2], made[1]]  # as they ended
    assert (
        summarize(made).limit_words
        == "The rate limit took effect at call 3, after 200 ms: it refused 2 calls."
    )
    assert summarize(shots(0.1)).limit_words == ""
    assert summarize(()).words == "No call was let through."


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 2.0), (0.75, 3.0), (0.76, 4.0), (1.0, 4.0)])
def test_percentiles(share: float, value: float) -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], share) == value
    assert percentile([], share) == 0.0


def test_a_bar_in_words() -> None:
    assert bar_words(Bar(0.001, 0.0014, 12)) == "12 calls took 1.0 ms to 1.4 ms"
    assert bar_words(Bar(0.001, 0.0014, 1)) == "1 call took 1.0 ms to 1.4 ms"
