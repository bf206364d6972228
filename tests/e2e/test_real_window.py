"""The program in a real window, under a virtual X server: it opens, shows the site, and a polite signal
closes it cleanly.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("Xvfb") is None, reason="needs Xvfb (packaging/system-packages.sh --test)"
)

WATCH = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import goop_console.main_window as module
site_name = Path(sys.argv[1]).name

def look():
    window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, module.MainWindow)), None)
    settled = window is not None and window.isVisible() and site_name in window.windowTitle()
    if settled:
        print("open", QApplication.platformName(), flush=True)
    else:
        QTimer.singleShot(50, look)

before = module.MainWindow.show
def show(self):
    before(self)
    QTimer.singleShot(50, look)
module.MainWindow.show = show

from goop_console.cli import main
sys.exit(main(["open", sys.argv[1]]))
"""


def test_the_window_opens_under_x_and_closes_on_a_signal(site: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "xcb",
    }
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            environment["DISPLAY"] = ":" + pipe.readline().strip()
        with subprocess.Popen(
            [sys.executable, "-c", WATCH, str(site)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            late = threading.Timer(
                60, process.kill
            )  # a window that never opens must not be waited for without end
            late.start()
            assert process.stdout.readline().split() == ["open", "xcb"]
            process.send_signal(signal.SIGTERM)
            until = time.monotonic() + 300
            while process.poll() is None and time.monotonic() < until:
                time.sleep(0.05)
            late.cancel()
            assert process.returncode == 0
            assert "Traceback" not in process.stderr.read()
    finally:
        server.terminate()
        server.wait()
