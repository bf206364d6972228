"""Isolation: nothing of one call is seen by another, at once or after it, and a killed call leaves nothing
behind.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from lua_engine import Caller, CallResult, Engine
from tests.helpers.attack_arena import STRANGER, Attack, Outcome
from tests.helpers.nightly import nightly

Act = Callable[[Engine], CallResult]


def twice(engine: Engine) -> CallResult:
    """The second of two calls."""
    engine.calls.call("t", {"n": 1}, caller=engine.owner)
    return engine.calls.call("t", {"n": 2}, caller=engine.owner)


def second(name: str, script: str, value: object) -> Attack:
    return Attack(name, script, "ok", value, act=twice)


def by_many(engine: Engine) -> CallResult:
    """40 calls on 8 threads, each by another caller; the first that saw another's data, else the last."""

    def one(number: int) -> CallResult:
        caller = Caller(f"peer-{number}", f"P{number}", "")
        return engine.calls.call("t", {"n": number}, caller=caller)

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(one, range(40)))
    wrong = [
        result
        for number, result in enumerate(results)
        if result.value != {"n": number, "peer": f"peer-{number}", "seen": number}
    ]
    return wrong[0] if wrong else results[0]


def leaves_nothing(engine: Engine, times: int = nightly(200, 1_000)) -> CallResult:
    """Many calls that end badly, eight at once; then what they left behind is measured."""

    def one(_number: int) -> None:
        assert engine.calls.call("t", None, caller=STRANGER).error is not None

    _many(one, 40)  # what is made once is there now
    before = _footprint()
    _many(one, times)
    while threading.active_count() - before["threads"] > 8:  # those of cancelled calls take a moment to end
        time.sleep(0.05)
    grown = {name: size - before[name] for name, size in _footprint().items()}
    assert grown["descriptors"] <= 4, grown
    assert grown["megabytes"] <= nightly(30, 60), grown
    return engine.calls.call("benign", {"a": 41}, caller=engine.owner)


def leaves_nothing_when_cancelled(engine: Engine) -> CallResult:
    """The same with loops that are ended from outside as soon as they run."""
    done = threading.Event()

    def cancel() -> None:
        while not done.wait(0.002):
            for call_id in engine.calls.running():
                engine.calls.cancel(call_id)

    canceller = threading.Thread(target=cancel)
    canceller.start()
    try:
        return leaves_nothing(engine, 100)
    finally:
        done.set()
        canceller.join()


def _many(work: Callable[[int], None], times: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(times)))


def _footprint() -> dict[str, int]:
    with open("/proc/self/statm") as statm:
        pages = int(statm.read().split()[1])
    return {
        "threads": threading.active_count(),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") // 1048576,
    }


def cancelled(engine: Engine) -> CallResult:
    """A loop, ended from outside."""

    def cancel() -> None:
        while not engine.calls.running():
            time.sleep(0.005)
        for call_id in engine.calls.running():
            engine.calls.cancel(call_id)

    threading.Thread(target=cancel).start()
    return engine.calls.call("t", None, caller=engine.owner)


SEQUENCE = [
    second("a global", "seen = (seen or 0) + 1 return seen", 1),
    second(
        "a global of the top level", "counter = (counter or 0) + 1\nfunction call() return counter end", 1
    ),
    second("an upvalue", "local n = 0\nfunction call() n = n + 1 return n end", 1),
    second("the string library", "local was = string.mark string.mark = 1 return was == nil", True),
    second(
        "a library table",
        "local was = table.mark or math.mark or os.mark or coroutine.mark or goop.mark or goop.db.mark table.mark, math.mark, os.mark, coroutine.mark, goop.mark, goop.db.mark = 1, 1, 1, 1, 1, 1 return was == nil",
        True,
    ),
    second(
        "a rewritten function",
        "local real = tostring(1) tostring = function() return 'x' end return real",
        "1",
    ),
    second(
        "a metatable on _G",
        "local was = rawget(_G, 'x') or x setmetatable(_G, {__index = function() return 'leaked' end}) return tostring(was)",
        "nil",
    ),
    second(
        "a suspended coroutine",
        "co = co or coroutine.wrap(function() for i = 1, 10 do coroutine.yield(i) end end) return co()",
        1,
    ),
    second(
        "goop.peer", "local was = goop.peer.label goop.peer.label = 'x' goop.peer = nil return was", "Mara"
    ),
    second("expressions and handles", "local was = handle handle = goop.expr('1') return was == nil", True),
    second("a hidden loader", "local was = _LOADED or package or _REG return was == nil", True),
]
FOLLOWERS = nightly(3, 20)  # each endless, with a whole limit for itself
ATTACKS = [
    *SEQUENCE,
    Attack(
        "calls at once",
        "mine = request.params.n local n = 0 for i = 1, 20000 do n = n + 1 end return {n = request.params.n, peer = goop.peer.id, seen = mine}",
        "ok",
        {"n": 0, "peer": "peer-0", "seen": 0},
        act=by_many,
        lua={"timeout_seconds": 20},
    ),
    Attack("random numbers differ between calls", "return math.random(2^30)", "ok", act=lambda engine: _different(engine)),
    Attack("many calls killed by memory", "local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end", "ok", act=leaves_nothing, seconds=400.0, lua={"timeout_seconds": 20, "max_memory_mb": 2}),
    Attack("many failing calls", "local c = coroutine.wrap(function() error({goop.json.decode('[1]')}) end) c()", "ok", act=leaves_nothing, seconds=400.0, lua={"timeout_seconds": 20}),
    Attack("100 cancelled loops", "while true do pcall(function() while true do end end) end", ("ok", "cancelled"), act=leaves_nothing_when_cancelled, seconds=400.0, lua={"timeout_seconds": 20}),
    Attack("a cancelled loop", "while true do pcall(function() while true do end end) end", "cancelled", act=cancelled, lua={"timeout_seconds": 20}),
    Attack("a cancelled query", "return goop.db.scalar('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c')", "cancelled", act=cancelled, lua={"timeout_seconds": 20}),
    Attack("too many calls at once", "local t = goop.db.scalar('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c')", "timeout", at_once=70),
    Attack("events do not hold the caller", f"function call() for i = 1, {FOLLOWERS} do goop.group.close(goop.group.create('g' .. i, 'template')) end return 1 end function on_group_close() while true do end end", "ok", 1, followers=FOLLOWERS, lua={"timeout_seconds": 2}),
    Attack("events that make events", "function call() goop.group.close(goop.group.create('g', 'template')) return 1 end function on_group_close() goop.group.close(goop.group.create('g', 'template')) end", "ok", 1, followers=1),
]  # fmt: skip


def _different(engine: Engine) -> CallResult:
    results = [engine.calls.call("t", None, caller=engine.owner) for _ in range(10)]
    assert len({result.value for result in results}) > 1
    return results[0]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_isolation_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
