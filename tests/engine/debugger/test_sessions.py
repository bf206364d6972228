# ruff: noqa: E501  # one session a line
"""Scripted sessions over the engine's API: a script, a breakpoint, commands, and where each of them stops."""

from __future__ import annotations

import pytest

from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import Debugged, DebugSiteMaker

SESSIONS = [
    ("BASIC", 0, "over over over into into into into over over out", 'main:1 | main:6 | main:13 | call:8 | call:9 | call:10 | add:3 | add:4 | add:5 | call:9 | ended 7'),
    ("BASIC", 4, "go into over out over over go", 'add:4 | add:4 | add:5 | call:9 | add:4 | add:5 | call:9 | ended 7'),
    ("BASIC", 10, "over over into out over go go", 'call:10 | call:9 | call:10 | add:3 | call:10 | call:9 | call:10 | ended 7'),
    ("RECURSION", 5, "over over over go", 'fact:5 | fact:5 | fact:5 | fact:6 | ended 24'),
    ("RECURSION", 9, "over over", 'call:9 | call:10 | ended 24'),
    ("RECURSION", 9, "into into into into out out out", 'call:9 | fact:2 | fact:5 | fact:2 | fact:5 | fact:6 | call:10 | ended 24'),
    ("RECURSION", 3, "out out out out out", 'fact:3 | fact:6 | fact:6 | fact:6 | call:10 | ended 24'),
    ("TAIL", 10, "over over", 'call:10 | call:11 | call:12'),
    ("TAIL", 10, "into into into into over over", 'call:10 | f:6 | f:7 | g:2 | g:3 | call:11 | call:12'),
    ("TAIL", 7, "over over over", 'f:7 | call:11 | call:12 | ended 4'),
    ("TAIL", 7, "out over", 'f:7 | call:11 | call:12'),
    ("COROUTINE", 8, "over over over", 'call:8 | call:9 | call:10 | ended 13'),
    ("COROUTINE", 8, "into into into into into into into", 'call:8 | line2:3 | line2:4 | call:9 | line2:5 | line2:6 | call:10 | ended 13'),
    ("COROUTINE", 4, "over over over", 'line2:4 | call:9 | call:10 | ended 13'),
    ("COROUTINE", 3, "out over over", 'line2:3 | call:9 | call:10 | ended 13'),
    ("WRAP", 10, "over over over over over over over over", 'call:10 | call:10 | call:11 | call:10 | call:11 | call:10 | call:11 | call:10 | call:13'),
    ("WRAP", 11, "into into into into into", 'call:11 | call:10 | line2:3 | line2:4 | call:11 | call:10'),
    ("WRAP", 4, "out out", 'line2:4 | call:11 | line2:4'),
    ("SORT", 3, "over over", 'call:3 | call:7 | ended 1'),
    ("SORT", 3, "into into into", 'call:3 | line3:4 | line3:5 | line3:4'),
    ("SORT", 4, "out out out out", 'line3:4 | line3:4 | line3:4 | call:7 | ended 1'),
    ("SORT", 4, "over over over go go", 'line3:4 | line3:5 | line3:4 | line3:5 | line3:4 | ended 1'),
    ("GSUB", 3, "over over", 'call:3 | call:7 | ended a1b2c3'),
    ("GSUB", 4, "over over over over over go", 'line3:4 | line3:5 | line3:4 | line3:5 | line3:4 | line3:5 | ended a1b2c3'),
    ("GSUB", 4, "out out out", 'line3:4 | line3:4 | line3:4 | call:7'),
    ("METAMETHODS", 12, "over over over", 'call:12 | call:13 | call:14 | call:15'),
    ("METAMETHODS", 12, "into into into into into into", 'call:12 | call:13 | __index:3 | __index:4 | call:14 | __lt:7 | __lt:8'),
    ("METAMETHODS", 7, "out over", '__lt:7 | call:14 | call:15'),
    ("PCALL", 6, "over over over", 'call:6 | call:7 | call:8 | ended todo.lua:3: planned'),
    ("PCALL", 6, "into into into into", 'call:6 | fails:2 | fails:3 | call:7 | call:8'),
    ("PCALL", 2, "over over over", 'fails:2 | fails:3 | call:7 | call:8'),
    ("PCALL", 3, "out over", 'fails:3 | call:7 | call:8'),
    ("XPCALL", 5, "over over over", 'line4:5 | line4:6 | call:8 | ended planned!'),
    ("XPCALL", 2, "over over", 'call:2 | call:8 | ended planned!'),
    ("XPCALL", 2, "into into into into", 'call:2 | line2:3 | line4:5 | line4:6 | call:8'),
    ("ROUTE", 2, "over over", "list:2 | list:3 | ended {'n': 1}"),
    ("ROUTE", 2, "out", "list:2 | ended {'n': 1}"),
    ("CLOSURES", 10, "into into into out", 'call:10 | next_one:4 | next_one:5 | call:11 | ended 3'),
    ("CLOSURES", 4, "go go go", 'next_one:4 | next_one:4 | line3:4 | ended 3'),
    ("LINES", 4, "over over over over", 'call:4 | call:8 | call:9 | call:13 | ended 0'),
    ("LINES", 2, "go", 'call:4 | ended 0'),
    ("LINES", 8, "over over over", 'call:8 | call:9 | call:13 | ended 0'),
    ("BASIC", 3, "over out go go go", 'add:3 | add:4 | call:10 | add:3 | add:3 | ended 7'),
    ("BASIC", 9, "into over over out", 'call:9 | call:9 | call:10 | call:9 | call:9'),
    ("BASIC", 12, "over", 'call:12 | ended 7'),
    ("RECURSION", 6, "over out go", 'fact:6 | fact:6 | fact:6 | ended 24'),
    ("RECURSION", 5, "into out over", 'fact:5 | fact:2 | fact:5 | fact:5'),
    ("TAIL", 2, "over out over", 'g:2 | g:3 | call:11 | call:12'),
    ("TAIL", 3, "into into", 'g:3 | call:11 | call:12'),
    ("COROUTINE", 6, "out over", 'line2:6 | call:10 | ended 13'),
    ("COROUTINE", 9, "into over over over", 'call:9 | line2:5 | line2:6 | call:10 | ended 13'),
    ("WRAP", 13, "over", 'call:13 | ended 6'),
    ("WRAP", 4, "go go go", 'line2:4 | line2:4 | line2:4 | ended 6'),
    ("SORT", 7, "over", 'call:7 | ended 1'),
    ("SORT", 5, "go out", 'line3:5 | line3:5 | line3:5'),
    ("GSUB", 5, "out go go", 'line3:5 | line3:5 | line3:5 | ended a1b2c3'),
    ("METAMETHODS", 3, "over over over", '__index:3 | __index:4 | call:14 | call:15'),
    ("METAMETHODS", 8, "out over over", '__lt:8 | call:14 | call:15 | ended name!'),
    ("PCALL", 8, "over", 'call:8 | ended todo.lua:3: planned'),
    ("XPCALL", 5, "out over", 'line4:5 | call:8 | ended planned!'),
    ("FAULT", 7, "into over over", 'call:7 | deep:2 | deep:3 | deep:3'),
    ("FAULT", 2, "over go", 'deep:2 | deep:3 | deep:3'),
    ("CLOSURES", 5, "out over over", 'next_one:5 | call:11 | next_one:5 | call:12'),
    ("CLOSURES", 9, "into out over over", 'call:9 | counter:2 | call:10 | call:11 | call:12'),
    ("LINES", 9, "over over", 'call:9 | call:13 | ended 0'),
    ("LINES", 13, "over", 'call:13 | ended 0'),
    ("ROUTE", 3, "over", "list:3 | ended {'n': 1}"),
    ("ROUTE", 5, "over over", 'main:5 | main:7 | list:2'),
]  # fmt: skip
"""Name of the script, line of the breakpoint (0: stop at the entry), commands, and every place."""


