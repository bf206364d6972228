"""goop.config: key-value tables and tables of one row."""

from __future__ import annotations

import pytest

from lua_engine.testing import Matching, Scenario, run_scenario
from tests.engine.conformance.sites import TABLES

CONFIG = [
    ("a default", 'return goop.config("settings", { theme = "light" }).theme', "light"),
    ("an unknown key", 'return goop.config("settings", {}).nope == nil', True),
    (
        "set, then read",
        'local c = goop.config("settings", { theme = "light" }) c:set("theme", "dark") return c.theme',
        "dark",
    ),
    ("set persists", 'goop.config("settings"):set("a", "1") return goop.config("settings").a', "1"),
    ("values are text", 'local c = goop.config("settings") c:set("n", 5) return c.n', "5"),
    ("a single row: defaults", 'return goop.config("site", { title = "T" }).title', "T"),
    (
        "a single row: set",
        'local c = goop.config("site") c:set("title", "X") return { c.title, goop.config("site").title }',
        ["X", "X"],
    ),
    (
        "a single row: save",
        'local c = goop.config("site") c:save({ title = "X", size = 3 }) return { c.title, c.size, goop.orm("site"):count() }',
        ["X", 3, 1],
    ),
    (
        "a single row: the newest counts",
        'local t = goop.orm("site") t:insert({ title = "old" }) t:insert({ title = "new" }) return goop.config("site").title',
        "new",
    ),
    (
        "an unknown table",
        'local c, err = goop.config("nope") return { c == nil, err }',
        [True, Matching("nope")],
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), CONFIG)
def test_config(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, TABLES, lua=lua, value=value))


MORE = [
    ("set answers true", 'return goop.config("settings"):set("a", "b")', True),
    (
        "save of several, as text",
        'local c = goop.config("settings", { a = "1" }) c:save({ a = "2", b = true }) return { c.a, c.b }',
        ["2", "true"],
    ),
    (
        "a value that does not fit",
        'local ok, err = goop.config("site"):set("size", "x") return { not ok, err }',
        [True, 'column "size" expects integer, got string'],
    ),
    (
        "an unknown column",
        'local ok, err = goop.config("site"):set("nope", "x") return { not ok, err }',
        [True, 'unknown column "nope" in table "site"'],
    ),
    (
        "a save that fails writes nothing",
        'local c = goop.config("site") c:save({ title = "x", size = "y" }) return c.title == nil',
        True,
    ),
    (
        "a system table",
        'local c, err = goop.config("_meta") return { c == nil, err }',
        [True, "not an ORM table: _meta"],
    ),
    (
        "two objects see each other's writes",
        'local a, b = goop.config("settings"), goop.config("settings") a:set("x", "1") return b.x',
        "1",
    ),
]

WRONG = [
    (
        "assignment",
        'goop.config("settings").theme = "x"',
        'goop.config: a setting is written with cfg:set%("theme", value%)',
    ),
    (
        "a dot instead of a colon",
        'goop.config("settings").set("a", "b")',
        "goop.config:set: call it with a colon",
    ),
    ("name", 'goop.config("settings"):set({}, 1)', "goop.config:set: name must be a string, got table"),
    (
        "value",
        'goop.config("settings"):set("a", {})',
        "goop.config:set: value must be a string, number or boolean, got table",
    ),
    ("values", 'goop.config("settings"):save(5)', "goop.config:save: values must be a table, got number"),
    ("defaults", 'goop.config("settings", 5)', "goop.config: defaults must be a table, got number"),
    ("table", "goop.config({})", "goop.config: table must be a string, got table"),
]


@pytest.mark.parametrize(("name", "lua", "value"), MORE)
def test_config_more(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, TABLES, lua=lua, value=value))


@pytest.mark.parametrize(("name", "lua", "error"), WRONG)
def test_config_wrong_use(name: str, lua: str, error: str) -> None:
    pattern = error.replace("%(", r"\(").replace("%)", r"\)")
    run_scenario(Scenario(name, TABLES, lua=lua, error=Matching(rf"^scenario\.lua:2: .*{pattern}")))
