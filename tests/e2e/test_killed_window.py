"""A console that is killed with text that nobody saved (found W10): the next one has it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lua_engine import Drafts

TYPE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from goop_console.widgets.code_editor import CodeEditor

def look():
    editors = [one for one in QApplication.allWidgets() if isinstance(one, CodeEditor)]
    ready = [one for one in editors if one.text() and not one.isReadOnly()]
    if ready:
        ready[0].insertPlainText("-- typed ")
        wait(ready[0])
    else:
        QTimer.singleShot(50, look)

def wait(editor):
    from lua_engine import Drafts
    from pathlib import Path
    if any(one.text == editor.text() for one in Drafts(Path(sys.argv[1])).all()):
        print("kept", flush=True)
    else:
        QTimer.singleShot(50, lambda: wait(editor))

import goop_console.main_window as module
before = module.MainWindow.show
def show(self):
    before(self)
    QTimer.singleShot(50, look)
module.MainWindow.show = show

from goop_console.cli import main
sys.exit(main(["open", sys.argv[1]]))
"""


def test_what_was_typed_survives_kill_9(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    site = tmp_path / "place"
    (site / "site/lua/functions").mkdir(parents=True)
    (site / "goop.json").write_text('{"lua": {"enabled": true}}')
    source = "function call() return 1 end\n"
    (site / "site/lua/functions/todo.lua").write_text(source)
    with subprocess.Popen(
        [sys.executable, "-c", TYPE, str(site)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        late = threading.Timer(120, process.kill)  # one that never types must not be waited for without end
        late.start()
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        process.kill()
        late.cancel()

    assert said == "kept"
    assert [(one.name, one.text) for one in Drafts(site).all()] == [("todo", "-- typed " + source)]
    assert (site / "site/lua/functions/todo.lua").read_text() == source
