"""Libraries and namespaces come into a VM when they are first asked for; no script can tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lua_engine import Engine
from lua_engine.api.catalog import load_functions, load_glue
from lua_engine.runtime.prelude import compile_prelude
from lua_engine.runtime.vm import Vm
from lua_engine.testing import SiteSpec, open_site

CASES = {
    "what a library holds": (
        "local names = {} for name in pairs(string) do names[#names + 1] = name end\n"
        "table.sort(names) return table.concat(names, ' ')",
        "byte char find format gfind gmatch gsub len lower match rep reverse sub upper",
    ),
    "the first of a library, by next": (
        "local name, f = next(math) return { name, type(f) }",
        ["abs", "function"],
    ),
    "a library past its metatable": (
        "return { type(rawget(math, 'floor')), rawget(math, 'none') == nil }",
        ["function", True],
    ),
    "a library has no metatable": (
        "return { getmetatable(math) == nil, getmetatable(table) == nil }",
        [True, True],
    ),
    "a metatable of the script's": (
        "setmetatable(math, { __index = function(_, name) return name .. '?' end })\n"
        "return { math.nine, math.floor(2.5) }",
        ["nine?", 2],
    ),
    "a function that a script replaces": (
        "function math.floor() return 7 end rawset(table, 'concat', function() return 'mine' end)\n"
        "return { math.floor(1.5), math.ceil(1.5), table.concat({}), #string.rep('a', 3) }",
        [7, 2, "mine", 3],
    ),
    "a library behind a table": (
        "local t = setmetatable({}, { __index = math }) return t.max(1, 3)",
        3,
    ),
    "a namespace that a script takes away": (
        "goop.http = nil local before = goop.kv goop.kv = nil\n"
        "return { goop.http == nil, goop.kv == nil, type(before.get) }",
        [True, True, "function"],
    ),
    "a namespace that a script replaces": (
        "goop.kv = { get = function() return 'mine' end } return { goop.kv.get('a'), type(goop.db.query) }",
        ["mine", "function"],
    ),
    "the same namespace at every look": (
        "return { goop.db == goop.db, goop.orm == goop.orm, goop.nothing == nil }",
        [True, True, True],
    ),
    "what goop holds": (
        "local count = 0 for _ in pairs(goop) do count = count + 1 end\n"
        "return { count > 12, rawget(goop, 'listen') ~= nil, getmetatable(goop) }",
        [True, True, False],
    ),
    "globals that were kept before their first call": (
        "local kept, more = pairs, tonumber kept({}) more('1')\n"
        "return { kept({ 1 })({ 1 }), more('0x10'), pairs ~= nil }",
        [1, 16, True],
    ),
    "a part that did not come at the end of the C stack": (
        "local function deep(n) local ok, err = pcall(function()\n"
        "  if n > 0 then deep(n - 1) else string.rep('a', 2) math.floor(1) goop.json.encode({}) end end)\n"
        "  if not ok then error(err, 0) end end\n"
        "for n = 150, 220, 2 do pcall(deep, n) end\n"
        "return { math.floor(1.5), ('a'):upper(), goop.json.encode({ 1 }), math.random(1, 1) }",
        [1, "A", "[1]", 1],
    ),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    sources = {f"case_{i}": f"function call()\n{lua}\nend" for i, (lua, _) in enumerate(CASES.values())}
    whole = {
        "whole": "function call() return math end",
        "text": "function call() return goop.json.encode(string) end",
    }
    with open_site(SiteSpec({**sources, **whole})) as opened:
        yield opened


@pytest.mark.parametrize(
    ("number", "value"), [(i, value) for i, (_, value) in enumerate(CASES.values())], ids=CASES
)
def test_parts_come_unseen(engine: Engine, number: int, value: Any) -> None:
    result = engine.calls.call(f"case_{number}", {}, caller=engine.owner)
    assert (result.error, result.value) == (None, value)


def test_a_library_has_no_json_form(engine: Engine) -> None:
    """An empty table would be ``[]``."""
    result = engine.calls.call("whole", {}, caller=engine.owner)
    assert result.error is not None
    assert result.error.message == "cannot convert result.abs: a function has no JSON form"
    assert engine.calls.call("text", {}, caller=engine.owner).ok


def test_the_core_is_small() -> None:
    """What every VM loads and runs; the rest is one text."""
    prelude = compile_prelude(load_functions(), load_glue())
    assert len(prelude.main) < 24_000 < len(prelude.parts)
    Vm(prelude).close()
