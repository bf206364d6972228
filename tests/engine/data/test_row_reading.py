"""Pages, the index, whole cells, streams and facets."""

from __future__ import annotations

import random
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import StoreError
from lua_engine.store.tables.filters import Filter
from lua_engine.store.tables.query import Order, RowQuery
from lua_engine.store.tables.reading import CELL_SIZE, LongValue, ReadCancelled
from tests.engine.data.conftest import Ground

VALUES = st.one_of(
    st.none(), st.integers(-3, 3), st.floats(-2, 2), st.sampled_from(["", "a", "A", "é", b"", b"a", 2**60])
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(VALUES, VALUES), max_size=20),
    table=st.sampled_from(["plain", "keyed"]),
    order=st.sampled_from(
        [(), (Order("first"),), (Order("first", True),), (Order("second"), Order("first", True))]
    ),
)
def test_index_and_rows_are_what_sql_says(
    ground: Ground, rows: list[tuple[object, object]], table: str, order: tuple[Order, ...]
) -> None:
    names = {"plain": {"first": "a", "second": "c"}, "keyed": {"first": "v", "second": "v"}}[table]
    ground.outside(f"DELETE FROM {table}")
    for number, (first, second) in enumerate(rows):
        if table == "plain":
            ground.outside("INSERT INTO plain VALUES (?, ?, ?)", first, number, second)
        else:
            ground.outside("INSERT INTO keyed VALUES (?, ?, ?)", f"k{number % 3}", number, second)
    query = RowQuery(table, order=tuple(Order(names[one.column], one.descending) for one in order))
    index = ground.reader.index(query, Deadline(30))
    found = ground.reader.rows(query, index.keys)
    page = ground.reader.first_page(query)
    assert [found[key] for key in index.keys] == list(page.rows)
    assert list(page.keys) == list(index.keys)
    streamed = [row for part in ground.reader.stream(query, None, Deadline(30), 3) for row in part]
    assert streamed == list(page.rows)
    shuffled = list(index.keys)
    random.Random(1).shuffle(shuffled)
    again = [row for part in ground.reader.stream(query, shuffled, Deadline(30), 3) for row in part]
    assert again == [found[key] for key in shuffled]


def test_long_values_are_cut_in_a_page_and_whole_in_a_cell(ground: Ground) -> None:
    texts = ["x" * CELL_SIZE, "y" * (CELL_SIZE + 1), "\0" + "z" * 500_000, b"\1" * 10_000]
    for number, text in enumerate(texts):
        ground.outside("INSERT INTO plain VALUES ('', ?, ?)", number, text)
    page = ground.reader.first_page(RowQuery("plain"))
    assert page.rows[0][2] == texts[0]
    assert page.rows[1][2] == LongValue("y" * CELL_SIZE, CELL_SIZE + 1)
    assert isinstance(page.rows[2][2], LongValue)
    assert page.rows[2][2].size == 500_001
    assert page.rows[3][2] == LongValue(b"\1" * CELL_SIZE, 10_000)
    assert [ground.reader.cell("plain", key, "c") for key in page.keys] == texts
    with pytest.raises(StoreError, match="no longer in plain"):
        ground.reader.cell("plain", 99, "c")


def test_generated_columns_are_read_and_marked(ground: Ground) -> None:
    ground.outside("INSERT INTO sums (a) VALUES (4)")
    page = ground.reader.first_page(RowQuery("sums"))
    assert (page.columns, page.rows) == (("a", "twice", "thrice"), ((4, 8, 12),))
    info = next(info for info in ground.tables.infos() if info.name == "sums")
    assert [(one.name, one.generated) for one in info.columns] == [
        ("a", ""), ("twice", "stored"), ("thrice", "virtual"),
    ]  # fmt: skip


def test_a_view_that_never_ends_does_not_hold_up_the_others(ground: Ground) -> None:
    with_rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) "
    ground.outside(f"INSERT INTO plain (a, b) {with_rows} SELECT '', i FROM n")
    ground.outside(
        "CREATE VIEW slow AS SELECT p.b, q.b AS y FROM plain p, plain q, plain r WHERE p.b + q.b + r.b > 8990"
    )
    assert {info.name for info in ground.tables.infos()} >= {"slow", "plain"}
    assert ground.tables.count("plain") == 3000
    assert ground.tables.count("slow", 0.1) is None
    columns = next(info.columns for info in ground.tables.infos() if info.name == "slow")
    assert [one.name for one in columns] == ["b", "y"]
    deadline = Deadline(60)
    threading.Timer(0.1, deadline.revoke).start()
    with pytest.raises(ReadCancelled):
        ground.reader.view_page(RowQuery("slow"), deadline)
    with pytest.raises(StoreError, match=r"longer than 0\.1 s"):
        ground.reader.first_page(RowQuery("slow"), Deadline(0.1))


def test_facets_count_values_without_the_columns_own_filter(ground: Ground) -> None:
    for number, text in enumerate(["a", "a", "b", None, None, None]):
        ground.outside("INSERT INTO plain VALUES (?, ?, ?)", text, number, number % 2)
    facets, is_cut = ground.reader.facets(
        RowQuery("plain", (Filter("a", "=a"), Filter("b", "<5"))), "a", Deadline(10)
    )
    assert [(one.value, one.count) for one in facets] == [(None, 2), ("a", 2), ("b", 1)]
    assert not is_cut


def test_own_rows_only(ground: Ground) -> None:
    ground.outside("INSERT INTO cards (_owner, title) VALUES ('x', '1'), ('y', '2')")
    page = ground.reader.first_page(RowQuery("cards", only_owner="y", fields=("title",)))
    assert page.rows == (("2",),)
