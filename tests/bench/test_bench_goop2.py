"""What a script does, in units of the least call there is: a bare runtime, the source, the function.

``wanted`` is what Goop2 takes for it in the same units: docs/performance.md says where that comes from. The
unit makes the rows comparable between machines, and on one that is busy.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import lupa.lua52 as lua
import pytest

from lua_engine import Engine
from lua_engine.testing import SiteSpec, open_site
from tests.bench.conftest import Compare

NULL = "function call() end"
POSTS = {
    "system_key": True,
    "columns": [
        {"name": "title", "type": "text", "required": True},
        {"name": "slug", "type": "text"},
        {"name": "body", "type": "text"},
        {"name": "score", "type": "integer"},
    ],
}


def repeated(body: str, before: str = "") -> str:
    return (
        f'local posts = goop.orm("posts")\nfunction call(request)\n{before}\n'
        f"for i = 1, request.params.n do\n{body}\nend\nend\n"
    )


NAMED = "local t = { a = 1, b = 2, c = 3, d = 4, e = 5 }"
WORDS = "local t = {} for i = 1, 20 do t[i] = 'word' end"
FUNCTIONS = {
    "null": NULL,
    "small": "function call(request) local p = request.params\n"
    "return { sum = p.a + p.b, name = p.name, ok = true, list = { 1, 2, 3 } } end",
    "recursion": "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end\n"
    "function call(request) return fib(20) end",
    "loop": "function call() for i = 1, 1e6 do end end",
    "strings": repeated("for j = 1, 100 do local s = 'a' .. i .. 'b' end"),
    "pairs": repeated("for j = 1, 100 do for k, v in pairs(t) do end end", NAMED),
    "concat": repeated("for j = 1, 100 do local s = table.concat(t, ',') end", WORDS),
    "gsub": repeated("for j = 1, 100 do ('hello world foo bar'):gsub('%w+', 'x') end"),
    "get": repeated("assert(posts:get(i))"),
    "find 50": repeated(
        'assert(#posts:find({ where = "score >= ?", args = { i }, order = "_id", limit = 50 }) == 50)'
    ),
    "find 1,000": repeated("assert(#posts:find({ limit = 1000 }) == 1000)"),
    "find 1,000 and return them": 'local posts = goop.orm("posts")\n'
    "function call() return posts:find({ limit = 1000 }) end",
    "insert": repeated(
        'assert(notes:insert({ title = "New", slug = "new", body = "text", score = i }))',
        'local notes = goop.orm("notes")',
    ),
    "update": repeated('assert(posts:update(i, { title = "New" .. i, score = i }))'),
    "aggregate": repeated(
        'assert(posts:aggregate("SUM(score) AS total, COUNT(*) AS n", { where = "score > ?", args = { i } }))'
    ),
    "json.decode 100 KB": repeated("assert(goop.json.decode(request.params.text))"),
    "json.encode 100 KB": repeated("assert(#goop.json.encode(request.params.value) > 9e4)"),
    "kv.get": repeated('assert(goop.kv.get("key") == "value")'),
    "board of 200 rows": """
local posts = goop.orm("posts")
function call()
  local columns, list = {}, {}
  for _, row in ipairs(posts:find({ order = "_id", limit = 200 })) do
    local k = row.score % 4
    columns[k] = columns[k] or { name = "c" .. k, cards = {} }
    table.insert(columns[k].cards, { id = row._id, title = row.title, body = row.body })
  end
  for _, column in pairs(columns) do list[#list + 1] = column end
  return list
end
""",
}
VALUE = [
    {"id": i, "title": f"Title {i}", "tags": ["a", "b"], "ok": True, "score": i / 4} for i in range(1500)
]
SMALL = {"a": 1, "b": 2, "name": "x"}
ROWS: list[tuple[str, int, float]] = [  # function, operations in a call (0: the call itself), Goop2's units
    ("null", 0, 2.9),
    ("small", 0, 4.1),
    ("recursion", 0, 174),
    ("loop", 0, 2332),
    ("strings", 200, 188),
    ("pairs", 200, 0),
    ("concat", 200, 0),
    ("gsub", 50, 98),
    ("get", 200, 0.89),
    ("find 50", 50, 6.1),
    ("find 1,000", 4, 138),
    ("find 1,000 and return them", 0, 558),
    ("insert", 200, 87),
    ("update", 200, 2.1),
    ("aggregate", 100, 3.4),
    ("json.decode 100 KB", 4, 203),
    ("json.encode 100 KB", 4, 204),
    ("kv.get", 200, 0.30),
    ("board of 200 rows", 0, 58),
]
CALLERS = [(1, 7.8), (2, 11.2), (8, 10.8)]  # and Goop2's units


def name_of(function: str) -> str:
    return "row_" + "".join(letter if letter.isalnum() else "_" for letter in function)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    rows = [
        {"title": f"Title {i}", "slug": f"slug-{i}", "body": "lorem ipsum " * 8, "score": i}
        for i in range(1, 1_001)
    ]
    functions = {name_of(name): source for name, source in FUNCTIONS.items()}
    schemas = {"posts": POSTS, "notes": POSTS}  # what is inserted would slow down the rows below
    site = SiteSpec(functions, schemas=schemas, rows={"posts": rows}, lua={"timeout_seconds": 60})
    with open_site(site) as opened:
        opened.site.state_dir.mkdir(exist_ok=True)
        (opened.site.state_dir / f"{name_of('kv.get')}.json").write_text('{"key": "value"}')
        yield opened


def bare_null_call() -> None:
    runtime = lua.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
    runtime.execute(NULL.encode())
    runtime.globals()[b"call"]()


def params_of(function: str, operations: int) -> dict[str, Any]:
    more = {
        "small": SMALL,
        "json.decode 100 KB": {"text": json.dumps(VALUE)},
        "json.encode 100 KB": {"value": VALUE},
    }
    return {"n": operations, **more.get(function, {})} if operations or function == "small" else {}


@pytest.mark.parametrize(("function", "operations", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_row(compare: Compare, engine: Engine, function: str, operations: int, wanted: float) -> None:
    params, units = params_of(function, operations), max(1, operations)

    def work() -> None:
        result = engine.calls.call(name_of(function), params, caller=engine.owner)
        assert result.ok, result.error

    def floor() -> None:
        for _ in range(units):
            bare_null_call()

    hundred = ", 100 times" if function in {"strings", "pairs", "concat", "gsub"} else ""
    compare(
        f"{function}{hundred} / bare null call",
        work,
        floor,
        number=units,
        rounds=15 if units < 50 else 7,
        wanted=wanted,
    )


@pytest.mark.parametrize(("callers", "wanted"), CALLERS)
def test_calls_a_second(
    compare: Compare, benchmark: Any, engine: Engine, callers: int, wanted: float
) -> None:
    calls, ours, bare = 200, [], []

    def call(_: int) -> None:
        assert engine.calls.call(name_of("null"), {}, caller=engine.owner).ok

    def floor() -> None:
        started = time.perf_counter()
        for _ in range(calls):
            bare_null_call()
        bare.append((time.perf_counter() - started) / calls)

    with ThreadPoolExecutor(callers) as threads:

        def work() -> None:
            started = time.perf_counter()
            list(threads.map(call, range(calls)))
            ours.append((time.perf_counter() - started) / calls)

        benchmark.pedantic(work, setup=floor, rounds=7, iterations=1, warmup_rounds=1)
    name = f"a call when {callers} call / bare null call"
    compare.note(name, statistics.median(ours), statistics.median(bare), wanted=wanted)
