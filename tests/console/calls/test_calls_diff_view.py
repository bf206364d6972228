"""A data diff on screen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from goop_console.widgets.colors import DARK
from goop_console.widgets.data_diff_model import DataDiffModel, diff_words, shown_value
from goop_console.widgets.data_diff_view import DataDiffView
from lua_engine import ChangedRow, DataDiff, TableDiff
from tests.helpers.themes import use_theme

COLUMNS = ("_id", "_owner", "text", "done")
NOTES = TableDiff(
    "notes", "_id", COLUMNS,
    added=((5, "anna", "new\nline", 0),),
    changed=(ChangedRow(2, (2, "x", "old", 0), (2, "x", "it's", 0), ("text",)),),
    removed=((3, "x", None, 1),),
    left_out=7,
)  # fmt: skip
KEYS = TableDiff(
    "keys",
    "name, place",
    ("name", "place", "n"),
    changed=(ChangedRow("'a', 1", ("a", 1, 2), ("a", 1, None), ("n",)),),
)
values = (
    st.none() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5) | st.binary(max_size=3)
)


@pytest.fixture
def view(qtbot: QtBot) -> DataDiffView:
    made = DataDiffView()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    return made


def test_rows_say_in_words_and_signs_what_became_of_them(view: DataDiffView) -> None:
    view.set_diff(DataDiff((KEYS, NOTES)))
    assert view.lines() == [
        "keys    ~ 1 changed",
        "~ changed  name, place 'a', 1 | n = 2 | n = NULL",
        "n | 2 | → NULL",
        "notes    + 1 added    ~ 1 changed    − 1 removed",
        "+ added  _id 5 | text = 'new⏎line', done = 0, _owner = 'anna'",
        "~ changed  _id 2 | text = 'old' | text = 'it''s'",
        "text | 'old' | → 'it''s'",
        "− removed  _id 3 | done = 1, _owner = 'x'",
        "… and 7 more changes, too many to show",
    ]


def test_an_added_row_opens_to_its_cells(view: DataDiffView) -> None:
    view.set_diff(DataDiff((NOTES,)))
    model = view.model()
    view.expand(model.index(0, 0, model.index(0, 0)))
    assert view.lines()[2:6] == ["_id | 5", "_owner | 'anna'", "text | 'new⏎line'", "done | 0"]


def test_a_line_is_copied_whole(view: DataDiffView, qtbot: QtBot) -> None:
    view.set_diff(DataDiff((replace(NOTES, added=((5, "anna", "x" * 500, 0),)),)))
    model = view.model()
    row = model.index(0, 0, model.index(0, 0))
    view.expand(row)
    view.setCurrentIndex(model.index(2, 0, row))
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "text\t'" + "x" * 500 + "'"
    assert model.index(2, 2, row).data() == "'" + "x" * 200 + "…'"


def test_thousands_of_rows_open_without_their_cells(view: DataDiffView) -> None:
    row = (0, "x", "before", 0)
    many = tuple(ChangedRow(number, row, (0, "x", "after", 0), ("text",)) for number in range(1_000))
    view.set_diff(DataDiff((replace(NOTES, added=(), removed=(), changed=many, left_out=5_000), NOTES)))
    assert len(view.lines()) == 1_003
    use_theme(DARK)
    assert (
        view.model().index(0, 0, view.model().index(0, 0)).data(Qt.ItemDataRole.ForegroundRole).name()
        == DARK.warning
    )


def test_nothing_is_an_empty_tree(view: DataDiffView) -> None:
    view.set_diff(DataDiff())
    assert view.lines() == []
    assert diff_words(DataDiff()) == ""


def test_words() -> None:
    assert diff_words(DataDiff((NOTES, KEYS))) == "1 row added, 2 changed, 1 removed, 7 more not shown"
    assert diff_words(DataDiff((KEYS,))) == "1 row changed"
    assert shown_value(b"\x00\xff" * 20) == f"x'{'00ff' * 8}…'"


@given(st.lists(st.tuples(values, values), max_size=4), st.lists(values, max_size=4))
def test_any_diff_is_a_sound_tree(changed: list[tuple[object, object]], added: list[object]) -> None:
    rows = tuple(
        ChangedRow(number, (number, old), (number, new), ("v",)) for number, (old, new) in enumerate(changed)
    )
    diff = DataDiff(
        (TableDiff("t", "rowid", ("rowid", "v"), added=tuple((9, value) for value in added), changed=rows),)
    )
    model = DataDiffModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_diff(diff)
    table = model.index(0, 0)
    assert model.rowCount(table) == len(changed) + len(added)
    for row in range(model.rowCount(table)):
        index = model.index(row, 0, table)
        assert model.rowCount(index) == (2 if row < len(added) else 1)
        assert model.parent(index) == table
    assert model.parent(table) == QModelIndex()
