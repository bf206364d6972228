"""The tab that CONTRIBUTING.md takes as its example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from tests.helpers.examples import examples

from .conftest import MakeSite, open_site


def test_the_tab_of_the_example(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    open_site(window, qtbot, make_site())
    names: dict[str, Any] = {}
    exec(examples(Path(__file__).parents[3] / "CONTRIBUTING.md")[2], names)
    assert window.workspace is not None
    tab = names["ScriptCountTab"](window.workspace._context)
    qtbot.addWidget(tab)
    qtbot.waitUntil(lambda: tab.words.text() == "2 scripts")
    folder = window.workspace._context.session.engine.site.functions_dir
    (folder / "more.lua").write_text("function call() return 1 end")
    window.workspace._context.session.engine.scripts.reload()
    qtbot.waitUntil(lambda: tab.words.text() == "3 scripts")
