"""The debugger's keys in the real window, where F5 is Refresh elsewhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, Peer, Request
from tests.console.shell.conftest import MakeSite, open_site, settle


def scripts_tab(window: MainWindow, qtbot: QtBot) -> ScriptsTab:
    assert window.workspace is not None
    window.workspace.show_tab(0)
    settle(window, qtbot)
    return window.findChildren(ScriptsTab)[0]


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


def test_f5_goes_on_in_a_paused_call(window: MainWindow, qtbot: QtBot, make_site: MakeSite) -> None:
    path = make_site()
    source = "function call(request)\n  local total = 1\n  return total\nend\n"
    (path / "site/lua/functions/sums.lua").write_text(source)
    with qtbot.waitActive(window):
        window.activateWindow()
    open_site(window, qtbot, path)
    tab = scripts_tab(window, qtbot)
    engine = window.workspace.session.engine  # type: ignore[union-attr]
    engine.peers.add_test_peer(Peer("anna", "Anna"))
    engine.debugger.put_breakpoint(Breakpoint("function/sums", 3))
    tab.open_target(debug=Request.call("sums"), caller=engine.peers.find("Anna"), is_dry=True)
    qtbot.waitUntil(lambda: "Paused at line 3" in tab.view.debug.state.text())
    session = tab.debugging.debug.session
    editor = tab.presenter.current_editor()
    assert session is not None
    assert editor is not None
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)

    press(editor, Qt.Key.Key_F5)

    qtbot.waitUntil(lambda: session.state == "ended", timeout=5_000)
