"""The SQL console's ground, and the checks of the data."""

from __future__ import annotations

import threading

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import StoreError
from lua_engine.store.tables.health import check_data
from lua_engine.store.tables.reading import ReadCancelled
from lua_engine.store.tables.sql import SqlRunner, plan_words
from tests.engine.data.conftest import Ground

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def sql(ground: Ground) -> SqlRunner:
    ground.outside("INSERT INTO plain VALUES ('a', 1, 9007199254740993), ('b', 2, NULL), ('c', 3, x'00')")
    return SqlRunner(ground.database, ground.undo)


def test_reading(sql: SqlRunner) -> None:
    found = sql.read("SELECT a, c FROM plain ORDER BY b DESC", Deadline(10))
    assert (found.columns, found.is_cut) == (("a", "c"), False)
    assert found.rows == (("c", b"\0"), ("b", None), ("a", 9007199254740993))
    assert len(sql.read("PRAGMA table_info(plain)", Deadline(10)).rows) == 3
    many = sql.read(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", Deadline(10)
    )
    assert (len(many.rows), many.is_cut) == (10_000, True)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM plain", "allow writing first"),
        ("WITH x AS (SELECT 1) DELETE FROM plain", "allow writing first"),
        ("SELECT 1; DELETE FROM plain", "one statement at a time"),
        ("ATTACH 'x.db' AS x", "only SELECT"),
        ("PRAGMA journal_mode = DELETE", ""),
        ("PRAGMA writable_schema = 1", "PRAGMA writable_schema is not possible"),
        ("CREATE TABLE x (a)", "allow writing first"),
        ("SELEC 1", "syntax error"),
        ("SELECT nope FROM plain", "no such column"),
    ],
)
def test_nothing_but_reading(ground: Ground, sql: SqlRunner, statement: str, words: str) -> None:
    if statement.startswith("PRAGMA journal_mode"):
        sql.read("PRAGMA journal_mode", Deadline(10))
    else:
        with pytest.raises(StoreError, match=words):
            sql.read(statement, Deadline(10))
    assert ground.outside("SELECT count(*) FROM plain") == [(3,)]
    assert ground.outside("PRAGMA journal_mode") == [("wal",)]


def test_a_statement_without_end_is_ended(sql: SqlRunner) -> None:
    with pytest.raises(StoreError, match=r"longer than 0\.2 s"):
        sql.read(ENDLESS, Deadline(0.2))
    deadline = Deadline(60)
    threading.Timer(0.1, deadline.revoke).start()
    with pytest.raises(ReadCancelled):
        sql.read(ENDLESS, deadline)


def test_writing_is_looked_at_first_and_can_be_undone(ground: Ground, sql: SqlRunner) -> None:
    preview = sql.preview("UPDATE plain SET a = a || '!' WHERE b > 1", Deadline(10))
    assert [(row.before, row.after) for row in preview.tables[0].rows] == [
        ((2, "b", 2, None), (2, "b!", 2, None)),
        ((3, "c", 3, b"\0"), (3, "c!", 3, b"\0")),
    ]
    assert ground.outside("SELECT a FROM plain") == [("a",), ("b",), ("c",)]
    entry = sql.write(preview, Deadline(10))
    assert entry is not None
    assert (entry.rows, entry.title) == (2, "SQL: UPDATE plain SET a = a || '!' WHERE b > 1")
    assert ground.outside("SELECT a FROM plain") == [("a",), ("b!",), ("c!",)]
    ground.undo.undo()
    assert ground.outside("SELECT a FROM plain") == [("a",), ("b",), ("c",)]
    stale = sql.preview("DELETE FROM plain", Deadline(10))
    ground.outside("UPDATE plain SET a = 'theirs' WHERE b = 1")
    with pytest.raises(StoreError, match="have changed since you looked"):
        sql.write(stale, Deadline(10))
    assert ground.outside("SELECT count(*) FROM plain") == [(3,)]
    for refused in ("DELETE FROM _meta", "DROP TABLE plain", "PRAGMA user_version = 5; SELECT 1"):
        with pytest.raises(StoreError):
            sql.preview(refused, Deadline(10))


def test_the_plan_in_words(ground: Ground, sql: SqlRunner) -> None:
    ground.outside("CREATE INDEX plain_b ON plain (b)")
    assert sql.plan("SELECT * FROM plain WHERE b > 1 ORDER BY a", Deadline(10)) == (
        "finds rows of plain by the index plain_b (b>?)",
        "sorts the result",
    )
    assert plan_words("SCAN cards") == "reads every row of cards"
    assert (
        plan_words("SEARCH c USING INTEGER PRIMARY KEY (rowid=?)") == "finds rows of c by their id (rowid=?)"
    )


def test_rows_that_break_their_schema_are_found(ground: Ground) -> None:
    ground.outside("CREATE TABLE notes (card_id INTEGER, text TEXT)")
    ground.outside("INSERT INTO cards (_id, _owner, title, state) VALUES (1, 'x', 'ok', 'open')")
    ground.outside("INSERT INTO cards (_owner, title, n, state) VALUES ('x', 'bad', 'many', 'gone')")
    ground.outside("INSERT INTO notes VALUES (1, 'fine'), (77, 'lost'), (NULL, 'free'), (0, 'none')")
    report = check_data(ground.database, ground.tables.infos(), Deadline(30))
    assert [(one.table, one.text, one.rows) for one in report.findings] == [
        ("cards", "n is not a number", 1),
        ("cards", "state is not one of its values", 1),
        ("notes", "card_id matches no row of cards", 1),
    ]
    assert report.checked > 5
    for one in report.findings:
        assert ground.outside(f"SELECT count(*) FROM {one.table} WHERE {one.where}") == [(one.rows,)]
