# ruff: noqa: E501  # one long line a row
"""A line of very many instructions is heard of while it runs, and does what it did."""

from __future__ import annotations

import pytest

from lua_engine import ErrorKind, StopReason
from lua_engine.debugger.instrument import instrument
from lua_engine.debugger.long_lines import MARK
from lua_engine.runtime.chunk import read_chunk
from tests.engine.debugger.conftest import DebugSiteMaker
from tests.engine.debugger.test_instrument import compiled, run

ADDS = "s = s + 1 " * 500
LONG = {
    "sums": f"local s = 0 {ADDS} return s",
    "a table": f"return #{{ {'1, 2, nil, f, ' * 200} 5 }}",
    "tests": f"local n = 0 {'if n > 3 then n = n - 2 elseif n == n then n = n + 1 end ' * 100} return n",
    "logic": f"local a, n = 1, 2 local b = {'a and n or ' * 200} 3 return b",
    "calls": f"local function two() return 1, 2 end local n = select('#', {'two(), ' * 60} two()) return n",
    "loops": f"local n = 0 for i = 1, 3 do {'n = n + i ' * 200} end for k in next, {{ 1 }} do {'n = n + k ' * 150} end return n",
    "an error": f"local s = 0 {ADDS} return s.x.y",
    "all registers": f"local {', '.join(f'v{n}' for n in range(199))} = 1 local s = 0 {ADDS} return s",
    "a jump that could not be longer": f"s = 0 if s then {'s=s+1 ' * 21_000} end return s",
}


QUICK = ("logic", "calls")
"""Have long lines, but of no instruction that takes long."""


@pytest.mark.parametrize("name", LONG)
def test_a_cut_line_does_what_it_did(name: str) -> None:
    plain = compiled(LONG[name])
    for lines, with_writes in (((), False), ((1,), True)):
        made = instrument(plain, lines, with_writes=with_writes)
        functions = read_chunk(made.bytecode).everything()
        assert any(line > MARK for one in functions for line in one.lines) == (name not in QUICK)
        assert run(made.bytecode, made.upvalues)[:2] == run(plain)[:2]


def test_what_has_no_long_line_stays_the_same_object() -> None:
    for source in ("local t = { 1, 2, 3 }\nreturn #t\n", f"return {{ {'1, ' * 5000} 2 }}", LONG["logic"]):
        plain = compiled(source)
        assert instrument(plain, ()).bytecode is plain


SLOW = {
    "of the script": "function call()\n  local s, x = ('1'):rep(3900000), 0\n  {adds}\n  return 'done'\nend\n",
    "of a loaded text": (
        "local f = load('local s, x = ... {adds}')\n"
        "function call()\n  local s = ('1'):rep(3900000)\n  f(s)\n  return 'done'\nend\n"
    ),
    "with no register left": (
        "function call()\n  local s, x = ('1'):rep(3900000), 0\n  local {names} = 1\n  {adds}\n  return 'done'\nend\n"
    ),
}


@pytest.mark.parametrize("records", [True, False], ids=["recorded", "stepped"])
@pytest.mark.parametrize("kind", SLOW)
def test_within_a_long_line_it_comes_to_its_limit(
    debug_site: DebugSiteMaker, kind: str, records: bool
) -> None:
    names = ", ".join(f"v{n}" for n in range(190))
    source = SLOW[kind].replace("{adds}", "x = s + 0 " * 6_000).replace("{names}", names)
    site = debug_site(source, lua={"timeout_seconds": 1})
    debugged = site.start(records=records, stops_at_entry=True)
    while debugged.stop().reason is not StopReason.LIMIT:
        debugged.session.step_into()
    line = next(number for number, text in enumerate(source.splitlines(), 1) if "x = s + 0" in text)
    stopped = debugged.stop()
    assert stopped.line == (1 if kind == "of a loaded text" else line)
    assert not any(frame.line >= MARK for frame in stopped.frames)
    debugged.session.stop()
    assert debugged.result().error.kind is ErrorKind.CANCELLED
    assert site.engine.calls.abandoned_threads == 0


def test_a_pause_within_a_long_line_and_a_step_from_there(debug_site: DebugSiteMaker) -> None:
    adds = "x = s + 0 " * 1000
    source = (
        "function call()\n  local s, x = ('1'):rep(1000000), 0\n"
        f"  while not stop do {adds} end\n  return 7\nend\n"
    )
    site = debug_site(source, lua={"timeout_seconds": 60})
    site.breakpoint(3)
    debugged = site.start()
    assert debugged.at() == "call:3"
    site.debugger.remove_breakpoints(*(one.id for one in site.debugger.breakpoints()))
    debugged.session.step_out()
    debugged.session.pause()
    assert (debugged.at(), debugged.stop().reason) == ("call:3", StopReason.PAUSE)
    assert debugged.evaluate("_G.stop = true") == ""
    assert debugged.do("over") == "call:4"
    assert debugged.do("go") == "ended 7"


def test_loaded_texts_lift_no_limit_of_memory(debug_site: DebugSiteMaker) -> None:
    source = (
        "function call()\n  local kept = {}\n  while true do\n"
        "    kept[#kept + 1] = load('return {' .. ('\"' .. #kept .. '\",'):rep(5000) .. '}')\n  end\nend\n"
    )
    site = debug_site(source, lua={"timeout_seconds": 60})
    debugged = site.start(records=False)
    assert debugged.at() == "failed script killed: memory limit exceeded"
