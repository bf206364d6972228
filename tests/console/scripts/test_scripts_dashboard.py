"""The list as a dashboard: actions, the last hour, tables that are gone, marks, and nothing behind a bar."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.dashboard.activity import BARS, Activity, Sample, percentile
from goop_console.tabs.scripts.dashboard.delegate import cell_at
from goop_console.tabs.scripts.dashboard.rows import COLUMNS, Cell, ago, took
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Request
from tests.console.scripts.conftest import ScriptSite

MakeTab = Callable[[], ScriptsTab]
BEDS = """--- Beds of the garden
local function list(params) return goop.orm("beds"):find({ limit = params.most }) end
local function remove(params)
  error("no bed " .. tostring(params.id))
end
local dispatch = goop.route({ list = list, remove = goop.owner(remove) })
function call(request) return dispatch(request) end
"""
FILES = {"functions/beds.lua": BEDS, "functions/beds-Kopie.lua": BEDS, "beds.lua": "function handle() end\n"}
NOW = 1_800_000_030.0


def top(tab: ScriptsTab, name: str, kind: str = "function") -> QModelIndex:
    model, source = tab.view.list.tree.model(), tab.view.list.model
    row = source.row_of(f"{kind}/{name}")
    return model.mapFromSource(source.index(row, 0))  # type: ignore[attr-defined]


def cells(index: QModelIndex) -> dict[str, Cell]:
    return {name: cell_at(index.siblingAtColumn(at)) for at, name in enumerate(COLUMNS)}


def actions(index: QModelIndex) -> list[QModelIndex]:
    model = index.model()
    return [model.index(row, 0, index) for row in range(model.rowCount(index))]


def test_the_last_hour_is_counted_by_the_minute() -> None:
    activity = Activity()
    for minutes, error in ((70, "old"), (59, ""), (31, "x"), (1, ""), (0, "y")):
        activity.add(Sample(NOW - minutes * 60, minutes / 10, error=error, line=3 if error else 0))
    activity.add(Sample(NOW, 9, is_real=False, error="tried"))
    tally = activity.tally(NOW)
    assert (tally.calls, tally.errors, tally.trials) == (4, 2, 1)
    assert tally.bars[0] == (1, 0)
    assert tally.bars[-1] == (2, 1)
    assert (tally.median, tally.slow) == (0.1, 5.9)
    assert (tally.last, tally.error, tally.line) == (NOW, "y", 3)
    with_trials = activity.tally(NOW, with_trials=True)
    assert (with_trials.calls, with_trials.errors) == (5, 3)
    assert activity.tally(NOW + 2 * 3_600).calls == 0


def test_a_script_that_nobody_calls_is_counted_once_a_minute() -> None:
    activity = Activity()
    activity.add(Sample(NOW, 0.1))
    tally = activity.tally(NOW)
    assert activity.tally(NOW + 29) is tally
    assert activity.tally(NOW + 30).bars == tally.bars
    assert activity.tally(NOW + 30) is not tally
    assert activity.tally(NOW + 30, with_trials=True).calls == 1
    activity.add(Sample(NOW + 31, 0.3))
    assert activity.tally(NOW + 31).calls == 2


@pytest.mark.parametrize(
    ("error", "line", "words"),
    [
        ("beds.lua:4: no bed 7", 4, "line 4: no bed 7"),
        ("other.lua:9: no bed 7", 4, "line 4: other.lua:9: no bed 7"),
        ("no bed 7", 4, "line 4: no bed 7"),
        ("beds.lua:4: no bed 7", 0, "beds.lua:4: no bed 7"),
        ("", 0, ""),
    ],
)
def test_an_error_names_its_line_once(error: str, line: int, words: str) -> None:
    activity = Activity()
    activity.add(Sample(NOW, 0.1, error=error, line=line))
    assert activity.tally(NOW).error_words() == words


@given(st.lists(st.floats(0, 3_599), max_size=60))
def test_every_call_of_the_hour_is_in_one_bar(ages: list[float]) -> None:
    activity = Activity()
    for age in ages:
        activity.add(Sample(NOW - age, 0.1))
    tally = activity.tally(NOW)
    assert len(tally.bars) == BARS
    # the oldest minute is left out as a whole once a part of it is over an hour old
    sure = sum(1 for age in ages if age < 3_540)
    assert sure <= sum(calls for calls, _ in tally.bars) == tally.calls <= len(ages)


def test_words_of_times() -> None:
    assert [took(one) for one in (None, 0.0004, 0.012, 2.34)] == ["", "<1 ms", "12 ms", "2.3 s"]
    assert [ago(one) for one in (3, 300, 7_300, 300_000)] == ["now", "5 min ago", "2 h ago", "3 days ago"]
    assert percentile([1, 2, 3, 4], 0.95) == 4


@pytest.mark.parametrize("scripts", [FILES])
def test_actions_stand_under_their_function_with_their_own_numbers(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    index = top(tab, "beds")
    found = {str(one.data()): one for one in actions(index)}
    assert list(found) == ["list", "remove"]
    assert cells(found["remove"])["State"].text == "owner only"
    assert cells(found["list"])["Script"].below == "most"
    assert tab.view.list.tree.isExpanded(index)
    site.call("beds", action="remove", id=3)
    site.engine.calls.run(Request.call("beds", {"action": "list"}), site.engine.owner, is_dry=True)
    qtbot.waitUntil(lambda: cells(top(tab, "beds"))["Last hour"].text == "1")
    qtbot.waitUntil(tab.is_settled)
    row = cells(top(tab, "beds"))
    assert row["Last hour"].below == "1 error"
    assert "1 dry run or check" in row["Last hour"].tip
    assert row["Last call"].below == "error, line 4"
    assert "no bed 3" in row["Last call"].tip
    remove = actions(top(tab, "beds"))[1]
    assert cells(remove)["Last hour"].spoken == "Last hour: 1 call, 1 error"
    tab.view.list.trials.click()
    qtbot.waitUntil(lambda: cells(top(tab, "beds"))["Last hour"].text == "2")
    tab.view.list.tree.setCurrentIndex(remove)
    QTest.keyClick(tab.view.list.tree, Qt.Key.Key_Return)
    assert site.links[-1] == ("calls", {"function": "beds", "action": "remove"})


@pytest.mark.parametrize("scripts", [FILES])
def test_tables_that_are_gone_are_marked_in_words(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    qtbot.waitUntil(lambda: "no table beds" in cells(top(tab, "beds"))["State"].below)
    row = cells(top(tab, "beds"))
    assert row["State"].text == "Warning"
    assert "beds (no such table)" in row["Script"].tip
    tab.open_target(name="beds", kind="function")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.header.missing.text() == "No table beds"
    schema = '{"name": "beds", "system_key": true, "columns": [{"name": "title", "type": "text"}]}'
    with closing(sqlite3.connect(site.folder / "data.db")) as connection, connection:
        connection.execute("CREATE TABLE beds (_id INTEGER PRIMARY KEY, title TEXT)")
        connection.execute("INSERT INTO _orm_schemas (table_name, schema_json) VALUES ('beds', ?)", [schema])
    tab.presenter.list.board.read_tables()
    qtbot.waitUntil(lambda: "no table" not in cells(top(tab, "beds"))["State"].below)
    with closing(sqlite3.connect(site.folder / "data.db")) as connection, connection:
        connection.execute("DROP TABLE beds")
        connection.execute("DELETE FROM _orm_schemas")
    tab.presenter.list.board.read_tables()
    qtbot.waitUntil(lambda: "no table beds" in cells(top(tab, "beds"))["State"].below)


@pytest.mark.parametrize("scripts", [FILES])
def test_same_names_and_conflict_copies_are_marked(tab: ScriptsTab) -> None:
    assert "same name twice" in cells(top(tab, "beds"))["State"].below
    assert "conflict copy?" in cells(top(tab, "beds-Kopie"))["State"].below
    assert "conflict copy?" in cells(top(tab, "beds-Kopie"))["State"].spoken


def test_calls_of_earlier_in_the_hour_come_from_the_log(
    qtbot: QtBot, site: ScriptSite, open_tab: MakeTab
) -> None:
    site.call("todo")
    site.call("todo", fail=True)
    tab = open_tab()
    qtbot.waitUntil(lambda: cells(top(tab, "todo"))["Last hour"].text == "2")
    assert cells(top(tab, "todo"))["Last hour"].below == "1 error"
    assert cells(top(tab, "todo"))["Last call"].below == "error, line 5"
    site.call("todo")
    qtbot.waitUntil(lambda: cells(top(tab, "todo"))["Last hour"].text == "3")


@pytest.mark.parametrize("width", [1_280, 1_000, 640])
def test_nothing_is_behind_a_scroll_bar(qtbot: QtBot, tab: ScriptsTab, width: int) -> None:
    tab.resize(width - 92, 700)  # the rail is beside it
    qtbot.waitUntil(tab.is_settled)
    tree = tab.view.list.tree
    qtbot.waitUntil(lambda: tree.horizontalScrollBar().maximum() == 0)
    assert tree.columnWidth(0) >= 100
    if width == 1_280:
        assert not any(tree.isColumnHidden(column) for column in range(len(COLUMNS)))


def test_the_list_has_its_room_back_when_the_window_is_large_again(qtbot: QtBot, tab: ScriptsTab) -> None:
    tree, splitter = tab.view.list.tree, tab.view.splitter
    for width in (1_188, 908, 1_188):
        tab.resize(width, 700)
        qtbot.waitUntil(tab.is_settled)
    assert not any(tree.isColumnHidden(column) for column in range(len(COLUMNS)))
    splitter.moveSplitter(300, 1)  # as with the mouse: now it is as wide as was wanted
    chosen = splitter.sizes()[0]
    for width in (908, 1_188, 1_500):
        tab.resize(width, 700)
        qtbot.waitUntil(tab.is_settled)
    assert splitter.sizes()[0] == chosen


def test_columns_grow_with_the_text(tab: ScriptsTab) -> None:
    tree = tab.view.list.tree
    before = dict(tree.wanted)
    font = tree.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    tree.setFont(font)
    assert all(tree.wanted[column] > 1.6 * width for column, width in before.items())


def test_folded_scripts_stay_folded(qtbot: QtBot, site: ScriptSite, open_tab: MakeTab) -> None:
    site.write("beds", BEDS)
    site.engine.scripts.reload()
    tab = open_tab()
    qtbot.waitUntil(lambda: bool(actions(top(tab, "beds"))))
    tree = tab.view.list.tree
    tree.setFocus()
    tree.setCurrentIndex(top(tab, "beds"))
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert not tree.isExpanded(top(tab, "beds"))
    site.write("more", BEDS)
    site.engine.scripts.reload()
    qtbot.waitUntil(lambda: tab.view.list.model.row_of("function/more") >= 0)
    qtbot.waitUntil(lambda: bool(actions(top(tab, "more"))))
    assert not tree.isExpanded(top(tab, "beds"))
    assert tree.isExpanded(top(tab, "more"))


def test_an_action_is_found_by_the_filter(qtbot: QtBot, site: ScriptSite, open_tab: MakeTab) -> None:
    site.write("beds", BEDS)
    site.engine.scripts.reload()
    tab = open_tab()
    qtbot.waitUntil(lambda: bool(actions(top(tab, "beds"))))
    tab.view.list.filter.set_text("remo")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.list.tree.model().rowCount() == 1
    assert [str(one.data()) for one in actions(top(tab, "beds"))] == ["remove"]
