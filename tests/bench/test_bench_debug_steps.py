"""How long a step takes in the real window: from the key to the painted line and the painted variables."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from goop_console.app import Console, make_application
from goop_console.services.settings import AppSettings
from tests.bench.test_bench_debug_closing import paused

STEPS = 60
LIMIT = 0.050  # seconds: the bound
BODY = "  row = { id = {n}, title = 'row {n}', tags = { 'a', 'b' } } total = total + row.id\n"
SOURCE = (
    "function call()\n  local total, row = 0, {}\n"
    + "".join(BODY.replace("{n}", str(number)) for number in range(3, 200))
    + "  return total\nend\n"
)


class Painted(QObject):
    """When a widget was first painted with what ``is_right``."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0.0
        self.is_right: Callable[[], bool] = lambda: False
        widget.installEventFilter(self)

    def wait_for(self, is_right: Callable[[], bool]) -> None:
        self.at, self.is_right = 0.0, is_right

    def eventFilter(self, _widget: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self.at and self.is_right():
            self.at = time.perf_counter()
        return False


def test_a_step_is_painted(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp is not None
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    console = Console(make_application(), AppSettings(tmp_path / "settings.json"))
    console.window.show()
    tab, _engine = paused(console, tmp_path / "site", qtbot, SOURCE)
    editor, tree = tab.presenter.current_editor(), tab.view.debug.variables
    assert editor is not None
    editor.setFocus()
    line_painted, tree_painted = Painted(editor.viewport()), Painted(tree.viewport())

    def shown(name: str) -> str:
        found = tree.findItems(name, Qt.MatchFlag.MatchRecursive)
        return found[0].text(1) if found else ""

    taken = []
    for line in range(4, 4 + STEPS):
        line_painted.wait_for(lambda line=line: editor.gutter._pointer[0] == line)
        tree_painted.wait_for(lambda line=line: shown("total") == str(sum(range(3, line))))
        began = time.perf_counter()
        QTest.keyClick(editor, Qt.Key.Key_F10)
        while not (line_painted.at and tree_painted.at):
            qapp.processEvents()
        taken.append(max(line_painted.at, tree_painted.at) - began)
        qtbot.waitUntil(console.window.is_settled)
    console.window.close()
    console.close()
    median = statistics.median(taken)
    print(f"\na step is painted after {median * 1000:.1f} ms, at most {max(taken) * 1000:.1f} ms")
    assert median <= LIMIT
