"""What a call really pays: each measure beside the least that it could cost."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lupa.lua52 as lua
import pytest

from lua_engine import Engine
from lua_engine.api.catalog import load_functions, load_glue
from lua_engine.runtime.prelude import compile_prelude
from lua_engine.runtime.vm import Vm
from lua_engine.testing import SiteSpec, open_site
from tests.bench.conftest import Compare

OPS = 200  # operations in one call, so that the call itself does not count
ROWS = 1_000
LOOP = "for i = 1, 3e7 do end"

POSTS = {
    "system_key": True,
    "columns": [
        {"name": "title", "type": "text", "required": True},
        {"name": "slug", "type": "text"},
        {"name": "body", "type": "text"},
        {"name": "score", "type": "integer"},
    ],
}


def in_lua(body: str) -> str:
    return (
        'local posts = goop.orm("posts")\nfunction call(request)\nlocal n = request.params.n\n'
        f"for i = 1, n do\n{body}\nend\nend\n"
    )


FUNCTIONS = {
    "null": "function call() end",
    "loop": f"function call() {LOOP} end",
    "short_loop": "function call() for i = 1, 3e6 do end end",
    "get": in_lua("assert(posts:get(i))"),
    "find": in_lua(
        'assert(#posts:find({ where = "score >= ?", args = { i }, order = "_id", limit = 50 }) == 50)'
    ),
    "aggregate": in_lua(
        'assert(posts:aggregate("SUM(score) AS total, COUNT(*) AS n", { where = "score > ?", '
        "args = { i } })[1].n > 0)"
    ),
    "insert": in_lua('assert(posts:insert({ title = "New", slug = "new", body = "text", score = i }))'),
    "upsert": in_lua('assert(posts:upsert("slug", { slug = "slug-" .. i, title = "New", score = i }))'),
    "kv_get": in_lua('assert(goop.kv.get("key") == "value")'),
    "kv_set": in_lua('assert(goop.kv.set("key", i) == nil)'),
    "decode": in_lua("assert(goop.json.decode(request.params.text))"),
    "encode": "function call(request)\nfor i = 1, request.params.n do "
    "assert(#goop.json.encode(request.params.value) > 1e5) end\nend",
    "nothing": in_lua(""),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    rows = [
        {"title": f"Title {i}", "slug": f"slug-{i}", "body": "lorem ipsum " * 8, "score": i}
        for i in range(1, ROWS + 1)
    ]
    site = SiteSpec(FUNCTIONS, schemas={"posts": POSTS}, rows={"posts": rows}, lua={"timeout_seconds": 60})
    with open_site(site) as opened:
        yield opened


def calling(engine: Engine, function: str, **params: Any) -> Any:
    def work() -> None:
        result = engine.calls.call(function, params, caller=engine.owner)
        assert result.ok, result.error

    return work


@pytest.fixture
def raw(engine: Engine, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Plain sqlite3 on a copy of the site's database, with the same settings as ours, and an index as ours
    has.
    """
    source = sqlite3.connect(engine.site.data_db)
    connection = sqlite3.connect(tmp_path / "raw.db", isolation_level=None)
    source.backup(connection)
    source.close()
    connection.row_factory = lambda cursor, row: {
        column[0]: value for column, value in zip(cursor.description, row, strict=True)
    }
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    yield connection
    connection.close()


# VMs and calls
# ----------------------------------------------------------------------------------------------------------


def bare_runtime() -> Any:
    return lua.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)


def bare_call(source: str) -> Any:
    """A fresh runtime, the source, the function: no guard, no limit, no host functions."""

    def work() -> None:
        runtime = bare_runtime()
        runtime.execute(source.encode())
        runtime.globals()[b"call"]()

    return work


@contextmanager
def busy_thread() -> Iterator[None]:
    """Another thread that runs Python all the time."""
    is_over = threading.Event()

    def burn() -> None:
        while not is_over.is_set():
            sum(range(1000))

    thread = threading.Thread(target=burn)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def test_fresh_vm(compare: Compare) -> None:
    prelude = compile_prelude(load_functions(), load_glue())
    compare("fresh VM / bare runtime", lambda: Vm(prelude).close(), bare_runtime, rounds=200)


def test_null_call(compare: Compare, engine: Engine) -> None:
    compare(
        "null call / bare runtime and call", calling(engine, "null"), bare_call(FUNCTIONS["null"]), rounds=200
    )


def test_null_call_beside_a_busy_thread(compare: Compare, engine: Engine) -> None:
    """Both wait for the GIL at each handing over: 5 ms a time, unless it is free."""
    with busy_thread():
        compare(
            "null call / bare runtime, Python busy",
            calling(engine, "null"),
            bare_call(FUNCTIONS["null"]),
            rounds=40,
        )


def timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_hook_beside_a_busy_thread(compare: Compare, engine: Engine, benchmark: Any) -> None:
    """The hook must not wait for the GIL: the same call, alone and beside a busy thread, measured in turn.

    On a machine whose cores are taken the second is slower anyway; so the loop without a hook is measured
    beside the busy thread, too.
    """
    work, bare = calling(engine, "loop"), bare_call(FUNCTIONS["loop"])
    alone: list[float] = []
    bare_busy: list[float] = []

    def beside() -> None:
        with busy_thread():
            work()

    def others() -> None:
        alone.append(timed(work))
        with busy_thread():
            bare_busy.append(timed(bare))

    benchmark.pedantic(beside, setup=others, rounds=7, iterations=1, warmup_rounds=1)
    median = benchmark.stats.stats.median
    compare.note("30 M steps, Python busy / alone", median, statistics.median(alone), wanted=1.3)
    compare.note(
        "30 M steps with hook / without, Python busy", median, statistics.median(bare_busy), wanted=1.3
    )


