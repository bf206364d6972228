"""What a person does in the Call Tester, through its widgets."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.tabs.calls.tab import CallsTab

OpenTab = Callable[[], CallsTab]
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def choose(tab: CallsTab, name: str) -> None:
    """Pick a caller by searching, as a person does."""
    popup = tab.view.caller.popup
    tab.view.caller.open_popup()
    popup.search.setText(name)
    until = time.monotonic() + 60
    while name.lower() not in str(popup.list.currentIndex().data()).lower():  # it is filled a moment later
        assert time.monotonic() < until, f"{name} is not in the list"
        QApplication.processEvents()
        time.sleep(0.001)
    popup.list.clicked.emit(popup.list.currentIndex())
    tab.activateWindow()


def choose_function(tab: CallsTab, qtbot: QtBot, name: str, action: str = "") -> None:
    """Choose the function, and the action once its actions are read."""
    tab.view.request.set_function(name)
    qtbot.waitUntil(tab.is_settled)
    tab.view.request.set_action(action)
    qtbot.waitUntil(tab.is_settled)


def run(tab: CallsTab, qtbot: QtBot) -> CallOutcome:
    """Ctrl+Enter where one writes, and what came of it."""
    count = tab.view.recent.model.rowCount()
    tab.focus_main()
    qtbot.keyClick(tab.view.request.focusWidget() or tab.view.request, Qt.Key.Key_Return, CTRL)
    return outcome_after(tab, qtbot, count)


def outcome_after(tab: CallsTab, qtbot: QtBot, count: int) -> CallOutcome:
    """The outcome of the call that makes the recent ones more than ``count``."""
    qtbot.waitUntil(lambda: tab.is_settled() and tab.view.recent.model.rowCount() > count)
    outcome = tab.view.result.outcome
    assert outcome is not None
    return outcome


def ask(tab: CallsTab, qtbot: QtBot, action: str, params: str = "") -> CallOutcome:
    """Run ``action`` of the chosen function."""
    tab.view.request.set_action(action)
    tab.view.request.params.set_text(params)
    return run(tab, qtbot)


def copy_as(tab: CallsTab, text: str) -> str:
    """Take ``text`` from the copy menu; answers the clipboard."""
    QGuiApplication.clipboard().clear()
    menu = tab.view.copy.menu()
    next(action for action in menu.actions() if action.text() == text).trigger()
    return QGuiApplication.clipboard().text()
