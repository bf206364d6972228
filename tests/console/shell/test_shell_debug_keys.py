"""The debugger's keys in the real window, where F5 is Refresh elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, DebugEnded, DebugSession, Peer, Request
from lua_engine.debugger import conversation
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


def test_the_line_at_the_bottom_says_that_a_script_is_armed(
    window: MainWindow, qtbot: QtBot, make_site: MakeSite
) -> None:
    path = make_site()
    (path / "site/lua/functions/sums.lua").write_text("function call()\n  return 1\nend\n")
    open_site(window, qtbot, path)
    scripts_tab(window, qtbot)
    engine = window.workspace.session.engine  # type: ignore[union-attr]
    status = window.status
    armed, held = status.armed, status.held
    engine.debugger.arm("function/sums")
    qtbot.waitUntil(lambda: "The next real call of sums stops (" in armed.text())
    assert not armed.isHidden()

    handle = engine.calls.start(Request.call("sums"), engine.owner)

    qtbot.waitUntil(lambda: "Paused: sums, line 2, called by" in held.text() and not held.isHidden())
    assert armed.isHidden()
    window.navigate("logs")
    held.click()
    tab = window.findChildren(ScriptsTab)[0]
    assert window.workspace.current is tab  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: "for real" in tab.view.debug.state.text())
    tab.debugging.debug.command("resume")
    assert handle.result(60).value == 1
    qtbot.waitUntil(held.isHidden)


def test_a_trap_is_let_go_at_the_bottom_and_lapses(
    window: MainWindow, qtbot: QtBot, make_site: MakeSite
) -> None:
    path = make_site()
    (path / "site/lua/functions/sums.lua").write_text("function call()\n  return 1\nend\n")
    open_site(window, qtbot, path)
    debugger = window.workspace.session.engine.debugger  # type: ignore[union-attr]
    armed = window.status.armed
    debugger.arm("function/sums")
    qtbot.waitUntil(lambda: not armed.isHidden())
    armed.click()
    qtbot.waitUntil(armed.isHidden)
    assert debugger.armed() is None

    debugger.arm("function/sums", seconds=0.5)
    qtbot.waitUntil(lambda: not armed.isHidden())
    qtbot.waitUntil(armed.isHidden)
    assert debugger.armed() is None


def paused_call(window: MainWindow, qtbot: QtBot, path: Path) -> DebugSession:
    """A dry run of ``sums`` that stands at line 2."""
    (path / "site/lua/functions/sums.lua").write_text("function call()\n  return 1\nend\n")
    open_site(window, qtbot, path)
    tab = scripts_tab(window, qtbot)
    engine = window.workspace.session.engine  # type: ignore[union-attr]
    engine.debugger.put_breakpoint(Breakpoint("function/sums", 2))
    tab.open_target(debug=Request.call("sums"), caller=engine.owner, is_dry=True)
    qtbot.waitUntil(lambda: "Paused at line 2" in tab.view.debug.state.text())
    session = tab.debugging.debug.session
    assert session is not None
    return session


@pytest.mark.parametrize("way", ["window", "site", "another site"])
def test_closing_ends_a_paused_call(
    window: MainWindow, qtbot: QtBot, make_site: MakeSite, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(conversation, "_POLL", 3_600.0)  # it is told, and does not look
    session = paused_call(window, qtbot, make_site())
    engine = window.workspace.session.engine  # type: ignore[union-attr]
    told: list[str] = []
    engine.bus.subscribe(lambda event: told.append(event.session) if isinstance(event, DebugEnded) else None)

    if way == "window":
        window.close()
    elif way == "site":
        window.actions_by_id["site.close"].trigger()
    else:
        open_site(window, qtbot, make_site("other"))

    qtbot.waitUntil(lambda: told == [session.id], timeout=60_000)
    assert session.state == "ended"
