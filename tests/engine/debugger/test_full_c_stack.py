"""Breakpoints where the C stack is nearly full: they stop or they do not, and the call does what it did."""

from __future__ import annotations

import pytest

from lua_engine import Engine
from tests.engine.debugger.conftest import Debugged, DebugSite, DebugSiteMaker

WAYS = {
    "callbacks": "('a'):gsub('.', function() dive(n - 1) end)",
    "comparators": "local is_down table.sort({ 1, 2 }, function(a, b)"
    " if not is_down then is_down = true dive(n - 1) end return a < b end)",
    "metamethods": "local x = setmetatable({}, { __index = function() dive(n - 1) return 1 end }).x",
    "protected calls": "local ok, e = pcall(dive, n - 1) if not ok then error(e, 0) end",
    "coroutines": "coroutine.wrap(function() dive(n - 1) end)()",
}
SOURCE = """local deepest = 0
function dive(n)
  deepest = deepest + 1
  if n > 0 then
    {way}
  end
end
function call(request)
  local ok, e = pcall(dive, request.params.n)
  return {{ ok, deepest, not ok and e or "" }}
end
"""


def answer(engine: Engine, depth: int) -> object:
    result = engine.calls.call("todo", {"n": depth}, caller=engine.site.owner)
    return result.error or result.value


def debugged_answer(site: DebugSite, depth: int, records: bool) -> object:
    one: Debugged = site.start({"n": depth}, records=records, stops_at_errors=False)
    while one.stop() is not None:
        one.session.resume()
    return one.result().error or one.result().value


@pytest.mark.parametrize("records", [True, False], ids=["recorded", "plain"])
@pytest.mark.parametrize("way", WAYS)
def test_the_answer_is_the_same_at_each_depth(debug_site: DebugSiteMaker, way: str, records: bool) -> None:
    site = debug_site(SOURCE.format(way=WAYS[way]))
    for line in (3, 4, 5):
        site.breakpoint(line, condition="n == 0")
    for depth in (100, 175, 185, 192, 195):
        assert debugged_answer(site, depth, records) == answer(site.engine, depth), depth


LAST = 196  # metamethods in each other: the next has no level of the C stack
SPIN = "local is_last = n == 0 for i = 1, is_last and 100000 or 0 do end"


@pytest.mark.parametrize(("depth", "is_ok"), [(LAST - 1, True), (LAST, False)])
def test_on_the_last_level_no_hook_has_room_whoever_set_it(
    debug_site: DebugSiteMaker, depth: int, is_ok: bool
) -> None:
    """So a call that nobody debugs ends there too, where the guard looks at its time."""
    site = debug_site(SOURCE.format(way=f"{WAYS['metamethods']}\n  else\n    {SPIN}"))

    plain = answer(site.engine, depth)

    assert isinstance(plain, list)
    assert plain[0] is is_ok
    assert is_ok or plain[2].endswith("C stack overflow")


def test_a_condition_needs_no_room_for_its_parser(debug_site: DebugSiteMaker) -> None:
    site = debug_site(SOURCE.format(way=WAYS["metamethods"]))
    nested = f"{'(' * 20}n{')' * 20}"  # a level of the stack each
    site.breakpoint(3, condition=f"{nested} == 0")
    site.breakpoint(4, message=f"{{n}} of {{{nested}}}", condition="n < 3")
    one = site.start({"n": LAST - 6}, records=False)
    stopped = one.stop()
    assert stopped is not None
    assert (stopped.line, stopped.text, one.value("n")) == (3, "", "0")
    assert one.do("go") == f"ended {[True, LAST - 5, '']}"
    assert [line.message for line in one.session.logs()] == ["2 of 2", "1 of 1", "0 of 0"]