def test_cost_of_the_hook(compare: Compare, engine: Engine) -> None:
    compare(
        "30 M steps with hook / without",
        calling(engine, "loop"),
        bare_call(FUNCTIONS["loop"]),
        rounds=7,
        wanted=1.15,
    )


def test_two_threads(compare: Compare, engine: Engine, benchmark: Any) -> None:
    """Seconds a call. Lua runs without the GIL, so two threads that compute use two cores."""
    for function, calls in (("null", 400), ("short_loop", 20)):
        work = calling(engine, function)

        def many(count: int, work: Any = work) -> None:
            for _ in range(count):
                work()

        one, two = [], []
        with ThreadPoolExecutor(2) as pool:
            for _ in range(5):
                one.append(timed(lambda many=many, calls=calls: many(calls)) / calls)
                two.append(
                    timed(lambda many=many, calls=calls: list(pool.map(many, [calls // 2, calls // 2])))
                    / calls
                )
        compare.note(f"a {function} call on 2 threads / on 1", statistics.median(two), statistics.median(one))
    benchmark(calling(engine, "null"))


# Data
# ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "name", "sql"),
    [
        ("get", "ORM get / sqlite3", "SELECT * FROM posts WHERE _id = ?"),
        ("find", "ORM find 50 / sqlite3", "SELECT * FROM posts WHERE score >= ? ORDER BY _id LIMIT 50"),
        (
            "aggregate",
            "ORM aggregate / sqlite3",
            "SELECT SUM(score) AS total, COUNT(*) AS n FROM posts WHERE score > ?",
        ),
    ],
)
def test_reading(
    compare: Compare, engine: Engine, raw: sqlite3.Connection, function: str, name: str, sql: str
) -> None:
    def floor() -> None:
        for i in range(1, OPS + 1):
            assert raw.execute(sql, (i,)).fetchall()

    compare(name, calling(engine, function, n=OPS), floor, number=OPS, rounds=10)


def test_insert(compare: Compare, engine: Engine, raw: sqlite3.Connection) -> None:
    sql = "INSERT INTO posts (_owner, _owner_email, title, slug, body, score) VALUES (?, ?, ?, ?, ?, ?)"

    def floor() -> None:
        for i in range(1, OPS + 1):
            raw.execute(sql, (engine.owner.id, "", "New", "new", "text", i))

    compare("ORM insert / sqlite3", calling(engine, "insert", n=OPS), floor, number=OPS, rounds=10)


def test_upsert(compare: Compare, engine: Engine, raw: sqlite3.Connection) -> None:
    def floor() -> None:
        for i in range(1, OPS + 1):
            raw.execute("BEGIN IMMEDIATE")
            row = raw.execute(
                "SELECT _id FROM posts WHERE slug = ? ORDER BY _id LIMIT 1", (f"slug-{i}",)
            ).fetchone()
            raw.execute(
                "UPDATE posts SET title = ?, score = ?, _updated_at = CURRENT_TIMESTAMP WHERE _id = ?",
                ("New", i, row["_id"]),
            )
            raw.execute("COMMIT")

    compare("ORM upsert / sqlite3 (no index)", calling(engine, "upsert", n=OPS), floor, number=OPS, rounds=10)


def write_whole(path: Path, value: Any) -> None:
    """The least that a write which survives a crash needs."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(value).encode())
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def test_kv(compare: Compare, engine: Engine, tmp_path: Path) -> None:
    count = iter(range(10**9))

    def floor() -> None:
        for _ in range(OPS):
            write_whole(tmp_path / "kv.json", {"key": next(count)})

    compare(
        "kv set / atomic write of the file", calling(engine, "kv_set", n=OPS), floor, number=OPS, rounds=5
    )


def test_kv_get(compare: Compare, engine: Engine, tmp_path: Path) -> None:
    (engine.site.state_dir).mkdir(exist_ok=True)
    path = engine.site.state_dir / "kv_get.json"
    path.write_text('{"key": "value"}')

    def floor() -> None:
        for _ in range(OPS):
            assert json.loads(path.read_bytes())["key"] == "value"

    compare("kv get / reading the file", calling(engine, "kv_get", n=OPS), floor, number=OPS, rounds=10)


VALUE = [
    {"id": i, "title": f"Title {i}", "tags": ["a", "b"], "ok": True, "score": i / 4} for i in range(1500)
]
TEXT = json.dumps(VALUE)


def test_json_decode(compare: Compare, engine: Engine) -> None:
    assert 100_000 < len(TEXT) < 130_000
    work = calling(engine, "decode", n=20, text=TEXT)
    compare(
        "json.decode 100 KB / Python",
        work,
        lambda: [json.loads(TEXT) for _ in range(20)],
        number=20,
        rounds=10,
    )


def test_json_encode(compare: Compare, engine: Engine) -> None:
    work = calling(engine, "encode", n=20, value=VALUE)
    compare(
        "json.encode 100 KB / Python",
        work,
        lambda: [json.dumps(VALUE) for _ in range(20)],
        number=20,
        rounds=10,
    )
