"""Coroutines at a stop: those that wait for the running one, and those that wait to be resumed."""

from __future__ import annotations

import pytest

from lua_engine import DebugError, SuspendedCoroutine
from tests.engine.debugger.conftest import Debugged, DebugSiteMaker

NESTED = """local function leaf(n)
  local deep = n * 2
  return deep
end
function call(request)
  local outer = "of call"
  local walk = coroutine.wrap(function(a)
    local middle = a + 1
    local inner = coroutine.create(function(b)
      return leaf(b) + 0
    end)
    local _, got = coroutine.resume(inner, middle)
    return got
  end)
  local answer = walk(1)
  return answer
end
"""
WAITING = """local function each(list)
  return coroutine.wrap(function()
    for index, word in ipairs(list) do
      local size = #word
      coroutine.yield(index)
    end
  end)
end
local function pause(n)
  local kept = n
  coroutine.yield(kept)
  return kept
end
function call(request)
  local total = 0
  local worker = coroutine.create(function(n)
    local before = n
    pause(n + 1)
    result = before
  end)
  coroutine.resume(worker, 7)
  local fresh = coroutine.create(function() end)
  for index in each({ "one", "three" }) do
    total = total + index
  end
  coroutine.resume(worker)
  return total .. ' ' .. tostring(result)
end
"""


def stopped_at(debug_site: DebugSiteMaker, source: str, line: int, **options: object) -> Debugged:
    site = debug_site(source)
    site.breakpoint(line)
    debugged = site.start(**options)
    debugged.stop()
    site.debugger.remove_breakpoints(*(one.id for one in site.debugger.breakpoints()))
    return debugged


def shown(coroutines: tuple[SuspendedCoroutine, ...]) -> list[list[tuple[str, int]]]:
    return [[(frame.name, frame.line) for frame in one.frames] for one in coroutines]


@pytest.mark.parametrize("records", [True, False])
def test_the_stack_goes_on_in_those_that_wait_for_it(debug_site: DebugSiteMaker, records: bool) -> None:
    debugged = stopped_at(debug_site, NESTED, 3, records=records)
    frames = debugged.stop().frames
    assert [(frame.line, frame.coroutine) for frame in frames] == [(3, 2), (10, 2), (12, 1), (15, 0)]
    assert debugged.names(1) == {"n": "2", "deep": "4"}
    assert debugged.names(3)["middle"] == "2"
    assert debugged.names(4)["outer"] == '"of call"'
    assert debugged.evaluate("middle + 1", 3) == "3"
    assert debugged.session.coroutines() == (), "they wait for the running one, not to be resumed"
    if records:
        past = debugged.session.step_back()
        assert [(frame.line, frame.coroutine) for frame in past.frames] == [(2, 2), (10, 2), (12, 1), (15, 0)]
        assert debugged.names(4)["outer"] == '"of call"'
        debugged.session.look_at(0)
    assert debugged.session.set_local("middle", "50", 3).error == ""
    assert debugged.do("go") == "ended 4"


@pytest.mark.parametrize("records", [True, False])
def test_suspended_ones_are_found_and_can_be_looked_into(debug_site: DebugSiteMaker, records: bool) -> None:
    debugged = stopped_at(debug_site, WAITING, 24, records=records)
    waiting = debugged.session.coroutines()
    assert shown(waiting) == [[("pause", 11), ("function at line 16", 18)], [("function at line 2", 5)]]
    (pause, worker), (each,) = (one.frames for one in waiting)
    assert [pause.id, worker.id, each.id] == [2, 3, 4]
    assert {frame.coroutine for frame in waiting[0].frames} == {waiting[0].number}
    assert debugged.names(pause.id) == {"n": "8", "kept": "8"}
    assert debugged.names(each.id)["word"] == '"one"'
    assert debugged.value("list", each.id) == '{"one", "three"}'
    assert debugged.evaluate("#word + size", each.id) == "6"
    assert debugged.session.peek("before", worker.id).values[0].text == "7"
    assert debugged.session.set_local("before", "'set'", worker.id).error == ""
    assert debugged.do("go") == "ended 3 set"


def test_one_that_has_gone_on_since_is_not_looked_into(debug_site: DebugSiteMaker) -> None:
    debugged = stopped_at(debug_site, WAITING, 24)
    (pause, *_), *_ = (one.frames for one in debugged.session.coroutines())
    assert debugged.evaluate("coroutine.resume(worker)") == "true"
    with pytest.raises(DebugError, match="that coroutine has gone on"):
        debugged.session.locals(pause.id)
    assert shown(debugged.session.coroutines()) == [[("function at line 2", 5)]]
    with pytest.raises(DebugError, match="there is no frame 9"):
        debugged.session.locals(9)
    debugged.session.stop()


def test_one_that_nothing_leads_to_is_not_shown(debug_site: DebugSiteMaker) -> None:
    source = """local function make() return coroutine.wrap(function() coroutine.yield() end) end
function call()
  do
    local lost = make()
    lost()
  end
  local other = { deep = { make() } }
  other.deep[1]()
  held = setmetatable({}, { co = { [make()] = true } })
  next(getmetatable(held).co)()
  bare = coroutine.create(coroutine.yield)
  coroutine.resume(bare, 1)
  local lost, x = nil, 1
  return x
end
"""
    debugged = stopped_at(debug_site, source, 14)
    assert len(debugged.session.coroutines()) == 2
    debugged.session.stop()


def test_of_the_past_none_are_known(debug_site: DebugSiteMaker) -> None:
    debugged = stopped_at(debug_site, WAITING, 24)
    debugged.session.step_back()
    assert debugged.session.coroutines() == ()
    debugged.session.look_at(0)
    assert len(debugged.session.coroutines()) == 2
    debugged.session.stop()


def test_many_values_and_coroutines_are_looked_through_within_bounds(debug_site: DebugSiteMaker) -> None:
    source = """function call()
  local list, big = {}, {}
  for i = 1, 300 do
    list[i] = coroutine.wrap(function() local n = i coroutine.yield(n) end)
    list[i]()
  end
  for i = 1, 100000 do big[i] = { i } end
  local function fall(n)
    if n > 0 then fall(n - 1) else coroutine.yield() end
    return n
  end
  deep = coroutine.wrap(function() fall(5000) end)
  deep()
  return #list
end
"""
    debugged = stopped_at(debug_site, source, 14, records=False)
    found = debugged.session.coroutines()
    assert 1 <= len(found) <= 301
    assert max(len(one.frames) for one in found) <= 200
    assert debugged.do("go") == "ended 300"


def test_looking_for_them_runs_nothing_of_the_script(debug_site: DebugSiteMaker) -> None:
    source = """local function refuse() error("it was run") end
function call()
  local mt, names = { __gc = refuse, __mode = "v" }, { "__index", "__newindex", "__len", "__pairs", "__eq" }
  for _, name in ipairs(names) do mt[name] = refuse end
  local t = setmetatable({}, mt)
  rawset(t, "self", t)
  rawset(t, 1, coroutine.wrap(function(held) coroutine.yield(held) end))
  rawget(t, 1)(t)
  return true
end
"""
    debugged = stopped_at(debug_site, source, 9)
    ((frame,),) = (one.frames for one in debugged.session.coroutines())
    assert debugged.value("held", frame.id).startswith("{function")
    assert debugged.do("go") == "ended True"
