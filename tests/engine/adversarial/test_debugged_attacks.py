"""The attacks once more with the debugger on: breakpoints on every line, a stop at every error, steps and looks.
Nothing that is debugged gets further than it would alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import pytest

from lua_engine import (
    Breakpoint,
    CallResult,
    DebugError,
    DebugOptions,
    DebugSession,
    Engine,
    Request,
    StopReason,
)
from tests.engine.adversarial import (
    test_crash_attacks,
    test_escape_attacks,
    test_isolation_attacks,
    test_memory_attacks,
    test_network_files_attacks,
    test_sql_attacks,
    test_time_attacks,
)
from tests.helpers.attack_arena import STRANGER, Attack, Outcome
from tests.helpers.nightly import nightly

SECONDS = 60.0
LINES = 40
STOPS = 60


def look(session: DebugSession) -> None:
    """What the window asks at each stop; an error may come from where no line of the script stands."""
    stopped = session.stopped
    if stopped is None or not stopped.frames:
        return
    session.locals()
    session.upvalues_of()
    for one in session.globals()[:8]:
        if one.ref:
            session.children(one.ref)
    for coroutine in session.coroutines()[:4]:
        session.locals(coroutine.frames[0].id)
    session.evaluate("_G, goop, ...")


def is_timed(attack: Attack) -> bool:
    """Whether it is to come to its limit. Any other that does so, on a busy machine, is given more time."""
    return "timeout" in ((attack.expect,) if isinstance(attack.expect, str) else attack.expect)


def goes_on(session: DebugSession, number: int, *, ends_at_limit: bool) -> None:
    """Past this stop."""
    stopped = session.stopped
    if stopped is not None and stopped.reason is StopReason.LIMIT and ends_at_limit:
        session.stop()
    elif number < STOPS:
        try:
            look(session)
            (session.step_into, session.step_over, session.resume)[number % 3]()
        except DebugError:
            if session.stopped is not None:  # else it was given up, and ended while it was looked at
                raise
    else:
        session.resume()


def debugging(attack: Attack, records: bool) -> Callable[[Engine], CallResult]:
    """The call of the attack in the debugger."""

    def act(engine: Engine) -> CallResult:
        debugger, options = engine.debugger, DebugOptions(records=records, stops_at_caught=True)
        debugger.keep_nothing()
        lines = sorted(debugger.stop_lines("function/t"))[:LINES]
        ids = [debugger.put_breakpoint(Breakpoint("function/t", line)).id for line in lines]
        caller = engine.owner if attack.as_owner else STRANGER
        session = debugger.start(Request.call("t", attack.params), caller, is_dry=False, options=options)
        number = 0
        while session.wait(SECONDS) is not None:
            number += 1
            if number == STOPS:
                debugger.remove_breakpoints(*ids)
                session.stop_at_errors(False, False)
            goes_on(session, number, ends_at_limit=is_timed(attack))
        return session.result(SECONDS)

    return act


def debugged(attack: Attack, *, records: bool) -> Attack:
    """The attack as one that is debugged: at its limit it stands, and is cancelled there."""
    expect = (attack.expect,) if isinstance(attack.expect, str) else attack.expect
    return replace(
        attack,
        name=f"{attack.name}, {'recorded' if records else 'debugged'}",
        expect=(*expect, "cancelled") if is_timed(attack) else expect,
        says="" if is_timed(attack) else attack.says,
        act=debugging(attack, records),
    )


def plain(attacks: list[Attack]) -> list[Attack]:
    """Those that are one call of a script that compiles."""
    return [one for one in attacks if one.act is None and one.at_once == 1 and "compile" not in one.expect]


QUICK = [
    *plain(test_escape_attacks.ATTACKS),
    *plain(test_isolation_attacks.ATTACKS),
    *plain(test_sql_attacks.ATTACKS),
    *plain(test_network_files_attacks.ATTACKS),
]
SLOW = [
    *plain(test_memory_attacks.ATTACKS),
    *plain(test_crash_attacks.ATTACKS),
    *plain(test_time_attacks.ATTACKS),
]
ATTACKS = nightly(
    [debugged(one, records=at % 2 == 0) for at, one in enumerate(islice(QUICK, 0, None, 8))],
    [
        *(debugged(one, records=True) for one in QUICK if not is_timed(one)),
        *(debugged(one, records=False) for one in (*QUICK, *SLOW)),
    ],
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_debugged_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
