"""The program as a process: it starts, ends cleanly, and keeps Lua's numbers as they are."""

from __future__ import annotations

import ast
import locale
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.helpers.nightly import chance, nightly

from .conftest import MakeSite

START = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from goop_console import app
import goop_console.main_window as main_window

site = Path(sys.argv[1]) if len(sys.argv) > 1 else None
started, shown = app.Console.start, main_window.MainWindow.show

def show(window):
    shown(window)
    print("engine" if "lua_engine.engine" in sys.modules else "window first", flush=True)

def start(console, path, **options):
    started(console, path, **options)
    timer = QTimer(console.window)
    def look():
        if (path is None or console.window.workspace is not None) and console.window.is_settled():
            timer.stop()
            SCRIPT
    timer.timeout.connect(look)
    timer.start(20)

app.Console.start, main_window.MainWindow.show = start, show
sys.exit(app.run(site))
"""


SIGNALS = [signal.SIGINT, signal.SIGTERM]


def run(script: str, home: Path, *arguments: str, number: int | None = None) -> tuple[int, str, str]:
    """Run the window in a process of its own; ``script`` runs once it is at rest."""
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONWARNINGS": "error",
    }
    environment |= {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", START.replace("SCRIPT", script), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    if number is not None:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
    out, errors = process.communicate(timeout=300)
    return process.returncode, first + out, errors


def complaints(errors: str) -> list[str]:
    """What was said on standard error, but for the off-screen platform's own."""
    return [line for line in errors.splitlines() if line and "propagateSizeHints" not in line]


def test_the_window_is_there_before_the_engine_and_goes_quietly(own_folders: Path) -> None:
    code, out, errors = run("console.window.close()", own_folders)
    assert (code, out, complaints(errors)) == (0, "window first\n", [])


def test_numbers_are_written_with_a_point_whatever_the_user_s_locale(app: QApplication) -> None:
    assert locale.setlocale(locale.LC_NUMERIC) == "C"
    assert locale.setlocale(locale.LC_COLLATE) == "C"
    assert not app.quitOnLastWindowClosed()


def test_a_site_is_opened_and_closed_and_numbers_stay_lua_s(own_folders: Path, make_site: MakeSite) -> None:
    site = make_site()
    (site / "site" / "lua" / "functions" / "half.lua").write_text(
        "function call() return {text = tostring(0.5), n = tonumber('1.5')} end"
    )
    script = (
        "engine = console.window.session.engine; "
        "print(engine.calls.call('half', caller=engine.owner).value, flush=True); console.window.close()"
    )
    code, out, errors = run(script, own_folders, str(site))
    assert (code, complaints(errors)) == (0, [])
    assert out.splitlines()[0] == "window first"
    assert ast.literal_eval(out.splitlines()[1]) == {"text": "0.5", "n": 1.5}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", nightly([chance("signal").choice(SIGNALS)], SIGNALS))
def test_a_signal_closes_the_window_as_its_button_does(
    own_folders: Path, make_site: MakeSite, number: int
) -> None:
    code, _, errors = run("print('ready', flush=True)", own_folders, str(make_site()), number=number)
    assert (code, complaints(errors)) == (0, [])
    assert (own_folders / "config" / "goop-console" / "settings.json").is_file()


def test_closing_while_a_site_is_being_opened_leaves_nothing_behind(
    own_folders: Path, make_site: MakeSite
) -> None:
    script = f"console.window.open_site(Path({str(make_site())!r})); console.window.close()"
    code, _, errors = run(script, own_folders)
    assert code == 0
    assert complaints(errors) == []


def test_a_call_under_way_does_not_hold_the_window(own_folders: Path, make_site: MakeSite) -> None:
    site = make_site(timeout_seconds=60)
    (site / "site" / "lua" / "functions" / "spin.lua").write_text("function call() while true do end end")
    script = (
        "import threading; engine = console.window.session.engine; "
        "spin = lambda: engine.calls.call('spin', caller=engine.owner); "
        "threading.Thread(target=spin, daemon=True).start(); "
        "QTimer.singleShot(200, console.window, console.window.close)"
    )
    code, _, errors = run(script, own_folders, str(site))
    assert (code, complaints(errors)) == (0, [])
