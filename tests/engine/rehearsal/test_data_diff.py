"""The diff of one call's own writes, beside a comparison of everything before and after."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import ScriptError
from lua_engine.store.changes.diff import MAX_ROWS, MAX_VALUE, DataDiff
from lua_engine.store.changes.recording import RecordingDatabase
from lua_engine.store.changes.tracking import MAX_COLUMNS
from lua_engine.store.script.policy import TRACKING
from lua_engine.store.script.statements import Scope
from tests.helpers.nightly import nightly

DDL = """
CREATE TABLE plain (_id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b);
CREATE TABLE keyed (_id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, x INTEGER, y INTEGER,
  UNIQUE (x, y));
CREATE TABLE odd ("a b" TEXT, rowid TEXT, "select" INTEGER);
CREATE TABLE flat (k TEXT, j INTEGER, v, PRIMARY KEY (k, j)) WITHOUT ROWID;
CREATE TABLE child (_id INTEGER PRIMARY KEY, parent INTEGER REFERENCES keyed (_id) ON DELETE CASCADE
  ON UPDATE CASCADE);
CREATE TABLE seen (_id INTEGER PRIMARY KEY, n INTEGER);
CREATE TRIGGER watch AFTER INSERT ON plain WHEN NEW.a = 'watched' BEGIN
  INSERT INTO seen (n) VALUES (NEW._id); DELETE FROM seen WHERE _id > 3; END;
CREATE TABLE generated (_id INTEGER PRIMARY KEY, n INTEGER, twice INTEGER AS (n * 2));
CREATE VIEW shown AS SELECT a FROM plain;
INSERT INTO plain (a, b) VALUES ('one', 1), ('two', 2.0), (NULL, X'00ff');
INSERT INTO keyed (code, x, y) VALUES ('A', 1, 1), ('B', 1, 2), ('C', 2, 1);
INSERT INTO odd VALUES ('p', 'q', 1), ('r', 's', 2);
INSERT INTO flat VALUES ('k', 1, 'v'), ('k', 2, 'w');
INSERT INTO child (parent) VALUES (1), (1), (2);
INSERT INTO generated (n) VALUES (1), (2);
"""
KEYS = {
    "plain": "_id",
    "keyed": "_id",
    "odd": "_rowid_",
    "flat": "quote(k) || ', ' || quote(j)",
    "child": "_id",
    "seen": "_id",
    "generated": "_id",
}
STATEMENTS = [
    "INSERT INTO plain (a, b) VALUES ('new', ?)",
    "INSERT INTO plain (a) VALUES ('watched')",
    "UPDATE plain SET b = ? WHERE _id <= 2",
    "UPDATE plain SET _id = _id + 100 WHERE _id = ?",
    "DELETE FROM plain WHERE _id = ?",
    "DELETE FROM plain",
    "UPDATE plain SET a = a",
    "REPLACE INTO keyed (code, x, y) VALUES ('a', ?, 9)",
    "INSERT OR REPLACE INTO keyed (_id, code, x, y) VALUES (?, 'B', 2, 1)",
    "INSERT OR IGNORE INTO keyed (code, x, y) VALUES ('C', ?, ?)",
    "INSERT INTO keyed (code, x, y) VALUES ('c', 7, 7) ON CONFLICT (code) DO UPDATE SET x = x + 10",
    "UPDATE OR REPLACE keyed SET code = 'A', x = _id, y = 50 WHERE _id = ?",
    "UPDATE keyed SET _id = _id + 10 WHERE _id = ?",
    "DELETE FROM keyed WHERE _id = ?",
    'UPDATE odd SET "a b" = \'x\' WHERE "select" = ?',
    "INSERT INTO odd VALUES ('new', 'row', ?)",
    'DELETE FROM odd WHERE "select" = ?',
    "REPLACE INTO flat VALUES ('k', ?, 'z')",
    "UPDATE flat SET j = j + 5 WHERE j = ?",
    "DELETE FROM flat WHERE j = ?",
    "INSERT INTO generated (n) VALUES (?)",
    "UPDATE generated SET n = ? WHERE _id = 1",
    "INSERT INTO plain (a) WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 5) "
    "SELECT 'row ' || i FROM s",
]


def scope(origin: str = "call") -> Scope:
    return Scope(Deadline(20), lambda *_args, **_more: None, origin)


def write(database: RecordingDatabase, sql: str, *args: Any, origin: str = "call") -> int:
    with database.script_write(scope(origin)) as writer:
        return writer.write(sql, args[: sql.count("?")])


@pytest.fixture
def database(tmp_path: Path) -> Iterator[RecordingDatabase]:
    made = make(tmp_path / "data.db")
    yield made
    made.close()


def make(path: Path) -> RecordingDatabase:
    connection = sqlite3.connect(path)
    connection.executescript(DDL)
    connection.close()
    return RecordingDatabase(path)


def content(path: Path) -> dict[str, dict[Any, tuple[Any, ...]]]:
    """Every row of every table, by its key."""
    connection = sqlite3.connect(path)
    try:
        return {
            table: {
                row[0]: row if table == "odd" else row[1:]
                for row in connection.execute(f"SELECT {key}, * FROM {table}")
            }
            for table, key in KEYS.items()
        }
    finally:
        connection.close()


def compared(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What differs, found by looking at everything."""
    found = {}
    for table in KEYS:
        old, new = before[table], after[table]
        changed = {
            key: (old[key], new[key]) for key in old.keys() & new.keys() if repr(old[key]) != repr(new[key])
        }
        added, removed = (
            {new[key] for key in new.keys() - old.keys()},
            {old[key] for key in old.keys() - new.keys()},
        )
        if added or removed or changed:
            found[table] = (added, changed, removed)
    return found


