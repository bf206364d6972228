"""The base library as gopher-lua has it."""

from __future__ import annotations

import pytest

from lua_engine.testing import Scenario, run_scenario

BASE = [
    ("unpack", "return { unpack({ 1, 2, 3 }, 2) }", [2, 3]),
    ("loadstring", 'return loadstring("return 1 + 1")()', 2),
    ("table.getn", "return table.getn({ 1, 2 })", 2),
    ("table.maxn", "return table.maxn({ [10] = 1, x = 2 })", 10),
    ("math.mod", "return math.mod(7, 3)", 1),
    ("integral division prints as in Lua 5.1", "return tostring(10 / 2)", "5"),
    ("%d of a fraction", 'return string.format("%d", 3.5)', "3"),
    (
        "goto",
        "local n = 0 for i = 1, 5 do if i % 2 == 0 then goto continue end n = n + i ::continue:: end return n",
        9,
    ),
    ("os.date", 'return os.date("!%Y-%m-%d", 0)', "1970-01-01"),
    ("os.time", "return os.time({ year = 2000, month = 1, day = 1, hour = 12 }) > 9e8", True),
    (
        "math.random is seeded per VM",
        "math.randomseed(42) local a = math.random(1000) math.randomseed(42) return a == math.random(1000)",
        True,
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), BASE)
def test_base_library(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))
