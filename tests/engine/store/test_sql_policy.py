"""What SQL of a script may do: every way out is closed by SQLite itself."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind, ScriptError
from lua_engine.base.events import DataChanged, Event
from lua_engine.store.database import Database
from lua_engine.store.script.statements import Scope
from tests.engine.store.conftest import Calls, Recorded

NOT_READING = [
    "DELETE FROM posts",
    "UPDATE posts SET title = 'x'",
    "INSERT INTO posts (title, _owner) VALUES ('x', 'y')",
    "WITH x AS (SELECT 1) DELETE FROM posts",
    "WITH x AS (SELECT 1) INSERT INTO posts (title, _owner) SELECT 'x', 'y' FROM x",
    "REPLACE INTO posts (title, _owner) VALUES ('x', 'y')",
    "INSERT INTO posts (title, _owner) VALUES ('x', 'y') RETURNING _id",
    "EXPLAIN DELETE FROM posts",
]
NEVER = [
    "ATTACH DATABASE 'other.db' AS other",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = ON",
    "PRAGMA table_info(posts)",
    "PRAGMA query_only = OFF",
    "PRAGMA hard_heap_limit = 0",
    "VACUUM",
    "VACUUM INTO 'copy.db'",
    "CREATE TABLE mine (a)",
    "CREATE TEMP TABLE mine (a)",
    "CREATE TEMP VIEW mine AS SELECT 1",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE INDEX mine ON posts (title)",
    "CREATE TRIGGER mine AFTER INSERT ON posts BEGIN DELETE FROM posts; END",
    "CREATE VIRTUAL TABLE mine USING fts5(a)",
    "ALTER TABLE posts ADD COLUMN mine",
    "ALTER TABLE posts RENAME TO mine",
    "DROP TABLE posts",
    "DROP TABLE _meta",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT a",
    "RELEASE a",
    "SELECT load_extension('x.so')",
    "SELECT * FROM pragma_table_info('posts')",
    "SELECT * FROM sqlite_stmt",
    "SELECT * FROM dbstat",
    "UPDATE sqlite_master SET sql = ''",
    "DELETE FROM sqlite_master",
    "UPDATE sqlite_sequence SET seq = 0",
]
SYSTEM_WRITES = [
    "INSERT INTO _meta (key, value) VALUES ('template_group_id', 'x')",
    "UPDATE _groups SET owner = 'me'",
    "DELETE FROM _orm_schemas",
    "REPLACE INTO _tables (name, schema) VALUES ('a', 'b')",
    'UPDATE "_meta" SET value = 1',
    "UPDATE main._meta SET value = 1",
    "WITH x AS (SELECT 1) UPDATE _meta SET value = 1",
    "INSERT INTO _group_members SELECT 'g', 'me', 'coauthor'",
    "INSERT INTO posts (title, _owner) VALUES ('a', 'b'), ('c', 'd') RETURNING (SELECT 1)",
]


@pytest.fixture
def seeded(calls: Calls) -> Calls:
    calls("orm.seed", "posts", [{"title": "a", "score": 1}, {"title": "b", "score": 2}])
    return calls


def everything(database: Database) -> list[str]:
    with database.system_read() as connection:
        raw: Any = connection.connection.dbapi_connection
        return list(raw.iterdump())


@pytest.mark.parametrize("sql", NOT_READING + NEVER)
def test_query_only_reads(seeded: Calls, database: Database, sql: str) -> None:
    before = everything(database)
    value, message = seeded("goop.db.query", sql)
    assert value is None
    assert message.startswith(
        ("not authorized", "table sqlite_master may not be modified", "no such module")
    ), message
    assert seeded("goop.db.scalar", sql)[0] is None
    assert everything(database) == before


@pytest.mark.parametrize("sql", NEVER)
def test_exec_only_changes_rows(seeded: Calls, database: Database, tmp_path: Path, sql: str) -> None:
    before = everything(database)
    answer = seeded("goop.db.exec", sql)
    assert answer[0] is None
    assert answer[1].startswith(
        ("not authorized", "table sqlite_master may not be modified", "cannot VACUUM")
    ), answer
    assert everything(database) == before
    assert {path.name for path in tmp_path.iterdir()} <= {"data.db", "data.db-wal", "data.db-shm"}


@pytest.mark.parametrize("sql", SYSTEM_WRITES[:-1])
def test_system_tables_cannot_be_written(seeded: Calls, database: Database, sql: str) -> None:
    before = everything(database)
    assert "cannot be written by scripts" in seeded("goop.db.exec", sql)[1]
    assert everything(database) == before


def test_a_trigger_is_no_way_to_a_system_table(seeded: Calls, database: Database) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER t AFTER UPDATE ON posts BEGIN INSERT INTO _meta (key) VALUES ('x'); END"
        )
    assert seeded("goop.db.exec", "UPDATE posts SET title = 'x'")[1] == (
        "not authorized: system table _meta cannot be written by scripts"
    )
    assert seeded("orm.update", "posts", 1, [["title", False, "x"]])[0] is False


@pytest.mark.parametrize(
    ("function", "sql"),
    [
        ("goop.db.query", "SELECT 1; DELETE FROM posts"),
        ("goop.db.scalar", "SELECT 1; SELECT 2"),
        ("goop.db.exec", "DELETE FROM posts; DELETE FROM posts"),
        ("goop.db.exec", "DELETE FROM posts; COMMIT"),
    ],
)
def test_one_statement(seeded: Calls, function: str, sql: str) -> None:
    assert seeded(function, sql) == (None, "You can only execute one statement at a time.")
    assert seeded("orm.count", "posts") == 2


@pytest.mark.parametrize("sql", ["", "  ", "-- nothing", "/* nothing */", ";"])
def test_nothing_is_no_statement(seeded: Calls, sql: str) -> None:
    assert seeded("goop.db.query", sql) == (None, "only SELECT queries are possible here")
    assert seeded("goop.db.exec", sql) == (None, "only INSERT, UPDATE, DELETE and REPLACE are possible here")


def test_fragments_cannot_write_either(seeded: Calls, database: Database) -> None:
    before = everything(database)
    for where in (
        "1) UNION SELECT 1 FROM (DELETE FROM posts",
        "1); DELETE FROM posts; --",
        "load_extension('x') = 1",
    ):
        assert seeded("orm.find", "posts", {"where": where})[0] is None
    assert seeded("orm.aggregate", "posts", "* FROM pragma_database_list; --")[0] is None
    assert (
        seeded(
            "orm.update_where",
            "posts",
            [["title", True, "'x' WHERE 1; DELETE FROM posts; --"]],
            {"where": "1"},
        )[0]
        == 0
    )
    assert everything(database) == before


def test_reading_system_tables_and_json_is_fine(seeded: Calls) -> None:
    assert seeded("goop.db.scalar", "SELECT count(*) FROM _tables") == 3
    assert seeded("goop.db.query", "SELECT value FROM json_each('[1, 2]')") == [{"value": 1}, {"value": 2}]
    assert seeded("goop.db.query", "VALUES (1)") == [{"column1": 1}]


def test_full_text_tables_work(seeded: Calls, database: Database) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE words USING fts5(text)")
    assert seeded("goop.db.exec", "INSERT INTO words (text) VALUES (?)", ["hello world"]) == 1
    assert seeded("goop.db.query", "SELECT text FROM words WHERE words MATCH 'hello'") == [
        {"text": "hello world"}
    ]


def test_exec_answers_the_affected_count(seeded: Calls, events: list[Event]) -> None:
    events.clear()
    assert seeded("goop.db.exec", "UPDATE posts SET score = ?", [5]) == 2
    assert (
        seeded(
            "goop.db.exec",
            "WITH x AS (SELECT 2 AS n) UPDATE posts SET score = (SELECT n FROM x) WHERE _id = 1",
        )
        == 1
    )
    assert (
        seeded(
            "goop.db.exec", "INSERT INTO posts (title, _owner) VALUES ('a', 'b'), ('c', 'd') RETURNING _id"
        )
        == 2
    )
    assert events == [DataChanged(("posts",), "call-1")] * 3
    assert seeded("goop.db.exec", "DELETE FROM posts WHERE _id > 99") == 0
    assert seeded("goop.db.exec", "EXPLAIN DELETE FROM posts") == 0
    assert (
        seeded("goop.db.exec", "UPDATE posts SET score = ?", [5]) == 4
    )  # from the statement cache: announced all the same
    assert events[3:] == [DataChanged(("posts",), "call-1")]
    assert seeded("goop.db.exec", "SELECT 1") == (
        None,
        "only INSERT, UPDATE, DELETE and REPLACE are possible here",
    )


def test_query_limits(seeded: Calls) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1001) SELECT i FROM n"
    assert len(seeded("goop.db.query", numbers)) == 1000
    assert [line.message for line in seeded.run.logs] == [
        "goop.db.query: the result was cut at 1000 rows; use LIMIT and OFFSET, or goop.orm"
    ]
    assert seeded("goop.db.query", "SELECT zeroblob(1048577)") == (None, "the result is larger than 1 MB")
    assert seeded("goop.db.scalar", "SELECT zeroblob(1048577)") == (None, "the result is larger than 1 MB")
    umlauts = "SELECT replace(hex(zeroblob(300000)), '00', 'öö')"  # 0.6 million characters, 1.2 MB
    assert seeded("goop.db.query", umlauts) == (None, "the result is larger than 1 MB")
    assert seeded("goop.db.scalar", umlauts) == (None, "the result is larger than 1 MB")
    assert seeded("goop.db.scalar", "SELECT zeroblob(10)") == bytes(10)
    assert seeded("goop.db.scalar", "SELECT 1 WHERE 0") is None
    assert seeded("goop.db.scalar", "SELECT ? IS NULL AND ? = 1", [None, True]) == 1


BOMBS = [
    "SELECT randomblob(1000000000)",
    "SELECT zeroblob(1000000000) || 'x'",
    "SELECT printf('%1000000000d', 1)",
    "SELECT printf('%.*c', 1000000000, 'x')",
    "SELECT hex(zeroblob(3000000))",
    "SELECT replace(printf('%.3000000c', 'x'), 'x', 'yy')",
    "SELECT replace(printf('%.2000c', 'x'), 'x', printf('%.1000000c', 'y'))",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) SELECT "
    "group_concat(printf('%.100000c', 'x')) FROM n",
    "SELECT json_patch(printf('{\"a\": \"%.100000c\"}', 'x'), '{}')",
]


@pytest.mark.parametrize("sql", BOMBS)
def test_bombs_are_refused(seeded: Calls, sql: str) -> None:
    assert seeded("goop.db.query", sql) == (None, "string or blob too big")


def test_memory_of_many_big_values_is_bounded(seeded: Calls) -> None:
    sql = "SELECT " + ", ".join(["randomblob(3900000)"] * 200)
    assert seeded("goop.db.query", sql) == (None, "the statement needs too much memory")
    assert seeded("goop.db.scalar", "SELECT 1") == 1


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT " + "(" * 600 + "1" + ")" * 600, "parser stack overflow"),
        ("SELECT " + "+".join(["1"] * 600), "Expression tree is too large (maximum depth 500)"),
        (" UNION ".join(["SELECT 1"] * 51), "too many terms in compound SELECT"),
        ("SELECT 1 --" + "x" * 140_000, "query string is too large"),
        ("SELECT 'a' LIKE '" + "x" * 200 + "'", "LIKE or GLOB pattern too complex"),
        ("SELECT ?20000", "variable number must be between ?1 and ?10000"),
        ("SELECT 'a\0b'", "the query contains a null character"),
    ],
)
def test_statements_are_bounded(seeded: Calls, sql: str, message: str) -> None:
    assert seeded("goop.db.query", sql)[1] == message


ENDLESS = [
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT count(*) FROM n a, "
    "n b, n c",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(length(randomblob(3000000))) "
    "FROM n",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT sum(instr(printf('%.2000000c', 'a'), printf('%.1000000c', 'b'))) FROM n",
]

DOUBLING = "WITH " + ", ".join(
    [f"a{n} AS (SELECT x.p FROM a{n - 1} x, a{n - 1} y)" if n else "a0 AS (SELECT 1 AS p)" for n in range(40)]
) + " SELECT count(*) FROM a39"  # fmt: skip


@pytest.mark.parametrize("sql", ENDLESS)
def test_the_deadline_ends_every_statement(seeded: Calls, sql: str) -> None:
    for function in ("goop.db.query", "goop.db.scalar"):
        seeded.context(seeded.run.caller, seconds=0.2)
        with pytest.raises(CallKilled) as caught:
            seeded(function, sql)
        assert caught.value.kind is ErrorKind.TIMEOUT
    seeded.context(seeded.run.caller)
    assert seeded("goop.db.scalar", "SELECT 1") == 1


def test_a_statement_that_doubles_while_it_is_compiled_ends(seeded: Calls) -> None:
    """Nothing can interrupt the compiler: either the deadline comes first, or SQLite's own heap is full."""
    kind, answer = None, (None, "memory")
    try:
        answer = seeded("goop.db.query", DOUBLING)
    except CallKilled as verdict:
        kind = verdict.kind
    assert kind in (None, ErrorKind.TIMEOUT)
    assert answer[0] is None
    assert "memory" in answer[1]


