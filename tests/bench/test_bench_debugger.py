"""What debugging costs: each measure beside the same call without it. The script times itself, in processor
time.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest

from lua_engine import Breakpoint, DebugOptions, DebugSession, Engine, Request
from lua_engine.testing import SiteSpec, open_site

LOOP = """function call()
  local n, began = 0, os.clock()
  for i = 1, 3000000 do
    n = n + i
    if n < 0 then
      n = 1
    end
  end
  return os.clock() - began
end
"""
FIB = """local function fib(n)
  if n < 2 then
    return n
  end
  return fib(n - 1) + fib(n - 2)
end
function call(request)
  if request.params.never then
    return 0
  end
  local began = os.clock()
  fib(27)
  return os.clock() - began
end
"""
LINES = """function call()
  local n, began = 0, os.clock()
  for i = 1, 50000 do
    n = n + i
  end
  return os.clock() - began
end
"""
WORDS = """function call()
  local began, found = os.clock(), 0
  for i = 1, 20000 do
    local word = ("word " .. i):upper()
    if word:find("9", 1, true) then
      found = found + 1
    else
      found = found + #word % 2
    end
  end
  return os.clock() - began
end
"""
KEYS = "function call()\n  local t = {}\n  for i = 1, 1e6 do t[i] = i end\n  return #t\nend"
SCRIPTS = {"loop": LOOP, "fib": FIB, "lines": LINES, "words": WORDS, "keys": KEYS}
UNHIT = {"loop": 6, "fib": 9}
ROUNDS = 7


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    settings = {"timeout_seconds": 60, "max_memory_mb": 256}
    with open_site(SiteSpec(functions=SCRIPTS, lua=settings)) as opened:
        yield opened


def debugged(engine: Engine, name: str, **options: bool) -> DebugSession:
    return engine.debugger.start(
        Request.call(name, {}),
        engine.site.owner,
        is_dry=False,
        options=DebugOptions(**{"records": False, **options}),
    )


def plain_seconds(engine: Engine, name: str) -> float:
    return min(float(engine.calls.call(name, {}, caller=engine.site.owner).value) for _ in range(ROUNDS))


@pytest.mark.parametrize("name", UNHIT)
def test_breakpoints_that_are_not_hit(engine: Engine, name: str) -> None:
    """In turn. A call that nobody debugs is no measure: it has the probes for what Goop2 does otherwise."""
    without, with_breakpoint = [], []
    for _ in range(ROUNDS):
        without.append(float(debugged(engine, name).result(120).value))
        one = engine.debugger.put_breakpoint(Breakpoint(f"function/{name}", UNHIT[name]))
        with_breakpoint.append(float(debugged(engine, name).result(120).value))
        engine.debugger.remove_breakpoints(one.id)
    ratio = min(with_breakpoint) / min(without)
    print(f"\nunhit breakpoint, {name}: x{ratio:.2f}")
    assert ratio < 1.2


def test_recording_100_000_lines(engine: Engine) -> None:
    session = debugged(engine, "lines", records=True)
    seconds = float(session.result(120).value)
    print(f"\nrecording 100,000 lines: {seconds:.2f} s")
    assert session.margin is not None


def test_coverage(engine: Engine) -> None:
    plain = plain_seconds(engine, "words")
    with engine.debugger.covering():
        covered = plain_seconds(engine, "words")
    print(f"\ncoverage: x{covered / plain:.2f}")
    assert covered / plain < 1.5


def test_a_step_and_a_large_table(engine: Engine) -> None:
    one = engine.debugger.put_breakpoint(Breakpoint("function/keys", 4))
    session = debugged(engine, "keys")
    session.wait(120)
    table = session.locals()[-1]
    began = time.perf_counter()
    session.children(table.ref)
    opened = time.perf_counter() - began
    engine.debugger.remove_breakpoints(one.id)
    session.stop()
    session.result(60)
    steps = debugged(engine, "fib", stops_at_entry=True)
    steps.wait(60)
    taken = []
    for _ in range(4):
        began = time.perf_counter()
        steps.step_into()
        steps.wait(60)
        taken.append(time.perf_counter() - began)
    steps.stop()
    step = statistics.median(taken)
    print(f"\na page of 1,000,000 keys: {opened * 1000:.1f} ms; a step: {step * 1000:.1f} ms")


def test_other_calls_while_one_is_paused(engine: Engine) -> None:
    def median() -> float:
        taken = []
        for _ in range(100):
            began = time.perf_counter()
            engine.calls.call("fib", {"never": True}, caller=engine.site.owner)
            taken.append(time.perf_counter() - began)
        return statistics.median(taken) * 1000

    before = median()
    session = debugged(engine, "fib", stops_at_entry=True)
    session.wait(60)
    beside = median()
    session.stop()
    session.result(60)
    print(f"\na call: {before:.2f} ms; beside a paused one: {beside:.2f} ms")
