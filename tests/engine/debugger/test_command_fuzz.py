"""Random commands over generated programs: the call always ends, and its result is as undisturbed."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random

import pytest

from lua_engine import DebugError, DebugSession
from tests.engine.debugger.conftest import DebugSiteMaker
from tests.engine.debugger.programs import generated_program

PROGRAMS = 10_000 if os.environ.get("GOOP_NIGHTLY") else 40
IN_ONE = 10  # programs of one site
COMMANDS = 30


def possible(session: DebugSession, random: Random, lines: list[int]) -> list[Callable[[], object]]:
    """What can be asked of a session."""
    return [
        *(session.resume, session.step_into, session.step_over, session.step_out) * 2,
        *(session.step_back, session.step_forward, session.run_back, session.run_forward),
        *(lambda: session.look_at(random.randrange(60)), lambda: session.look_at(0)) * 2,
        *(lambda: session.locals(1), session.globals, lambda: session.evaluate("#t, out, up")),
        *(lambda: session.run_to(random.choice(lines)), lambda: session.go_to_write("total")),
        *(lambda: [session.locals(frame.id) for one in session.coroutines() for frame in one.frames],) * 2,
    ]


def rounds(session: DebugSession) -> dict[int, int]:
    """How often each line ran, as it was recorded."""
    margin = session.margin
    assert margin is not None
    return {one.line: one.count for one in margin.lines}


@pytest.mark.parametrize("seed", range(0, PROGRAMS, IN_ONE))
def test_any_commands_end_and_change_nothing(debug_site: DebugSiteMaker, seed: int) -> None:
    texts = {
        f"p{number}": f"function call(request)\n{generated_program(number, 14)}end\n"
        for number in range(seed, seed + IN_ONE)
    }
    site = debug_site("function call() end", functions=texts)
    for name, source in texts.items():
        random = Random(name)
        plain = site.engine.calls.call(name, caller=site.engine.site.owner)
        lines = sorted(site.debugger.stop_lines(f"function/{name}"))
        ids = [site.breakpoint(line, script=f"function/{name}").id for line in random.sample(lines, 2)]
        debugged = site.start(
            target=name,
            records=bool(random.randrange(2)),
            stops_at_entry=bool(random.randrange(2)),
            stops_at_caught=bool(random.randrange(2)),
        )
        session = debugged.session
        actions = possible(session, random, lines)
        for _ in range(COMMANDS):
            if debugged.stop() is None:
                break
            try:
                random.choice(actions)()
            except DebugError:
                continue
        site.debugger.remove_breakpoints(*ids)
        while debugged.stop() is not None:
            session.look_at(0)
            session.resume()
        assert (debugged.result().value, debugged.result().error) == (plain.value, plain.error), source
        if session.records:
            undisturbed = site.start(target=name)
            undisturbed.result()
            assert rounds(session) == rounds(undisturbed.session), source
