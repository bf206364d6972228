"""What a dry run pays: on a large database, with a copy at hand and without, and a matrix of everybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, CallHistory, CallResult, Engine, Request, SavedCall, Timings
from lua_engine.testing import SiteSpec, open_site
from tests.bench.conftest import Compare

MEGABYTES = 100
NULL_SECONDS = 0.150  # the bound
MATRIX_SECONDS = 3.0

NOTES = {
    "system_key": True,
    "columns": [{"name": "text", "type": "text"}],
    "access": {"insert": "group"},
    "roles": {role: {"insert": True} for role in ("coauthor", "editor", "viewer")},
}
FUNCTION = """
local notes = goop.orm("notes")
local actions = {}
for i = 1, 8 do actions["a" .. i] = function() return { id = notes:insert({ text = "x" }) } end end
actions.null = function() end
actions.edit = function() notes:update(5, { text = "changed" }) end
local dispatch = goop.route(actions)
function call(request) return dispatch(request) end
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A site whose database has 100 MB."""
    with open_site(
        SiteSpec({"notes": FUNCTION}, schemas={"notes": NOTES}, manifest={"default_role": "viewer"})
    ) as opened:
        with sqlite3.connect(opened.site.data_db) as connection:
            rows = ((opened.owner.id, "x" * 4_000) for _ in range(MEGABYTES * 250))
            connection.executemany("INSERT INTO notes (_owner, text) VALUES (?, ?)", rows)
        connection.execute("PRAGMA wal_checkpoint (TRUNCATE)")
        connection.close()
        assert opened.site.data_db.stat().st_size >= MEGABYTES * 1_000_000
        yield opened


def dry(engine: Engine, action: str) -> Any:
    def work() -> None:
        came = engine.calls.run(Request.call("notes", {"action": action}), engine.owner, is_dry=True)
        assert came.ok, came.error

    return work


def live(engine: Engine) -> Any:
    return lambda: engine.calls.call("notes", {"action": "null"}, caller=engine.owner)


def test_null_dry_run_with_the_copy_at_hand(engine: Engine, compare: Compare) -> None:
    compare("null dry run, 100 MB", dry(engine, "null"), live(engine))
    assert compare.median <= NULL_SECONDS


def test_dry_run_that_changes_a_row(engine: Engine, compare: Compare) -> None:
    compare("dry run that changes a row, 100 MB", dry(engine, "edit"), live(engine))
    assert compare.median <= NULL_SECONDS


def test_null_dry_run_after_somebody_wrote(engine: Engine, compare: Compare, tmp_path: Path) -> None:
    """The copy has to be made anew; beside the least that copying 100 MB costs."""
    other = sqlite3.connect(engine.site.data_db)
    source = sqlite3.connect(engine.site.data_db)
    numbers = iter(range(1_000_000))

    def copy() -> None:
        target = tmp_path / f"floor-{next(numbers)}.db"
        connection = sqlite3.connect(target)
        connection.execute("PRAGMA synchronous = OFF")
        source.backup(connection)
        connection.close()
        target.unlink()
        with other:
            other.execute("UPDATE notes SET text = text || 'y' WHERE _id = 1")

    compare("null dry run after a write, 100 MB", dry(engine, "null"), copy, rounds=8, wanted=2.0)
    other.close()
    source.close()


def test_matrix_of_forty_cells(engine: Engine, compare: Compare) -> None:
    calls = [
        SavedCall(f"a{number}", Request.call("notes", {"action": f"a{number}"})) for number in range(1, 9)
    ]
    callers = engine.checks.callers()
    assert len(callers) == 5

    def work() -> None:
        cells = engine.checks.matrix(calls, callers)
        assert len(cells) == 40
        assert all(cell.outcome == "ok" for cell in cells)

    compare(
        "matrix of 40 cells that all write, 100 MB",
        work,
        lambda: [live(engine)() for _ in range(40)],
        rounds=5,
    )
    assert compare.median <= MATRIX_SECONDS


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallHistory]:
    """Ten thousand calls."""
    made = CallHistory(tmp_path_factory.mktemp("history") / "history.db")
    for number in range(10_000):
        params = {"action": "add", "text": f"Buy milk {number}"}
        made.add(
            CallResult(
                f"c{number}",
                Request.call("todo", params),
                Caller("p", "Anna"),
                True,
                "todo",
                {"id": number},
                timings=Timings(0.1),
            )
        )
    yield made
    made.close()


def test_a_page_of_ten_thousand(history: CallHistory, compare: Compare) -> None:
    compare("history: a page of 200 of 10,000", history.page, lambda: history.page(limit=1))
    assert compare.median <= NULL_SECONDS


def test_a_search_through_ten_thousand(history: CallHistory, compare: Compare) -> None:
    compare(
        "history: a search through 10,000",
        lambda: history.page(contains="milk 77"),
        lambda: history.page(limit=1),
    )
    assert compare.median <= NULL_SECONDS
