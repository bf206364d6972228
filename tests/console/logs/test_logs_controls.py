"""The histogram, saved filters, the view menu, a Goop2 beside, and floods."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from goop_console.actions import TAB_KEYS
from goop_console.tabs.logs.display import Display, display_from
from goop_console.tabs.logs.filter import Chip, LogFilter
from goop_console.tabs.logs.histogram_view import Buckets, HistogramView, nice_start
from goop_console.tabs.logs.tab import LogsTab
from goop_console.widgets import theming
from lua_engine import Goop2Changed, LogRecord, LogRecorded, Origin
from lua_engine.pages.goop2_log import goop2_line
from tests.helpers.busy_pool import busy_pool

from .conftest import ANNA, BOB, LogSite, NewTab, line, messages

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
COUNTS = ((0, 0), (5, 0), (4, 2), (0, 0))


@pytest.fixture
def histogram(qtbot: QtBot) -> HistogramView:
    view = HistogramView()
    qtbot.addWidget(view)
    view.resize(402, 60)
    view.show_buckets(Buckets(100.0, 140.0, COUNTS))
    with qtbot.waitExposed(view):
        view.show()
    return view


def chosen(histogram: HistogramView) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    histogram.range_chosen.connect(lambda since, until: found.append((since, until)))
    return found


def test_a_stretch_is_dragged_over(histogram: HistogramView, qtbot: QtBot) -> None:
    found = chosen(histogram)
    qtbot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(150, 20))
    qtbot.mouseMove(histogram, QPoint(260, 20))
    qtbot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(260, 20))
    assert found == [(110.0, 130.0)]
    qtbot.mouseClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(150, 20))
    assert len(found) == 1


def test_a_stretch_is_chosen_by_keyboard(histogram: HistogramView, qtbot: QtBot) -> None:
    found = chosen(histogram)
    for _ in range(3):
        qtbot.keyClick(histogram, KEY.Key_Left)
    assert histogram.chosen == (1, 1)
    qtbot.keyClick(histogram, KEY.Key_Right, SHIFT)
    assert histogram.chosen == (1, 2)
    qtbot.keyClick(histogram, KEY.Key_Return)
    assert found == [(110.0, 130.0)]
    with qtbot.waitSignal(histogram.out_requested):
        qtbot.keyClick(histogram, KEY.Key_Backspace)


def test_errors_differ_by_shape_too(histogram: HistogramView) -> None:
    """Above the bar with errors is a mark that the one without does not have, and it is hatched."""
    picture = histogram.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    error, surface = (theming.color(name).rgb() for name in ("error", "surface"))

    def colors(left: int) -> list[int]:
        return [picture.pixel(left, top) for top in range(2, picture.height() - 2)]

    without, marked = colors(150), colors(251)
    assert error not in without
    assert error in marked
    first = marked.index(error)
    assert any(color not in (error, surface) for color in marked[first:]), "the bar goes on below the mark"
    row = [picture.pixel(left, picture.height() - 4) for left in range(202, 299)]
    assert {error, surface} <= set(row), "hatched"


def test_a_histogram_says_what_it_shows(histogram: HistogramView) -> None:
    assert histogram.accessibleName() == "Entries over time"
    assert histogram.accessibleDescription().endswith("9 entries, 2 errors")
    assert histogram.buckets.words(1, 1).endswith("5 entries, 0 errors")
    assert nice_start(1_000.0, 60.0, 5.0) == 940.0
    assert nice_start(1_000.0, 0.0, 5.0) == 5.0
    assert nice_start(1_000.0, 0.0, 0.0) == 999.0


def test_the_tab_counts_and_zooms(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    histogram = calls_tab.presenter.histogram
    site.call("hi", fail=True)
    qtbot.waitUntil(lambda: calls_tab.view.model.rowCount() == 3)
    histogram.count()
    qtbot.waitUntil(lambda: sum(count for count, _ in histogram.view.buckets.counts) == 3)
    assert sum(errors for _, errors in histogram.view.buckets.counts) == 1  # the call's line and its row
    now = time.time()
    histogram.view.range_chosen.emit(now - 500, now - 400)
    qtbot.waitUntil(lambda: calls_tab.view.model.rowCount() == 0 and calls_tab.is_settled())
    assert histogram.out.isVisible()
    assert not calls_tab.view.panel.chips.isHidden()
    histogram.out.click()
    qtbot.waitUntil(lambda: calls_tab.view.model.rowCount() == 3)
    assert calls_tab.view.panel.chips.isHidden()


def test_what_is_not_in_view_is_counted_when_it_is(calls_tab: LogsTab, qtbot: QtBot) -> None:
    """Neither a tab that nobody looked at nor one whose site is being closed reads the log for it."""
    histogram = calls_tab.presenter.histogram
    calls_tab.hide()
    histogram.count()
    histogram.show_filter(LogFilter(level="error"))
    assert histogram.is_settled
    calls_tab.show()
    assert not histogram.is_settled
    qtbot.waitUntil(calls_tab.is_settled)


def test_a_count_takes_no_thread_from_clicks(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    """The whole log may have 200 MB."""
    histogram = calls_tab.presenter.histogram
    site.call("hi")
    with busy_pool(site.operations, calls_tab):
        histogram.count()
        qtbot.waitUntil(lambda: histogram.is_settled)
        assert sum(count for count, _ in histogram.view.buckets.counts) == 2


@pytest.mark.parametrize(("text", "expected"), [("/two? \\d/", 2), ("-/two? \\d/", 2), ("note /two/", 1)])
def test_patterns_count_what_the_list_shows(
    site: LogSite, calls_tab: LogsTab, qtbot: QtBot, text: str, expected: int
) -> None:
    for words in ("one", "tw 2", "note two 2", "note one"):
        site.engine.bus.publish(LogRecorded(replace(line(words, call_id=""), time=time.time())))
    calls_tab.presenter.filtering.set_filter(LogFilter(text=text))
    view = calls_tab.presenter.histogram.view

    def shown() -> tuple[int, int]:
        return sum(count for count, _ in view.buckets.counts), len(messages(calls_tab))

    qtbot.waitUntil(lambda: shown() == (expected, expected))


def test_a_pattern_has_limited_time(
    site: LogSite, calls_tab: LogsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not looked at is hatched, and said."""
    monkeypatch.setattr("goop_console.tabs.logs.histogram.PATTERN_SECONDS", -1.0)
    site.call("hi")
    calls_tab.presenter.filtering.set_filter(LogFilter(text="/^/"))
    view = calls_tab.presenter.histogram.view
    qtbot.waitUntil(lambda: sum(count for count, _ in view.buckets.counts) == 1)

    assert view.buckets.first_counted > 100
    assert "a pattern takes long" in view.accessibleDescription()
    view.grab()


