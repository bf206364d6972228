"""No single step of a statement that a person typed, or of a view, takes long: it cannot be interrupted."""

from __future__ import annotations

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import StoreError
from lua_engine.store.tables.query import RowQuery
from lua_engine.store.tables.reading import LongValue
from lua_engine.store.tables.sql import SqlRunner
from tests.engine.data.conftest import Ground

HUGE = [
    "length(randomblob(900000000)) > 0",
    "length(zeroblob(900000000)) > 0",
    "length(hex(zeroblob(40000000))) > 0",
    "length(replace(hex(zeroblob(2000000)), '0', '0123456789')) > 0",
    "length(a || zeroblob(32000000)) > 0",
]
LONG = "LIKE '%" + "a" * 200 + "b'"


@pytest.fixture
def sql(ground: Ground) -> SqlRunner:
    ground.outside("INSERT INTO plain VALUES ('a', 1, 2)")
    return SqlRunner(ground.database, ground.undo)


@pytest.mark.parametrize("condition", HUGE)
def test_a_condition_makes_no_huge_value(ground: Ground, sql: SqlRunner, condition: str) -> None:
    with pytest.raises(StoreError, match="more than 32 MB: leave that column out"):
        ground.reader.first_page(RowQuery("plain", where=condition))
    with pytest.raises(StoreError, match="more than 32 MB"):
        sql.read(f"SELECT * FROM plain WHERE {condition}", Deadline(10))
    with pytest.raises(StoreError, match="more than 32 MB"):
        sql.preview(f"UPDATE plain SET c = 3 WHERE {condition}", Deadline(10))
    ground.outside(f"CREATE VIEW heavy AS SELECT * FROM plain WHERE {condition}")
    with pytest.raises(StoreError, match="more than 32 MB"):
        ground.reader.first_page(RowQuery("heavy"))
    with pytest.raises(StoreError, match="more than 32 MB"):
        ground.tables.count("heavy")
    ground.outside("DROP VIEW heavy")


def test_a_generated_column_makes_no_huge_value(ground: Ground) -> None:
    ground.outside("CREATE TABLE made (a, b AS (hex(zeroblob(a))))")
    ground.outside("INSERT INTO made VALUES (17000000)")
    with pytest.raises(StoreError, match="more than 32 MB"):
        ground.reader.first_page(RowQuery("made"))


def test_a_group_that_is_joined_to_a_huge_text(sql: SqlRunner) -> None:
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40)"
    with pytest.raises(StoreError, match="more than 32 MB"):
        sql.read(f"{many} SELECT length(group_concat(hex(zeroblob(500000)))) FROM n", Deadline(60))


def test_a_printf_of_a_huge_width_is_null(sql: SqlRunner) -> None:
    assert sql.read("SELECT printf('%*d', 330000000, 1)", Deadline(60)).rows == ((None,),)


def test_the_pattern_of_like_is_bounded(ground: Ground, sql: SqlRunner) -> None:
    with pytest.raises(StoreError, match=r"instr\(column, 'text'\) > 0"):
        ground.reader.first_page(RowQuery("plain", where=f"a {LONG}"))
    with pytest.raises(StoreError, match=r"instr\(column, 'text'\) > 0"):
        sql.read(f"SELECT * FROM plain WHERE a {LONG}", Deadline(10))


def test_trimming_many_letters_is_no_endless_step(sql: SqlRunner) -> None:
    """SQLite compares each letter of the text with each of the set: minutes here."""
    many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)"
    letters = "SELECT group_concat(char(i + 1000), '') FROM n"
    text = "replace(hex(zeroblob(2000000)), '00', char(60000))"
    statement = f"{many} SELECT length(trim({text}, ({letters}) || char(60000)))"
    assert sql.read(statement, Deadline(60)).rows == ((0,),)


def test_large_cells_are_read(ground: Ground, sql: SqlRunner) -> None:
    for megabytes in (6, 12):
        ground.outside("INSERT INTO plain VALUES (?, ?, NULL)", "x" * megabytes * 1_000_000, megabytes)
    found = sql.read("SELECT length(a), a LIKE '%x' FROM plain WHERE b >= 6", Deadline(60))
    assert found.rows == ((6_000_000, 1), (12_000_000, 1))
    page = ground.reader.first_page(RowQuery("plain", where="a LIKE '%x' AND instr(a, 'xx') = 1"))
    sizes = [row[0].size for row in page.rows if isinstance(row[0], LongValue)]
    assert sizes == [6_000_000, 12_000_000]
