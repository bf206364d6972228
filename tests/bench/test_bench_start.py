"""How long a start takes and what it weighs: the window beside a minimal one of PySide6, the demo, one call,
memory, and the parts of a bundle that was made.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from goop_console.demo import build_demo
from tests.bench.conftest import Compare

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.show()
app.processEvents()
"""
WINDOW = """
from goop_console.app import Console, make_application
app = make_application()
console = Console(app)
console.show()
"""
DEMO = (
    WINDOW
    + """
import sys, time
from pathlib import Path
window = console.window
began, usable, held = time.perf_counter(), None, 0
window.open_site(Path(sys.argv[1]))
while window.workspace is None or not window.is_settled():
    before = time.thread_time()
    app.processEvents()
    held = max(held, time.thread_time() - before)
    if usable is None and window.workspace is not None and window.workspace.current.is_settled():
        app.processEvents()  # painted
        usable = time.perf_counter() - began
    time.sleep(0.002)
memory = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
print(usable, time.perf_counter() - began, held, memory, flush=True)
"""
)
LEAVE = "\nimport os\nos._exit(0)\n"
ROUNDS = 7
CALL_SECONDS, DEMO_SECONDS, TURN_SECONDS, MEMORY_MB = 0.250, 1.0, 0.050, 140
MAX_BUNDLE_MB = 120


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    folders = {
        name: str(tmp_path / "home") for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    }
    # With it, every process would compile all that it imports: nobody who installed the program has that.
    given = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**given, **folders, "QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    build_demo(tmp_path / "demo")
    return tmp_path / "demo"


def run(environment: dict[str, str], *words: object) -> tuple[float, str]:
    """Seconds of a process of Python, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *map(str, words)], env=environment, check=True, capture_output=True, text=True
    )
    return time.perf_counter() - began, done.stdout


def test_the_window_beside_a_minimal_one(
    compare: Compare, benchmark: Any, environment: dict[str, str]
) -> None:
    compare(
        "start to the painted window / a minimal window of PySide6",
        lambda: run(environment, "-c", WINDOW + LEAVE),
        lambda: run(environment, "-c", MINIMAL + LEAVE),
        rounds=ROUNDS,
        wanted=2.0,
    )


def test_the_demo_and_its_memory(
    compare: Compare, benchmark: Any, environment: dict[str, str], demo: Path
) -> None:
    told: list[list[float]] = []

    def open_it() -> None:
        told.append([float(one) for one in run(environment, "-c", DEMO + LEAVE, demo)[1].split()])

    benchmark.pedantic(open_it, rounds=ROUNDS, iterations=1)
    usable, at_rest, held, kilobytes = (statistics.median(column) for column in zip(*told, strict=True))
    compare.note("demo open and usable after the window / 1 s", usable, DEMO_SECONDS, wanted=1.0)
    compare.note("every tab of the demo made and read / 1 s", at_rest, DEMO_SECONDS, wanted=0.0)
    compare.note("longest turn of the processor while it opens / 50 ms", held, TURN_SECONDS, wanted=1.0)
    compare.note(
        "megabytes with the demo open / 140 (shown as seconds)", kilobytes / 1000, MEMORY_MB, wanted=1.0
    )


def test_one_call(compare: Compare, benchmark: Any, environment: dict[str, str], demo: Path) -> None:
    words = ("-m", "goop_console", "call", demo, "tasks", "--action", "list")
    times = [run(environment, *words)[0] for _ in range(ROUNDS)]
    benchmark.pedantic(lambda: run(environment, *words), rounds=1, iterations=1)
    compare.note("goop-console call / 250 ms", statistics.median(times), CALL_SECONDS, wanted=1.0)


def test_the_bundle_s_size(compare: Compare, benchmark: Any) -> None:
    bundle = ROOT / "dist/goop-console"
    if not bundle.is_dir():
        pytest.skip("make bundle first: then its size is here")
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    benchmark.pedantic(lambda: None, rounds=1, iterations=1)
    for name, part in (
        ("all", ""),
        ("Qt", "PySide6/"),
        ("cryptography", "cryptography/"),
        ("the program", ""),
    ):
        if name == "the program":
            size = (bundle / "goop-console").stat().st_size
        else:
            size = sum(path.stat().st_size for path in files if part in path.as_posix())
        compare.note(
            f"megabytes of the bundle, {name} / 120 (shown as seconds)",
            size / 1e6,
            MAX_BUNDLE_MB,
            wanted=1.0 if name == "all" else 0.0,
        )
