"""``return goop.kv.set(...)`` keeps the script's frame: errors and statements have their line."""

from __future__ import annotations

import pytest

from lua_engine.scripts.lint import compile_source
from lua_engine.scripts.tail_calls import with_frames
from lua_engine.testing import Matching, Scenario, SiteSpec, run_scenario

POSTS = SiteSpec(
    schemas={"posts": {"system_key": True, "columns": [{"name": "title", "type": "text"}]}},
    manifest={"name": "P", "schemas": ["posts"]},
)

IN_THE_LAST_CALL = [
    "return goop.kv.set({}, 1)",
    'return goop.group.close("nope")',
    "return goop.log.info({})",
    'return goop.orm("posts"):find { limit = "2" }',
    'local posts = goop.orm("posts") return posts:insert(5)',
    'return string.format("%d", "x")',
    'return ("x"):rep({})',
    "return table.concat({ {} })",
    'return tonumber("5", 99)',
    "return unpack({}, 1, 1e8)",
    "return setmetatable(1)",
    "return goop.kv.get(request.params.x and 'y' or {})",
    "local set = goop.kv.set return set({}, 1)",
    "local kv = goop.kv return kv.set({}, 1)",
    "local get, set = goop.kv.get, goop.kv.set return set({}, 1)",
    "local rep = string.rep local function twice(s) return rep(s, {}) end return twice('x')",
    "local kv = goop.kv local function save() local set = kv.set return set({}) end return save()",
    "local u = unpack return u({}, 1, 1e8)",
]


@pytest.mark.parametrize("lua", IN_THE_LAST_CALL)
def test_an_error_in_the_last_call_has_its_line(lua: str) -> None:
    run_scenario(Scenario(lua, POSTS, lua=f"\n{lua}", error=Matching(r"^scenario\.lua:3: ")))
    inside = f"\nlocal function save()\n{lua}\nend\n\nreturn save()"
    run_scenario(Scenario(lua, POSTS, lua=inside, error=Matching(r"^scenario\.lua:4: ")))


def test_a_statement_of_the_last_call_has_its_line() -> None:
    result = run_scenario(
        Scenario("line", POSTS, lua='\nreturn goop.orm("posts"):insert { title = "x" }', value=1)
    )
    assert {one.line for one in result.sql} == {3}


def test_all_results_come_through() -> None:
    run_scenario(
        Scenario(
            "results",
            lua='local function f() return string.find("abc", "b") end return { f(), select("#", f()) }',
            value=[2, 2],
        )
    )


def test_calls_of_the_scripts_own_functions_stay_tail_calls() -> None:
    for lua in (
        'local function loop(n) if n == 0 then return "done" end return loop(n - 1) end return loop(300000)',
        "local m = {} function m.go(n) if n == 0 then return 'done' end return m.go(n - 1) end "
        "return m.go(300000)",
        "local go = goop.kv.get go = function(n) if n == 0 then return 'done' end return go(n - 1) end "
        "return go(300000)",
        "local x = string.rep('x', 2) local go go = function(n) if n == 0 then return 'done' end "
        "return go(n - 1) end return go(300000)",
        "local function go(n, f) if n == 0 then return 'done' end f = f or goop.kv.get "
        "return f(n - 1, f) end return go(300000, go)",
        "do local a, b = 1, 2 end local go go = function(n) if n == 0 then return 'done' end "
        "return go(n - 1) end return go(300000)",
        "local function go(n) if n == 0 then return 'done' end local again = go return again(n - 1) end "
        "return go(300000)",
    ):
        run_scenario(Scenario(lua, lua=lua, value="done"))


def test_a_function_that_goes_through_many_hands_costs_no_time() -> None:
    """Each call would be followed through all assignments before it: 10 million looks for 60 KB of text."""
    hands = "a = b b = a " * 3_000
    source = f"local a, b = 1, 2 {hands}" + "do return a() end " * 2_000
    bytecode = compile_source("t.lua", source.encode()).bytecode
    assert with_frames(bytecode) is bytecode


def test_a_script_without_such_a_call_stays_as_it_is() -> None:
    bytecode = compile_source(
        "t.lua", b"local function f() return f() end local x = goop.kv.get(1) return x"
    ).bytecode
    assert with_frames(bytecode) is bytecode
