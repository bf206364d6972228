"""Whatever a debugger does with a script of an odd shape, the call does what it does undisturbed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lua_engine import CallResult, DebugError, DebugSession, Engine, Request
from tests.engine.debugger.conftest import DebugSite, DebugSiteMaker
from tests.engine.debugger.odd_programs import PROGRAMS
from tests.helpers.nightly import chance, nightly

POSTS = {"system_key": True, "columns": [{"name": "title", "type": "text"}]}
MOST = 400  # commands; then it goes on to its end

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

Command = Callable[[DebugSession], object]


def everything(session: DebugSession) -> None:
    """Look at all there is, and evaluate."""
    for frame in session.stopped.frames[:3] if session.stopped is not None else ():
        session.locals(frame.id)
        session.upvalues_of(frame.id)
        session.evaluate("request, #(... or {})", frame.id)
    session.globals()
    session.coroutines()


def back_and_on(session: DebugSession) -> None:
    everything(session)
    session.step_back()
    session.run_back()
    session.look_at(0)
    session.step_into()


WAYS: dict[str, tuple[dict[str, Any], bool, Command]] = {
    "nobody stops it": ({"records": False}, False, DebugSession.resume),
    "it is recorded": ({"records": True}, False, DebugSession.resume),
    "breakpoints everywhere": ({"records": False}, True, DebugSession.resume),
    "breakpoints everywhere, recorded": ({"records": True}, True, DebugSession.resume),
    "steps": ({"records": False, "stops_at_entry": True}, False, DebugSession.step_into),
    "steps over": ({"records": True, "stops_at_entry": True}, False, DebugSession.step_over),
    "steps out": ({"records": True, "stops_at_entry": True}, True, DebugSession.step_out),
    "steps and looks": ({"records": True, "stops_at_entry": True}, False, back_and_on),
    "caught errors": ({"records": True, "stops_at_caught": True}, False, DebugSession.resume),
}


def told(result: CallResult) -> dict[str, Any]:
    """All that a call leaves behind."""
    error = result.error
    changes = result.diff
    return {
        "value": result.value,
        "error": (error.kind, error.message, error.line, error.traceback) if error is not None else None,
        "logs": [(line.level, line.message) for line in result.logs],
        "sql": [(one.sql, one.args) for one in result.sql],
        "effects": [str(one) for one in result.effects],
        "rows": _TIME.sub("then", str(changes.tables)) if changes is not None else "",
    }


def undisturbed(engine: Engine) -> dict[str, Any]:
    handle = engine.calls.start(Request.call("todo"), engine.owner, is_dry=True, keeps_diff=True)
    return told(handle.result(60))


def stops(session: DebugSession) -> Iterator[None]:
    while session.wait(60) is not None:
        yield


PAIRS = [
    (program, way)
    for program in PROGRAMS
    for way in nightly(chance(f"ways of {program}").sample(list(WAYS), 4), list(WAYS))
]


@pytest.mark.parametrize(("program", "way"), PAIRS)
def test_it_does_what_it_does_undisturbed(debug_site: DebugSiteMaker, program: str, way: str) -> None:
    site: DebugSite = debug_site(PROGRAMS[program], schemas={"posts": POSTS})
    options, everywhere, command = WAYS[way]
    lines = site.debugger.stop_lines("function/todo") if everywhere else ()
    ids = [site.breakpoint(line).id for line in lines]
    session = site.start(**options).session
    for number, _ in enumerate(stops(session)):
        if number == MOST:
            site.debugger.remove_breakpoints(*ids)
        try:
            (command if number < MOST else DebugSession.resume)(session)
        except DebugError:
            session.look_at(0)
            session.resume()
    assert told(session.result(60)) == undisturbed(site.engine)
