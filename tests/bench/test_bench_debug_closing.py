"""How long a paused call lives on after the window, the site or its script was closed."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.app import Console, make_application
from goop_console.main_window import MainWindow
from goop_console.services.settings import AppSettings
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, DebugEnded, Engine, Event, Request

ROUNDS = 5
LIMIT = 0.100  # seconds: the bound
SOURCE = "function call()\n  local total = 1\n  return total\nend\n"


def close_window(window: MainWindow, _tab: ScriptsTab) -> None:
    window.close()


def close_site(window: MainWindow, _tab: ScriptsTab) -> None:
    window.actions_by_id["site.close"].trigger()


def close_script(_window: MainWindow, tab: ScriptsTab) -> None:
    tab.presenter.tabs.close_current()


def paused(console: Console, site: Path, qtbot: QtBot, source: str = SOURCE) -> tuple[ScriptsTab, Engine]:
    """The window with a call that stands in line 3 of ``source``."""
    functions = site / "site/lua/functions"
    functions.mkdir(parents=True, exist_ok=True)
    (functions / "sums.lua").write_text(source)
    (site / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
    window = console.window
    window.open_site(site)
    qtbot.waitUntil(lambda: window.session is not None and window.is_settled(), timeout=60_000)
    workspace = window.workspace
    assert workspace is not None
    engine = workspace.session.engine
    workspace.navigate("scripts", name="sums")
    tab = workspace.tab("scripts")
    assert isinstance(tab, ScriptsTab)
    qtbot.waitUntil(window.is_settled, timeout=60_000)
    engine.debugger.put_breakpoint(Breakpoint("function/sums", 3))
    tab.open_target(debug=Request.call("sums"), caller=engine.owner, is_dry=True)
    qtbot.waitUntil(lambda: "Paused" in tab.view.debug.state.text(), timeout=60_000)
    qtbot.waitUntil(lambda: tab.view.debug.variables.topLevelItemCount() > 0, timeout=60_000)
    return tab, engine


@pytest.mark.parametrize("close", [close_window, close_site, close_script], ids=lambda one: one.__name__)
def test_a_paused_call_ends_with_what_is_closed(
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    close: Callable[[MainWindow, ScriptsTab], None],
) -> None:
    assert qapp is not None
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    taken: list[float] = []
    for _ in range(ROUNDS):
        console = Console(make_application(), AppSettings(tmp_path / "settings.json"))
        console.window.show()
        tab, engine = paused(console, tmp_path / "site", qtbot)
        ended: list[float] = []

        def note(event: Event, ended: list[float] = ended) -> None:
            if isinstance(event, DebugEnded):
                ended.append(time.perf_counter())

        engine.bus.subscribe(note)
        began = time.perf_counter()
        close(console.window, tab)
        qtbot.waitUntil(lambda ended=ended: bool(ended), timeout=60_000)
        taken.append(ended[0] - began)
        console.window.close()
        console.close()
    median = statistics.median(taken)
    worst = max(taken)
    print(f"\n{close.__name__}: ended after {median * 1000:.1f} ms, at most {worst * 1000:.1f} ms")
    assert median <= LIMIT
