"""Breakpoints: where they bind and why, what they ask, and that they are kept."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine import Breakpoint, Caller, DebugError, Engine, Request
from lua_engine.debugger.binding import bind, followed, line_text
from lua_engine.debugger.breakpoints import Breakpoints
from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import DebugSiteMaker


@pytest.mark.parametrize(
    ("line", "bound", "reason"),
    [
        (2, 4, "line 2 is a comment: it stops at line 4"),
        (3, 4, "line 3 is empty: it stops at line 4"),
        (4, 4, ""),
        (6, 7, "line 6 has no instruction of its own"),
        (10, 11, "line 10 is an else, where nothing runs: it stops at line 11"),
        (12, 13, "line 12 is an end, where nothing runs: it stops at line 13"),
        (99, 0, "line 99 is not there: the script has 14 lines, and no line after it can stop"),
    ],
)
def test_each_binds_or_says_why(debug_site: DebugSiteMaker, line: int, bound: int, reason: str) -> None:
    site = debug_site(scripts.LINES)
    binding = site.debugger.binding(Breakpoint("function/todo", line))
    assert binding.line == bound
    assert binding.reason.startswith(reason)


def test_of_no_script(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.LINES)
    assert "no script" in site.debugger.binding(Breakpoint("function/none", 1)).reason
    with pytest.raises(DebugError, match="function/NAME"):
        site.debugger.binding(Breakpoint("todo", 1))


def test_a_one_line_function_stops(debug_site: DebugSiteMaker) -> None:
    site = debug_site("local function f(x) return x + 1 end\nfunction call() return f(1) end")
    site.breakpoint(1)
    debugged = site.start(records=False)
    assert debugged.at() == "main chunk:1"
    assert debugged.do("go") == "f:1"
    assert debugged.value("x") == "1"


@pytest.mark.parametrize("records", [True, False])
def test_conditions(debug_site: DebugSiteMaker, records: bool) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4, condition="b == 3 and counter == 2")
    debugged = site.start(records=records)
    assert (debugged.at(), debugged.value("b")) == ("add:4", "3")
    assert debugged.do("go") == "ended 7"
    (one,) = site.debugger.breakpoints()
    assert debugged.session.hits == {one.id: 1}


def test_a_condition_that_fails_stops_and_says_so(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4, condition="a.b.c")
    debugged = site.start(records=False)
    assert debugged.stop().text == "the condition failed: attempt to index global 'a' (a number value)"
    debugged.session.stop()


def test_a_condition_without_end_does_not_end_the_call(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4, condition="(function() while true do end end)()")
    debugged = site.start(records=False)
    assert "longer than" in debugged.stop().text
    site.debugger.remove_breakpoints(*(one.id for one in site.debugger.breakpoints()))
    assert debugged.do("go") == "ended 7"


@pytest.mark.parametrize(
    ("test", "values"), [("2", ["2"]), (">= 2", ["2", "3"]), ("> 2", ["3"]), ("% 2", ["2"])]
)
def test_hit_counts(debug_site: DebugSiteMaker, test: str, values: list[str]) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4, hit_test=test)
    debugged, found = site.start(records=False), []
    while debugged.stop() is not None:
        found.append(debugged.value("b"))
        debugged.do("go")
    assert found == values


def test_messages_are_logged_instead(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4, message="sum is {sum}, b {b}, {nothing.x}")
    debugged = site.start(records=False)
    assert debugged.at() == "ended 7"
    logs = [line.message for line in debugged.result().logs]
    assert logs[0] == "sum is 2, b 1, {nothing.x: attempt to index global 'nothing' (a nil value)}"
    assert len(logs) == 3


def test_messages_are_capped_as_logs_are(debug_site: DebugSiteMaker) -> None:
    site = debug_site("function call()\n  for i = 1, 3000 do\n    local x = i\n  end\nend")
    site.breakpoint(3, message="{i}")
    debugged = site.start(records=False)
    assert debugged.stop() is None
    assert len(debugged.result().logs) <= 1_001


def test_only_for_one_caller(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(4, caller="stranger")
    assert site.start(records=False).at() == "ended 7"
    stranger = site.start(records=False, caller=Caller("12D3KooWStranger", "Dmitri"))
    assert stranger.at() == "add:4"
    stranger.session.stop()


def test_disabled_ones_do_not_stop(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    one = site.breakpoint(4)
    site.debugger.put_breakpoint(replace(one, is_enabled=False))
    assert site.start().at() == "ended 7"


@pytest.mark.parametrize("records", [True, False])
def test_one_set_while_the_call_is_paused_works_in_it(debug_site: DebugSiteMaker, records: bool) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(8)
    debugged = site.start(records=records)
    assert debugged.at() == "call:8"
    site.breakpoint(5)
    assert debugged.do("go") == "add:5"
    debugged.session.stop()


def test_one_set_while_the_call_runs_works_in_it(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.LOOP, lua={"timeout_seconds": 60})
    debugged = site.start(records=False)
    while debugged.session.state == "starting":
        pass
    site.breakpoint(4)
    assert debugged.at() == "call:4"
    debugged.session.stop()


def test_they_follow_edits_by_the_text_of_the_line(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    one = site.breakpoint(4)
    path = site.engine.site.functions_dir / "todo.lua"
    path.write_text("-- one more\n-- and another\n" + scripts.BASIC)
    site.engine.scripts.reload()
    assert [(found.id, found.line) for found in site.debugger.breakpoints()] == [(one.id, 6)]
    assert site.start().at() == "add:6"


def test_they_are_kept(tmp_path: Path, debug_site: DebugSiteMaker) -> None:
    path = tmp_path / "breakpoints.json"
    first = Breakpoints(path)
    one = first.put(Breakpoint("function/todo", 4, "x", "a > 1", ">=2", "text", "owner"))
    assert json.loads(path.read_text())["version"] == 1
    again = Breakpoints(path)
    assert again.all() == (replace(one, hit_test=">=2"),)
    again.remove(one.id)
    assert Breakpoints(path).all() == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ('{"version": 2, "breakpoints": []}', "newer Goop Console"),
        ('{"version": 1, "breakpoints": {}}', "list"),
        ('{"version": 1, "breakpoints": [{"script": "function/a", "line": "x"}]}', "line must be int"),
        ('{"version": 1, "breakpoints": [{"script": "function/a", "line": 0}]}', "no line 0"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "breakpoints.json"
    path.write_text(content)
    store = Breakpoints(path)
    assert words in store.problem
    store.put(Breakpoint("function/todo", 1))
    assert path.read_text() == content


@pytest.mark.parametrize("test", ["0", "x", ">=", "-1", "5 6", "%0"])
def test_what_is_no_hit_count_is_refused(debug_site: DebugSiteMaker, test: str) -> None:
    with pytest.raises(DebugError, match="hit count"):
        debug_site(scripts.BASIC).breakpoint(1, hit_test=test)


@given(st.lists(st.text(alphabet="ab \t", max_size=3), max_size=12), st.integers(1, 14))
def test_following_finds_a_line_of_the_same_text(lines: list[str], line: int) -> None:
    text = "\n".join(lines)
    known = lines[line - 1] if line <= len(lines) else "gone"
    found = followed(text, line, known)
    if line <= len(lines):
        assert lines[found - 1].strip() == known.strip()
    else:
        assert found == 0


@given(st.text(alphabet="ab-\n ", max_size=40), st.sets(st.integers(1, 20)), st.integers(1, 30))
def test_binding_goes_to_the_line_or_to_the_next_that_can_stop(text: str, stops: set[int], line: int) -> None:
    binding = bind(text, stops, line)
    assert binding.line == min((one for one in stops if one >= line), default=0)
    assert bool(binding.reason) == (binding.line != line)


def test_a_read_only_site_keeps_nothing(tmp_path: Path, debug_site: DebugSiteMaker) -> None:
    site: Any = debug_site(scripts.BASIC)
    assert site.engine.site.owner.id
    with Engine.open(site.engine.site.path, watch=False, read_only=True) as engine:
        engine.debugger.put_breakpoint(Breakpoint("function/todo", 4))
        session = engine.debugger.start(Request.call("todo", {}), engine.site.owner)
        assert session.wait(30) is not None
        session.stop()
        session.result(30)
        assert not (site.engine.site.console_dir / "breakpoints.json").exists()


def test_those_that_were_never_reached_say_why(debug_site: DebugSiteMaker) -> None:
    source = """local function unused()
  local x = 1
  return x
end
function call(request)
  if request.params.wide then
    unused()
  end
  return 1
end"""
    site = debug_site(source)
    inside, before = site.breakpoint(2), site.breakpoint(7)
    debugged = site.start()
    assert debugged.stop() is None
    debugged.result()
    assert {one.id: why for one, why in debugged.session.unreached()} == {
        inside.id: "line 2 was never reached: the function at line 1 was not called",
        before.id: "line 7 was never reached, though its function ran",
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_that_lua_counts(end: str) -> None:
    text = end.join(["-- a\x0cb\u2028c", "local x = 1", "return x", ""])
    assert [line_text(text, line) for line in (1, 2, 3, 4)] == [
        "-- a\x0cb\u2028c",
        "local x = 1",
        "return x",
        "",
    ]
    assert followed(text, 1, "return x") == 3
    assert bind(text, {2, 3}, 1).reason == "line 1 is a comment: it stops at line 2"
    assert bind(text, {2, 3}, 9).reason.startswith("line 9 is not there: the script has 3 lines")
