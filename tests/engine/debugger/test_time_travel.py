"""Every earlier state is shown exactly as it was live."""

from __future__ import annotations

import os
from typing import Any

import pytest

from lua_engine import DebugError, DebugSession
from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import Debugged, DebugSiteMaker
from tests.engine.debugger.programs import generated_program

PROGRAMS = 400 if os.environ.get("GOOP_NIGHTLY") else 12
STEPS = 120


def opened(session: DebugSession, value: Any, depth: int, numbers: dict[int, int]) -> Any:
    """A value with what is inside; ``numbers`` tell the tables of one state apart."""
    if not value.ref or value.type != "table" or depth == 0:
        return value.text
    inside = session.children(value.ref).values
    number = numbers.setdefault(value.number, len(numbers))
    return number, tuple((one.name, opened(session, one, depth - 1, numbers)) for one in inside)


def snapshot(session: DebugSession) -> Any:
    """The whole state: frames, locals, upvalues, tables in them."""
    stopped = session.stopped
    assert stopped is not None
    state: list[Any] = []
    numbers: dict[int, int] = {}
    for frame in stopped.frames:
        variables = (*session.locals(frame.id), *session.upvalues_of(frame.id))
        state.append(
            (
                frame.line,
                frame.coroutine,
                tuple((one.name, opened(session, one, 4, numbers)) for one in variables),
            )
        )
    return state


def wrapped(program: str) -> str:
    return f"function call(request)\n{program}end\n"


@pytest.mark.parametrize("seed", range(PROGRAMS))
def test_back_and_forward_equal_what_was_seen_live(debug_site: DebugSiteMaker, seed: int) -> None:
    source = wrapped(generated_program(seed, 16))
    debugged = debug_site(source).start(stops_at_entry=True)
    session, live = debugged.session, {}
    for _ in range(STEPS):
        stopped = debugged.stop()
        if stopped is None:
            break
        live[stopped.recorded.last] = snapshot(session)
        last = stopped.recorded.last
        session.step_into()
    if debugged.stop() is None:  # it ended: once more, and stand before the end
        debugged = debug_site(source).start(stops_at_entry=True)
        session = debugged.session
        debugged.stop()
        for _ in range(len(live) - 1):
            session.step_into()
            debugged.stop()
        assert session.stopped is not None
        assert session.stopped.recorded.last == last
    for step in (*reversed(live), *live):
        session.look_at(step)
        assert snapshot(session) == live[step], (step, source)
    session.look_at(0)
    session.resume()
    plain = debug_site(source).engine.calls.call("todo", caller=session.call.caller)
    assert debugged.result().value == plain.value


def at_end(debug_site: DebugSiteMaker, source: str, line: int) -> Debugged:
    site = debug_site(source)
    site.breakpoint(line)
    debugged = site.start()
    debugged.stop()
    return debugged


def test_steps_back_go_over_calls_or_into_them(debug_site: DebugSiteMaker) -> None:
    session = at_end(debug_site, scripts.BASIC, 12).session
    assert [session.step_back().line for _ in range(3)] == [9, 10, 9]
    assert [session.step_back(over=False).line for _ in range(3)] == [5, 4, 3]
    assert [session.step_forward().line for _ in range(3)] == [4, 5, 9]


def test_running_back_stops_at_the_breakpoint_before(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4)
    debugged = site.start()
    for command in ("go", "go"):
        debugged.stop()
        debugged.do(command)
    session = debugged.session
    assert (session.run_back().line, debugged.value("sum")) == (4, "4")
    assert (session.run_back().line, debugged.value("sum")) == (4, "2")
    assert "first step" in session.run_back().note
    assert (session.run_forward().line, debugged.value("sum")) == (4, "2")


def test_who_set_a_variable(debug_site: DebugSiteMaker) -> None:
    debugged = at_end(debug_site, scripts.BASIC, 12)
    session = debugged.session
    assert session.go_to_write("t").line == 8
    session.look_at(0)
    table = next(one for one in session.locals() if one.name == "t")
    entry = session.children(table.ref).values[0]
    written = session.go_to_field_write(table.ref, entry.key)
    assert (written.line, debugged.value("i"), debugged.evaluate("t.x")) == (10, "3", "4")
    with pytest.raises(DebugError, match="not written"):
        session.go_to_write("nobody")


