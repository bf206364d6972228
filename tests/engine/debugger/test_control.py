"""Pausing, ending, limits, errors, and what a paused call holds up: nothing."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from itertools import pairwise
from typing import Any

import pytest

from lua_engine import Caller, DebugError, DebugState, ErrorKind, StopReason
from lua_engine.base.deadline import Deadline
from lua_engine.debugger.call_clock import CallClock
from lua_engine.runtime.vm import Vm
from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import SECONDS, DebugSite, DebugSiteMaker

FOREVER = {
    "a loop": "while not stop do end",
    "a loop over pcall": "while not stop do pcall(error, 'x') end",
    "a coroutine": "coroutine.wrap(function() while not stop do end end)()",
    "a comparator": "table.sort({ 3, 1, 2 }, function(a, b) while not stop do end return a < b end)",
    "a callback": "('abc'):gsub('.', function() while not stop do end end)",
    "a metamethod": "assert(setmetatable({}, { __index = function() while not stop do end return 1 end }).x)",
    "the pattern matcher": "while not stop do (('a'):rep(24)):find(('a?'):rep(24) .. ('a'):rep(24)) end",
    "host calls": "while not stop do goop.json.encode({ 1 }) end",
}


def running(site: DebugSite, **options: Any) -> Any:
    """A call that has begun to run."""
    debugged = site.start(records=False, **options)
    deadline = time.monotonic() + SECONDS
    while debugged.session.state is DebugState.STARTING and time.monotonic() < deadline:
        time.sleep(0.01)
    return debugged


@pytest.mark.parametrize("kind", FOREVER)
def test_pausing_what_never_ends(debug_site: DebugSiteMaker, kind: str) -> None:
    source = f"function call(request)\n  stop = false\n  {FOREVER[kind]}\n  return 'done'\nend"
    debugged = running(debug_site(source, lua={"timeout_seconds": 60}))
    debugged.session.pause()
    stopped = debugged.stop()
    assert (stopped.reason, stopped.frames[-1].name, stopped.frames[-1].line) == (StopReason.PAUSE, "call", 3)
    assert debugged.evaluate("_G.stop = true") == ""
    assert debugged.do("go") == "ended done"


def test_a_pause_is_no_part_of_the_time(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC, lua={"timeout_seconds": 1})
    site.breakpoint(4)
    debugged = site.start(records=False)
    debugged.stop()
    deadline = debugged.session.call.deadline
    left = deadline.remaining()
    time.sleep(3.0)  # three limits
    assert deadline.remaining() == left
    site.debugger.remove_breakpoints(*(one.id for one in site.debugger.breakpoints()))
    assert debugged.do("go") == "ended 7"
    assert debugged.result().timings.total < 3.0


def test_at_the_limit_it_stops_and_gets_more_time(debug_site: DebugSiteMaker) -> None:
    debugged = debug_site(scripts.LOOP, lua={"timeout_seconds": 1}).start(records=False)
    stopped = debugged.stop()
    assert stopped.reason is StopReason.LIMIT
    debugged.evaluate("_G.stop = true")
    assert debugged.do("go") == "ended True"


def test_at_the_limit_it_can_be_ended(debug_site: DebugSiteMaker) -> None:
    debugged = debug_site(scripts.LOOP, lua={"timeout_seconds": 1}).start(records=False)
    assert debugged.stop().reason is StopReason.LIMIT
    debugged.session.stop()
    assert debugged.result().error.kind is ErrorKind.CANCELLED


ENDED_IN = {
    "pcall": "pcall(function()\n  local x = 1\n  return x\nend)",
    "a handler": "xpcall(function() error('x') end, function(e)\n  local x = 1\n  return x\nend)",
    "a coroutine": "coroutine.wrap(function()\n  local x = 1\n  return x\nend)()",
    "a comparator": "table.sort({ 2, 1 }, function(a, b)\n  local x = 1\n  return a < b\nend)",
}


@pytest.mark.parametrize("kind", ENDED_IN)
def test_ending_a_paused_call_leaves_nothing(
    debug_site: DebugSiteMaker, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[weakref.ref[Any]] = []
    run = Vm.run

    def noted(vm: Vm, *arguments: Any) -> Any:
        made.append(weakref.ref(vm))
        return run(vm, *arguments)

    monkeypatch.setattr(Vm, "run", noted)
    site = debug_site(f"function call()\n{ENDED_IN[kind]}\nreturn 'survived'\nend")
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    debugged.session.stop()
    result = debugged.result()
    assert result.error.kind is ErrorKind.CANCELLED
    assert site.engine.calls.abandoned_threads == 0
    deadline = time.monotonic() + SECONDS
    while any(one() is not None for one in made) and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.01)
    assert [one() for one in made] == [None]


def test_ending_while_it_evaluates(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    answers: list[str] = []

    def evaluate() -> None:
        try:
            answers.append(debugged.evaluate("(function() while true do end end)()"))
        except DebugError as error:
            answers.append(str(error))

    thread = threading.Thread(target=evaluate)
    thread.start()
    debugged.session.stop()
    assert debugged.result().error.kind is ErrorKind.CANCELLED
    thread.join(SECONDS)
    assert len(answers) == 1


def test_closing_the_site_ends_sessions(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    site.engine.close()
    assert debugged.result().error.kind in (ErrorKind.CANCELLED, ErrorKind.BUSY)
    assert site.debugger.sessions() == ()


def test_a_paused_dry_run_holds_up_nobody(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC, functions={"other": "function call() return 1 end"})
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    engine = site.engine
    assert engine.calls.call("other", caller=engine.site.owner).value == 1
    with engine._gate.shut(SECONDS):
        pass
    debugged.session.stop()


def test_a_change_of_the_site_is_refused_while_a_live_call_is_paused(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC, functions={"other": "function call() return 1 end"})
    site.breakpoint(4)
    debugged = site.start(is_dry=False)
    debugged.stop()
    engine = site.engine
    with pytest.raises(TimeoutError, match="a call is paused in todo"), engine._gate.shut(SECONDS):
        pass
    assert engine.calls.call("other", caller=engine.site.owner).value == 1
    debugged.session.stop()
    debugged.result()
    with engine._gate.shut(SECONDS):
        pass


def test_errors_stop_where_they_happen(debug_site: DebugSiteMaker) -> None:
    debugged = debug_site(scripts.FAULT).start()
    stopped = debugged.stop()
    assert (stopped.reason, stopped.line) == (StopReason.ERROR, 3)
    assert "attempt to index local 'inner' (a nil value)" in stopped.text
    assert debugged.evaluate("t.a") == "1"
    assert "inner" in debugged.do("go")


def test_caught_errors_are_passed_unless_wanted(debug_site: DebugSiteMaker) -> None:
    assert debug_site(scripts.PCALL).start().at() == "ended todo.lua:3: planned"
    debugged = debug_site(scripts.PCALL).start(stops_at_caught=True)
    assert (debugged.at(), debugged.stop().reason) == ("fails:3", StopReason.ERROR)
    assert debugged.value("why") == '"planned"'
    assert debugged.do("go") == "ended todo.lua:3: planned"


def test_errors_in_coroutines_stop_in_them_once(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local next_one = coroutine.wrap(function()
    local inside = 5
    error("planned")
  end)
  next_one()
end"""
    debugged = debug_site(source).start()
    assert (debugged.at(), debugged.value("inside")) == ("function at line 2:4", "5")
    assert debugged.do("go").startswith("failed")


