"""Locals around a function that it does not use: Lua does not keep them, and that is said."""

from __future__ import annotations

import pytest

from lua_engine.debugger.outer_names import OuterNames, outer_names
from lua_engine.runtime.chunk import read_chunk
from lua_engine.scripts.lint import compile_source
from tests.engine.debugger.conftest import Debugged, DebugSiteMaker

SOURCE = """local total, used = 10, 1
rate = 5
local function each(list, visit)
  for _, one in ipairs(list) do visit(one) end
end
function call(request)
  local rows, n = { 1, 2, 3 }, 0
  do local gone = 1 end
  each(rows, function(row)
    n = n + row + used
    local rate = row
  end)
  local late = n
  return late
end
"""
WHY = ", but this function does not use it, so Lua does not keep it here"
OF_FUNCTION = f"`rows` is a local of the function around this one{WHY}"
OF_SCRIPT = f"`total` is a local of the script outside this function{WHY}"


def names(text: str, first: int, last: int) -> OuterNames:
    return outer_names(read_chunk(compile_source("x.lua", text.encode()).bytecode), text, first, last)


def test_what_is_around_a_function_and_not_used_by_it() -> None:
    assert names(SOURCE, 9, 12) == OuterNames(frozenset({"rows", "request"}), frozenset({"total", "each"}))
    assert names(SOURCE, 6, 15) == OuterNames(frozenset(), frozenset({"total"}))
    assert names(SOURCE, 0, 0) == names(SOURCE, 77, 78) == OuterNames()


@pytest.mark.parametrize(
    ("text", "of_script"),
    [
        ("local function f()\nreturn 1\nend", {"f"}),
        ("local function f()\nreturn f\nend", set()),
        ("local f = function()\nreturn 1\nend", set()),
        ("local a\ndo local b end\nlocal c\nfunction f()\nend\nlocal d", {"a", "c"}),
        ("for i = 1, 2 do\nfunction f()\nend\nend", {"i"}),
        ("for k, v in pairs({}) do\nfunction f()\nreturn k\nend\nend", {"v"}),
    ],
)
def test_where_a_name_begins_and_ends(text: str, of_script: set[str]) -> None:
    lines = text.split("\n")
    first = next(number for number, line in enumerate(lines, 1) if "function" in line)
    last = next(number for number, line in enumerate(lines, 1) if line == "end" and number > first)
    assert names(text, first, last) == OuterNames(frozenset(), frozenset(of_script))


def test_of_two_functions_on_the_same_lines_what_neither_uses() -> None:
    text = "local a, b, c = 1, 2, 3\nx, y = function() return a end, function() return b end"
    assert names(text, 2, 2).of_script == {"c"}


def inside(debug_site: DebugSiteMaker, **options: object) -> Debugged:
    site = debug_site(SOURCE)
    site.breakpoint(11)
    debugged = site.start(**options)
    debugged.stop()
    return debugged


def test_evaluating_says_it(debug_site: DebugSiteMaker) -> None:
    debugged = inside(debug_site)
    assert debugged.evaluate("rows") == f"error: {OF_FUNCTION}"
    assert debugged.evaluate("total + 1") == f"error: {OF_SCRIPT}"
    assert debugged.evaluate("total = 5") == f"error: {OF_SCRIPT}"
    assert debugged.evaluate("pcall(function() return rows end)") == f'false, "{OF_FUNCTION}"'
    assert debugged.evaluate("n, used, rate, row, _G.total") == "2, 1, 5, 1, nil"
    assert debugged.evaluate("gone, late, nothing") == "nil, nil, nil"
    assert debugged.evaluate("#rows", 3) == "3", "where it is a local it is read"
    debugged.session.stop()


def test_a_global_of_that_name_is_not_meant(debug_site: DebugSiteMaker) -> None:
    debugged = inside(debug_site)
    assert debugged.evaluate("_G.total = 'global'") == ""
    assert debugged.evaluate("total") == f"error: {OF_SCRIPT}"
    assert debugged.evaluate("_G.total") == '"global"'
    debugged.session.stop()


def test_peeking_setting_and_looking_for_the_writer_say_it(debug_site: DebugSiteMaker) -> None:
    session = inside(debug_site).session
    found = session.peek("rows[1]")
    assert (found.error, found.is_not_kept) == (OF_FUNCTION, True)
    assert not session.peek("nothing.x").is_not_kept
    assert session.set_local("rows", "1").error == OF_FUNCTION
    with pytest.raises(Exception, match="`rows` is a local of the function around"):
        session.go_to_write("rows")
    assert session.go_to_write("n").line == 10
    assert session.peek("rows").error == session.evaluate("rows").error == OF_FUNCTION, "in the past too"
    session.stop()


@pytest.mark.parametrize("records", [True, False])
def test_a_condition_and_a_message_with_it_say_so(debug_site: DebugSiteMaker, records: bool) -> None:
    site = debug_site(SOURCE)
    site.breakpoint(10, message="rows {#rows}, n {n}")
    condition = site.breakpoint(11, condition="#rows == 3")
    debugged = site.start(records=records)
    assert debugged.stop().text == f"the condition failed: {OF_FUNCTION}"
    (line,) = (one.message for one in debugged.session.logs())
    assert line == f"rows {{#rows: {OF_FUNCTION}}}, n 0"
    site.debugger.remove_breakpoints(condition.id)
    assert debugged.do("go") == "ended 9"