def test_who_set_an_upvalue(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.CLOSURES)
    site.breakpoint(12)
    session = site.start().session
    session.wait(30)
    session.step_into()
    session.wait(30)
    assert session.go_to_write("count").line == 4


def test_the_past_is_for_looking(debug_site: DebugSiteMaker) -> None:
    debugged = at_end(debug_site, scripts.BASIC, 12)
    session = debugged.session
    session.step_back()
    assert "for looking" in session.set_local("t", "1").error
    assert "only names and fields" in session.evaluate("t.x + 1").error
    assert session.evaluate("t.x").values[0].text == "7"
    with pytest.raises(DebugError, match="present"):
        session.step_over()
    session.look_at(0)
    assert debugged.do("go") == "ended 7"


def test_sorted_and_removed_entries_are_as_they_were(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local t = { 3, 1, 2, key = "v" }
  table.sort(t, function(a, b)
    return a < b end)
  t.key = nil
  table.remove(t, 1)
  table.insert(t, 1, 9)
  rawset(t, "new", 1)
  return #t
end"""
    debugged = at_end(debug_site, source, 9)
    session, seen = debugged.session, []
    for _ in range(6):
        seen.append(session.step_back().line)
        seen.append(debugged.value("t"))
    assert seen == [
        8, "{9, 2, 3}", 7, "{2, 3}", 6, "{1, 2, 3}", 5, '{1, 2, 3, key = "v"}',
        3, '{3, 1, 2, key = "v"}', 2, "",
    ]  # fmt: skip
    session.look_at(0)
    assert debugged.value("t") == "{9, 2, 3, new = 1}"
    session.look_at(session.stopped.recorded.last - 5)
    assert (session.stopped.line, len(session.stopped.frames)) == (4, 2)
    assert debugged.value("t", 2) == '{3, 1, 2, key = "v"}'


def test_what_a_loaded_text_writes_is_recorded(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  t = { n = 1 }
  load("t.n = 2")()
  return t.n
end"""
    debugged = at_end(debug_site, source, 4)
    assert debugged.evaluate("t.n") == "2"
    debugged.session.step_back()
    assert debugged.evaluate("t.n") == "1"


def test_the_oldest_steps_go_and_it_is_said(debug_site: DebugSiteMaker) -> None:
    source = "function call()\n  local n = 0\n  for i = 1, 130000 do\n    n = i\n  end\n  return n\nend"
    debugged = at_end(debug_site, source, 6)
    recorded = debugged.session.stopped.recorded
    assert recorded.has_dropped or recorded.ended_by == "time"
    assert recorded.count <= 200_000
    if not recorded.ended_by:
        assert debugged.session.step_back().line == 3
        assert debugged.value("n") == "130000"


def test_running_again_to_here_stops_at_the_same_step(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(12)
    debugged = site.start()
    debugged.stop()
    session = debugged.session
    for _ in range(3):
        session.step_back()
    here = (session.stopped.line, debugged.names())
    again = Debugged(site.debugger.run_again_to_here(session))
    assert again.stop().reason == "cursor"
    assert (again.session.stopped.line, again.names()) == here
    assert again.do("over") == "call:10"


LOOP_FIRST = """local function count(n)
  while n > 0 do
    n = n - tonumber("1")
  end
  return n
end
function call()
  local left = count(3)
  return left
end
"""


def test_a_function_that_begins_with_a_loop_is_one_frame_in_all_rounds(debug_site: DebugSiteMaker) -> None:
    debugged = at_end(debug_site, LOOP_FIRST, 5)
    session = debugged.session
    assert [(session.step_back().line, debugged.value("n")) for _ in range(8)] == [
        (2, "0"), (3, "1"), (2, "1"), (3, "2"), (2, "2"), (3, "3"), (2, "3"), (8, ""),
    ]  # fmt: skip
