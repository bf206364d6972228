"""Calls that are started and not waited for: results, events, cancelling, many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from lua_engine import (
    Caller,
    CallerError,
    CallerRef,
    CallFinished,
    CallHandle,
    Cancellation,
    Engine,
    ErrorKind,
    Event,
    LogRecorded,
    Origin,
    Request,
)

FOREVER = "function call() while true do end end"
SUE = Caller("peer-sue", "Sue")


E = TypeVar("E", bound=Event)


def heard(engine: Engine, kind: type[E]) -> list[E]:
    """The events of that kind, as they come."""
    found: list[E] = []
    engine.bus.subscribe(lambda event: found.append(event) if isinstance(event, kind) else None)
    return found


def test_a_started_call_answers_by_event_and_by_its_handle(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call(r) goop.log.info('hi') return r.params end"})
    finished, lines = heard(engine, CallFinished), heard(engine, LogRecorded)
    handle = engine.calls.start(Request.call("f", {"n": 1}), SUE, origin=Origin.WINDOW, call_id="mine")
    result = handle.result(60)
    assert (result.value, result.call_id, result.origin, result.is_dry) == ({"n": 1}, "mine", "window", False)
    assert [event.result for event in finished] == [result]
    assert [(one.line.origin, one.line.is_dry, one.line.is_real) for one in lines] == [
        ("window", False, True)
    ]
    assert handle.is_done
    assert handle.result() is result, "as often as one likes"


@pytest.mark.parametrize("is_dry", [True, False])
def test_cancel_answers_at_once_and_ends_the_call(make_engine: Callable[..., Engine], is_dry: bool) -> None:
    engine = make_engine({"forever": FOREVER}, lua={"timeout_seconds": 60})
    handle = engine.calls.start(Request.call("forever"), engine.owner, is_dry=is_dry)
    assert engine.calls.running() == (handle.call_id,)
    with pytest.raises(TimeoutError):
        handle.result(0.05)
    handle.cancel()
    result = handle.result(30)
    assert result.error is not None
    assert (result.error.kind, result.is_dry) == (ErrorKind.CANCELLED, is_dry)
    assert engine.calls.running() == ()


def test_a_call_can_be_cancelled_before_it_runs(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"forever": FOREVER}, lua={"timeout_seconds": 60})
    with engine._gate.shut(30.0):  # it waits behind a change of the site
        handle = engine.calls.start(Request.call("forever"), engine.owner)
        assert engine.calls.cancel(handle.call_id)
        result = handle.result(30)
    assert result.error is not None
    assert result.error.kind is ErrorKind.CANCELLED
    assert not engine.calls.cancel(handle.call_id), "it is over"


def test_any_number_under_way_and_all_end_when_told(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        {"forever": FOREVER, "f": "function call() return 1 end"}, lua={"timeout_seconds": 60}
    )
    handles = [
        engine.calls.start(Request.call("forever"), engine.owner, is_dry=number % 2 == 0)
        for number in range(12)
    ]
    assert engine.calls.call("f", caller=engine.owner).value == 1, "nobody waits for them"
    for handle in handles:
        handle.cancel()
    kinds = [one.error.kind for one in (handle.result(60) for handle in handles) if one.error is not None]
    assert kinds == [ErrorKind.CANCELLED] * 12


def test_what_cannot_be_made_is_raised_where_it_is_waited_for(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call() return 1 end"})
    handle = engine.calls.start(Request.call("f"), CallerRef("Nobody"))
    with pytest.raises(CallerError, match="no peer is called 'Nobody'"):
        handle.result(30)
    assert (
        engine.calls.start(Request.call("f"), CallerRef("stranger")).result(30).caller.label == "A stranger"
    )


def test_listeners_hear_once_in_whichever_order(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call() return 1 end"})
    heard: list[CallHandle] = []
    handle = engine.calls.start(Request.call("f"), engine.owner)
    early = threading.Event()
    handle.on_done(lambda _: early.set())
    handle.result(30)
    assert early.wait(30)
    handle.on_done(heard.append)
    assert heard == [handle]


def test_a_cancellation_ends_what_is_under_way_and_what_comes(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"forever": FOREVER}, lua={"timeout_seconds": 60})
    ending = Cancellation()
    first = engine.calls.start(Request.call("forever"), engine.owner)
    waiting = threading.Thread(target=ending.wait_for, args=(first,))
    waiting.start()
    while not ending._ends:
        time.sleep(0.001)
    ending.cancel()
    waiting.join(30)
    assert not waiting.is_alive()
    later = ending.wait_for(engine.calls.start(Request.call("forever"), engine.owner))
    assert later.error is not None
    assert later.error.kind is ErrorKind.CANCELLED


def test_a_dry_run_and_its_lines_say_so(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call() goop.log.info('hi') error('oh') end"})
    lines = heard(engine, LogRecorded)
    result = engine.calls.run(Request.call("f"), SUE, is_dry=True, origin=Origin.CHECK)
    assert (result.is_dry, result.origin, result.is_real) == (True, Origin.CHECK, False)
    assert [(one.line.is_dry, one.line.origin, one.line.is_real) for one in lines] == [
        (True, Origin.CHECK, False)
    ] * 2


def test_handlers_of_closed_groups_are_events(make_engine: Callable[..., Engine]) -> None:
    source = """
    function call() goop.group.close(goop.group.create("Room", "template")) end
    function on_group_close(id) goop.log.info(id) end
    """
    engine = make_engine({"f": source})
    finished = heard(engine, CallFinished)
    engine.calls.run(Request.call("f"), engine.owner, keeps_diff=True, origin=Origin.PAGE)
    assert sorted((one.result.request.kind, one.result.origin) for one in finished) == [
        ("call", Origin.PAGE),
        ("event", Origin.EVENT),
    ]


def test_the_line_of_an_error_in_a_script_with_a_long_name(make_engine: Callable[..., Engine]) -> None:
    name = "a" * 60
    engine = make_engine({name: "function call()\n\n  error('boom')\nend"})
    error = engine.calls.call(name, caller=engine.owner).error
    assert error is not None
    assert (error.line, error.script) == (3, name)


def colliding(count: int) -> list[str]:
    """Texts of 40 bytes that differ only where the hash does not look."""
    return ["".join(f"{digit}." for digit in f"{number:020d}") for number in range(count)]


def test_params_that_would_hold_the_sandbox_up_are_refused(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call(r) return #r.params.list end"}, lua={"timeout_seconds": 60})
    as_values = engine.calls.call("f", {"list": colliding(80_000)}, caller=SUE)
    as_keys = engine.calls.call("f", {"list": [], "keys": dict.fromkeys(colliding(80_000), 1)}, caller=SUE)
    for result in (as_values, as_keys):
        assert result.error is not None
        assert result.error.kind is ErrorKind.CONVERSION
        assert "differ in every second letter only" in result.error.message
    ids = [f"{number:08x}-{number * 7:04x}-4aaa-8bbb-{number * 31:012x}" for number in range(5_000)]
    assert engine.calls.call("f", {"list": ids}, caller=SUE).value == 5_000, "what is not alike goes in"
