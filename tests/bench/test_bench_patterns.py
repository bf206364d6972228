"""The guarded pattern functions against the native ones: ``pytest tests/bench -p benchmark``, or through
``make bench``.
"""

from __future__ import annotations

from typing import Any

import lupa.lua52 as lua
import pytest

from lua_engine.sandbox.patterns import pattern_source

_SETUP = b"""
local source = ...
local native = {
  text_of = function(value)
    if type(value) == "number" or type(value) == "string" then return tostring(value) end
  end,
  type = type, tostring = tostring, tonumber = tonumber, error = error, select = select,
    unpack = table.unpack, next = next,
  find = string.find, match = string.match, gmatch = string.gmatch, gsub = string.gsub,
  byte = string.byte, sub = string.sub, char = string.char, rep = string.rep, concat = table.concat,
}
local now, credit = os.time, 20000
local function charge(n)
  credit = credit - n
  if credit < 0 then credit = 20000 now() end
end
local guarded = assert(load(source, "=prelude", "t", {}))(native, charge)
local functions = { native = string, guarded = guarded, forced = guarded.forced }

local line = "hello world, foo=bar"
local words = {}
for i = 1, 4000 do words[i] = ("lorem ipsum, dolor sit-amet; "):sub(i % 11 + 1, i % 11 + 6) end
local text = table.concat(words, " ")
local function padded(n) return "  " .. text:sub(1, n - 4) .. "  " end
local t500, t5k, t20k = padded(500), padded(5000), padded(20000)
local pairs20k, tags20k = ("key=value&name=joe "):rep(1050), ("<b>bold</b> text & more "):rep(830)
local entities = { ["<"] = "&lt;", [">"] = "&gt;", ["&"] = "&amp;" }

local function trim(F, s) return F.match(s, "^%s*(.-)%s*$") end
local function drain(F, s, p) for _ in F.gmatch(s, p) do end end

local cases = {
  ["find 20 B"] = function(F) return F.find(line, "o(%w+)=") end,
  ["find plain 20 B"] = function(F) return F.find(line, "foo", 1, true) end,
  ["match 20 B"] = function(F) return F.match(line, "(%w+)=(%w+)") end,
  ["gmatch 20 B"] = function(F) return drain(F, line, "%a+") end,
  ["gsub 20 B"] = function(F) return F.gsub(line, "%s+", "-") end,
  ["gsub function 20 B"] = function(F) return F.gsub(line, "%w+", function(w) return w end) end,
  ["trim 20 B"] = function(F) return trim(F, line) end,
  ["trim 500 B"] = function(F) return trim(F, t500) end,
  ["trim 5 KB"] = function(F) return trim(F, t5k) end,
  ["trim 20 KB"] = function(F) return trim(F, t20k) end,
  ["split 20 KB"] = function(F) return drain(F, t20k, "([^,]+)") end,
  ["slugify 20 KB"] = function(F) return F.gsub(F.gsub(t20k, "[^%w]+", "-"), "^%-*(.-)%-*$", "%1") end,
  ["words 20 KB"] = function(F) return drain(F, t20k, "%a+") end,
  ["key=value 20 KB"] = function(F) return drain(F, pairs20k, "(%w+)=(%w+)") end,
  ["tags 20 KB"] = function(F) return F.gsub(tags20k, "<(.-)>", "") end,
  ["escape 20 KB"] = function(F) return F.gsub(tags20k, "[<>&]", entities) end,
}

return function(kind, name, times)
  local F, case = functions[kind], cases[name]
  for _ = 1, times do case(F) end
end
"""

SMALL = [
    "find 20 B",
    "find plain 20 B",
    "match 20 B",
    "gmatch 20 B",
    "gsub 20 B",
    "gsub function 20 B",
    "trim 20 B",
]
LARGE = [
    "trim 500 B",
    "trim 5 KB",
    "trim 20 KB",
    "split 20 KB",
    "slugify 20 KB",
    "words 20 KB",
    "key=value 20 KB",
    "tags 20 KB",
    "escape 20 KB",
]


@pytest.fixture(scope="module")
def run() -> Any:
    """``run(kind, case, times)`` with kind native, guarded or forced."""
    runtime = lua.LuaRuntime(encoding=None, register_eval=False)
    load = runtime.execute(b"return function(setup, ...) return assert(load(setup, '=bench', 't'))(...) end")
    return load(_SETUP, pattern_source().encode())


@pytest.mark.parametrize("kind", ["native", "guarded"])
@pytest.mark.parametrize("name", SMALL)
def test_small_subjects(benchmark: Any, run: Any, name: str, kind: str) -> None:
    """One round is 1,000 calls: microseconds in the table are nanoseconds per call."""
    benchmark.group = name
    benchmark(run, kind.encode(), name.encode(), 1000)


@pytest.mark.parametrize("kind", ["native", "guarded", "forced"])
@pytest.mark.parametrize("name", LARGE)
def test_large_subjects(benchmark: Any, run: Any, name: str, kind: str) -> None:
    benchmark.group = name
    benchmark(run, kind.encode(), name.encode(), 1)
