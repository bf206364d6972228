"""Coverage of scripts: what is counted is what ran, and the script does the same."""

from __future__ import annotations

import lupa.lua52 as lua
import pytest

from lua_engine.debugger.coverage import HITS, Point, instrumented
from lua_engine.scripts.lint import compile_source
from tests.engine.debugger.conftest import DebugSiteMaker
from tests.engine.debugger.programs import generated_program
from tests.engine.debugger.test_instrument import SCRIPTS, compiled, run

RUN = b"""
local chunk = ...
local f, hits = assert(load(chunk, "x", "b", _G)), {}
debug.setupvalue(f, 2, hits)
local ok, answer = pcall(f)
local list = {}
for number in pairs(hits) do list[#list + 1] = number end
return ok, tostring(answer), table.concat(list, " ")
"""


def reached(source: str) -> tuple[bool, bytes, set[Point], tuple[Point, ...]]:
    bytecode, points = instrumented(compiled(source))
    runtime = lua.LuaRuntime(encoding=None, register_eval=False)
    ok, answer, numbers = runtime.execute(RUN, bytecode)
    return ok, answer, {points[int(float(number)) - 1] for number in numbers.split()}, points


def lines(points: set[Point] | tuple[Point, ...]) -> list[int]:
    return sorted({point.line for point in points if not point.branch})


def ways(source: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for point in reached(source)[2]:
        if point.branch:
            found.setdefault(point.line, set()).add(point.way)
    return found


def test_lines() -> None:
    source = (
        "local function f(x)\n  if x then\n    return 1\n  end\n  return 2\nend\nlocal a = f(1)\nreturn a"
    )
    _, _, hit, points = reached(source)
    assert lines(points) == [1, 2, 3, 5, 7, 8]
    assert lines(hit) == [1, 2, 3, 7, 8]


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ("local x = 1\nif x then\n  x = 2\nend", {2: {0}}),
        ("local x\nif x then\n  x = 2\nend", {2: {1}}),
        ("for i = 1, 2 do\n  if i == 1 then\n    i = 0\n  else\n    i = 9\n  end\nend", {2: {0, 1}}),
        ("local n = 2\nwhile n > 0 do\n  n = n - 1\nend", {2: {0, 1}}),
        ("local x = 1\nlocal y = x == 1", {}),
    ],
)
def test_branches(source: str, taken: dict[int, set[int]]) -> None:
    assert ways(source) == taken


@pytest.mark.parametrize("seed", range(0, 100, 20))
def test_programs_do_the_same(seed: int) -> None:
    for number in range(seed, seed + 20):
        source = generated_program(number)
        ok, answer, hit, points = reached(source)
        assert (ok, answer) == run(compiled(source))[:2], source
        assert hit <= set(points)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_bundled_scripts_load_the_same(path: object) -> None:
    bytecode = compile_source("x.lua", path.read_bytes()).bytecode  # type: ignore[attr-defined]
    changed, _ = instrumented(bytecode)
    assert run(changed, (HITS,))[:2] == run(bytecode)[:2]


def test_a_function_with_many_constants() -> None:
    source = "local t = {}\n" + "\n".join(f"t[{n}.5] = 'text {n}'" for n in range(400)) + "\nreturn #t"
    _, _, hit, points = reached(source)
    assert lines(hit) == lines(points) == list(range(1, 403))


def test_what_calls_reach(debug_site: DebugSiteMaker) -> None:
    source = """function call(request)
  if request.params.wide then
    return "wide"
  end
  return "narrow"
end"""
    site = debug_site(source, functions={"unused": "function call()\n  return 1\nend"})
    calls, owner = site.engine.calls, site.engine.site.owner
    with site.debugger.covering() as covered:
        assert calls.call("todo", {}, caller=owner).value == "narrow"
        assert calls.call("todo", {}, caller=owner).value == "narrow"
        todo, unused = covered()
        assert (todo.script, todo.file) == ("function/todo", "site/lua/functions/todo.lua")
        assert (todo.lines, todo.missed_lines) == ({1: 2, 2: 2, 3: 0, 5: 2}, (3,))
        assert [branch.ways for branch in todo.branches] == [(0, 2)]
        assert unused.missed_lines == (1, 2)
        assert calls.call("todo", {"wide": 1}, caller=owner).value == "wide"
        assert covered()[0].missed_lines == ()
        assert covered()[0].branches[0].is_covered
    assert calls.call("todo", {}, caller=owner).value == "narrow"


def test_calls_that_fail_are_counted(debug_site: DebugSiteMaker) -> None:
    site = debug_site("function call()\n  local x = 1\n  error('planned')\nend")
    with site.debugger.covering() as covered:
        assert not site.engine.calls.call("todo", caller=site.engine.site.owner).ok
        assert covered()[0].missed_lines == ()
