"""What the ORM finds is what plain sqlite3 finds, on random tables; what it writes is what a simple model
says.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.store.database import Database
from lua_engine.store.script.rows import Changes, OrmRows
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import Scope
from lua_engine.store.tables.catalog import TableCatalog
from tests.engine.store.conftest import Recorded, schema

TABLE = """{"name": "things", "system_key": true, "columns": [
  {"name": "name", "type": "text"}, {"name": "n", "type": "integer"}, {"name": "x", "type": "real"},
    {"name": "order", "type": "text"}]}"""
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.text(alphabet="abcé", max_size=3),
            "n": st.integers(-5, 5),
            "x": st.floats(-3, 3),
            "order": st.sampled_from(["first", "second"]),
        },
    ),
    max_size=12,
)
WHERES = st.sampled_from(
    [
        ("", ()), ("n > ?", (0,)), ("name = ? OR n IS NULL", ("a",)), ("[order] = ?", ("first",)),
        ("x BETWEEN ? AND ?", (-1, 1.5)),
        ("n IN (1, 2, 3) -- some", ()), ("name LIKE ?", ("%b%",)), ("length(name) > ? AND n < ?", (1, 3)),
    ]
)  # fmt: skip
ORDERS = st.sampled_from(["_id", "n, _id DESC", "x DESC, _id", "name COLLATE NOCASE, _id"])


@pytest.fixture(scope="module")
def things(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Database, OrmRows, sqlite3.Connection]]:
    database = Database(tmp_path_factory.mktemp("things") / "data.db")
    table = TableCatalog(database).create_table(schema(TABLE))
    rows = OrmRows(database, table, Scope(Deadline(600), Recorded(), "c"), Caller("me"))
    plain = sqlite3.connect(database.path)
    yield database, rows, plain
    plain.close()
    database.close()


def refill(things: Any, rows: list[dict[str, Any]]) -> None:
    database, orm, _ = things
    with database.system_write() as connection:
        connection.exec_driver_sql("DELETE FROM things")
        connection.exec_driver_sql("DELETE FROM sqlite_sequence")
    assert orm.seed(rows) == len(rows)


@settings(max_examples=60, deadline=None)
@given(ROWS, WHERES, ORDERS, st.integers(0, 6), st.integers(0, 6))
def test_reading(
    things: Any, rows: list[dict[str, Any]], where: Any, order: str, limit: int, offset: int
) -> None:
    refill(things, rows)
    _, orm, plain = things
    condition, args = where
    query = Query(condition, args, (), order, limit, offset)
    filtered = f"WHERE {condition}\n" if condition else ""
    tail = f"{filtered} ORDER BY {order} LIMIT {limit or -1} OFFSET {offset}"
    expected = plain.execute(f"SELECT * FROM things {tail}", args).fetchall()
    assert list(orm.find(query)) == expected
    first = orm.first(Query(condition, args, (), order)).first_by_column()
    whole = plain.execute(f"SELECT * FROM things {filtered} ORDER BY {order}", args).fetchall()
    assert (None if first is None else tuple(first.values())) == (whole[0] if whole else None)
    assert orm.count(query) == len(whole)
    assert orm.exists(query) is bool(whole)
    plucked = [row[0] for row in orm.values("name", Query(condition, args, (), order))]
    assert plucked == [row[5] for row in whole if row[5] is not None]
    distinct = {row[0] for row in orm.values("order", Query(condition, args), distinct=True)}
    assert distinct == {row[8] for row in whole} - {None}
    totals = list(
        orm.aggregate("[order], count(*), sum(n)", Query(condition, args, (), "1", group_by="[order]"))
    )
    assert (
        totals
        == plain.execute(
            f"SELECT [order], count(*), sum(n) FROM things {filtered} GROUP BY [order] ORDER BY 1", args
        ).fetchall()
    )


@settings(max_examples=60, deadline=None)
@given(
    ROWS,
    st.lists(
        st.one_of(
            st.tuples(st.just("update"), st.integers(1, 12), st.integers(-5, 5)),
            st.tuples(st.just("bump"), st.integers(-5, 5), st.just(0)),
            st.tuples(st.just("delete"), st.integers(1, 12), st.just(0)),
            st.tuples(st.just("drop"), st.integers(-5, 5), st.just(0)),
            st.tuples(st.just("upsert"), st.integers(-5, 5), st.text(alphabet="ab", max_size=2)),
        ),
        max_size=8,
    ),
)
def test_writing(things: Any, rows: list[dict[str, Any]], steps: list[tuple[str, int, Any]]) -> None:
    refill(things, rows)
    _, orm, _ = things
    model = {at: dict(row) for at, row in enumerate(rows, 1)}
    next_id = len(rows) + 1
    for step, at, value in steps:
        matching = [key for key, row in model.items() if row.get("n") == at]
        if step == "update":
            assert orm.update(at, Changes({"n": value}, {})) == (at in model)
            if at in model:
                model[at]["n"] = value
        elif step == "bump":
            assert orm.update_where(Changes({}, {"n": "n + 1"}), "n = ?", (at,)) == len(matching)
            for key in matching:
                model[key]["n"] += 1
        elif step == "delete":
            assert orm.delete_where("_id = ?", (at,)) == (model.pop(at, None) is not None)
        elif step == "drop":
            assert orm.delete_where("n = ?", (at,)) == len(matching)
            for key in matching:
                del model[key]
        else:
            target = min(matching) if matching else next_id
            next_id += not matching
            assert orm.upsert("n", {"n": at, "name": value}) == target
            model.setdefault(target, {}).update(n=at, name=value)
    found = {row[0]: row[5:] for row in orm.find(Query())}
    assert found == {
        key: tuple(row.get(name) for name in ("name", "n", "x", "order")) for key, row in model.items()
    }
