"""Stripping of line numbers: the same behaviour, and no place in any error."""

from __future__ import annotations

import lupa.lua52 as lua
import pytest

from lua_engine.runtime.bytecode import strip_lines

SOURCE = b"""
local up = 5
local function inner(...)
  local a, b = "text", 2.5
  local rest = { ... }
  return function(c) return up + b + c, a, true, nil, rest end
end
if up > 5 then error("never") end
local f = inner(1, 2)
return function(x) if x then return f(x) end error("placed?") end
"""


def dumped(source: bytes) -> bytes:
    runtime = lua.LuaRuntime(encoding=None)
    dump = runtime.execute(b"return function(s) return string.dump(assert(load(s, '=here'))) end")
    return bytes(dump(source))


def test_stripped_code_behaves_the_same_and_has_no_lines() -> None:
    code = dumped(SOURCE)
    stripped = strip_lines(code, frozenset({b"up"}))
    assert len(stripped) < len(code)
    assert b"here" not in stripped
    assert b"inner" not in stripped
    assert b"up" in stripped
    runtime = lua.LuaRuntime(encoding=None)
    runtime.execute(b"f = ...", runtime.execute(stripped))
    assert runtime.execute(b"local n, s, t = f(3) return n, s, t") == (10.5, b"text", True)
    assert runtime.execute(b"local ok, message = pcall(f) return message") == b"placed?"


@pytest.mark.parametrize("chunk", [b"", b"return 1", b"\x1bLua\x51" + b"\0" * 40, dumped(b"return 1") + b"x"])
def test_anything_else_is_refused(chunk: bytes) -> None:
    with pytest.raises(ValueError, match="bytecode"):
        strip_lines(chunk, frozenset())


def test_other_number_sizes_are_refused() -> None:
    code = bytearray(dumped(b"return 1"))
    code[7] = 8
    with pytest.raises(ValueError, match="unusual number sizes"):
        strip_lines(bytes(code), frozenset())
