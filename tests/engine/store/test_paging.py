"""Keyset pages visit every row once, whatever the values and the order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine.base.errors import StoreError
from lua_engine.store.database import Database
from lua_engine.store.tables.catalog import TableCatalog
from lua_engine.store.tables.paging import RowPage

CELLS = st.one_of(
    st.none(),
    st.integers(-3, 3),
    st.floats(-2, 2),
    st.sampled_from([2**62, "", "a", "A", "b", "é", "10", b"", b"a", b"\xff"]),
)
SHAPES = {
    "goop": "CREATE TABLE goop (_id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b INTEGER, c)",
    "plain": "CREATE TABLE plain (a TEXT COLLATE NOCASE, b REAL, c BLOB)",
    "shadowed": "CREATE TABLE shadowed (rowid TEXT, oid, a, b, c)",
    "keyed": "CREATE TABLE keyed (k INTEGER, j INTEGER, a TEXT, b NUMERIC, c, PRIMARY KEY (k, "
    "j)) WITHOUT ROWID",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, TableCatalog]]:
    path: Path = tmp_path_factory.mktemp("pages") / "data.db"
    database = Database(path)
    with database.system_write() as connection:
        for statement in SHAPES.values():
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("CREATE VIEW seen AS SELECT a, b, c FROM plain")
        connection.exec_driver_sql("CREATE INDEX plain_a ON plain (a)")
    yield database, TableCatalog(database)
    database.close()


def fill(database: Database, rows: list[tuple[Any, ...]]) -> None:
    with database.system_write() as connection:
        for name in SHAPES:
            connection.exec_driver_sql(f"DELETE FROM {name}")
        for at, row in enumerate(rows):
            for name in ("goop", "plain", "shadowed"):
                connection.exec_driver_sql(f"INSERT INTO {name} (a, b, c) VALUES (?, ?, ?)", row)
            connection.exec_driver_sql(
                "INSERT INTO keyed (k, j, a, b, c) VALUES (?, ?, ?, ?, ?)", (at % 3, at, *row)
            )


def walk(catalog: TableCatalog, table: str, **how: Any) -> list[RowPage]:
    found = [catalog.page(table, **how)]
    while found[-1].has_more:
        found.append(catalog.page(table, after=found[-1].last, **how))
        assert len(found) < 100
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=14),
    st.sampled_from(["goop", "plain", "shadowed", "keyed", "seen"]),
    st.sampled_from([None, "a", "b", "c"]),
    st.booleans(),
    st.integers(1, 5),
)
def test_every_row_once_in_order(
    pages: tuple[Database, TableCatalog],
    rows: list[tuple[Any, ...]],
    table: str,
    order: str | None,
    descending: bool,
    limit: int,
) -> None:
    database, catalog = pages
    fill(database, rows)
    whole = catalog.page(table, order=order, descending=descending)
    walked = walk(catalog, table, order=order, descending=descending, limit=limit)
    assert [row for page in walked for row in page.rows] == list(whole.rows)
    assert len(whole.rows) == len(rows)
    assert all(len(page.rows) == limit for page in walked[:-1])
    if order is not None:
        with database.system_read() as connection:
            direction = "DESC" if descending else "ASC"
            expected = (
                connection.exec_driver_sql(f"SELECT {order} FROM {table} ORDER BY {order} {direction}")
                .scalars()
                .all()
            )
        at = whole.columns.index(order)
        lowered = [value.lower() if isinstance(value, str) else value for value in expected]
        assert [row[at].lower() if isinstance(row[at], str) else row[at] for row in whole.rows] == lowered


def test_text_that_is_not_utf8_has_its_place(pages: tuple[Database, TableCatalog]) -> None:
    database, catalog = pages
    fill(database, [])
    with database.system_write() as connection:
        for raw in (b"\xff\xfe", b"a", b"\xff", b"\xff\xfe", b"z"):
            connection.exec_driver_sql(
                "INSERT INTO goop (a, c) VALUES (CAST(? AS TEXT), CAST(? AS TEXT))", (raw, raw)
            )
        connection.exec_driver_sql("INSERT INTO goop (a, c) VALUES (x'00', 5), (NULL, x'01')")
    for order in ("a", "c"):
        for descending in (False, True):
            whole = catalog.page("goop", order=order, descending=descending).rows
            walked = walk(catalog, "goop", order=order, descending=descending, limit=1)
            assert [row for page in walked for row in page.rows] == list(whole)


def test_rows_that_are_added_in_between_move_nothing(pages: tuple[Database, TableCatalog]) -> None:
    database, catalog = pages
    fill(database, [(name, 0, None) for name in "bdf"])
    first = catalog.page("goop", order="a", limit=2)
    with database.system_write() as connection:
        connection.exec_driver_sql("INSERT INTO goop (a) VALUES ('a'), ('e')")
    second = catalog.page("goop", order="a", limit=2, after=first.last)
    assert [row[1] for row in first.rows + second.rows] == ["b", "d", "e", "f"]


def test_contains(pages: tuple[Database, TableCatalog]) -> None:
    database, catalog = pages
    fill(database, [("100%", 1, None), ("100 per cent", 2, "Fün_f"), (None, 42, b"x")])

    def found(text: str, table: str = "plain") -> list[Any]:
        return [
            row[1] for page in walk(catalog, table, contains=text, limit=1, order="b") for row in page.rows
        ]

    assert found("100") == [1.0, 2.0]
    assert found("0%") == [1.0]
    assert found("n_F") == [2.0]
    assert found("42") == [42.0]
    assert found("' OR 1") == []
    assert found("PER", "seen") == [2.0]


def test_what_is_not_there(pages: tuple[Database, TableCatalog]) -> None:
    _, catalog = pages
    with pytest.raises(StoreError, match="no table nothing"):
        catalog.page("nothing")
    with pytest.raises(StoreError, match="table goop has no column zzz"):
        catalog.page("goop", order="zzz")
    with pytest.raises(StoreError, match="that place is of another table or order"):
        catalog.page("goop", after=(1, 2, 3))
    page = catalog.page("_meta")
    assert (page.columns, page.rows, page.first, page.last, page.has_more) == (
        ("key", "value"),
        (),
        None,
        None,
        False,
    )
