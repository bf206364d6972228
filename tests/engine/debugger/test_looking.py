"""Looking runs nothing of the script's, and evaluating has limits of its own."""

from __future__ import annotations

from typing import Any

import pytest

from lua_engine import DebugError
from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import Debugged, DebugSiteMaker

HOSTILE = """local function refuse(what)
  return function() error(what .. " was run") end
end
function call()
  local names = { "__index", "__newindex", "__tostring", "__len", "__pairs", "__ipairs", "__eq", "__lt",
    "__le", "__call", "__concat", "__unm", "__add", "__metatable" }
  local mt = { __gc = refuse("__gc"), __mode = "k" }
  for _, name in ipairs(names) do mt[name] = refuse(name) end
  local t = setmetatable({ 1, 2, x = 3 }, mt)
  local other = setmetatable({}, mt)
  t.self = t
  local bytes = {}
  for i = 0, 255 do bytes[i] = string.char(i) end
  local text = ("x"):rep(20000)
  return true
end
"""


def paused(debug_site: DebugSiteMaker, source: str, line: int, **more: Any) -> Debugged:
    site = debug_site(source, **more)
    site.breakpoint(line)
    debugged = site.start(records=more.pop("records", False))
    assert debugged.stop() is not None
    return debugged


@pytest.mark.parametrize("records", [True, False])
def test_looking_runs_no_metamethod(debug_site: DebugSiteMaker, records: bool) -> None:
    site = debug_site(HOSTILE.replace("t.self = t", "rawset(t, 'self', t)"))
    site.breakpoint(15)
    debugged = site.start(records=records)
    debugged.stop()
    session = debugged.session
    table = next(one for one in session.locals() if one.name == "t")
    assert table.text.startswith("{1, 2")
    page = session.children(table.ref)
    inside = {one.name: one for one in page.values}
    assert set(inside) == {"(metatable)", "[1]", "[2]", "x", "self"}
    assert inside["self"].number == table.number
    assert session.children(inside["(metatable)"].ref).total is not None
    session.globals()
    if records:
        session.step_back()
        assert debugged.value("t").startswith("{1, 2")
        session.look_at(0)
    assert debugged.do("go") == "ended True"


def test_every_byte_is_shown(debug_site: DebugSiteMaker) -> None:
    debugged = paused(debug_site, HOSTILE.replace("t.self = t", ""), 15)
    table = next(one for one in debugged.session.locals() if one.name == "bytes")
    texts = [one.text for one in debugged.session.children(table.ref, 0, 300).values]
    assert len(texts) == 256
    assert {'"A"', '"\\n"', '"\\0"', '"\\""'} <= set(texts)
    assert all(text.isprintable() for text in texts)
    long = debugged.value("text")
    assert len(long) < 9000
    assert long.endswith("... (20000 bytes)")


def test_a_table_of_a_million_keys_opens_by_pages(debug_site: DebugSiteMaker) -> None:
    source = "function call()\n  local t = {}\n  for i = 1, 1e6 do t[i] = i end\n  return #t\nend"
    site = debug_site(source, lua={"max_memory_mb": 256, "timeout_seconds": 60})
    site.breakpoint(4)
    debugged = site.start(records=False)
    debugged.stop()
    (table,) = debugged.session.locals()[-1:]
    first = debugged.session.children(table.ref, 0, 100)
    assert (len(first.values), first.total) == (100, None)
    third = debugged.session.children(table.ref, 200, 100)
    assert third.values[0].text == "201"


def test_a_key_that_goes_between_two_pages(debug_site: DebugSiteMaker) -> None:
    source = "function call()\n  local t = {}\n  for i = 1, 1500 do t['k' .. i] = i end\n  return 1\nend"
    debugged = paused(debug_site, source, 4)
    (table,) = debugged.session.locals()[-1:]
    debugged.session.children(table.ref, 0, 100)
    debugged.evaluate(
        "(function() for k in pairs(t) do t[k] = nil end for i = 1, 3000 do t[i] = 1 end end)()"
    )
    page = debugged.session.children(table.ref, 100, 100)
    assert len(page.values) == 100


EVALUATIONS = [
    ("sum + 1", "3"),
    ("counter, a, b", "0, 1, 1"),
    ("sum = 10", ""),
    ("counter = 7", ""),
    ("call", "function: todo.lua:7"),
    ("_G.call == call", "true"),
    ("select('#', ...)", "0"),
    ("return 5", "5"),
    ("local x = 2 return x * 2", "4"),
    ("nothing", "nil"),
    ("nothing.x", "error: attempt to index global 'nothing' (a nil value)"),
    ("1 +", "error: unexpected symbol near '1'"),
    ("new = 5", "error: there is no local, upvalue or global 'new'; a new global is made by _G.new = ..."),
    ("while true do end", "error: it took longer than 0.2 s"),
    ("pcall(function() while true do end end)", "error: it took longer than 0.2 s"),
    ("coroutine.wrap(function() while true do end end)()", "error: it took longer than 0.2 s"),
    ("('x'):rep(3e7)", "error: it needs more memory than an evaluation may have"),
    ("pcall(string.rep, 'x', 3e7)", "error: it needs more memory than an evaluation may have"),
    ("error('own')", "error: own"),
    ("error({})", "error: (error object is a table value)"),
    ("coroutine.yield()", "error: it yields, and nothing would resume it"),
    ("goop.log.info('x')", "error: host functions are switched off here"),
    ("pcall(goop.log.info, 'x')", 'false, "host functions are switched off here"'),
]