def test_highlighting_leaves_nothing_out_of_the_histogram(
    site: LogSite, calls_tab: LogsTab, qtbot: QtBot
) -> None:
    site.call("hi")
    calls_tab.presenter.filtering.set_display(Display(highlights=True))
    calls_tab.presenter.filtering.set_filter(LogFilter(text="nothing has this"))
    view = calls_tab.presenter.histogram.view

    qtbot.waitUntil(lambda: sum(count for count, _ in view.buckets.counts) == 2)


def action(menu: QMenu, words: str) -> QAction:
    return next(one for one in menu.actions() if one.text().startswith(words))


def test_filters_are_saved_and_come_back(site: LogSite, tab: LogsTab, new_tab: NewTab, qtbot: QtBot) -> None:
    site.record([line("one"), line("two", "error", caller=BOB)])
    saved = tab.view.panel.saved
    saved.aboutToShow.emit()
    assert not action(saved, "Save").isEnabled()
    tab.presenter.filtering.set_filter(LogFilter("error", "two", (Chip("caller", BOB.id, is_not=True),)))
    saved.aboutToShow.emit()
    action(saved, "Save").trigger()
    again = new_tab()
    again.restore_state(json.loads(json.dumps(tab.save_state())))
    again.presenter.filtering.set_filter(LogFilter())
    again.view.panel.saved.aboutToShow.emit()
    action(again.view.panel.saved, "errors, not caller Bob, two").trigger()
    assert again.presenter.filtering.filter == tab.presenter.filtering.filter
    assert again.presenter.filtering.display == Display("flat", histogram=False)
    again.view.panel.saved.aboutToShow.emit()
    forget = action(again.view.panel.saved, "Forget").menu()
    assert isinstance(forget, QMenu)
    forget.actions()[0].trigger()
    assert again.view.panel.saved.stored() == []
    qtbot.waitUntil(lambda: again.is_settled() and tab.is_settled())


@pytest.mark.parametrize("stored", [None, 3, {"mode": "x", "context": 99, "highlights": 1, "histogram": []}])
def test_a_display_of_another_shape_is_the_usual_one(stored: object) -> None:
    assert display_from(stored) == Display()


