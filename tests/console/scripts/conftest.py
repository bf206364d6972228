"""A real site folder, the real engine that watches it, and the Lua Scripts tab."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor import CodeEditor
from lua_engine import Engine

TODO = """--- Todo list
--- @rate_limit 0
function call(request)
  if request.params.fail then
    error("asked to fail")
  end
  return { n = 1 }
end
"""
OTHER = "--- Another one\nfunction call(request)\n  return 2\nend\n"
HELLO = "--- Greets\n--- @rate_limit 10\nfunction handle(args) return 'Hello' end\n"


class ScriptSite:
    """The open site; ``write`` and ``delete`` are another program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.functions = folder / "site" / "lua" / "functions"
        self.engine = Engine.open(folder)
        self.links: list[tuple[str, dict[str, Any]]] = []

    def write(self, name: str, text: str) -> None:
        (self.functions / f"{name}.lua").write_text(text, encoding="utf-8")

    def delete(self, name: str) -> None:
        (self.functions / f"{name}.lua").unlink()

    def read(self, name: str) -> bytes:
        return (self.functions / f"{name}.lua").read_bytes()

    def call(self, name: str, **params: Any) -> Any:
        return self.engine.calls.call(name, params, caller=self.engine.owner).value


def opened(tab: ScriptsTab, qtbot: QtBot, name: str) -> CodeEditor:
    """The editor of a script, ready to type in."""
    tab.open_target(name=name)
    editor = tab.presenter.current_editor()
    assert editor is not None
    qtbot.waitUntil(lambda: not editor.isReadOnly())
    return editor


@pytest.fixture
def scripts() -> dict[str, str]:
    """Files of the site, below ``site/lua``."""
    return {"functions/todo.lua": TODO, "functions/other.lua": OTHER, "hello.lua": HELLO}


@pytest.fixture
def site(tmp_path: Path, scripts: dict[str, str]) -> Iterator[ScriptSite]:
    folder = tmp_path / "place"
    (folder / "site" / "lua" / "functions").mkdir(parents=True)
    (folder / "goop.json").write_text(json.dumps({"profile": {"label": "Maya"}, "lua": {"enabled": True}}))
    for name, text in scripts.items():
        (folder / "site" / "lua" / name).write_bytes(text.encode())
    one = ScriptSite(folder)
    yield one
    one.engine.close()


@pytest.fixture
def open_tab(qtbot: QtBot, site: ScriptSite, tmp_path: Path) -> Iterator[Callable[[], ScriptsTab]]:
    """Makes the tab; called a second time, it is what a new start of the program shows."""
    session, operations = Session(site.engine), Operations()
    theme = Theme()

    def navigate(tab_id: str, **target: Any) -> None:
        site.links.append((tab_id, target))

    context = TabContext(
        session, operations, AppSettings(tmp_path / "settings.json"), theme, Notifier(), navigate
    )

    def make() -> ScriptsTab:
        tab = ScriptsTab(context)
        qtbot.addWidget(tab)
        tab.resize(1200, 700)
        with qtbot.waitExposed(tab):
            tab.show()
        qtbot.waitUntil(tab.is_settled)
        return tab

    yield make
    session.close()
    operations.close()


@pytest.fixture
def tab(open_tab: Callable[[], ScriptsTab]) -> ScriptsTab:
    return open_tab()
