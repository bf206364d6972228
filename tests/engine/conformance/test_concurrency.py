"""Many callers at once on one site: nothing is lost, nothing fails, and limits are exact to the call."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lua_engine import Caller, CallResult, Engine
from lua_engine.testing import SiteSpec, open_site
from tests.helpers.nightly import nightly

THREADS = 8
CALLS = nightly(250, 10_000)  # of each thread
KV_KEYS = 100  # of each thread in a store: a script may have 1,000

COUNTERS = {
    "system_key": True,
    "columns": [{"name": "name", "type": "text"}, {"name": "n", "type": "integer"}],
}
NOTES = {
    "system_key": True,
    "columns": [{"name": "text", "type": "text", "required": True}, {"name": "worker", "type": "integer"}],
}
LATEST = {
    "system_key": True,
    "columns": [{"name": "worker", "type": "integer"}, {"name": "last", "type": "integer"}],
}

MIXED = """
local actions = {}
function actions.count()
  local counters = goop.orm("counters")
  local n, err = counters:update_where({ n = goop.expr("n + 1") }, { where = "name = ?", args = { "hits" } })
  assert(n == 1, err)
  return n
end
function actions.insert(p) return assert(goop.orm("notes"):insert({ text = "note " .. p.at, worker = p.worker })) end
function actions.upsert(p) return assert(goop.orm("latest"):upsert("worker", { worker = p.worker, last = p.at })) end
function actions.keep(p)
  local err = goop.kv.set("key-" .. p.worker .. "-" .. p.at % p.keys, p.at)
  assert(err == nil, err)
end
function actions.read(p)
  local rows = assert(goop.orm("notes"):find({ where = "worker = ?", args = { p.worker }, order = "_id DESC", limit = 5 }))
  for _, row in ipairs(rows) do assert(row.worker == p.worker and row._owner == goop.peer.id) end
  return #rows
