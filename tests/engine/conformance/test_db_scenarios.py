"""goop.db: SQL of the script's own, and nothing that is more than that."""

from __future__ import annotations

import pytest

from lua_engine.testing import Matching, Scenario, run_scenario
from tests.engine.conformance.sites import BLOG

DB = [
    (
        "query",
        'return goop.db.query("SELECT title FROM posts WHERE score > ? ORDER BY _id", 1)',
        [{"title": "A"}, {"title": "C"}],
    ),
    (
        "query with WITH",
        'return goop.db.query("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n")',
        [{"i": 1}, {"i": 2}, {"i": 3}],
    ),
    ("query with NULL", 'return goop.db.query("SELECT ? AS x, 1 AS y", nil)', [{"y": 1}]),
    (
        "query is cut at 1,000 rows",
        'return #goop.db.query("WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n")',
        1000,
    ),
    ("scalar", 'return goop.db.scalar("SELECT COUNT(*) FROM posts")', 3),
    ("scalar of nothing", 'return goop.db.scalar("SELECT title FROM posts WHERE 0") == nil', True),
    (
        "exec answers how many",
        'return goop.db.exec("UPDATE posts SET score = ? WHERE state = ?", 9, "live")',
        2,
    ),
    (
        "exec inserts",
        'return goop.db.exec("INSERT INTO posts (_owner, title) VALUES (?, ?)", goop.peer.id, "T")',
        1,
    ),
]


DB_REFUSED = [
    'goop.db.query("DELETE FROM posts")',
    'goop.db.query("WITH x AS (SELECT 1) DELETE FROM posts")',
    'goop.db.query("SELECT 1; SELECT 2")',
    'goop.db.query("PRAGMA table_info(posts)")',
    'goop.db.query("nonsense")',
    'goop.db.exec("SELECT 1")',
    'goop.db.exec("DROP TABLE posts")',
    'goop.db.exec("CREATE TABLE x (y)")',
    'goop.db.exec("UPDATE _meta SET value = 1")',
    'goop.db.exec("INSERT INTO _groups (id, name) VALUES (1, 2)")',
    'goop.db.exec("ATTACH ? AS other", "/tmp/other.db")',
    'goop.db.exec("VACUUM")',
    'goop.db.exec("BEGIN")',
    'goop.db.scalar("SELECT load_extension(?)", "x")',
]


@pytest.mark.parametrize(("name", "lua", "value"), DB)
def test_db(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, BLOG, lua=lua, value=value))


@pytest.mark.parametrize("call", DB_REFUSED)
def test_db_refuses(call: str) -> None:
    lua = f"local ok, a, b = pcall(function() return {call} end) if ok then return {{ a == nil or a == 0, b }} end return {{ true, a }}"
    titles = [{"title": "A"}, {"title": "B"}, {"title": "C"}]
    run_scenario(
        Scenario(call, BLOG, lua=lua, value=[True, Matching(".")], rows={"posts": titles}, events=[])
    )


FAILURES = [
    ("query", 'goop.db.query("SELECT nope FROM posts")', "no such column: nope"),
    ("scalar", 'goop.db.scalar("nonsense")', "syntax error"),
    ("exec", 'goop.db.exec("UPDATE nope SET a = 1")', "no such table: nope"),
    ("a placeholder without a value", 'goop.db.query("SELECT ? + ?", 1)', "."),
    ("more than 1 MB", """goop.db.query("SELECT printf('%.*c', 2000000, 'x')")""", "1 MB"),
]


@pytest.mark.parametrize(("name", "call", "error"), FAILURES)
def test_db_failures(name: str, call: str, error: str) -> None:
    run_scenario(
        Scenario(
            name, BLOG, lua=f"local r, err = {call} return {{ r == nil, err }}", value=[True, Matching(error)]
        )
    )


def test_db_wrong_use() -> None:
    for name in ("query", "scalar", "exec"):
        run_scenario(
            Scenario(
                name,
                lua=f"goop.db.{name}({{}})",
                error=Matching(rf"^scenario\.lua:2: goop\.db\.{name}: sql must be a string, got table"),
            )
        )
    run_scenario(
        Scenario(
            "args",
            lua='goop.db.query("SELECT ?", {})',
            error=Matching(r"args\[1\] must be a string, number, boolean or nil, got table"),
        )
    )


def test_db_sees_what_the_orm_wrote_and_the_other_way_round() -> None:
    lua = """
    local posts = goop.orm("posts")
    posts:update(1, { title = "by orm" })
    local seen = goop.db.scalar("SELECT title FROM posts WHERE _id = 1")
    goop.db.exec("UPDATE posts SET title = ? WHERE _id = 2", "by sql")
    return { seen, posts:get(2).title }
    """
    run_scenario(Scenario("one database", BLOG, lua=lua, value=["by orm", "by sql"]))


def test_a_cut_at_1000_rows_is_told() -> None:
    sql = "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT i FROM n"
    run_scenario(
        Scenario(
            "cut", lua=f'return #goop.db.query("{sql}")', value=1000, logs=[("warn", Matching("1,?000"))]
        )
    )
