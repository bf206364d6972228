"""The attacks once more with the debugger on: breakpoints on every line, a stop at every error, steps and looks.
Nothing that is debugged gets further than it would alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
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


def goes_on(session: DebugSession, number: int) -> None:
    """Past this stop; a call that stands at its limit is ended."""
    stopped = session.stopped
    if stopped is not None and stopped.reason is StopReason.LIMIT:
        session.stop()
    elif number < STOPS:
        with suppress(DebugError):  # a call that is given up ends while it is looked at
            look(session)
            (session.step_into, session.step_over, session.resume)[number % 3]()
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
            goes_on(session, number)
        return session.result(SECONDS)

    return act


def debugged(attack: Attack, *, records: bool) -> Attack:
    """The attack as one that is debugged: at its limit it stands, and is cancelled there."""
    expect = (attack.expect,) if isinstance(attack.expect, str) else attack.expect
    # One that is to use up its memory may come to its time first: it is looked at meanwhile.
    is_timed = "timeout" in expect or "memory" in expect
    return replace(
        attack,
        name=f"{attack.name}, {'recorded' if records else 'debugged'}",
        expect=(*expect, "cancelled") if is_timed else expect,
        says="" if is_timed else attack.says,
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
        *(debugged(one, records=True) for one in QUICK if "timeout" not in one.expect),
        *(debugged(one, records=False) for one in (*QUICK, *SLOW)),
    ],
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_a_debugged_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
