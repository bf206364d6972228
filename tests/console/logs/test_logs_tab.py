"""The Logs tab through its own widgets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from goop_console.tabs.logs.cells import CALL, CALLER, LEVEL, MESSAGE, ORIGIN, SCRIPT, TIME
from goop_console.tabs.logs.entry import Group
from goop_console.tabs.logs.filter import Chip
from goop_console.tabs.logs.model import LogModel
from goop_console.tabs.logs.record_text import record_text
from goop_console.tabs.logs.tab import LogsTab
from goop_console.widgets.colors import DARK
from lua_engine import Caller, CallSummary, LogRecord, Request, record_of_line
from tests.helpers.themes import use_theme

from .conftest import BOB, LogSite, NewTab, line, many, messages

KEY = Qt.Key


def wait_for(qtbot: QtBot, tab: LogsTab, *wanted: str) -> None:
    qtbot.waitUntil(lambda: messages(tab)[-len(wanted) :] == list(wanted))


def test_what_a_script_writes_appears(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    call_id = site.call("hi", warn=True, fail=True)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 4)
    model = tab.view.model
    assert [model.index(row, LEVEL).data() for row in range(4)] == ["Info", "Warning", "Error", "Invalid"]
    assert messages(tab)[:2] == ["told hi", "careful"]
    assert "talk.lua:5: it went wrong" in messages(tab)[2]
    assert model.index(3, MESSAGE).data().startswith("talk.lua:5: it went wrong · ")
    assert model.index(0, CALLER).data() == "Anna"
    assert model.index(0, CALL).data() == call_id[:8]
    assert tab.view.panel.levels["warn"].text() == "Problems (1)"  # one call, whatever it has of them
    assert tab.view.panel.levels["error"].text() == "Errors (1)"


def groups(tab: LogsTab) -> int:
    """How many calls, and lines of no call, stand below each other."""
    rows = [tab.view.model.row(place) for place in range(tab.view.model.rowCount())]
    return sum(isinstance(row, Group) or row.group is None for row in rows)


@pytest.mark.parametrize("level", ["warn", "error"])
def test_a_button_says_how_many_it_leaves(
    site: LogSite, calls_tab: LogsTab, qtbot: QtBot, level: str
) -> None:
    tab = calls_tab
    for number in range(3):
        site.call(f"hi {number}", warn=True, fail=number > 0)
    site.call("well")
    site.record([line("broken", "error", call_id=""), line("odd", "warn", script="other", call_id="")])
    qtbot.waitUntil(lambda: tab.view.model.rowCount() >= 14)
    panel = tab.view.panel
    buttons = {"warn": "Problems", "error": "Errors"}

    def left() -> int:
        qtbot.mouseClick(panel.levels[level], Qt.MouseButton.LeftButton)
        found = groups(tab)
        qtbot.mouseClick(panel.levels["all"], Qt.MouseButton.LeftButton)
        return found

    assert panel.levels[level].text() == f"{buttons[level]} ({left()})"
    tab.view.filter.set_text("-broken")  # of what is asked for otherwise
    qtbot.waitUntil(lambda: tab.presenter.filtering.filter.text == "-broken")
    assert panel.levels[level].text() == f"{buttons[level]} ({left()})"
    tab.view.filter.set_text("")
    qtbot.waitUntil(lambda: not tab.presenter.filtering.filter.text)
    tab.presenter.hide_older()  # and of what is not hidden
    assert panel.levels[level].text() == buttons[level]
    tab.view.panel.pause.click()
    site.record([line("again", "error", call_id="")])  # also while the view stands still
    assert panel.levels[level].text() == f"{buttons[level]} (1)"


def test_dry_runs_are_counted_by_the_run(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.engine.calls.run(Request.call("talk", {"text": "dry", "warn": True}), site.engine.owner, is_dry=True)
    qtbot.waitUntil(lambda: tab.view.panel.dry.text() == "Dry runs (1)")


def test_lines_from_before_the_tab_are_there(site: LogSite, qtbot: QtBot, new_tab: NewTab) -> None:
    with qtbot.waitSignal(site.session.log_kept):
        site.call("early")
    assert messages(new_tab()) == ["told early"]


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester, site: LogSite, tab: LogsTab) -> None:
    site.record(many(30))
    qtmodeltester.check(tab.view.model)
    assert isinstance(tab.view.model, LogModel)


def test_typing_filters_and_escape_shows_everything(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(100))
    tab.find()
    qtbot.keyClicks(tab.view.filter.field, "line 42")
    wait_for(qtbot, tab, "line 42")
    qtbot.waitUntil(lambda: tab.view.summary.text() == "1 entry")
    qtbot.keyClick(tab.view.filter.field, KEY.Key_Escape)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 100)


def test_levels_filter_and_new_lines_obey(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(20))
    qtbot.mouseClick(tab.view.panel.levels["error"], Qt.MouseButton.LeftButton)
    assert messages(tab) == ["line 0", "line 10"]
    site.record([line("quiet"), line("bad", "error")])
    assert messages(tab) == ["line 0", "line 10", "bad"]


def test_nothing_passes_and_the_filter_is_cleared(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    assert tab.view.empty.title.text() == "The log is empty"
    assert not tab.view.export.isEnabled()
    site.record(many(5))
    assert not tab.view.empty.isVisible()
    tab.view.filter.set_text("nowhere")
    qtbot.waitUntil(tab.view.empty.isVisible)
    qtbot.mouseClick(tab.view.empty.button, Qt.MouseButton.LeftButton)
    assert len(messages(tab)) == 5
    assert tab.view.filter.text() == ""


def test_chips_say_the_conditions_and_take_them_away(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(20))
    tab.open_target(call_id="call2", script="talk")
    assert messages(tab) == ["line 8", "line 9", "line 10", "line 11"]
    chips = tab.view.panel.chips.findChildren(QAbstractButton)
    assert [chip.text() for chip in chips] == ["Call call2", "Script talk"]
    qtbot.mouseClick(chips[0], Qt.MouseButton.LeftButton)
    assert len(messages(tab)) == 20


def test_a_call_that_is_asked_for_is_shown_though_it_was_hidden_and_paused(
    site: LogSite, tab: LogsTab
) -> None:
    site.record(many(200))
    tab.presenter.hide_older()
    tab.view.panel.pause.click()
    tab.open_target(call_id="call3")
    assert messages(tab) == ["line 12", "line 13", "line 14", "line 15"]
    assert tab.view.detail.message.toPlainText() == "line 15"
    assert tab.view.paused_bar.isHidden()


def test_scrolling_up_pauses_and_end_goes_on(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(200))
    bar = tab.view.table.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(50)
    site.record([line(f"new {number}") for number in range(37)])
    assert tab.view.paused_bar.isVisible()
    assert tab.view._paused_text.text() == "Paused · 37 new"
    assert tab.view.panel.pause.isChecked()
    assert (bar.value(), len(messages(tab))) == (50, 200)
    qtbot.keyClick(tab.view.table, KEY.Key_End)
    assert len(messages(tab)) == 237
    assert tab.view.paused_bar.isHidden()
    assert bar.value() == bar.maximum()
    assert tab.view.table.chosen_row() == 236


def test_the_pause_button_pauses_and_resumes(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(3))
    qtbot.mouseClick(tab.view.panel.pause, Qt.MouseButton.LeftButton)
    site.record([line("later"), line("worse", "error")])
    assert len(messages(tab)) == 3
    tab.view.panel.levels["error"].click()
    assert messages(tab) == ["line 0"]
    assert tab.view._paused_text.text() == "Paused · 1 new"
    qtbot.mouseClick(tab.view.resume, Qt.MouseButton.LeftButton)
    assert messages(tab) == ["line 0", "worse"]
    assert not tab.view.panel.pause.isChecked()


def test_a_filter_leaves_a_paused_view_where_it_is(site: LogSite, tab: LogsTab) -> None:
    site.record(many(1_000))
    tab.view.table.verticalScrollBar().setValue(505)
    tab.view.panel.levels["error"].click()
    assert tab.view.model.entry(tab.view.table.top_row()).record.message == "line 510"
    tab.view.panel.levels["all"].click()
    assert tab.view.model.entry(tab.view.table.top_row()).record.message == "line 510"
    assert not tab.view.table.follows


def test_the_chosen_line_never_moves(site: LogSite, tab: LogsTab) -> None:
    site.record(many(50))
    tab.view.table.show_row(40)
    site.record(many(500))
    assert tab.view.table.chosen_row() == 40
    assert tab.view.detail.message.toPlainText() == "line 40"
    tab.view.panel.levels["error"].click()
    assert tab.view.model.entry(tab.view.table.chosen_row()).record.message == "line 40"
    tab.view.panel.levels["all"].click()
    assert tab.view.table.chosen_row() == 40


def test_a_chosen_line_that_is_filtered_out_is_not_chosen(site: LogSite, tab: LogsTab) -> None:
    site.record(many(50))
    tab.view.table.show_row(41)
    assert tab.view.detail.isVisible()
    tab.view.panel.levels["error"].click()
    assert tab.view.table.chosen_row() == -1
    assert not tab.view.detail.isVisible()


def test_the_oldest_go_and_the_chosen_line_with_them(
    site: LogSite, tab: LogsTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tab.presenter._book
    monkeypatch.setattr(book, "_limit", 100)
    monkeypatch.setattr(book, "_slack", 10)
    site.record(many(90))
    tab.view.table.show_row(85)
    for _ in range(3):
        site.record(many(60))
    assert 100 <= len(messages(tab)) <= 110
    assert len(messages(tab)) == len(book)
    assert tab.view.table.chosen_row() == -1
    assert not tab.view.detail.isVisible()


def test_details_leave_the_chosen_line_in_view(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(200))
    table = tab.view.table
    table.verticalScrollBar().setValue(20)
    lowest = table.rowAt(table.viewport().height() - 4)
    before = table.viewport().height()
    table.setCurrentIndex(tab.view.model.index(lowest, 0))
    qtbot.waitUntil(lambda: table.viewport().height() < before)
    shown = table.visualRect(tab.view.model.index(lowest, 0))
    assert table.viewport().rect().contains(shown.center())
    assert not table.follows


def test_focus_chooses_nothing_and_the_first_arrow_the_newest(
    site: LogSite, tab: LogsTab, qtbot: QtBot
) -> None:
    site.record(many(200))
    tab.focus_main()
    qtbot.waitUntil(tab.view.table.hasFocus)
    assert not tab.view.detail.isVisible()
    qtbot.keyClick(tab.view.table, KEY.Key_Up)
    assert tab.view.table.chosen_row() == 199
    qtbot.keyClick(tab.view.table, KEY.Key_Up)
    assert tab.view.table.chosen_row() == 198
    assert tab.view.table.follows


def test_the_keyboard_stays_in_the_tab_when_lines_come(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    tab.activateWindow()
    tab.focus_main()
    site.record(many(3))
    qtbot.waitUntil(tab.view.table.hasFocus)


def test_ctrl_l_hides_everything_older_and_it_comes_back(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(8))
    qtbot.keyClick(tab.view.table, KEY.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert messages(tab) == []
    assert tab.view.empty.title.text() == "Waiting for new lines"
    site.record([line("fresh")])
    assert messages(tab) == ["fresh"]
    assert tab.view.unhide.text() == "8 older lines hidden · Show"
    qtbot.mouseClick(tab.view.unhide, Qt.MouseButton.LeftButton)
    assert len(messages(tab)) == 9
    assert tab.view.unhide.isHidden()


def test_f8_goes_to_the_next_problem(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(25))
    for wanted in (0, 10, 20):
        qtbot.keyClick(tab.view.table, KEY.Key_F8)
        assert tab.view.table.chosen_row() == wanted
    qtbot.keyClick(tab.view.table, KEY.Key_F8)
    assert site.told == ["No later warning or error among these lines."]
    qtbot.keyClick(tab.view.table, KEY.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert tab.view.table.chosen_row() == 10


def test_details_lead_on(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    call_id = site.call("hi", BOB, fail=True)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 3)
    tab.view.table.show_row(1)
    detail = tab.view.detail
    assert [detail.values[field].text() for field in ("script", "caller", "call", "origin")] == [
        "talk.lua",
        "Bob",
        f"call {call_id}",
        "program",
    ]
    assert all(button.isVisible() for button in (*detail.values.values(), detail.call, detail.debug))
    detail.place.click()
    assert site.navigated.pop() == ("scripts", {"name": "talk", "kind": "function", "line": 5})
    detail.call.click()
    params = {"text": "hi", "fail": True}
    wanted = {"call_id": call_id, "function": "talk", "params": params, "caller_id": BOB.id}
    assert site.navigated.pop() == ("calls", wanted)
    qtbot.keyClick(tab.view.table, KEY.Key_Return)
    assert site.navigated.pop() == ("calls", wanted)
    detail.debug.click()
    tab_id, target = site.navigated.pop()
    assert (tab_id, target["debug"], target["caller"].id) == ("scripts", Request.call("talk", params), BOB.id)
    site.call("again", BOB)
    qtbot.waitUntil(lambda: "told again" in messages(tab))
    detail.values["call"].click()
    qtbot.waitUntil(lambda: len(messages(tab)) == 2)
    assert tab.view.table.chosen_row() == 1


def test_the_record_of_a_call_is_laid_out(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    call_id = site.call("hi", BOB, fail=True)
    qtbot.waitUntil(lambda: tab.view.model.rowCount() == 3)
    tab.view.table.show_row(2)
    shown = dict(one.split(maxsplit=1) for one in tab.view.detail.message.whole_text.split("\n"))
    assert shown["Outcome"].startswith("invalid: ")
    assert shown["Reason"].startswith("talk.lua:5:")
    assert shown["Caller"] == f"Bob ({BOB.id})"
    assert shown["From"] == "program, for real"
    assert (shown["Script"], shown["Call"], shown["Lines"]) == ("talk", call_id, "1")
    assert set(shown) == {"Outcome", "Reason", "Script", "Caller", "From", "Took", "SQL", "Lines", "Call"}


def test_a_record_forges_no_line_of_its_own() -> None:
    caller = Caller("id", "Eve\nOutcome   answered")
    call = CallSummary("a\nb", "refused", 0.1, 0, 0)
    record = LogRecord(0, 1.0, "refused", "no\nFrom  nobody", "talk", caller, "c1", call=call)
    names = [one.split()[0] for one in record_text(record, call).split("\n") if not one.startswith(" ")]
    assert names == ["Outcome", "Reason", "Script", "Caller", "From", "Took", "SQL", "Lines", "Call"]


def test_a_line_without_a_call_offers_what_it_has(site: LogSite, tab: LogsTab) -> None:
    site.record([line("goop.json was read", caller=None, call_id="", script="")])
    tab.view.table.show_row(0)
    detail = tab.view.detail
    assert not any(
        button.isVisible() for button in (detail.place, detail.call, detail.debug, *detail.values.values())
    )


def test_a_call_of_an_earlier_start_is_debugged_from_the_history(site: LogSite, tab: LogsTab) -> None:
    site.record([line("hi", call_id="abc123def456")])
    tab.view.table.show_row(0)
    tab.view.detail.debug.click()
    assert site.navigated == [("scripts", {"debug_call": "abc123def456"})]


def test_a_click_on_a_call_opens_it(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record([line("hi", call_id="abc123def456")])
    table = tab.view.table
    qtbot.mouseClick(
        table.viewport(),
        Qt.MouseButton.LeftButton,
        pos=table.visualRect(tab.view.model.index(0, CALL)).center(),
    )
    assert site.navigated == [("calls", {"call_id": "abc123def456"})]


def test_the_state_comes_back(site: LogSite, tab: LogsTab, new_tab: NewTab, qtbot: QtBot) -> None:
    site.session._records.extend(map(record_of_line, many(40)))
    tab.view.panel.levels["error"].click()
    tab.view.filter.set_text("1")
    qtbot.waitUntil(tab.is_settled)
    tab.presenter.filtering.choose(Chip("caller", BOB.id))
    tab.presenter.filtering.choose(Chip("call", "call1"))
    tab.view.table.setColumnWidth(CALLER, 210)
    again = new_tab()
    again.restore_state(tab.save_state())
    assert again.view.panel.levels["error"].isChecked()
    assert again.view.filter.text() == "1"
    assert messages(again) == ["line 10"]
    assert abs(again.view.table.columnWidth(CALLER) - 210) <= 1
    qtbot.waitUntil(again.is_settled)


def test_columns_grow_with_the_text(tab: LogsTab) -> None:
    before = [tab.view.table.columnWidth(column) for column in (TIME, LEVEL)]
    font = tab.view.table.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    tab.view.table.setFont(font)
    after = [tab.view.table.columnWidth(column) for column in (TIME, LEVEL)]
    assert all(new > 1.7 * old for old, new in zip(before, after, strict=True))


def test_a_message_has_room_whatever_the_size_of_the_text(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(3))
    table = tab.view.table
    qtbot.waitUntil(lambda: table.viewport().width() > 1_000)
    table.setColumnWidth(SCRIPT, 190)
    stored = table.widths.stored()
    font = table.font()
    usual = font.pointSizeF()
    font.setPointSizeF(usual * 2)
    table.setFont(font)
    assert table.isColumnHidden(ORIGIN)
    least = 20 * table.fontMetrics().horizontalAdvance("0")
    qtbot.waitUntil(lambda: table.columnWidth(MESSAGE) >= least, timeout=5_000)
    font.setPointSizeF(usual)
    table.setFont(font)
    assert not table.isColumnHidden(ORIGIN)
    assert abs(table.columnWidth(SCRIPT) - 190) <= 1
    assert table.widths.stored() == stored


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"level": "loud", "text": 3, "splitter": "x", "widths": [1]},
        {"level": None, "widths": {"0": "a", "1": 3, "2": 99_999_999}, "splitter": [0, 0]},
    ],
)
def test_a_state_of_another_shape_does_no_harm(tab: LogsTab, state: dict[str, object]) -> None:
    tab.restore_state(state)
    assert tab.view.panel.levels["all"].isChecked()


def test_the_colours_follow_the_theme(site: LogSite, tab: LogsTab, qapp: object) -> None:
    site.record([line("bad", "error")])
    tab.view.table.show_row(0)
    light = tab.view.model.index(0, MESSAGE).data(Qt.ItemDataRole.ForegroundRole)
    use_theme(DARK)
    assert tab.view.model.index(0, MESSAGE).data(Qt.ItemDataRole.ForegroundRole) != light


def test_everything_that_takes_the_keyboard_has_a_name(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    tab.view.panel.display.histogram.trigger()
    qtbot.waitUntil(tab.is_settled)
    site.record(many(5))
    tab.open_target(call_id="call0")
    for widget in tab.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            assert interface.text(QAccessible.Text.Name), widget


def test_a_hundred_thousand_lines_are_bounded_and_filtered(site: LogSite, tab: LogsTab, qtbot: QtBot) -> None:
    site.record(many(100_000))
    site.record(many(6_000))
    assert len(messages(tab)) == 100_000
    tab.view.filter.set_text("line 4242")
    qtbot.waitUntil(lambda: len(messages(tab)) == 20)
    assert messages(tab)[0] == "line 14242"
    assert messages(tab)[-1] == "line 4242"


def test_lines_of_an_earlier_start_are_there(site: LogSite, tmp_path: Path, qtbot: QtBot) -> None:
    site.call("yesterday")
    site.close()
    again = LogSite(tmp_path / "garden", tmp_path)
    tab = LogsTab(again.context)
    qtbot.addWidget(tab)
    qtbot.waitUntil(tab.is_settled)
    qtbot.waitUntil(lambda: "told yesterday" in messages(tab))

    again.call("today")

    qtbot.waitUntil(lambda: messages(tab)[-1:] == ["told today"])
    assert messages(tab).index("told yesterday") < messages(tab).index("told today")
    again.close()
