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
    for depth in (100, 175, 185, 192):
        assert debugged_answer(site, depth, records) == answer(site.engine, depth), depth
