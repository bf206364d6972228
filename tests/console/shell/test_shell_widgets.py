"""The widgets that every tab uses."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from goop_console.widgets.elided_button import ElidedButton
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.table import MAX_COPIED, RecordTable
from goop_console.widgets.toast import MAX_SHOWN, ToastStack
from goop_console.widgets.wording import clock, counted, day_and_clock, elided


class Million(QAbstractTableModel):
    """A million rows; ``asked`` counts the cells that somebody looked at."""

    asked = 0

    def rowCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else 1_000_000

    def columnCount(self, parent: Any = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 4

    def data(self, index: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            Million.asked += 1
            return f"{index.row()}/{index.column()}"
        return None


def test_everything_is_selected_as_one_range(qtbot: QtBot) -> None:
    table = RecordTable("Rows")
    qtbot.addWidget(table)
    model = Million(table)
    table.setModel(model)
    table.show()
    table.selectAll()
    assert table.selectionModel().selection().count() == 1
    with qtbot.waitSignal(table.copied) as told:
        qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert told.args == [MAX_COPIED // 4, 1_000_000]
    lines = QGuiApplication.clipboard().text().split("\n")
    assert (len(lines), lines[1]) == (MAX_COPIED // 4, "1/0\t1/1\t1/2\t1/3")


def test_a_copy_is_what_is_seen(qtbot: QtBot) -> None:
    table = RecordTable("Rows")
    qtbot.addWidget(table)
    model = QStandardItemModel(2, 3, table)
    for row in range(2):
        for column, text in enumerate((f"a{row}", "b\tc\nd", f"e{row}")):
            model.setItem(row, column, QStandardItem(text))
    table.setModel(model)
    table.horizontalHeader().moveSection(2, 0)
    table.setColumnHidden(1, True)
    table.selectAll()
    table.copy_selection()
    assert QGuiApplication.clipboard().text() == "e0\ta0\ne1\ta1"
    table.setColumnHidden(1, False)
    table.copy_selection()
    assert QGuiApplication.clipboard().text().split("\n")[0] == "e0\ta0\tb c d"


def test_a_filter_is_told_after_a_pause_at_once_on_enter_and_cleared_by_esc(qtbot: QtBot) -> None:
    bar = FilterBar("Filter the rows")
    qtbot.addWidget(bar)
    told: list[str] = []
    bar.text_changed.connect(told.append)
    qtbot.keyClicks(bar.field, "abc")
    assert told == []
    assert not bar.is_settled
    qtbot.waitUntil(lambda: told == ["abc"])
    qtbot.keyClicks(bar.field, "d")
    qtbot.keyClick(bar.field, Qt.Key.Key_Return)
    assert told == ["abc", "abcd"]
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert (told[-1], bar.text()) == ("", "")
    bar.set_text("x")
    qtbot.waitUntil(lambda: told[-1] == "x")
    bar.set_text("y")
    bar.set_text("x")
    qtbot.waitUntil(lambda: bar.is_settled)
    assert told.count("x") == 1


def test_an_empty_state_offers_the_next_step(qtbot: QtBot) -> None:
    state = EmptyState("No tables yet", "A template makes them.", "Try again")
    qtbot.addWidget(state)
    with qtbot.waitSignal(state.action_triggered):
        state.button.click()
    state.set_texts("Nothing", "at all")
    assert state.button.isHidden()


def test_a_message_says_what_can_be_done(qtbot: QtBot) -> None:
    bar = MessageBar("Message")
    qtbot.addWidget(bar)
    done: list[str] = []
    assert bar.isHidden()
    bar.say(
        "error",
        "goop.json is broken",
        "line 3: a comma is missing",
        [("Try again", lambda: done.append("again"))],
        can_copy=True,
    )
    assert list(bar.buttons()) == ["Try again", "Copy details", "Dismiss"]
    bar.buttons()["Try again"].click()
    bar.buttons()["Copy details"].click()
    assert done == ["again"]
    assert QGuiApplication.clipboard().text() == "goop.json is broken\nline 3: a comma is missing"
    with qtbot.waitSignal(bar.closed):
        bar.buttons()["Dismiss"].click()
    assert bar.isHidden()


def test_buttons_of_a_message_make_room_for_words_that_need_it(qtbot: QtBot) -> None:
    bar = MessageBar("Message")
    qtbot.addWidget(bar)
    bar.say(
        "warning", "text was changed by somebody else while you edited it", "", [("Write mine", bar.dismiss)]
    )
    for width, is_below in ((900, False), (340, True), (900, False)):
        bar.resize(width, 200)
        layout = bar.layout()
        assert layout is not None
        layout.activate()
        button = bar.buttons()["Write mine"]
        assert (button.y() > bar.title.geometry().bottom()) is is_below
        assert (button.x() > bar.title.geometry().right()) is not is_below


def test_a_button_shows_all_its_words_where_it_gets_what_it_asks_for(qtbot: QtBot) -> None:
    button = ElidedButton("Apply for real as Anna (coauthor)")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    assert button.shown_text() == "Apply for real as Anna (coauthor)"
    button.resize(button.width() - 60, button.height())
    assert "…" in button.shown_text()
    button.short_text = "Apply for real"
    assert button.shown_text() == "Apply for real"


def test_toasts_are_few_stay_inside_and_errors_can_be_copied(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    stack = ToastStack(window)
    for number in range(MAX_SHOWN + 2):
        stack.show(f"Message {number}")
    assert [toast.title for toast in stack.toasts()] == [
        f"Message {number}" for number in range(2, MAX_SHOWN + 2)
    ]
    stack.show("It failed", "why\n" * 400, is_error=True)
    error = stack.toasts()[-1]
    for button in error.findChildren(QPushButton):
        if button.text() == "Copy details":
            button.click()
    assert QGuiApplication.clipboard().text() == "It failed\n" + "why\n" * 400
    stack.show("It failed", "why\n" * 400, is_error=True)
    assert [toast.title for toast in stack.toasts()].count("It failed") == 1
    window.resize(600, 500)
    for toast in stack.toasts():
        assert toast.geometry().right() <= 600
        assert toast.geometry().bottom() <= 500
    info = stack.toasts()[0]
    qtbot.mouseClick(info, Qt.MouseButton.LeftButton)
    assert info not in stack.toasts()


def test_a_long_name_is_cut_in_the_middle_and_told_in_the_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("/a/very/long/path" * 20)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.minimumSizeHint().width() < 120
    assert label.toolTip().replace("\n", "") == label.text()
    assert not label.grab().isNull()


def test_words_for_numbers_and_times() -> None:
    assert (counted(1, "script"), counted(0, "script"), counted(1204, "line")) == (
        "1 script",
        "0 scripts",
        "1,204 lines",
    )
    assert clock(1.5).endswith(".500")
    assert day_and_clock(0).startswith(("1970-01-01", "1969-12-31"))
    assert (elided("short", 10), elided("abcdefghijklmnopqrstuvwxyz", 10)) == ("short", "abcdef…xyz")
