"""The real window over real site folders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.app import Console, make_application
from goop_console.main_window import MainWindow
from goop_console.services.settings import AppSettings
from goop_console.tabs.scripts.tab import ScriptsTab

ECHO = """--- Answers what it is asked
function call(request)
  goop.log.info("asked by " .. goop.peer.label)
  return request.params
end
"""
HELLO = "--- Greets\nfunction handle(args) return 'Hello, ' .. args .. '!' end\n"
BROKEN = "function call(request)\n  return (1 +\nend\n"

MakeSite = Callable[..., Path]


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """Makes a site folder; keyword arguments are keys of the lua section."""

    def make(name: str = "garden", **lua: Any) -> Path:
        folder = tmp_path / name
        functions = folder / "site" / "lua" / "functions"
        functions.mkdir(parents=True)
        (functions / "echo.lua").write_text(ECHO)
        (functions.parent / "hello.lua").write_text(HELLO)
        (folder / "goop.json").write_text(
            json.dumps({"profile": {"label": "Maya"}, "lua": {"enabled": True, **lua}})
        )
        return folder

    return make


@pytest.fixture
def app(qapp: QApplication) -> QApplication:
    return make_application()


@pytest.fixture
def settings(tmp_path: Path) -> AppSettings:
    return AppSettings(tmp_path / "settings.json")


@pytest.fixture
def new_console(app: QApplication, settings: AppSettings) -> Iterator[Callable[[], Console]]:
    """Starts the console; called a second time, it is the next start of the program."""
    consoles: list[Console] = []

    def start() -> Console:
        for old in consoles:
            old.window.close()
            old.close()
        consoles[:] = [Console(app, AppSettings(settings.path))]
        consoles[0].window.show()
        return consoles[0]

    yield start
    for console in consoles:
        console.close()


@pytest.fixture
def window(new_console: Callable[[], Console]) -> MainWindow:
    return new_console().window


def open_site(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Open ``path`` and wait until its tabs are at rest."""
    window.open_site(path)
    qtbot.waitUntil(lambda: window.session is not None and window.session.engine.site.path == path)
    settle(window, qtbot)


def scripts_tab(window: MainWindow, qtbot: QtBot, path: Path) -> ScriptsTab:
    """Lua Scripts in the active window, with ``echo`` and then ``hello`` open."""
    with qtbot.waitActive(window):
        window.activateWindow()
    open_site(window, qtbot, path)
    assert window.workspace is not None
    window.workspace.show_tab(0)
    tab = window.workspace.current
    assert isinstance(tab, ScriptsTab)
    for name in ("echo", "hello"):
        tab.open_target(name=name)
        settle(window, qtbot)
    return tab


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.is_settled)