end
function actions.echo(p) X = (X or 0) + 1 return { X, goop.peer.id, p.at } end
call = goop.route(actions)
"""
ACTIONS = ("count", "insert", "upsert", "keep", "read", "echo", "count", "echo")

SITE = SiteSpec(
    functions={"mixed": MIXED, "other": MIXED},
    schemas={"counters": COUNTERS, "notes": NOTES, "latest": LATEST},
    rows={"counters": [{"name": "hits", "n": 0}]},
    lua={"rate_limit_per_peer": 10**9, "rate_limit_global": 10**9, "timeout_seconds": 30},
)


def together(work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """``work(i)`` on that many threads, which begin at the same moment."""
    gate = threading.Barrier(threads)

    def run(index: int) -> Any:
        gate.wait()
        return work(index)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def call(engine: Engine, function: str, caller: Caller, **params: Any) -> CallResult:
    return engine.calls.call(function, params, caller=caller)


def test_mixed_calls_of_many_threads() -> None:
    failures: list[str] = []

    def work(worker: int) -> Counter[str]:
        done: Counter[str] = Counter()
        caller = Caller(f"peer-{worker}", f"Peer {worker}")
        # Half of the threads share a script, and so its kv store; the others share another.
        function = "mixed" if worker % 2 else "other"
        for at in range(CALLS):
            action = ACTIONS[(at + worker) % len(ACTIONS)]
            result = call(engine, function, caller, action=action, worker=worker, at=at, keys=KV_KEYS)
            if not result.ok:
                failures.append(f"{action}: {result.error}")
            elif action == "echo" and result.value != [1, caller.id, at]:
                failures.append(f"a call saw another: {result.value}")
            done[action] += 1
        return done

    with open_site(SITE) as engine:
        counts = together(work)
        done = sum(counts, Counter())
        assert failures == []
        assert done.total() == THREADS * CALLS
        assert rows(engine, "counters", "n") == [done["count"]], "an update was lost"
        # 1,000 at a time is what a page holds; the count is the table's.
        assert engine.data.count("notes") == done["insert"]
        assert sorted(rows(engine, "latest", "worker")) == list(range(THREADS)), "an upsert made a second row"
        for parity, function in enumerate(("other", "mixed")):
            expected = {
                f"key-{worker}-{at % KV_KEYS}"
                for worker in range(parity, THREADS, 2)
                for at in range(CALLS)
                if ACTIONS[(at + worker) % len(ACTIONS)] == "keep"
            }
            kept = json.loads((engine.site.state_dir / f"{function}.json").read_text())
            assert kept.keys() == expected
        assert engine.calls.running() == ()
        assert engine.calls.abandoned_threads == 0


def rows(engine: Engine, table: str, column: str) -> list[Any]:
    page = engine.tables.page(table, limit=1000)
    return [row[page.columns.index(column)] for row in page.rows]


def test_a_counter_in_kv_is_not_promised_but_its_file_never_breaks() -> None:
    """Get and set are two steps: scripts that race lose counts, but the file stays whole and the last value
    is one that was written.
    """
    source = 'function call(r) local n = goop.kv.get("n") or 0 assert(goop.kv.set("n", n + 1) == nil) end'
    with open_site(SiteSpec({"f": source})) as engine:
        results = together(lambda _: [engine.calls.call("f", caller=engine.owner).ok for _ in range(50)])
        assert all(ok for part in results for ok in part)
        n = json.loads((engine.site.state_dir / "f.json").read_text())["n"]
        assert 1 <= n <= 50 * THREADS


def test_limits_are_exact_to_the_call() -> None:
    """Per peer and script, globally, and for each admitted call exactly one run."""
    source = "function call() return 1 end"
    site = SiteSpec(
        {"f": source, "g": source, "free": "--- @rate_limit 0\n" + source},
        lua={"rate_limit_per_peer": 37, "rate_limit_global": 100},
    )
    ann, bo = Caller("peer-ann"), Caller("peer-bo")
    with open_site(site) as engine:

        def ok(caller: Caller, function: str) -> int:
            return sum(
                sum(part)
                for part in together(
                    lambda _: [engine.calls.call(function, caller=caller).ok for _ in range(20)]
                )
            )

        assert ok(ann, "f") == 37
        assert ok(ann, "f") == 0
        assert ok(ann, "free") == 20 * THREADS, "neither limited nor counted"
        assert ok(bo, "f") == 37, "another peer has a limit of their own"
        assert ok(ann, "g") == 100 - 2 * 37, "what is left of everybody's limit"
        assert ok(Caller("peer-new"), "f") == 0
        assert engine.calls.last_minute() == 100
        refused = engine.calls.call("f", caller=ann)
        assert refused.error is not None
        assert (refused.error.kind.value, refused.error.message) == ("rate_limit", "rate limit exceeded")


def test_scripts_change_while_they_are_called() -> None:
    """Every answer is that of one whole version, and the last one answers in the end."""
    with open_site(SiteSpec({"f": version(0)})) as engine:
        (info,) = engine.scripts.functions()
        is_over = threading.Event()

        def work(worker: int) -> set[Any]:
            if worker == 0:
                for number in range(1, 31):
                    engine.scripts.save(info, version(number))
                is_over.set()
                return set()
            seen = set()
            while not is_over.is_set():
                result = engine.calls.call("f", caller=engine.owner)
                seen.add(tuple(result.value) if result.ok else str(result.error))
            return seen

        seen = set().union(*together(work, 4))
        assert seen <= {(number, number) for number in range(31)}
        assert engine.calls.call("f", caller=engine.owner).value == [30, 30]


def version(number: int) -> str:
    return f"local first = {number}\nfunction call() return {{ first, {number} }} end\n"


def test_one_thread_closes_while_others_call() -> None:
    """``close`` ends what runs; a call never hangs and never raises what is not an answer."""
    loop = "function call() while true do end end"
    with open_site(
        SiteSpec({"loop": loop, "f": "function call() return 1 end"}, lua={"timeout_seconds": 60})
    ) as engine:
        began = threading.Barrier(5)

        def work(worker: int) -> list[str]:
            if worker == 0:
                began.wait()
                engine.close()
                return []
            began.wait()
            results = [
                engine.calls.call("loop" if worker == 1 else "f", caller=engine.owner) for _ in range(20)
            ]
            return [result.error.kind.value for result in results if result.error is not None]

        kinds = set().union(*map(set, together(work, 5)))
        assert kinds <= {"cancelled", "busy"}


def test_a_call_after_close_is_answered() -> None:
    with open_site(SiteSpec({"f": "function call() return 1 end"})) as engine:
        engine.close()
        result = engine.calls.call("f", caller=Caller("peer-x"))
        assert result.error is not None
        assert result.error.kind.value in ("cancelled", "busy")
