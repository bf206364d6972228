"""A script cannot find out, escape through, or hang the debugger."""

from __future__ import annotations

from contextlib import suppress

import pytest

from lua_engine import DebugError, DebugSession, Stopped
from tests.engine.debugger.conftest import DebugSiteMaker
from tests.helpers.nightly import nightly

PROBES = {
    "its globals": """local names = {}
  for name in pairs(_G) do names[#names + 1] = name end
  table.sort(names)
  return table.concat(names, " ")""",
    "the stack in an error": """local ok, message = pcall(function() local t = nil return t.x end)
  return message""",
    "what a tail call leaves": """local function f(n) if n == 0 then return 5 end return f(n - 1) end
  return pcall(f, 50)""",
    "the depth of calls": """local function deep(n) return n == 0 and 0 or 1 + deep(n - 1) end
  return deep(150)""",
    "identity of functions": """local list = {}
  for i = 1, 3 do list[i] = function() return i end end -- without its own i Lua may make one or three
  return tostring(list[1] == list[2])""",
    "a coroutine's end": """local co = coroutine.create(function() error("x") end)
  local ok, message = coroutine.resume(co)
  return message .. coroutine.status(co)""",
    "an __index that counts": """local n = 0
  local t = setmetatable({}, { __index = function() n = n + 1 end })
  local _ = t.a
  return n""",
    "bytecode": "return pcall(load, '\\27Lua') and tostring(load('\\27Lua')) .. type(string.dump)",
    "a library that was put away": """string, table, math = nil, nil, nil
  pairs, next, type, tostring, setmetatable = nil, nil, nil, nil, nil
  return ("x"):rep(3)""",
    "a metatable of the globals": """local mt = { __index = function() error("x") end, __newindex = error }
  setmetatable(_G, mt)
  local x = rawget(_G, "nothing")
  return x == nil""",
}


@pytest.mark.parametrize("records", [True, False])
@pytest.mark.parametrize("name", PROBES)
def test_a_script_sees_the_same(debug_site: DebugSiteMaker, name: str, records: bool) -> None:
    source = f"function call()\n  local start = 1\n  {PROBES[name]}\nend\n"
    site = debug_site(source)
    plain = site.engine.calls.call("todo", caller=site.engine.site.owner)
    assert plain.ok
    for line in site.debugger.stop_lines("function/todo"):
        site.breakpoint(line)
    debugged = site.start(records=records)
    for _ in range(500):
        if debugged.stop() is None:
            break
        debugged.session.locals()
        debugged.session.globals()
        debugged.do("over")
    assert debugged.result().value == plain.value


ENDLESS = {
    "in a message handler": "xpcall(error, function() while true do end end)",
    "in nested protected calls": "local function f() pcall(f) f() end f()",
    "in coroutines": "local function f() coroutine.wrap(f)() end while true do pcall(f) end",
    "with a growing table": "local t = {} while true do t[#t + 1] = {} end",
    "with a growing text": "local s = 'x' while true do s = s .. s end",
    "with closures": "local t = {} while true do local n = 0 t[#t + 1] = function() n = n + 1 end end",
    "with loaded texts": "while true do load('x = (x or 0) + 1')() end",
}


BENIGN = {"benign": "function call() return 1 end"}


def endless(name: str) -> str:
    return f"function call()\n  {ENDLESS[name]}\nend\n"


def paused(session: DebugSession) -> Stopped | None:
    """Where it stands, paused by us; None when it ended before."""
    while True:
        try:
            return session.wait(0.02)
        except TimeoutError:
            with suppress(DebugError):  # it stands or has ended in this moment
                session.pause()


@pytest.mark.parametrize("records", [True, False])
@pytest.mark.parametrize("name", ENDLESS)
def test_nothing_hangs_the_debugger(debug_site: DebugSiteMaker, name: str, records: bool) -> None:
    """Stopped early, looked at, and ended there."""
    site = debug_site(endless(name), functions=BENIGN, lua={"timeout_seconds": 60})
    debugged = site.start(records=records, stops_at_entry=True, stops_at_errors=False)
    debugged.stop()
    debugged.session.resume()
    if paused(debugged.session) is not None:
        debugged.session.globals()
        debugged.session.stop()
    assert debugged.result().error.kind in ("cancelled", "memory", "script")
    assert site.engine.calls.call("benign", caller=site.engine.site.owner).value == 1


AT_LIMIT = nightly(["in a message handler"], list(ENDLESS))


@pytest.mark.parametrize("records", nightly([False], [True, False]))
@pytest.mark.parametrize("name", AT_LIMIT)
def test_nothing_runs_past_its_time(debug_site: DebugSiteMaker, name: str, records: bool) -> None:
    site = debug_site(endless(name), functions=BENIGN, lua={"timeout_seconds": 1})
    debugged = site.start(records=records, stops_at_errors=False)
    stopped = debugged.stop()
    if stopped is None:  # its memory came first
        assert debugged.result().error.kind == "memory"
        return
    assert stopped.reason == "limit"
    debugged.session.globals()
    debugged.session.stop()
    assert debugged.result().error.kind == "cancelled"
    assert site.engine.calls.call("benign", caller=site.engine.site.owner).value == 1


def test_many_tables_and_deep_ones_can_be_opened(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local deep = {}
  local at = deep
  for i = 1, 5000 do at.inner = {} at = at.inner end
  at.inner = deep
  return 1
end"""
    site = debug_site(source)
    site.breakpoint(6)
    debugged = site.start(records=False)
    debugged.stop()
    value = debugged.session.locals()[0]
    for _ in range(200):
        (value,) = debugged.session.children(value.ref).values
    assert debugged.do("go") == "ended 1"


def test_a_million_arguments_and_globals_can_be_looked_at(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  for i = 1, 100000 do _G["g" .. i] = i end
  return (function(...) local n = select("#", ...)
    return n
  end)(table.unpack({}, 1, 200000))
end"""
    site = debug_site(source, lua={"timeout_seconds": 60, "max_memory_mb": 256})
    site.breakpoint(4)
    debugged = site.start(records=False)
    assert debugged.stop() is not None
    assert [one.name for one in debugged.session.locals()][:2] == ["n", "...1"]
    assert len(debugged.session.locals()) == 251
    assert len(debugged.session.globals()) >= 1000
    assert debugged.evaluate("n") == "200000"
    assert debugged.do("go") == "ended 200000"
