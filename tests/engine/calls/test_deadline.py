"""One clock: it can be paused, and it alone ends a call and everybody's wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from lua_engine import CallFinished, Engine, ErrorKind, Event, LogRecorded, Request
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled
from lua_engine.calls.gate import Gate

# Runs on past its limit, and says so: only a clock that stands lets it come to its end.
PAST_THE_LIMIT = """
  goop.log.info("begun")
  local from = os.time()
  while os.time() < from + 3 do end
"""

CLOSING = "function call() goop.group.close(goop.group.create('g', 'template')) return 'closed' end"


def never(_seconds: float) -> bool:
    return False


def test_a_pause_takes_no_time() -> None:
    deadline = Deadline(60.0)
    with deadline.paused():
        left = deadline.remaining()
        time.sleep(0.02)
        assert deadline.remaining() == left
        with deadline.paused():
            assert deadline.is_paused
        assert deadline.is_paused, "pauses may be nested"
    assert not deadline.is_paused
    assert left - deadline.remaining() < deadline.paused_seconds + 30.0
    assert deadline.paused_seconds >= 0.02


def test_a_pause_holds_up_who_waits_for_it() -> None:
    call = Deadline(60.0)
    handler = Deadline(60.0, call)
    with handler.paused():
        assert call.is_paused
    assert not call.is_paused


def test_nobody_gives_up_while_it_is_paused() -> None:
    deadline = Deadline(0.01)
    deadline.pause()
    looks: list[float] = []

    def done(seconds: float) -> bool:
        looks.append(seconds)
        time.sleep(0.01)
        return len(looks) == 5

    assert deadline.wait(done)
    deadline.resume()
    assert not deadline.wait(never)


def test_revoked_is_over_at_once_and_stays_so() -> None:
    deadline = Deadline(60.0)
    deadline.pause()
    deadline.revoke(ErrorKind.CANCELLED)
    deadline.grant()
    assert deadline.is_over
    assert not deadline.is_paused
    assert not deadline.wait(never)
    deadline.resume()
    with pytest.raises(CallKilled) as caught:
        deadline.check()
    assert caught.value.kind is ErrorKind.CANCELLED


def test_another_limit_can_be_granted() -> None:
    deadline = Deadline(0.0)
    assert deadline.is_over
    deadline.limit = 60.0
    deadline.grant()
    assert not deadline.is_over


def test_waiting_ends_with_a_cancel_from_another_thread() -> None:
    deadline = Deadline(3600.0)
    timer = threading.Timer(0.05, deadline.revoke)
    timer.start()
    assert not deadline.wait(never_for_long, grace=0.01)
    timer.join()


def never_for_long(seconds: float) -> bool:
    time.sleep(seconds)
    return False


@pytest.fixture
def pausing(make_engine: Callable[..., Engine]) -> Callable[..., Engine]:
    """A site whose call, or handler, is paused by its first log line until its script ends."""

    def make(scripts: dict[str, str]) -> Engine:
        engine = make_engine(scripts)

        def pause(event: Event) -> None:
            if isinstance(event, LogRecorded) and event.line.message == "begun":
                engine._runner._running[event.line.call_id].deadline.pause()

        engine.bus.subscribe(pause)
        return engine

    return make


def test_a_paused_call_has_no_time_limit(pausing: Callable[..., Engine]) -> None:
    engine = pausing({"late": f"function call() {PAST_THE_LIMIT} return 'done' end"})
    result = engine.calls.call("late", caller=engine.owner)
    assert result.value == "done"
    assert result.timings.total < 1.0, "the pause is not the call's time"


def test_the_wait_for_closed_groups_stands_while_a_handler_is_paused(pausing: Callable[..., Engine]) -> None:
    engine = pausing(
        {
            "closing": CLOSING,
            "slow": f"function call() end function on_group_close() {PAST_THE_LIMIT} end",
        }
    )
    finished: list[str] = []
    engine.bus.subscribe(
        lambda event: finished.append(event.result.script) if isinstance(event, CallFinished) else None
    )
    assert engine.calls.call("closing", caller=engine.owner).value == "closed"
    assert finished == ["closing", "slow"], "the answer waited for the handler, longer than the call's limit"


def test_a_recorded_call_settles_by_the_same_clock(pausing: Callable[..., Engine]) -> None:
    engine = pausing(
        {
            "closing": CLOSING,
            "slow": f"function call() end function on_group_close() {PAST_THE_LIMIT} end",
        }
    )
    told = engine.calls.run(Request.call("closing", {}), engine.owner, keeps_diff=True)
    assert [effect.kind for effect in told.effects][-1] == "closed"


def test_a_call_waits_at_the_gate_no_longer_than_its_own_time(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine({"f": "function call() return 1 end"})
    with engine._gate.shut(10.0):
        result = engine.calls.call("f", caller=engine.owner)
    assert result.error is not None
    assert result.error.kind is ErrorKind.BUSY
    assert engine.calls.call("f", caller=engine.owner).ok


def test_the_gate_does_not_shut_behind_a_paused_call() -> None:
    gate, deadline = Gate(), Deadline(60.0)
    gate.enter(deadline, "todo")
    with deadline.paused():
        with pytest.raises(TimeoutError, match="a call is paused in todo"), gate.shut(60.0):
            pass
        other = Deadline(60.0)
        gate.enter(other, "other")
        gate.leave(other)
    gate.leave(deadline)
    with gate.shut(60.0):
        pass