def recorded(diff: DataDiff) -> dict[str, Any]:
    """The same shape, of a diff."""
    return {
        one.table: (
            set(one.added),
            {row.key: (row.before, row.after) for row in one.changed},
            set(one.removed),
        )
        for one in diff.tables
    }


calls = st.lists(st.tuples(st.sampled_from(STATEMENTS), st.integers(1, 4), st.integers(1, 4)), max_size=8)


@settings(max_examples=nightly(50, 1_000), deadline=None)
@given(calls)
def test_the_diff_is_what_a_comparison_of_everything_finds(
    tmp_path_factory: pytest.TempPathFactory, statements: list[tuple[str, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("diff") / "data.db"
    database = make(path)
    try:
        before = content(path)
        with database.recording("call") as recording:
            for sql, first, second in statements:
                try:
                    write(database, sql, first, second)
                except ScriptError:
                    # a constraint: the transaction was rolled back and must leave no trace in the diff
                    continue
        assert recorded(recording.diff()) == compared(before, content(path))
    finally:
        database.close()


def test_the_worked_example_of_tracking_py(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "data.db")
    connection.executescript(
        "CREATE TABLE tasks (_id INTEGER PRIMARY KEY, text TEXT UNIQUE);"
        "INSERT INTO tasks VALUES (3, 'milk'), (7, 'bread');"
    )
    connection.close()
    database = RecordingDatabase(tmp_path / "data.db")
    with database.recording("call") as recording:
        write(database, "REPLACE INTO tasks VALUES (7, 'milk')")
        write(database, "INSERT INTO tasks VALUES (8, 'jam')")
        write(database, "INSERT INTO tasks VALUES (9, 'rye')")
        write(database, "DELETE FROM tasks WHERE _id = 9")
    assert recorded(recording.diff()) == {
        "tasks": ({(8, "jam")}, {7: ((7, "bread"), (7, "milk"))}, {(3, "milk")})
    }
    database.close()


def test_only_the_recorded_calls_count(database: RecordingDatabase) -> None:
    with database.recording("call") as recording:
        write(database, "INSERT INTO plain (a) VALUES ('other')", origin="other")
        write(database, "INSERT INTO plain (a) VALUES ('own')")
        write(database, "UPDATE plain SET b = 7 WHERE a = 'other'", origin="other")
        database.adopt("follows", "call")
        write(database, "INSERT INTO plain (a) VALUES ('follows')", origin="follows")
    write(database, "INSERT INTO plain (a) VALUES ('later')")
    assert [row[1] for row in recording.diff().tables[0].added] == ["own", "follows"]


def test_a_rolled_back_transaction_leaves_no_trace(database: RecordingDatabase) -> None:
    with database.recording("call") as recording:
        with pytest.raises(ScriptError, match="UNIQUE"):
            write_two(database)
        write(database, "INSERT INTO plain (a) VALUES ('stays')")
    assert [row[1] for row in recording.diff().tables[0].added] == ["stays"]


def write_two(database: RecordingDatabase) -> None:
    """Two statements in one transaction, of which the second fails."""
    with database.script_write(scope()) as writer:
        writer.write("INSERT INTO plain (a) VALUES ('gone')", ())
        writer.write("INSERT INTO keyed (code) VALUES ('A')", ())


def test_a_table_that_appears_meanwhile_is_watched(database: RecordingDatabase) -> None:
    with database.recording("call") as recording:
        write(database, "INSERT INTO plain (a) VALUES ('x')")
        other = sqlite3.connect(database.path)
        other.execute("CREATE TABLE late (_id INTEGER PRIMARY KEY, z)")
        other.close()
        write(database, "INSERT INTO late (z) VALUES (1)")
    assert [table.table for table in recording.diff().tables] == ["late", "plain"]


def test_rows_past_the_bound_are_counted(database: RecordingDatabase) -> None:
    rows = (
        "WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ?) SELECT 'row', i FROM s"
    )
    with database.recording("call") as recording:
        write(database, f"INSERT INTO plain (a, b) {rows}", MAX_ROWS + 500)
        write(database, f"INSERT INTO plain (a, b) {rows}", 10)
    (table,) = recording.diff().tables
    assert (len(table.added), table.left_out, table.row_count) == (MAX_ROWS, 510, MAX_ROWS + 510)


def test_long_values_are_shortened_and_still_compared_whole(database: RecordingDatabase) -> None:
    text = "x" * (MAX_VALUE + 1000)
    write(database, "UPDATE plain SET a = ? WHERE _id = 1", text, origin="before")
    with database.recording("call") as recording:
        write(database, "UPDATE plain SET a = ? WHERE _id = 1", text[:-1] + "y")
        write(database, "UPDATE plain SET b = ? WHERE _id = 2", bytes(2 * MAX_VALUE))
    first, second = recording.diff().tables[0].changed
    assert first.columns == ("a",)
    assert first.after[1] == f"{text[:MAX_VALUE]}… ({len(text)} characters)"
    assert second.after[2] == bytes(MAX_VALUE)


def test_a_large_change_is_noted_within_bounds(database: RecordingDatabase) -> None:
    for _ in range(20):
        write(database, "INSERT INTO plain (a) VALUES (?)", "x" * 1_000_000, origin="before")
    with database.recording("call") as recording:
        assert write(database, "DELETE FROM plain") == 23
    (table,) = recording.diff().tables
    assert table.left_out > 0
    assert table.row_count == 23


@pytest.mark.parametrize(
    "sql", ["INSERT INTO {}state VALUES (9, 9, 9)", "DELETE FROM {}0", "UPDATE {}state SET room = 0"]
)
def test_a_script_that_knew_the_names_could_not_write_there(database: RecordingDatabase, sql: str) -> None:
    with database.recording("call"):
        write(database, "INSERT INTO plain (a) VALUES ('x')")
        with pytest.raises(ScriptError, match=r"not authorized|no such table"):
            write(database, sql.format(TRACKING))


def test_counts_and_ids_are_those_without_recording(database: RecordingDatabase) -> None:
    inserting, updating = "INSERT INTO plain (a) VALUES ('watched')", "UPDATE keyed SET y = y + 100"
    statements = [inserting, updating, "DELETE FROM keyed WHERE _id = 1", "UPDATE plain SET a = 1 WHERE 0"]
    with database.recording("call"), database.script_write(scope()) as writer:
        counts = [writer.write(sql, ()) for sql in statements]
        made = writer.insert("INSERT INTO plain (a) VALUES ('last')", ())
    assert (counts, made) == ([1, 3, 1, 0], 5)


def test_triggers_are_gone_after_the_recording(database: RecordingDatabase) -> None:
    with database.recording("call"):
        write(database, "INSERT INTO plain (a) VALUES ('x')")
    with database.script_write(scope("other")) as writer:
        assert writer.connection.raw.execute("SELECT count(*) FROM sqlite_temp_master").fetchone() == (0,)


def test_a_very_wide_table_is_written_as_ever(database: RecordingDatabase) -> None:
    names = [f"a_column_with_a_rather_long_name_as_somebody_may_choose_{number}" for number in range(1_900)]
    other = sqlite3.connect(database.path)
    other.execute(f"CREATE TABLE wide (_id INTEGER PRIMARY KEY, {', '.join(names)})")
    other.close()
    with database.recording("call") as recording:
        assert write(database, f"INSERT INTO wide ({names[0]}, {names[-1]}) VALUES (1, 2)") == 1
        assert write(database, f"UPDATE wide SET {names[1]} = 3") == 1
    (table,) = recording.diff().tables
    assert (len(table.columns), table.added[0][:3]) == (MAX_COLUMNS, (1, 1, 3))
