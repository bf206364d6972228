"""Integers that no Lua number holds: named when they are read, and kept when a row is given back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Engine
from lua_engine.testing import SiteSpec, open_site

BIG = 2**53 + 1
COLUMNS = [{"name": "name", "type": "text"}, {"name": "n", "type": "integer"}]
GIVEN_BACK = 'local t = goop.orm("t") local row = t:get(1) row.name = "new" '
BODIES = {
    "read": 'return goop.orm("t"):get(1)',
    "find": 'return goop.orm("t"):find()[1].n',
    "pluck": 'return goop.orm("t"):pluck("n")',
    "query": 'return goop.db.query("SELECT n AS big FROM t")[1].big',
    "scalar": 'return goop.db.scalar("SELECT max(n) FROM t")',
    "give_back": GIVEN_BACK + "return t:update(1, row)",
    "upsert": GIVEN_BACK + 'return t:upsert("_id", row)',
    "change": 'return goop.orm("t"):update(1, { n = 2^60 })',
    "computed": 'local t = goop.orm("t") return { t:insert({ twice = 5 }), t:update(1, { twice = 7 }) }',
    "generated": GIVEN_BACK + "return { row.twice, t:update(1, row), t:insert(row) }",
}
SITE = SiteSpec(
    functions={name: f"function call(r) {body} end" for name, body in BODIES.items()},
    schemas={"t": {"system_key": True, "columns": COLUMNS}},
    rows={"t": [{"name": "old", "n": 1}]},
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_site(SITE, tmp_path) as opened:
        run(tmp_path, f"UPDATE t SET n = {BIG}")
        yield opened


def run(site: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(site / "data.db")
    with connection:
        rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize(
    ("function", "place"),
    [
        ("read", "t.n"),
        ("find", "t.n"),
        ("pluck", "t.n"),
        ("query", "column big"),
        ("scalar", "column max(n)"),
    ],
)
def test_reading_one_is_a_warning_that_names_it(engine: Engine, function: str, place: str) -> None:
    result = engine.calls.call(function, caller=engine.owner)
    assert result.ok, result.error
    assert result.warnings == (f"{place} is {BIG}, which no Lua number holds: the script sees {BIG - 1}",)


@pytest.mark.parametrize("function", ["give_back", "upsert"])
def test_a_row_that_is_given_back_keeps_it(engine: Engine, tmp_path: Path, function: str) -> None:
    result = engine.calls.call(function, caller=engine.owner)
    assert result.ok, result.error
    assert run(tmp_path, "SELECT name, n, typeof(n) FROM t") == [("new", BIG, "integer")]


def test_a_value_that_was_changed_is_written(engine: Engine, tmp_path: Path) -> None:
    assert engine.calls.call("change", caller=engine.owner).value is True
    assert run(tmp_path, "SELECT n FROM t") == [(2**60,)]


def test_a_generated_column_is_read_and_never_written(engine: Engine, tmp_path: Path) -> None:
    run(tmp_path, "UPDATE t SET n = 21")
    run(tmp_path, "ALTER TABLE t ADD COLUMN twice INTEGER GENERATED ALWAYS AS (n * 2) VIRTUAL")
    result = engine.calls.call("generated", caller=engine.owner)
    assert result.value == [42, True, 2]
    assert result.warnings == ()
    assert run(tmp_path, "SELECT name, n, twice FROM t ORDER BY _id") == [("new", 21, 42), ("new", 21, 42)]


def test_a_value_for_a_generated_column_is_left_out_with_a_word(engine: Engine, tmp_path: Path) -> None:
    run(tmp_path, "ALTER TABLE t ADD COLUMN twice INTEGER GENERATED ALWAYS AS (n * 2) VIRTUAL")
    result = engine.calls.call("computed", caller=engine.owner)
    assert result.ok
    assert result.warnings == ("t.twice is computed by SQLite: the value given for it is left out",)