@pytest.mark.parametrize(("text", "answer"), EVALUATIONS)
def test_an_evaluation(debug_site: DebugSiteMaker, text: str, answer: str) -> None:
    debugged = paused(debug_site, scripts.BASIC, 4)
    assert debugged.evaluate(text).replace("todo.lua:4: ", "").replace("console:1: ", "") == answer
    assert debugged.evaluate("1 + 1") == "2"
    debugged.session.stop()
    assert debugged.result().error is not None


def test_after_evaluations_that_failed_the_call_goes_on(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    one = site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    for text in ("while true do end", "('x'):rep(3e7)", "error('x')", "goop.log.info('x')"):
        assert debugged.evaluate(text).startswith("error")
    site.debugger.remove_breakpoints(one.id)
    assert debugged.do("go") == "ended 7"
    assert debugged.result().logs == ()


def test_host_functions_where_they_are_wanted(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    one = site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    assert debugged.evaluate("goop.log.info('from the console')", with_host=True) == ""
    assert [line.message for line in debugged.session.logs()] == ["from the console"]
    site.debugger.remove_breakpoints(one.id)
    debugged.session.resume()
    assert debugged.result().value == 7


def test_what_is_set_changes_the_result(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    site.breakpoint(12)
    debugged = site.start()
    debugged.stop()
    session = debugged.session
    table = next(one for one in session.locals() if one.name == "t")
    (entry,) = session.children(table.ref).values
    assert session.set_field(table.ref, entry.key, "40 + 2").values[0].text == "42"
    assert session.set_global("added", "{ 1 }").error == ""
    assert session.globals()[0].name == "added"
    assert "no local" in session.set_local("nobody", "1").error
    assert debugged.do("go") == "ended 42"


def test_extra_arguments_and_shadowed_names(debug_site: DebugSiteMaker) -> None:
    source = """local function f(...)
  local x = 1
  do
    local x = 2
    return x
  end
end
function call()
  return (f("a", 5))
end"""
    debugged = paused(debug_site, source, 5)
    assert debugged.names() == {"x": "2", "...1": '"a"', "...2": "5"}
    assert debugged.evaluate("...") == '"a", 5'


@pytest.mark.parametrize("records", [True, False])
def test_extra_arguments_can_be_set(debug_site: DebugSiteMaker, records: bool) -> None:
    source = """local function f(...)
  local n = select("#", ...)
  return n, ...
end
function call()
  local n, a, b = f(1, 2)
  return { n, a, b }
end"""
    site = debug_site(source)
    site.breakpoint(3)
    one = site.start(records=records)
    assert one.stop() is not None
    assert one.session.set_local("...2", "n * 10").error == ""
    assert one.names()["...2"] == "20"
    assert "no local" in one.session.set_local("...3", "1").error
    assert "no local" in one.session.set_local("...99999999999999999999", "1").error
    assert one.do("go") == "ended [2, 1, 20]"


def test_sql_and_the_changed_rows_so_far(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local posts = goop.orm("posts")
  posts:insert({ title = "New" })
  local n = 1
  return n
end"""
    schema = {"system_key": True, "columns": [{"name": "title", "type": "text"}]}
    site = debug_site(source, schemas={"posts": schema})
    site.breakpoint(4)
    debugged = site.start()
    debugged.stop()
    session = debugged.session
    assert any("INSERT" in one.sql for one in session.sql())
    assert len(session.diff().table("posts").added) == 1
    session.resume()
    assert debugged.result().value == 1


def test_a_peek_reads_fields_and_runs_nothing(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local t = setmetatable({ name = "Anna", tags = { "a", "b" } }, { __index = function() error("ran") end })
  other = { ["a b"] = 5 }
  return 1
end
"""
    debugged = debug_site(source).start(run_to=(4, 1))
    debugged.stop()

    def peeked(path: str) -> str:
        answer = debugged.session.peek(path)
        return answer.error or answer.values[0].text

    assert peeked("t.name") == '"Anna"'
    assert peeked("t.tags[2]") == '"b"'
    assert peeked('other["a b"]') == "5"
    assert peeked("t.nothing") == "nil"
    assert "there is no field in a string" in peeked("t.name.x")
    assert "only names and fields" in peeked("call()")
    debugged.session.stop()
    debugged.result()
    with pytest.raises(DebugError, match=r"^cannot read a value: the call has ended$"):
        debugged.session.peek("t")


def test_a_function_that_was_reached_by_a_tail_call_has_its_name(debug_site: DebugSiteMaker) -> None:
    source = """local function toggle(params)
  local row = { id = params.id }
  return row
end
local wrapped = { toggle = (function(f) return function(params) return f(params) end end)(toggle) }
function call(request) return wrapped.toggle(request.params) end
"""
    site = debug_site(source)
    site.breakpoint(3)
    debugged = site.start()
    assert debugged.at() == "toggle:3"
    assert debugged.stop().frames[0].is_tail
    assert debugged.session.step_back().frames[0].name == "toggle"
    debugged.session.stop()
