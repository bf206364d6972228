"""Bytecode with calls of ours in it does what it did before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import lupa.lua52 as lua
import pytest

from lua_engine.debugger.instrument import ASSIGN, STOP, WRITE, instrument, stop_lines
from lua_engine.runtime.chunk import read_chunk, write_chunk
from lua_engine.scripts.lint import compile_source
from tests.engine.debugger.programs import generated_program

PROGRAMS = 10_000 if os.environ.get("GOOP_NIGHTLY") else 150
SCRIPTS = sorted((Path(__file__).parents[3] / "resources").rglob("*.lua"))

RUN = b"""
local chunk, names = ...
local stops, writes = {}, 0
local hooks = {
  ["(stop)"] = function(line) stops[#stops + 1] = line end,
  ["(write)"] = function(t, k) writes = writes + 1 end,
  ["(hits)"] = {},
  ["(assign)"] = function(n) writes = writes + 1 end,
}
local f = assert(load(chunk, "x", "b", _G))
local first = 2
for name in names:gmatch("[^,]+") do
  debug.setupvalue(f, first, hooks[name])
  first = first + 1
end
local ok, answer = pcall(f)
return ok, tostring(answer), table.concat(stops, " "), writes
"""


def compiled(source: str) -> bytes:
    return compile_source("x.lua", source.encode()).bytecode


def run(bytecode: bytes, upvalues: tuple[bytes, ...] = ()) -> Any:
    runtime = lua.LuaRuntime(encoding=None, register_eval=False)
    ok, answer, stops, writes = runtime.execute(RUN, bytecode, b",".join(upvalues))
    return ok, answer, [int(line) for line in stops.split()], writes


def stops_of(source: str, *lines: int) -> list[int]:
    made = instrument(compiled(source), lines)
    assert made.unreached == frozenset()
    return run(made.bytecode, made.upvalues)[2]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_reading_and_writing_a_chunk_changes_nothing(path: Path) -> None:
    bytecode = compile_source("x.lua", path.read_bytes()).bytecode
    assert write_chunk(read_chunk(bytecode), bytecode) == bytecode


def test_without_breakpoints_it_is_the_very_same_object() -> None:
    bytecode = compiled("return 1")
    assert instrument(bytecode, ()).bytecode is bytecode


@pytest.mark.parametrize("seed", range(0, PROGRAMS, 50))
def test_programs_do_the_same_with_a_call_on_every_line(seed: int) -> None:
    for number in range(seed, seed + 50):
        source = generated_program(number)
        bytecode = compiled(source)
        lines = stop_lines(bytecode)
        plain = run(bytecode)
        assert plain[0], (number, plain[1], source)
        for with_writes in (False, True):
            made = instrument(bytecode, lines, with_writes=with_writes)
            assert made.unreached == frozenset()
            ok, answer, stops, _ = run(made.bytecode, made.upvalues)
            assert (ok, answer) == plain[:2], (number, source)
            assert set(stops) <= lines


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_bundled_scripts_load_the_same(path: Path) -> None:
    bytecode = compile_source("x.lua", path.read_bytes()).bytecode
    made = instrument(bytecode, stop_lines(bytecode), with_writes=True)
    assert set(made.upvalues) <= {STOP, WRITE, ASSIGN}
    assert run(made.bytecode, made.upvalues)[:2] == run(bytecode)[:2]


def test_a_loop_stops_in_each_round() -> None:
    source = "local n = 0\nfor i = 1, 3 do\n  n = n + i\nend\nreturn n"
    assert stops_of(source, 3) == [3, 3, 3]
    assert stops_of(source, 2) == [2] * 5  # the bounds, and each look for a next round
    assert stops_of("local n = 3\nwhile n > 0 do\n  n = n - 1\nend", 2) == [2] * 4
    assert stops_of("local n = 3\nwhile n > 0 do n = n - 1 end", 2) == [2] * 4
    assert stops_of("local n = 0\nrepeat\n  n = n + 1\nuntil n == 3", 4) == [4] * 3


def test_a_call_over_several_lines_stops_once() -> None:
    source = "local f = math.max\nlocal x = f(\n  1,\n  2\n)\nreturn x"
    assert stops_of(source, 2) == [2]
    assert stops_of(source, 2, 3) == [2, 3]


def test_errors_say_the_same() -> None:
    source = "local t = nil\nlocal function f(a)\n  return a.b.c\nend\nf({})"
    bytecode = compiled(source)
    made = instrument(bytecode, stop_lines(bytecode), with_writes=True)
    assert run(made.bytecode, made.upvalues)[1] == run(bytecode)[1]
    assert b"attempt to index field 'b' (a nil value)" in run(bytecode)[1]


def test_a_full_function_says_which_lines_it_cannot_stop_at() -> None:
    many = "\n".join(f"local a{i} = {i}" for i in range(199))
    call = "f(" + ", ".join(f"a{i % 199}" for i in range(49)) + ")"
    source = f"local f = print\nlocal function g()\n{many}\n{call}\nend\nreturn 1"
    bytecode = compiled(source)
    made = instrument(bytecode, {1, 3})
    assert made.unreached == {3}
    assert run(made.bytecode, made.upvalues)[1:3] == (b"1", [1])