def test_the_view_menu(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    menu = tab.view.panel.display
    site.record([line("one 1", call_id="a"), line("one 2", call_id="b")])
    menu.modes["calls"].trigger()
    assert tab.view.model.rowCount() == 4
    menu.fold.trigger()
    assert tab.view.model.rowCount() == 2
    menu.unfold.trigger()
    menu.modes["similar"].trigger()
    assert tab.view.model.rowCount() == 1
    menu.contexts[3].trigger()
    menu.highlights.trigger()
    assert tab.presenter.filtering.display == Display("similar", 3, highlights=True, histogram=False)
    menu.histogram.trigger()
    assert tab.presenter.histogram.isVisible()
    qtbot.waitUntil(tab.is_settled)


def test_live_lines_come_with_those_around_them(site: LogSite, tab: LogsTab) -> None:
    tab.presenter.filtering.set_display(Display("flat", context=1, histogram=False))
    tab.presenter.filtering.set_filter(LogFilter(text="hit"))
    site.record([line("a"), line("b")])
    assert messages(tab) == []
    site.record([line("a hit"), line("c"), line("d")])
    assert messages(tab) == ["b", "a hit", "c"]
    site.record([line("hit again")])
    assert messages(tab) == ["b", "a hit", "c", "d", "hit again"]


def test_a_goop2_beside_is_said_and_its_lines_have_their_origin(
    site: LogSite, tab: LogsTab, qtbot: QtBot
) -> None:
    assert not tab.view.beside.isVisible()
    assert site.engine.beside._thread is not None, "it is looked for without anybody's doing"
    said = goop2_line("2026/11/29 09:08:31 LUA: error executing talk: talk.lua:3: attempt to index nil")
    assert said is not None
    site.engine.bus.publish(Goop2Changed("http://127.0.0.1:8787"))
    site.engine.bus.publish(LogRecorded(said))
    site.engine.bus.publish(LogRecorded(line("ours")))
    qtbot.waitUntil(tab.view.beside.isVisible)
    assert "http://127.0.0.1:8787" in tab.view.beside_text.text()
    tab.view.beside_lines.click()
    qtbot.waitUntil(lambda: len(messages(tab)) == 1 and tab.is_settled())
    assert tab.presenter.filtering.filter.chips == (Chip("origin", "Goop2"),)
    tab.view.table.show_row(0)
    tab.view.detail.place.click()
    assert site.navigated == [("scripts", {"name": "talk", "kind": "function", "line": 3})]
    site.engine.bus.publish(Goop2Changed(""))
    qtbot.waitUntil(lambda: not tab.view.beside.isVisible())


def test_details_show_json_and_copy_the_record(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record([line('stored {"id":17}', call_id="a1"), line("plain")])
    tab.view.table.show_row(0)
    detail = tab.view.detail
    assert detail.message.toPlainText() == 'stored\n{\n  "id": 17\n}'
    detail.laid_out.click()
    assert detail.message.toPlainText() == 'stored {"id":17}'
    qtbot.keyClick(tab.view.table, KEY.Key_C, Qt.KeyboardModifier.ControlModifier | SHIFT)
    copied = json.loads(QGuiApplication.clipboard().text())
    assert (copied["message"], copied["call_id"], copied["caller"]["id"]) == (
        'stored {"id":17}',
        "a1",
        ANNA.id,
    )
    tab.view.table.show_row(1)
    assert not detail.laid_out.isVisible()


def test_values_of_the_details_narrow_and_leave_out(
    site: LogSite, tab: LogsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.record([line("a"), line("b", script="tree"), line("c", caller=BOB)])
    tab.view.table.show_row(1)
    tab.view.detail.values["script"].click()
    assert messages(tab) == ["b"]
    chip = tab.view.panel.chips.findChildren(type(tab.view.detail.call))[0]
    assert chip.text() == "Script tree"
    alt = Qt.KeyboardModifier.AltModifier
    monkeypatch.setattr(QGuiApplication, "keyboardModifiers", staticmethod(lambda: alt))
    chip.click()
    assert messages(tab) == ["a", "c"]
    tab.view.table.show_row(1)
    tab.view.detail.values["caller"].click()
    assert messages(tab) == ["a"]
    qtbot.waitUntil(tab.is_settled)


FLOOD = """--- Writes what it can
function call(request)
  for i = 1, 100000 do goop.log.info("line " .. i) end
end
"""
EVIL = [
    "<b>bold</b><img src=x>",
    "\x1b[31mred\x07",
    "abc\u202edef",
    "one\n12:00:00 ERROR forged",
    "x" * 10**7,
]


def test_a_script_that_floods_is_cut_and_counted(site: LogSite, calls_tab: LogsTab, qtbot: QtBot) -> None:
    """100,000 lines of one call: a thousand are kept, and the rest is said."""
    functions = site.engine.site.functions_dir
    (functions / "flood.lua").write_text(FLOOD)
    site.engine.scripts.reload()
    site.engine.calls.call("flood", {}, caller=ANNA, counts=False)
    qtbot.waitUntil(lambda: any("log cut" in message for message in messages(calls_tab)))
    qtbot.waitUntil(calls_tab.is_settled)
    flood = [row for row in calls_tab.view.model.entries() if row.record.script == "flood"]
    assert len(flood) < 1_100
    site.engine.log.flush()
    assert (site.engine.site.log_path).stat().st_size < 4 * 1024 * 1024


def test_evil_lines_are_one_row_each_and_forge_nothing(site: LogSite, tab: LogsTab) -> None:
    records = tuple(LogRecord(0, 1.0, "info", text, "talk", ANNA, "", False, Origin.PAGE) for text in EVIL)
    site.session.log_kept.emit(records)
    model = tab.view.model
    assert model.rowCount() == len(EVIL)
    cells = [str(model.index(row, 6).data()) for row in range(model.rowCount())]
    assert cells[0] == "<b>bold</b><img src=x>"
    assert not any(ord(letter) < 0x20 or letter == "\u202e" for cell in cells for letter in cell)
    assert max(map(len, cells)) < 700
    tab.view.table.show_row(4)
    assert len(tab.view.detail.message.toPlainText()) < 300_000
    tab.view.table.show_row(2)
    assert "\u202e" not in tab.view.detail.message.toPlainText()


def test_every_command_has_its_key(
    site: LogSite, tab: LogsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = site.call("hi", warn=True, fail=True)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 4)
    table, panel = tab.view.table, tab.view.panel
    table.setFocus()
    alt, control, shift = (
        Qt.KeyboardModifier.AltModifier,
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.ShiftModifier,
    )
    for key, level in ((Qt.Key.Key_3, "error"), (Qt.Key.Key_2, "warn"), (Qt.Key.Key_4, "refused")):
        qtbot.keyClick(table, key, alt)
        assert panel.levels[level].isChecked()
    qtbot.keyClick(tab.view, Qt.Key.Key_1, alt)
    assert tab.presenter.filtering.filter.level == "all"
    qtbot.keyClick(tab.view, Qt.Key.Key_5, alt)
    assert tab.presenter.filtering.filter.takes_dry
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 4)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_P)
    assert panel.pause.isChecked()
    qtbot.keyClick(table, Qt.Key.Key_P)
    assert not panel.pause.isChecked()

    table.show_row(2)
    qtbot.keyClick(table, Qt.Key.Key_F12)
    assert site.navigated.pop() == ("scripts", {"name": "talk", "kind": "function", "line": 5})
    qtbot.keyClick(table, Qt.Key.Key_Return, control | shift)
    assert site.navigated.pop()[0] == "scripts"
    assert call_id

    asked: list[object] = []
    monkeypatch.setattr(tab.view, "ask_export", asked.append)
    qtbot.keyClick(table, Qt.Key.Key_S, control)
    assert len(asked) == 1
    qtbot.keyClick(table, Qt.Key.Key_L, control)
    assert tab.view.model.rowCount() == 0
    qtbot.keyClick(tab.view, Qt.Key.Key_Z, control)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 4)

    menu = panel.saved_button.menu()
    shown: list[str] = []
    menu.aboutToShow.connect(lambda: shown.append("Filters"))
    menu.aboutToShow.connect(lambda: QTimer.singleShot(0, menu.close))
    qtbot.keyClick(table, Qt.Key.Key_B, control)
    assert shown == ["Filters"]


def test_each_button_says_its_key(tab: LogsTab) -> None:
    """In its tool tip, and the key is in the list (F1)."""
    listed = {QKeySequence(keys) for where, keys, _ in TAB_KEYS if where == "Logs"}
    bound = {one.key() for one in tab.findChildren(QShortcut)}
    panel, detail = tab.view.panel, tab.view.detail
    buttons = (
        *panel.levels.values(),
        panel.dry,
        panel.pause,
        panel.hide_older,
        tab.view.export,
        tab.view.unhide,
    )
    for button in (*buttons, panel.saved_button, panel.display_button, detail.place, detail.debug):
        found = re.search(r"\(([^()]+)\)$|\((Ctrl[+]L)\)", button.toolTip())
        assert found is not None, button.text()
        keys = QKeySequence(found[1] or found[2])
        assert keys in listed, found
        assert keys in bound or keys == QKeySequence("P"), found
