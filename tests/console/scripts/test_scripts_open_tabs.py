"""Many scripts open: previews, closing, opening again, restart, and the keys of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.open_scripts.open_list import OpenList
from goop_console.tabs.scripts.tab import ScriptsTab
from tests.console.scripts.conftest import OTHER, ScriptSite

MakeTab = Callable[[], ScriptsTab]
CTRL = Qt.KeyboardModifier.ControlModifier
TODO_KEY, OTHER_KEY, HELLO_KEY = "function/todo", "function/other", "command/hello"


def show(qtbot: QtBot, tab: ScriptsTab, *names: str) -> None:
    for name in names:
        tab.open_target(name=name)
        qtbot.waitUntil(tab.is_settled)


def edit(qtbot: QtBot, tab: ScriptsTab, text: str = "-- mine\n") -> None:
    editor = tab.presenter.current_editor()
    assert editor is not None
    editor.setFocus()
    QTest.keyClicks(editor, text.strip())
    qtbot.waitUntil(tab.is_settled)


def test_what_is_only_looked_at_shares_one_tab() -> None:
    tabs = OpenList()
    assert tabs.show("a", keep=False) == ""
    assert tabs.show("b", keep=False) == "a"
    tabs.keep("b")
    assert tabs.show("c", keep=False) == ""
    assert tabs.keys == ["b", "c"]
    assert tabs.close("b") == "c"
    assert tabs.close("c") == ""
    assert [one.key for _ in range(3) if (one := tabs.take_closed({"a": 1, "b": 1, "c": 1}))] == ["c", "b"]


def test_tabs_of_any_state_are_taken() -> None:
    tabs, known = OpenList(), {"a": 1, "b": 1}
    assert not tabs.take_state([1], known)
    assert tabs.take_state({"open": ["a", 3, "gone", "b", "a"], "preview": {}}, known)
    assert tabs.keys == ["a", "b"]
    assert tabs.preview == ""


def test_the_list_shows_a_preview_and_an_edit_keeps_it(qtbot: QtBot, tab: ScriptsTab) -> None:
    table, strip = tab.view.list.tree, tab.view.strip
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_End, CTRL)
    qtbot.waitUntil(tab.is_settled)
    QTest.keyClick(table, Qt.Key.Key_Home, CTRL)
    qtbot.waitUntil(tab.is_settled)
    assert strip.keys() == [OTHER_KEY]
    assert "preview" in strip.accessibleTabName(0)
    edit(qtbot, tab)
    assert strip.accessibleTabName(0) == "other, function, modified, not saved"
    assert strip.tabText(0) == "● other"
    show(qtbot, tab, "todo")
    assert strip.keys() == [OTHER_KEY, TODO_KEY]


def test_ctrl_tab_goes_around_the_open_scripts(qtbot: QtBot, tab: ScriptsTab) -> None:
    show(qtbot, tab, "other", "todo", "hello")
    assert tab.step(1)
    assert tab.presenter.current_key() == OTHER_KEY
    assert tab.step(-1)
    assert tab.presenter.current_key() == HELLO_KEY
    tab.close_page()
    tab.close_page()
    assert tab.view.strip.keys() == [OTHER_KEY]
    assert not tab.step(1), "one script alone: the window goes to the next tab"


def test_the_middle_button_and_the_cross_close(qtbot: QtBot, tab: ScriptsTab) -> None:
    show(qtbot, tab, "other", "todo", "hello")
    strip = tab.view.strip
    middle = strip.tabRect(1).center()
    QTest.mouseClick(strip, Qt.MouseButton.MiddleButton, pos=QPoint(middle))
    assert strip.keys() == [OTHER_KEY, HELLO_KEY]
    assert tab.presenter.current_key() == HELLO_KEY
    cross = strip.tabButton(1, QTabBar.ButtonPosition.RightSide)
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert strip.keys() == [OTHER_KEY]
    tab.close_page()
    assert tab.view.strip.isHidden()
    assert tab.view.nothing_open.isVisible()
    assert tab.presenter.current is None


def test_unsaved_text_is_asked_about_and_comes_back(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    show(qtbot, tab, "other")
    edit(qtbot, tab)
    tab.close_page()
    assert tab.view.strip.keys() == [OTHER_KEY], "nothing is closed before the answer"
    buttons = tab.view.notice.buttons()
    assert buttons["Save and close"].hasFocus()
    QTest.mouseClick(buttons["Close without saving"], Qt.MouseButton.LeftButton)
    assert tab.view.strip.keys() == []
    assert tab.unsaved() == ()
    assert site.read("other").decode() == OTHER
    tab.reopen_page()
    qtbot.waitUntil(tab.is_settled)
    editor = tab.presenter.current_editor()
    assert editor is not None
    assert editor.text() == "-- mine" + OTHER
    assert tab.unsaved() == ("other (function)",)
    tab.close_page()
    QTest.mouseClick(tab.view.notice.buttons()["Save and close"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.strip.keys() == []
    assert site.read("other").decode() == "-- mine" + OTHER


def test_exactly_the_tabs_that_were_open_come_back(qtbot: QtBot, tab: ScriptsTab, open_tab: MakeTab) -> None:
    show(qtbot, tab, "hello", "todo")
    state = tab.save_state()
    again = open_tab()
    again.restore_state(state)
    qtbot.waitUntil(again.is_settled)
    assert again.view.strip.keys() == tab.view.strip.keys()
    assert again.presenter.current_key() == TODO_KEY
    for _ in range(tab.view.strip.count()):
        tab.close_page()
    none = open_tab()
    none.restore_state(tab.save_state())
    qtbot.waitUntil(none.is_settled)
    assert none.view.strip.keys() == []
    assert none.presenter.current is None


def test_a_file_that_goes_takes_its_tab_along(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    show(qtbot, tab, "other", "todo")
    site.delete("todo")
    site.engine.scripts.reload()
    qtbot.waitUntil(lambda: tab.view.strip.keys() == [OTHER_KEY])
    assert tab.presenter.current_key() == OTHER_KEY
