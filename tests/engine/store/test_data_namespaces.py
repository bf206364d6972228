"""goop.orm, goop.expr, goop.config and goop.db as scripts meet them: real Lua, a real site."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, CallResult, Engine
from lua_engine.store.database import Database
from lua_engine.store.tables.catalog import TableCatalog
from tests.engine.store.conftest import AUTO, POSTS, SETTINGS, schema

ROW = (
    '{"name": "look", "system_key": true, "columns": [{"name": "theme", "type": "text", "required": '
    'true}, {"name": "size", "type": "integer"}]}'
)
VISITOR = Caller("visitor-peer", "Vic", "vic@example.org")

Run = Callable[..., CallResult]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site/lua/functions").mkdir(parents=True)
    (tmp_path / "goop.json").write_text(
        json.dumps(
            {
                "lua": {
                    "enabled": True,
                    "timeout_seconds": 60,
                    "rate_limit_per_peer": 100_000,
                    "rate_limit_global": 100_000,
                    "max_memory_mb": 64,
                }
            }
        )
    )
    database = Database(tmp_path / "data.db")
    catalog = TableCatalog(database)
    for text in (POSTS, SETTINGS, AUTO, ROW):
        catalog.create_table(schema(text))
    database.close()
    return tmp_path


@pytest.fixture
def run(site: Path) -> Iterator[Run]:
    """``run(body, params)``: the result of a data function with that body, called by a visitor."""
    engine = Engine.open(site, watch=False)

    def call(body: str, params: Any = None) -> CallResult:
        (site / "site/lua/functions/t.lua").write_text(
            f"function call(request)\nlocal params = request.params\n{body}\nend"
        )
        engine.scripts.reload()
        return engine.calls.call("t", params or {}, caller=VISITOR)

    yield call
    engine.close()


def value(result: CallResult) -> Any:
    assert result.ok, result.error
    return result.value


def message(result: CallResult) -> str:
    assert result.error is not None
    return result.error.message


def test_a_handle_has_its_schema_and_methods(run: Run) -> None:
    body = """
      local posts, none = goop.orm("posts"), { goop.orm("_meta") }
      return { posts.name, posts.columns[1].name, posts.columns[1].required, posts.access.insert,
        #posts.columns, none[1] == nil, none[2],
        type(posts.find), getmetatable(posts) }
    """
    assert value(run(body)) == [
        "posts",
        "title",
        True,
        "group",
        8,
        True,
        "not an ORM table: _meta",
        "function",
        False,
    ]


def test_writing_and_reading(run: Run) -> None:
    body = """
      local posts = goop.orm("posts")
      local id = posts:insert({ title = "One", score = 1, data = "\\255\\0" })
      posts:seed({ { title = "never" } })
      posts:update(id, { score = goop.expr("score + 41") })
      posts:update_where({ position = goop.expr("score * 2") }, { where = "_id = ?", args = { id } })
      local row = posts:get(id)
      return { row.score, row.position, row._owner, row._owner_email, row.data == "\\255\\0", posts:count(),
        row.body == nil }
    """
    assert value(run(body)) == [42, 84, "visitor-peer", "vic@example.org", True, 1, True]


def test_a_visitors_table_is_never_an_expression(run: Run) -> None:
    body = """
      local posts = goop.orm("posts")
      local id = posts:insert({ title = "One", score = 1 })
      local real = goop.expr("1")
      for k, v in pairs(real) do params.x[k] = v end
      return { { posts:update(id, { score = params.x }) }, { posts:update_where({ title = params.x },
        { where = "1" }) }, posts:get(id).title }
    """
    assert value(run(body, {"x": {"__sql_expr": "(SELECT 1)", "sql": "1"}})) == [
        [False, 'column "score" expects integer, got table'],
        [0, 'column "title" expects text, got table'],
        "One",
    ]


def test_expressions_belong_to_updates(run: Run) -> None:
    for call in (
        'insert({ title = goop.expr("1") })',
        'upsert("slug", { slug = goop.expr("1") })',
        'seed({ { title = goop.expr("1") } })',
    ):
        told = message(run(f'goop.orm("posts"):{call}'))
        assert "goop.expr works in update and update_where only" in told
    assert "goop.expr: sql must be a string, got table" in message(run("goop.expr({})"))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("posts.find({})", "goop.orm:find: call it on a handle, with a colon: handle:find(...)"),
        ("posts:find(5)", "goop.orm:find: opts must be a table, got number"),
        ("posts:get()", "goop.orm:get: id must be a number, got nil"),
        ("posts:get({})", "goop.orm:get: id must be a number, got table"),
        ("posts:insert()", "goop.orm:insert: data must be a table, got nil"),
        ("posts:insert({ 'a' })", "goop.orm:insert: data must be a table of column = value, got a list"),
        ("posts:update(1, 'x')", "goop.orm:update: data must be a table, got string"),
        ("posts:update(1, { 'x' })", "goop.orm:update: data must be a table of column = value"),
        ("posts:pluck()", "goop.orm:pluck: column must be a string, got nil"),
        ("goop.orm({})", "goop.orm: name must be a string, got table"),
        ("goop.db.query()", "goop.db.query: sql must be a string, got nil"),
        (
            "goop.db.query('SELECT ?', {})",
            "goop.db.query: args[1] must be a string, number, boolean or nil, got table",
        ),
        ("goop.config({})", "goop.config: table must be a string, got table"),
        ("goop.config('settings', 5)", "goop.config: defaults must be a table, got number"),
    ],
)
def test_misuse_names_the_function_and_the_line(run: Run, call: str, told: str) -> None:
    result = run(f'local posts = goop.orm("posts")\n{call}')
    assert message(result).endswith(f"t.lua:4: {told}") or message(result).endswith(told)
    assert result.error is not None
    assert result.error.line == 4


def test_rewriting_the_handle_fools_only_the_script(run: Run) -> None:
    body = """
      local posts = goop.orm("posts")
      posts.name = "_meta"
      pairs, next, type, setmetatable = nil, nil, nil, nil
      string.format = nil
      posts:insert({ title = "One" })
      return { posts:count(), goop.db.scalar("SELECT count(*) FROM _meta WHERE key = 'One'") }
    """
    assert value(run(body)) == [1, 0]


def test_config_of_pairs(run: Run, site: Path) -> None:
    body = """
      local cfg = goop.config("settings", { theme = "light", accent = "#333" })
      local before = cfg.theme
      local done = cfg:set("theme", "dark")
      cfg:set("count", 5)
      cfg:set("on", true)
      cfg:save({ a = "1", b = 2.5 })
      return { before, done, cfg.theme, cfg.accent, cfg.count, cfg.on, cfg.a, cfg.b, cfg.none == nil }
    """
    assert value(run(body)) == ["light", True, "dark", "#333", "5", "true", "1", "2.5", True]
    assert value(run('return { goop.config("settings", { theme = "light" }).theme }')) == ["dark"]
    outside = sqlite3.connect(site / "data.db")
    stored = dict(outside.execute("SELECT key, value FROM settings"))
    assert stored == {"theme": "dark", "count": "5", "on": "true", "a": "1", "b": "2.5"}
    outside.close()


def test_config_of_one_row(run: Run, site: Path) -> None:
    body = """
      local cfg = goop.config("look", { theme = "light", size = 3, other = "o" })
      local before = { cfg.theme, cfg.size, cfg.other }
      local first = cfg:set("size", 4)
      local second = { cfg:save({ theme = "dark", size = 5 }) }
      local bad = { cfg:save({ theme = "never", nope = 1 }) }
      return { before, first, second, bad[1] == nil, bad[2], cfg.theme, cfg.size, cfg.other }
    """
    told = 'unknown column "nope" in table "look"'
    assert value(run(body)) == [["light", 3, "o"], True, [True], True, told, "dark", 5, "o"]
    outside = sqlite3.connect(site / "data.db")
    assert outside.execute("SELECT theme, size FROM look").fetchall() == [("dark", 5)]
    outside.execute("INSERT INTO look (_owner, theme) VALUES ('x', 'newest')")
    outside.commit()
    outside.close()
    assert value(run('local c = goop.config("look", { size = 9 })\nreturn { c.theme, c.size }')) == [
        "newest",
        9,
    ]


def test_config_misuse(run: Run) -> None:
    assert value(run('return { (select(2, goop.config("nothing"))) }')) == ["not an ORM table: nothing"]
    config = 'local cfg = goop.config("settings")\n'
    assert 'a setting is written with cfg:set("theme", value)' in message(run(config + 'cfg.theme = "dark"'))
    assert "goop.config:set: value must be a string, number or boolean, got nil" in message(
        run(config + 'cfg:set("theme")')
    )
    assert "goop.config:set: call it with a colon" in message(run(config + 'cfg.set("theme", "x")'))
    assert "goop.config:save: a must be a string, number or boolean, got table" in message(
        run(config + "cfg:save({ a = {} })")
    )


def test_db(run: Run) -> None:
    body = """
      local posts = goop.orm("posts")
      posts:seed({ { title = "a" }, { title = "b" } })
      return {
        goop.db.query("SELECT title, body FROM posts WHERE _owner = ? ORDER BY _id DESC", goop.peer.id),
        goop.db.scalar("SELECT COUNT(*) FROM posts"),
        goop.db.exec("UPDATE posts SET body = ? WHERE title = ?", nil, "a"),
        { goop.db.exec("DELETE FROM _meta") },
        { goop.db.query("SELECT nope") },
        goop.db.query("SELECT 1 WHERE 0"),
      }
    """
    assert value(run(body)) == [
        [{"title": "b"}, {"title": "a"}],
        2,
        1,
        [None, "not authorized: system table _meta cannot be written by scripts"],
        [None, "no such column: nope"],
        [],
    ]


def test_many_rows_flow_without_gathering_in_python(run: Run) -> None:
    body = """
      goop.db.exec([[INSERT INTO posts (_owner, title)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT 'x', i FROM n]])
      local rows = goop.orm("posts"):find({ fields = "_id, title" })
      return { #rows, rows[1].title, rows[20000].title }
    """
    assert value(run(body)) == [20000, "1", "20000"]


def test_a_table_that_does_not_fit_the_vm_is_a_memory_error(run: Run) -> None:
    body = """
      goop.db.exec([[INSERT INTO posts (_owner, title)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) SELECT 'x',
          hex(zeroblob(500000)) FROM n]])
      return goop.orm("posts"):find()
    """
    result = run(body)
    assert result.error is not None
    assert result.error.kind == "memory"
    assert value(run('return { goop.orm("posts"):count() }')) == [100]  # its connection is free again


def test_statements_are_in_the_result(run: Run) -> None:
    result = run('goop.orm("posts"):insert({ title = "a" })\nreturn goop.orm("posts"):list()')
    assert [(one.sql.split()[0], one.rows) for one in result.sql] == [("INSERT", 1), ("SELECT", 1)]
    assert result.timings.sql > 0