@pytest.mark.usefixtures("catalog")
def test_a_cancelled_call_ends_its_statement(database: Database, recorded: Recorded) -> None:
    deadline = Deadline(30)
    started = threading.Timer(0.1, lambda: deadline.revoke(ErrorKind.CANCELLED))
    started.start()
    with pytest.raises(CallKilled) as caught:
        list(database.script_rows(Scope(deadline, recorded, "c"), ENDLESS[1]))
    started.join()
    assert caught.value.kind is ErrorKind.CANCELLED


@pytest.mark.usefixtures("catalog")
def test_a_transaction_cannot_be_ended_from_inside(database: Database, scope: Scope) -> None:
    def write() -> None:
        with database.script_write(scope) as writer:
            writer.insert("INSERT INTO posts (title, _owner) VALUES ('a', 'b')", ())
            writer.write("COMMIT", ())

    with pytest.raises(ScriptError, match="not authorized"):
        write()
    assert list(database.script_rows(scope, "SELECT count(*) FROM posts")) == [(0,)]


def test_our_transaction_control_is_in_no_cache_for_scripts(seeded: Calls) -> None:
    # The write connection has compiled BEGIN and COMMIT of our own by now; the same words from a script are
    # refused.
    for sql in ("COMMIT", "BEGIN IMMEDIATE", "ROLLBACK", "COMMIT -- "):
        assert seeded("goop.db.exec", sql)[1].startswith("not authorized: TRANSACTION")


def test_limits_leave_wide_tables_readable(seeded: Calls, database: Database) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql(f"CREATE TABLE wide ({', '.join(f'c{n}' for n in range(1500))})")
    assert seeded("goop.db.scalar", "SELECT count(*) FROM wide") == 0
    assert sqlite3.sqlite_version_info >= (3, 37)
