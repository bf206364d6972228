"""Tables as other programs make them: keys of columns, hundreds of columns, names of any kind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, CellEdit, Deadline, RowQuery
from lua_engine.data.exporting import export_rows
from lua_engine.store.tables.reading import LongValue
from tests.engine.data.conftest import Ground

MANY = 2_500
KEYS: list[Any] = [(f"k{number % 7}", number) for number in range(MANY)]


def test_many_rows_with_keys_of_columns_go_in_out_and_back(ground: Ground) -> None:
    """Each row is found by an index: beside 2,500 others 500 rows held the file locked for ten seconds."""
    rows = [{"k": k, "j": j, "v": j / 2} for k, j in KEYS]
    ground.edit.insert("keyed", rows, Caller("me"))
    streamed = ground.reader.stream(RowQuery("keyed"), KEYS[5:2_105], Deadline(60), 1_000)
    assert [row[1] for part in streamed for row in part] == list(range(5, 2_105))
    ground.edit.update("keyed", [CellEdit(key, "v", "x") for key in KEYS[:300]])
    ground.edit.update("keyed", [CellEdit(KEYS[9], "k", "K9")])
    ground.edit.delete("keyed", KEYS[400:])
    for _ in range(3):
        ground.undo.undo()
    assert ground.outside("SELECT k, j, v FROM keyed ORDER BY j") == [(k, j, j / 2) for k, j in KEYS]
    ground.undo.undo()
    assert ground.outside("SELECT count(*) FROM keyed") == [(0,)]


def test_a_key_that_changes_its_letter_case_only(ground: Ground) -> None:
    ground.outside("CREATE TABLE cased (k TEXT COLLATE NOCASE PRIMARY KEY, v) WITHOUT ROWID")
    ground.edit.insert("cased", [{"k": "Anna", "v": 1}, {"k": "b", "v": 2}], Caller("me"))
    ground.edit.update("cased", [CellEdit(("Anna",), "k", "anna")])
    assert ground.outside("SELECT k FROM cased ORDER BY v") == [("anna",), ("b",)]
    ground.undo.undo()
    assert ground.outside("SELECT k FROM cased ORDER BY v") == [("Anna",), ("b",)]


@pytest.mark.parametrize("count", [300, 1_200])
def test_hundreds_of_columns(ground: Ground, count: int) -> None:
    names = [f'c:"{number}" %s' for number in range(count)]
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    ground.outside(f"CREATE TABLE wide ({columns})")
    ground.outside("INSERT INTO wide DEFAULT VALUES")
    ground.outside(f"INSERT INTO wide ({columns.split(', ')[-1]}) VALUES (?)", "x" * 5_000)
    page = ground.reader.first_page(RowQuery("wide"))
    assert page.columns == tuple(names)
    assert page.rows[0] == (None,) * count
    assert page.rows[1][-1] == (LongValue("x" * 2_000, 5_000) if count == 300 else "x" * 5_000)


def test_exported_sql_is_taken_by_sqlite(ground: Ground, tmp_path: Path) -> None:
    """Columns that SQLite computes are not in it: it refuses values for them."""
    ground.outside("INSERT INTO sums (a) VALUES (5), (NULL)")
    export_rows(ground.reader, RowQuery("sums"), tmp_path / "sums.sql", "sql", Deadline(9))
    (ddl,) = ground.outside("SELECT sql FROM sqlite_master WHERE name = 'sums'")[0]
    with closing(sqlite3.connect(":memory:")) as other:
        other.execute(ddl)
        other.executescript((tmp_path / "sums.sql").read_text())
        assert other.execute("SELECT * FROM sums").fetchall() == [(5, 10, 15), (None, None, None)]