@pytest.mark.parametrize("records", [True, False], ids=["recorded", "plain"])
@pytest.mark.parametrize(("name", "line", "commands", "places"), SESSIONS)
def test_a_session(
    debug_site: DebugSiteMaker, name: str, line: int, commands: str, places: str, records: bool
) -> None:
    site = debug_site(getattr(scripts, name))
    if line:
        site.breakpoint(line)
    debugged = site.start({"action": "list", "n": 1}, records=records, stops_at_entry=not line)
    found = [debugged.at(), *(debugged.do(command) for command in commands.split())]
    shown = " | ".join(found).replace("function at line ", "line").replace("main chunk", "main")
    assert shown == places


PARAMS = {"action": "list", "n": 1}


def rounds(debugged: Debugged) -> dict[int, int]:
    """How often each line ran, as it was recorded."""
    while debugged.stop() is not None:
        debugged.session.resume()
    margin = debugged.session.margin
    assert margin is not None
    return {one.line: one.count for one in margin.lines}


@pytest.mark.parametrize(("name", "line", "commands", "places"), SESSIONS)
def test_steps_lose_no_line_of_the_recording(
    debug_site: DebugSiteMaker, name: str, line: int, commands: str, places: str
) -> None:
    del places
    site = debug_site(getattr(scripts, name))
    undisturbed = rounds(site.start(PARAMS))
    one = site.breakpoint(line or 1)
    debugged = site.start(PARAMS, stops_at_entry=not line)
    debugged.stop()
    for command in commands.split():
        debugged.do(command)
    site.debugger.remove_breakpoints(one.id)
    assert rounds(debugged) == undisturbed
