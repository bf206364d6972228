"""What the session keeps of its calls."""

from __future__ import annotations

from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.recent import RecentCalls
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import CallResult, Request
from lua_engine.base.caller import Caller

REQUEST = PreparedCall(Request.call("todo"), CallerChoice("p", "Anna", "viewer"))


def outcome(number: int, size: int) -> CallOutcome:
    result = CallResult(str(number), REQUEST.request, Caller("p"), ok=True, value="v", value_bytes=size)
    return CallOutcome(REQUEST, result, memory_limit=1)


def test_the_newest_is_first_and_the_oldest_go() -> None:
    history = RecentCalls(max_calls=3)
    for number in range(5):
        history.add(outcome(number, 1))
    assert [one.result.call_id for one in history.outcomes] == ["4", "3", "2"]
    assert history.find("3") is not None
    assert history.find("0") is None


def test_old_values_are_let_go_past_the_bound_and_the_calls_stay() -> None:
    history = RecentCalls(max_value_bytes=100)
    for number in range(4):
        history.add(outcome(number, 10))
    assert [one.value_dropped for one in history.outcomes] == [False, False, True, True]
    assert [one.result.value for one in history.outcomes] == ["v", "v", None, None]


def test_the_newest_value_is_kept_whatever_its_size() -> None:
    history = RecentCalls(max_value_bytes=100)
    history.add(outcome(1, 10))
    history.add(outcome(2, 5_000))
    assert [one.result.value for one in history.outcomes] == ["v", None]
    history.add(outcome(3, 1))
    assert [one.result.value for one in history.outcomes] == ["v", None, None]
