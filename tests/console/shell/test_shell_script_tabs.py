"""The keys of open scripts in the real window: Ctrl+Tab, Ctrl+W, Ctrl+Shift+T, Alt+Left and Alt+Right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from tests.console.shell.conftest import MakeSite, scripts_tab, settle

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
ECHO, HELLO = "function/echo", "command/hello"


def test_open_scripts_have_their_keys(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    tab = scripts_tab(window, qtbot, make_site())
    assert tab.presenter.current_key() == HELLO
    QTest.keyClick(window, Key.Key_Tab, CTRL)
    assert tab.presenter.current_key() == ECHO
    QTest.keyClick(window, Key.Key_Backtab, CTRL | SHIFT)
    assert tab.presenter.current_key() == HELLO
    QTest.keyClick(window, Key.Key_W, CTRL)
    assert tab.view.strip.keys() == [ECHO]
    QTest.keyClick(window, Key.Key_T, CTRL | SHIFT)
    settle(window, qtbot)
    assert tab.view.strip.keys() == [ECHO, HELLO]
    assert tab.presenter.current_key() == HELLO


def test_one_script_alone_lets_the_window_go_on(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    scripts_tab(window, qtbot, make_site())
    QTest.keyClick(window, Key.Key_W, CTRL)
    QTest.keyClick(window, Key.Key_Tab, CTRL)
    assert window.workspace is not None
    assert window.workspace.current.tab_id == "data"


def test_a_jump_between_scripts_leads_back(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    tab = scripts_tab(window, qtbot, make_site())
    tab.presenter.go_to(ECHO, 3)
    settle(window, qtbot)
    tab.presenter.go_to(HELLO, 1)
    settle(window, qtbot)
    QTest.keyClick(window, Key.Key_Left, ALT)
    settle(window, qtbot)
    editor = tab.presenter.current_editor()
    assert tab.presenter.current_key() == ECHO
    assert editor is not None
    assert editor.place()[0] == 3
    QTest.keyClick(window, Key.Key_Right, ALT)
    settle(window, qtbot)
    assert tab.presenter.current_key() == HELLO
    assert tab.view.strip.keys() == [ECHO, HELLO]


def test_the_open_scripts_survive_a_kill(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    tab = scripts_tab(window, qtbot, make_site())
    window._keeper.keep_soon()  # runs every two seconds; nobody asks a window that is killed
    assert window.workspace is not None
    state = window._memory.site_state(window.workspace.session.engine.site.path)
    assert state["tabs"]["scripts"]["tabs"]["open"] == tab.view.strip.keys()
