"""goop.log, print and goop.commands."""

from __future__ import annotations

import pytest

from lua_engine.testing import Scenario, SiteSpec, run_scenario


def test_log_levels_and_print() -> None:
    lua = 'goop.log.info("a", 1, nil, true) goop.log.warn("b") goop.log.error("c") print("d", 2)'
    run_scenario(
        Scenario(
            "log", lua=lua, logs=[("info", "a 1 nil true"), ("warn", "b"), ("error", "c"), ("info", "d\t2")]
        )
    )


def test_commands() -> None:
    site = SiteSpec(commands={"b": "--- Two\nfunction handle() end", "a": "--- One\nfunction handle() end"})
    lua = 'local c = goop.commands() return { #c, "!" .. c[1], c[1] .. "?", c[1] .. c[2], tostring(c[2]), c[2].name, c[2].description }'
    run_scenario(Scenario("commands", site, lua=lua, value=[2, "!a", "a?", "ab", "b", "b", "Two"]))


@pytest.mark.parametrize(
    ("value", "kind"), [("{}", "table"), ("", "nil"), ("print", "function"), ("true", "boolean")]
)
def test_log_takes_texts_and_numbers_as_goop2_does(value: str, kind: str) -> None:
    run_scenario(
        Scenario("texts", lua='goop.log.info("a") goop.log.warn(5)', logs=[("info", "a"), ("warn", "5")])
    )
    error = f"scenario.lua:2: goop.log.warn: text must be a string, got {kind}"
    run_scenario(Scenario(kind, lua=f"goop.log.warn({value})", error=error))


def test_commands_may_be_none() -> None:
    run_scenario(Scenario("none", lua="return goop.commands()", value=[]))


def test_log_is_capped_and_says_so() -> None:
    result = run_scenario(Scenario("1,000 lines", lua='for i = 1, 1500 do goop.log.info("x") end'))
    assert len(result.logs) == 1001
    assert (result.logs[-1].level, "log cut" in result.logs[-1].message) == ("warn", True)


def test_an_entry_of_commands_is_a_plain_record_too() -> None:
    site = SiteSpec(commands={"hello": "--- Says hello\nfunction handle() end"})
    run_scenario(
        Scenario(
            "record",
            site,
            lua="return goop.commands()",
            value=[{"name": "hello", "description": "Says hello"}],
        )
    )


@pytest.mark.parametrize(
    ("lua", "value"),
    [
        ('string.find("x hello", entry)', 3),
        ('string.match("x hello", entry)', "hello"),
        ('string.gsub("a b", "b", entry)', "a hello"),
        ('string.gsub("a hello", entry, "b")', "a b"),
        ('string.gmatch("a hello", entry)()', "hello"),
        ('string.format("%q", tostring(entry))', '"hello"'),
        ('string.gsub("x", "x", { x = entry })', "hello"),
        ('string.gsub("x", "x", function() return entry end)', "hello"),
        ('string.gsub("xy", "(x)(y)", function() return entry end)', "hello"),
        ("string.len(entry)", 5),
        ("string.sub(entry, 2)", "ello"),
        ('("abc"):sub(2) .. ("abc"):len()', "bc3"),
        ("string.format(entry)", "hello"),
        ('goop.db.scalar("SELECT typeof(?) || ?", entry, entry)', "texthello"),
    ],
)
def test_an_entry_of_commands_is_a_text_wherever_a_text_is_wanted(lua: str, value: object) -> None:
    site = SiteSpec(commands={"hello": "function handle() end"})
    run_scenario(Scenario(lua, site, lua=f"local entry = goop.commands()[1] return ({lua})", value=value))


def test_a_number_in_a_pattern_function_is_its_text_as_in_goop2() -> None:
    lua = 'return { (string.find(1/3, "3333333333333333", 1, true)), (string.gsub("x", "x", 1/3)) }'
    run_scenario(Scenario("a third", lua=lua, value=[3, "0.3333333333333333"]))
    lua = """return { (("x"):gsub("x", { x = 1e15 })), (("x"):gsub("x", function() return 1/3 end)),
      (("xy"):gsub("(x)(y)", function() return 1/3 end)) }"""
    run_scenario(Scenario("given", lua=lua, value=["1000000000000000", *["0.3333333333333333"] * 2]))


def test_an_entry_of_commands_is_stored_as_its_name() -> None:
    site = SiteSpec(
        schemas={"posts": {"system_key": True, "columns": [{"name": "title", "type": "text"}]}},
        manifest={"name": "P", "schemas": ["posts"]},
        commands={"hello": "--- Hi\nfunction handle() end"},
    )
    lua = """local entry, posts = goop.commands()[1], goop.orm("posts")
      local id = posts:insert { title = entry }
      local rows = posts:find { where = "title = ?", args = { entry }, fields = { "title" } }
      return { id, rows[1].title, posts:get_by("title", entry)._id }"""
    run_scenario(Scenario("stored", site, lua=lua, value=[1, "hello", 1]))
