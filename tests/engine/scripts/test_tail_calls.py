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
    ):
        run_scenario(Scenario(lua, lua=lua, value="done"))


def test_a_script_without_such_a_call_stays_as_it_is() -> None:
    bytecode = compile_source(
        "t.lua", b"local function f() return f() end local x = goop.kv.get(1) return x"
    ).bytecode
    assert with_frames(bytecode) is bytecode
