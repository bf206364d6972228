"""Undo and redo restore exactly, whatever the triggers of a table would do once more."""

from __future__ import annotations

from typing import Any

import pytest

from lua_engine.store.tables.edit import CellEdit
from tests.engine.data.conftest import Ground


@pytest.fixture
def watched(ground: Ground) -> Ground:
    """A table that keeps count of its changes, and a log of what was deleted."""
    for statement in (
        "CREATE TABLE counted (id INTEGER PRIMARY KEY, a TEXT, changes TEXT DEFAULT '')",
        "CREATE TABLE gone (what TEXT)",
        "CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT)",
        "CREATE TRIGGER count_up AFTER UPDATE ON counted BEGIN "
        "UPDATE counted SET changes = changes || '+' WHERE id = new.id; END",
        "CREATE TRIGGER note AFTER DELETE ON counted BEGIN INSERT INTO gone VALUES (old.a); "
        "DELETE FROM kept WHERE id = old.id; END",
        "CREATE TRIGGER never BEFORE INSERT ON kept WHEN new.a = 'late' BEGIN "
        "SELECT RAISE(ABORT, 'too late'); END",
        "INSERT INTO counted (id, a) VALUES (1, 'a'), (2, 'b')",
        "INSERT INTO gone VALUES ('before')",
        "INSERT INTO kept VALUES (1, 'early')",
        "UPDATE kept SET a = 'late'",
    ):
        ground.outside(statement)
    return ground


def state(ground: Ground) -> list[list[tuple[Any, ...]]]:
    tables = ("counted", "gone", "kept")
    return [ground.outside(f"SELECT rowid, * FROM {one} ORDER BY rowid") for one in tables]


def test_a_changed_row(watched: Ground) -> None:
    before = state(watched)
    entry = watched.edit.update("counted", [CellEdit(1, "a", "x")])
    after = state(watched)
    assert after[0][0] == (1, 1, "x", "+")
    assert entry is not None
    for _ in range(2):
        watched.undo.undo(entry.id)
        assert state(watched) == before
        watched.undo.redo(entry.id)
        assert state(watched) == after


def test_a_deleted_row(watched: Ground) -> None:
    before = state(watched)
    entry = watched.edit.delete("counted", [1, 2])
    after = state(watched)
    assert [row[1] for row in after[1]] == ["before", "a", "b"]
    assert entry is not None
    for _ in range(2):
        watched.undo.undo(entry.id)
        assert state(watched) == before  # also the row of a table that takes no such row any more
        watched.undo.redo(entry.id)
        assert state(watched) == after


def test_triggers_work_again_after_an_undo(watched: Ground) -> None:
    """The same statements, which the connection may have compiled before."""
    entry = watched.edit.update("counted", [CellEdit(1, "a", "x")])
    assert entry is not None
    watched.undo.undo(entry.id)
    for number in range(1, 4):
        watched.edit.update("counted", [CellEdit(2, "a", f"y{number}")])
        assert watched.outside("SELECT changes FROM counted WHERE id = 2") == [("+" * number,)]
    watched.edit.delete("counted", [2])
    assert watched.outside("SELECT what FROM gone") == [("before",), ("y3",)]


def test_a_table_that_has_a_column_called_rowid(ground: Ground) -> None:
    ground.outside("CREATE TABLE odd (rowid TEXT, _rowid_ TEXT, x)")
    ground.outside("INSERT INTO odd VALUES ('r', 'q', 1), ('s', 't', 2)")
    before = ground.outside("SELECT oid, * FROM odd")
    changed = ground.edit.update("odd", [CellEdit(1, "rowid", "other"), CellEdit(1, "x", 5)])
    assert changed is not None
    ground.undo.undo(changed.id)
    assert ground.outside("SELECT oid, * FROM odd") == before
    deleted = ground.edit.delete("odd", [2])
    assert deleted is not None
    ground.undo.undo(deleted.id)
    assert ground.outside("SELECT oid, * FROM odd") == before
