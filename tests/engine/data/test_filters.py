"""What is typed above a column, and the WHERE box."""

from __future__ import annotations

import pytest

from lua_engine.base.errors import StoreError
from lua_engine.store.tables.filters import Filter
from lua_engine.store.tables.query import RowQuery, check_condition
from tests.engine.data.conftest import Ground

ROWS = [
    ("Anna", 5, 1.5),
    ("anna", 10, None),
    (">5", -3, "x"),
    ("", 9007199254740993, b"\0\1"),
    (None, 7, "null"),
]


def found(ground: Ground, *filters: Filter, where: str = "", contains: str = "") -> list[object]:
    query = RowQuery("plain", filters, where, contains)
    return [row[1] for row in ground.reader.first_page(query).rows]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("a", "ANN", [5, 10]),
        ("a", "=anna", [10]),
        ("a", "<>anna", [5, -3, 9007199254740993, 7]),
        ("a", "null", [7]),
        ("a", "<>null", [5, 10, -3, 9007199254740993]),
        ("a", "=", [9007199254740993]),
        ("a", '">5"', [-3]),
        ("a", "a*a", [5, 10]),
        ("b", ">5", [10, 9007199254740993, 7]),
        ("b", ">=10", [10, 9007199254740993]),
        ("b", "5..10", [5, 10, 7]),
        ("b", "..0", [-3]),
        ("b", "=9007199254740993", [9007199254740993]),
        ("b", "=9007199254740992", []),
        ("c", '"null"', [7]),
        ("c", "=1.5", [5]),
        ("c", " ", [5, 10, -3, 9007199254740993, 7]),
    ],
)
def test_a_filter(ground: Ground, column: str, text: str, expected: list[object]) -> None:
    for row in ROWS:
        ground.outside("INSERT INTO plain VALUES (?, ?, ?)", *row)
    assert found(ground, Filter(column, text)) == expected


def test_filters_where_and_contains_hold_together(ground: Ground) -> None:
    for row in ROWS:
        ground.outside("INSERT INTO plain VALUES (?, ?, ?)", *row)
    assert found(ground, Filter("b", ">0"), where="b < 100 -- small", contains="ann") == [5, 10]
    assert found(ground, where="a LIKE 'ann%' OR b = -3 AND a = '>5'") == [5, 10, -3]
    assert found(ground, where="c = '12:30:00' OR b IN (5)") == [5]
    with pytest.raises(StoreError, match="no such column: nope"):
        found(ground, where="nope = 1")
    with pytest.raises(StoreError, match="no column nope"):
        found(ground, Filter("nope", "x"))
    with pytest.raises(StoreError, match="missing after >"):
        found(ground, Filter("b", ">"))


@pytest.mark.parametrize(
    "where", ["1=1) OR (1=1", "1; DROP TABLE plain", "a = 'x", "(a = 1", "a /* b", '"a', "[a"]
)
def test_a_condition_is_one_expression(where: str) -> None:
    with pytest.raises(StoreError):
        check_condition(where)


@pytest.mark.parametrize(
    "where", ["a = ')' AND (b = ';')", "a = 1 -- )", "/* ) */ a = 1", "[a)] = 1", "a = 'it''s'"]
)
def test_brackets_in_texts_and_comments_do_not_count(where: str) -> None:
    check_condition(where)


@pytest.mark.parametrize("value", [None, 5, -1.5, "", "a", '"', "null", ">5", " x ", "*", "ü", 2**53 + 1])
def test_equal_finds_exactly_that_value(ground: Ground, value: object) -> None:
    for number, one in enumerate([None, 5, -1.5, "", "a", '"', "null", ">5", " x ", "*", "ü", 2**53 + 1]):
        ground.outside("INSERT INTO plain VALUES ('', ?, ?)", number, one)
    rows = ground.reader.first_page(RowQuery("plain", (Filter.equal("c", value),))).rows
    assert [row[2] for row in rows] == [value]


def test_nothing_that_is_read_can_write(ground: Ground) -> None:
    ground.outside("INSERT INTO plain VALUES ('a', 1, 2)")
    with pytest.raises(StoreError, match="one expression"):
        found(ground, where="1; DELETE FROM plain")
    assert ground.outside("SELECT count(*) FROM plain") == [(1,)]
