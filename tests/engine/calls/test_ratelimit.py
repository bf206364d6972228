"""The sliding window, against a model that simply keeps every admitted call."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from lua_engine.calls.ratelimit import RateLimiter


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


steps = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.5, 7.0, 29.5, 59.5, 60.0, 200.0]),
        st.sampled_from("ab"),
        st.sampled_from("xy"),
        st.integers(0, 4),
    ),
    max_size=80,
)


@given(steps, st.integers(1, 6))
def test_it_does_what_a_list_of_all_calls_does(
    plan: list[tuple[float, str, str, int]], global_limit: int
) -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    admitted: list[tuple[float, str, str]] = []
    for wait, peer, script, limit in plan:
        clock.now += wait
        recent = [call for call in admitted if clock.now - call[0] < 60]
        mine = [call for call in recent if call[1:] == (peer, script)]
        expected = limit == 0 or (len(mine) < limit and len(recent) < global_limit)
        assert limiter.admit(peer, script, limit, global_limit) is expected
        if expected and limit:
            admitted.append((clock.now, peer, script))
            recent.append(admitted[-1])
        assert limiter.state(peer, script) == (
            sum(call[1:] == (peer, script) for call in recent),
            len(recent),
        )
        assert limiter.calls_last_minute() == len(recent)


def test_a_call_counts_for_exactly_sixty_seconds() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    assert limiter.admit("a", "s", 1, 10)
    clock.now += 59.999
    assert not limiter.admit("a", "s", 1, 10)
    clock.now = 1060.0
    assert limiter.admit("a", "s", 1, 10)


def test_zero_skips_even_an_exhausted_global_limit_and_counts_nothing() -> None:
    limiter = RateLimiter(Clock())
    assert limiter.admit("a", "s", 5, 1)
    assert not limiter.admit("b", "s", 5, 1)
    assert all(limiter.admit("a", "s", 0, 1) for _ in range(100))
    assert limiter.state("a", "s") == (1, 1)


def test_threads_get_exactly_the_limit() -> None:
    limiter = RateLimiter(Clock())
    barrier = threading.Barrier(8)

    def hammer(number: int) -> int:
        barrier.wait()
        return sum(limiter.admit(f"peer-{number % 2}", "s", 30, 50) for _ in range(500))

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hammer, range(8))) == 50


def test_peers_that_stopped_leave_nothing_behind() -> None:
    clock = Clock()
    limiter = RateLimiter(clock)
    for number in range(1000):
        assert limiter.admit(f"peer-{number}", "s", 1, 10_000)
    clock.now += 60
    assert limiter.calls_last_minute() == 0
    assert not limiter._used
    assert not limiter._calls


def test_reset_forgets() -> None:
    limiter = RateLimiter(Clock())
    assert limiter.admit("a", "s", 1, 1)
    limiter.reset()
    assert limiter.admit("a", "s", 1, 1)