def test_errors_can_be_passed(debug_site: DebugSiteMaker) -> None:
    assert debug_site(scripts.FAULT).start(stops_at_errors=False).at().startswith("failed")


def test_it_stops_with_a_full_heap(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local kept = {}
  for i = 1, 90 do kept[i] = ("x"):rep(100000) .. i end
  local n = #kept
  return n
end"""
    site = debug_site(source, lua={"max_memory_mb": 10})
    site.breakpoint(5)
    debugged = site.start(records=False)
    debugged.stop()
    for _ in range(200):
        assert debugged.value("n") == "90"
    assert debugged.evaluate("#kept[1]") == "100001"
    assert debugged.do("go") == "ended 90"


@pytest.mark.parametrize("records", [True, False])
def test_the_memory_limit_holds(debug_site: DebugSiteMaker, records: bool) -> None:
    source = """function call()
  local kept = {}
  for i = 1, 2000 do
    kept[i] = ("x"):rep(100000) .. i
  end
  return #kept
end"""
    site = debug_site(source, lua={"max_memory_mb": 4})
    assert site.start(records=records).at() == "failed script killed: memory limit exceeded"


def test_the_recording_does_not_use_up_the_memory_of_the_script(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local text = ""
  for i = 1, 3000 do
    text = ("x"):rep(20000) .. i
  end
  return #text
end"""
    site = debug_site(source, lua={"max_memory_mb": 4})
    assert site.start().at() == "ended 20004"


def test_two_calls_are_stopped_at_once(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    first, second = site.start(), site.start(is_dry=False)
    assert (first.at(), second.at()) == ("add:4", "add:4")
    assert len(site.debugger.sessions()) == 2
    first.session.set_local("sum", "40")
    assert (first.value("sum"), second.value("sum")) == ("40", "2")
    for debugged in (first, second):
        debugged.session.stop()


def test_the_next_real_call_stops_once(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC, functions={"other": "function call() return 1 end"})
    engine, values = site.engine, []
    site.debugger.arm("function/todo")
    assert site.debugger.armed()[0] == "function/todo"
    assert engine.calls.call("other", caller=engine.site.owner).value == 1

    def call() -> None:
        values.append(engine.calls.call("todo", caller=engine.site.owner).value)

    thread = threading.Thread(target=call)
    thread.start()
    deadline = time.monotonic() + SECONDS
    while not site.debugger.sessions() and time.monotonic() < deadline:
        time.sleep(0.01)
    (session,) = site.debugger.sessions()
    assert session.wait(SECONDS).reason is StopReason.ENTRY
    assert site.debugger.armed() is None
    session.resume()
    thread.join(SECONDS)
    assert values == [7]
    assert session.result(SECONDS).value == 7
    call()
    assert values == [7, 7]


def test_only_a_script_that_is_there_can_be_armed(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    with pytest.raises(DebugError, match="there is no script command/todo"):
        site.debugger.arm("command/todo")
    assert site.debugger.armed() is None


def test_the_trap_lapses(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.debugger.arm("function/todo", seconds=0.0)
    assert site.engine.calls.call("todo", caller=site.engine.site.owner).value == 7
    assert site.debugger.armed() is None


def test_a_script_does_not_pay_for_its_recording_but_for_its_host_calls() -> None:
    deadline = Deadline(100.0)
    clock = CallClock(deadline)
    clock.begin()
    clock.recorded(0.0)
    left = deadline.remaining()
    clock._since -= 50.0  # so long was it recorded
    clock.recorded(20.0)
    assert left + 25 < deadline.remaining() < left + 31
    clock.halt()
    clock._since -= 50.0  # and so long did it stand
    clock.go_on(None)
    clock.recorded(20.0)
    assert deadline.remaining() < left + 31


def test_what_does_not_fit_is_refused_by_name(debug_site: DebugSiteMaker) -> None:
    debugged = running(debug_site(scripts.LOOP, lua={"timeout_seconds": 60}))
    with pytest.raises(DebugError, match=r"^cannot step over: the call is running, pause it first$"):
        debugged.session.step_over()
    with pytest.raises(DebugError, match="cannot read the locals"):
        debugged.session.locals()
    debugged.session.stop()
    debugged.result()
    with pytest.raises(DebugError, match="ended"):
        debugged.session.pause()


def test_a_script_edited_while_paused_is_shown_as_it_runs(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    path = site.engine.site.functions_dir / "todo.lua"
    path.write_text("function call() return 'new' end")
    site.engine.scripts.reload()
    assert debugged.session.program.script.text == scripts.BASIC
    assert debugged.do("over") == "add:5"
    debugged.session.stop()


def test_run_to_a_line(debug_site: DebugSiteMaker) -> None:
    debugged = debug_site(scripts.BASIC).start(stops_at_entry=True, records=False)
    debugged.stop()
    debugged.session.run_to(12)
    assert (debugged.at(), debugged.stop().reason) == ("call:12", StopReason.CURSOR)


def test_started_as_a_stranger(debug_site: DebugSiteMaker) -> None:
    site = debug_site("function call(request)\n  local who = goop.peer.label\n  return who\nend")
    site.breakpoint(3)
    debugged = site.start(caller=Caller("12D3KooWStranger", "Dmitri"))
    assert (debugged.at(), debugged.value("who")) == ("call:3", '"Dmitri"')
    debugged.session.stop()


def test_a_real_call_ends_without_the_handlers_of_its_events(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  goop.group.close(goop.group.create("g", "template"))
  return 1
end
function on_group_close() while true do end end
"""
    site = debug_site(source, lua={"timeout_seconds": 60})
    session = site.start(is_dry=False).session
    assert session.result(SECONDS).value == 1
    deadline = time.monotonic() + SECONDS
    while not site.engine.calls.running() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert site.engine.calls.running(), "the handler"
    site.engine.calls.cancel_all()


def test_one_that_was_told_to_end_stands_no_more(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    for _ in range(20):
        debugged = site.start(records=False)
        debugged.stop()
        debugged.session.stop()
        assert debugged.stop() is None


def test_a_call_that_was_given_up_is_over_whatever_its_thread_says_later(
    debug_site: DebugSiteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    session = debugged.session
    given_up = session.call.failed(ErrorKind.TIMEOUT, "given up")
    gone_on = threading.Event()
    go_on = session._clock.go_on

    def noted(stopped: Any) -> None:
        go_on(stopped)
        gone_on.set()

    monkeypatch.setattr(session._clock, "go_on", noted)
    session.finish(given_up)  # as by who made the call and waits no longer

    assert debugged.stop() is None
    session.stop()
    assert gone_on.wait(SECONDS)
    assert session.state is DebugState.ENDED
    assert debugged.stop() is None
    assert debugged.result() is given_up


@pytest.mark.parametrize("records", [True, False], ids=["recorded", "plain"])
def test_a_step_after_a_pause_goes_on(debug_site: DebugSiteMaker, records: bool) -> None:
    source = "function call()\n  local n = 0\n  while true do\n    n = n + 1\n    n = n - 1\n  end\nend"
    site = debug_site(source, lua={"timeout_seconds": 60})
    for _ in range(5):
        debugged = site.start(records=records)
        while debugged.session.state is DebugState.STARTING:
            time.sleep(0.01)
        debugged.session.pause()
        lines = [debugged.stop().line]
        for _ in range(4):
            debugged.session.step_over()
            lines.append(debugged.stop().line)
        steps = list(pairwise(lines))
        assert set(steps) <= {(2, 4), (4, 5), (5, 4)}, lines
        debugged.session.stop()
        debugged.result()
