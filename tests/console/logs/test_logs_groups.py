"""Calls as groups: what stands where, folding, similar lines; batches come to the same as all at once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from goop_console.tabs.logs.cells import CALLER, LEVEL, MESSAGE, ORIGIN, SCRIPT, TIME
from goop_console.tabs.logs.display import Display
from goop_console.tabs.logs.entry import Group, LogEntry, alike
from goop_console.tabs.logs.filter import Chip, LogFilter
from goop_console.tabs.logs.groups import Mode, Row
from goop_console.tabs.logs.model import LogModel
from goop_console.tabs.logs.tab import LogsTab
from lua_engine import CallSummary, LogRecord

from .conftest import ANNA, BOB, LogSite

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def said(message: str, call_id: str = "", **fields: Any) -> LogRecord:
    return LogRecord(
        0, 1_772_000_000.5, fields.pop("level", "info"), message, "talk", ANNA, call_id, **fields
    )


def ended(call_id: str, outcome: str = "ok", message: str = "", **fields: Any) -> LogRecord:
    summary = CallSummary("add", outcome, 0.0032, 2, 312, 1, "editor")
    return said(message, call_id, call=summary, **fields)


def told(model: QAbstractItemModel) -> list[str]:
    """Each row as a person reads it: sign, and words."""
    rows = []
    for row in range(model.rowCount()):
        time = str(model.index(row, TIME).data())
        sign = {"▾": "- ", "▸": "+ "}.get(time[0], "  ")
        rows.append(f"{sign}{model.index(row, MESSAGE).data().strip()}")
    return rows


def emit(site: LogSite, *records: LogRecord) -> None:
    site.session.log_kept.emit(records)


TOOK = "3.2 ms · 2 SQL · 312 bytes · 1 line"


def test_a_call_is_a_group_whose_lines_may_come_later(site: LogSite, calls_tab: LogsTab) -> None:
    model = calls_tab.view.model
    emit(site, said("one", "a"))
    assert told(model) == ["- 1 line so far", "  one"]
    assert model.index(0, LEVEL).data() == "Running"

    emit(site, said("of nobody"), said("first of b", "b"), said("two", "a"), ended("b"))
    emit(site, ended("a", "error", "it broke", level="error"), ended("c"))

    assert told(model) == [
        f"- {TOOK}",
        "  one",
        "  two",
        "  of nobody",
        f"- {TOOK}",
        "  first of b",
        f"  {TOOK}",
    ]
    assert [model.index(0, column).data() for column in (LEVEL, SCRIPT, CALLER, ORIGIN)] == [
        "Error",
        "talk · add",
        "Anna (editor)",
        "",
    ]
    assert model.index(1, SCRIPT).data() == ""
    assert model.index(3, SCRIPT).data() == "talk"


def test_what_a_site_does_is_grouped_and_refusals_are_no_errors(
    site: LogSite, calls_tab: LogsTab, qtbot: QtBot
) -> None:
    model = calls_tab.view.model
    site.call("hi", warn=True)
    site.engine.calls.call("nowhere", {"action": "x"}, caller=BOB, counts=False)
    qtbot.waitUntil(lambda: model.rowCount() == 5)
    levels = [model.index(row, LEVEL).data() for row in range(5)]
    assert levels == ["OK", "Info", "Warning", "Refused", "Warning"]
    assert calls_tab.view.panel.levels["error"].text() == "Errors"
    calls_tab.view.panel.levels["refused"].click()
    assert [model.index(row, SCRIPT).data() for row in range(model.rowCount())] == ["nowhere · x"]
    assert "function not found: nowhere" in model.index(0, MESSAGE).data()


def test_folding_by_keyboard(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    emit(site, said("one", "a"), said("two", "a"), ended("a", "error", "it broke", level="error"), said("x"))
    whole = told(model)
    table.show_row(1)
    qtbot.keyClick(table, KEY.Key_Left)
    assert told(model) == [f"+ it broke · {TOOK}", "  x"]
    assert table.chosen_row() == 0
    qtbot.keyClick(table, KEY.Key_Right)
    assert told(model) == whole
    qtbot.keyClick(table, KEY.Key_Space)
    assert len(told(model)) == 2
    emit(site, said("three", "a"))
    assert len(told(model)) == 2
    qtbot.keyClick(table, KEY.Key_Space)
    assert told(model) == [whole[0], "  one", "  two", "  three", "  x"]


def test_folding_all_keeps_what_is_chosen(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    for call_id in "abc":
        emit(site, said(f"line of {call_id}", call_id), ended(call_id))
    table.show_row(3)
    qtbot.keyClick(table, KEY.Key_Left, SHIFT)
    assert told(model) == [f"+ {TOOK}"] * 3
    assert table.chosen_row() == 1
    emit(site, said("line of d", "d"))
    assert told(model)[3:] == ["+ 1 line so far"]
    qtbot.keyClick(table, KEY.Key_Right, SHIFT)
    assert len(told(model)) == 8
    assert table.chosen_row() == 2


def test_folding_by_mouse(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    emit(site, said("one", "a"), ended("a"))
    cell = table.visualRect(model.index(0, TIME))
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(cell.left() + 8, cell.center().y())
    )
    assert told(model) == [f"+ {TOOK}"]


def test_a_group_that_a_filter_leaves_open_has_its_head(site: LogSite, calls_tab: LogsTab) -> None:
    model = calls_tab.view.model
    emit(site, said("roses", "a"), said("lilies", "a"))
    calls_tab.presenter.filtering.set_filter(LogFilter(text="roses"))
    assert told(model) == ["- 1 line so far", "  roses"]
    emit(site, ended("a"), said("more roses", "b"), ended("c"))
    assert told(model) == [f"- {TOOK}", "  roses", "- 1 line so far", "  more roses"]


def test_similar_lines_together(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    calls_tab.presenter.filtering.set_display(Display("similar", histogram=False))
    emit(site, said("took 3 ms"), said("took 14 ms"), said("another"))
    assert told(model) == ["+ 2 × took 14 ms", "  another"]
    emit(site, said("took 9 ms"))
    assert told(model) == ["+ 3 × took 9 ms", "  another"]
    table.show_row(0)
    qtbot.keyClick(table, KEY.Key_Right)
    assert told(model) == ["- 3 × took 9 ms", "  took 3 ms", "  took 14 ms", "  took 9 ms", "  another"]


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("took 3 ms", "took 14.5 ms", True),
        ('told "hi" to 3', 'told "ho" to 4', True),
        ("call 8f0c12ab failed", "call 77aa00bb failed", True),
        ("took 3 ms", "took 3 s", False),
    ],
)
def test_what_is_alike(one: str, other: str, is_alike: bool) -> None:
    assert (alike(said(one)) == alike(said(other))) == is_alike


def test_e_and_w_go_to_errors_and_warnings(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    emit(site, said("bad", "a", level="error"), ended("a", "error", "bad", level="error"))
    emit(site, said("careful", level="warn"), said("fine"), said("worse", level="error"))
    found = []
    for key, modifier in ((KEY.Key_E, None), (KEY.Key_E, None), (KEY.Key_W, SHIFT), (KEY.Key_E, SHIFT)):
        qtbot.keyClick(table, key, modifier or Qt.KeyboardModifier.NoModifier)
        found.append(model.entry(table.chosen_row()).record.message)
    assert found == ["bad", "worse", "careful", "bad"]
    qtbot.keyClick(table, KEY.Key_E, SHIFT)
    assert site.told == ["No earlier error among these lines."]


def test_marked_lines_say_how_far_apart_they_are(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    emit(site, said("one"), LogRecord(0, 1_772_000_000.75, "info", "two"))
    table.show_row(0)
    qtbot.keyClick(table, KEY.Key_M)
    assert str(model.index(0, TIME).data()).endswith("◆ ")
    table.show_row(1)
    assert calls_tab.view.detail.since_mark.text() == "◆ 250.0 ms after the mark"
    table.show_row(0)
    qtbot.keyClick(table, KEY.Key_M)
    assert "◆" not in str(model.index(0, TIME).data())


def test_alt_and_a_click_leave_a_value_out(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    table, model = calls_tab.view.table, calls_tab.view.model
    emit(site, said("one"), LogRecord(0, 1.0, "info", "of tree", "tree", BOB))
    qtbot.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.AltModifier,
        pos=table.visualRect(model.index(0, SCRIPT)).center(),
    )
    assert told(model) == ["  of tree"]
    assert calls_tab.presenter.filtering.filter.chips == (Chip("script", "talk", is_not=True),)


def test_a_rows_menu_has_its_values(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    emit(site, said("one", "a"), LogRecord(0, 1.0, "info", "of tree", "tree", BOB))
    calls_tab.view.table.menu_requested.emit(2, QPoint(0, 0))
    menu = next(one for one in calls_tab.view.findChildren(QMenu) if one.isVisible())
    actions = {action.text(): action for action in menu.actions()}
    assert {"Only tree.lua", "Only Bob", "Without tree.lua", "Without Bob"} <= set(actions)
    actions["Without Bob"].trigger()
    menu.close()
    assert told(calls_tab.view.model) == ["- 1 line so far", "  one"]


entries = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "c"]), st.booleans(), st.sampled_from(["x 1", "x 2", "y"])),
    max_size=14,
)


@given(entries, st.lists(st.integers(0, 14), max_size=3), st.sampled_from(["calls", "flat", "similar"]))
def test_batches_come_to_the_same_as_all_at_once(
    made: list[tuple[str, bool, str]], cuts: list[int], mode: Mode
) -> None:
    """Whatever comes in which batch: the same groups with the same lines, each row once, in order."""
    records = [
        ended(call_id) if call_id and is_end else said(message, call_id) for call_id, is_end, message in made
    ]
    whole, parts = LogModel(), LogModel()
    heads: dict[str, LogEntry] = {}
    whole.show([LogEntry(number, one) for number, one in enumerate(records, 1)], mode, [heads])
    parts.show([], mode, [heads])
    cut = [0, *sorted(min(one, len(records)) for one in cuts), len(records)]
    fresh = [LogEntry(number, one) for number, one in enumerate(records, 1)]
    for begin, end in pairwise(cut):
        parts.append(fresh[begin:end])

    assert [_shape(row) for row in parts.rows] == [_shape(row) for row in whole.rows]
    for model in (whole, parts):
        assert all(model.place_of(row) == place for place, row in enumerate(model.rows))
        model.fold_all(folded=True)
        folded = list(model.rows)
        model.fold_all(folded=False)
        for row in folded:
            if isinstance(row, Group):
                model.fold(row, folded=True)
        assert list(model.rows) == folded


def _shape(row: Row) -> tuple[Any, ...]:
    if isinstance(row, Group):
        return row.key, row.place, [one.number for one in row.lines], row.head is not None
    return (row.number,)


def test_older_entries_join_the_groups_that_are_there(qtmodeltester: ModelTester) -> None:
    model = LogModel()
    qtmodeltester.check(model)
    model.show([LogEntry(3, said("three", "a")), LogEntry(4, said("x"))], "calls", [{}])

    count = model.prepend([LogEntry(1, said("one", "a")), LogEntry(2, said("two", "b"))])

    assert count == 2
    assert [row.key if isinstance(row, Group) else row.record.message for row in model.rows] == [
        "b",
        "two",
        "a",
        "one",
        "three",
        "x",
    ]
