"""Ctrl+C at any moment of a command: quiet, 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.nightly import chance, nightly

MOMENTS = [0.05, 0.12, 0.2, 0.3, 0.45, 0.7, 1.0, 1.6]
"""Seconds after Python has begun to listen; in the last one every command is long at work."""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
@pytest.mark.parametrize("arguments", [["batch"], ["call", "slow"], ["check"]])
def test_interrupted_at_any_moment(site: Path, arguments: list[str]) -> None:
    name, *rest = arguments
    (site / "site/lua/functions/slow.lua").write_text("function call(request) while true do end end")
    seen: set[int] = set()
    drawn = chance(f"interrupted {name}").sample(MOMENTS[:-1], 2)
    for moment in nightly([*drawn, MOMENTS[-1]], MOMENTS):
        process = subprocess.Popen(
            [sys.executable, "-m", "goop_console", name, str(site), *rest],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _wait_for_python(process)
        time.sleep(moment)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        is_pythons_own = b"goop_console" not in said  # before our first line
        assert b"Traceback" not in said or is_pythons_own, said
        if process.returncode == 130 and not is_pythons_own:
            assert said == b""
        seen.add(process.returncode)
    assert 130 in seen or arguments == ["check"]
    assert seen <= {0, 1, 2, 130, -signal.SIGINT}, seen


def _wait_for_python(process: subprocess.Popen[bytes]) -> None:
    """Until Python listens to SIGINT, and a little longer, so that most moments are of our own code."""
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        caught = next((one for one in status.read_text().splitlines() if one.startswith("SigCgt:")), "S: 0")
        if int(caught.split()[1], 16) & 2:
            time.sleep(0.1)
            return
        time.sleep(0.01)


def test_nothing_is_imported_before_ctrl_c_is_quiet() -> None:
    """Modules that are made in Python take a while, in which Ctrl+C would show where."""
    look = "import sys; before = set(sys.modules); import goop_console.__main__; "
    look += "print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {
        "__future__",
        "_signal",
        "gc",
        "goop_console",
        "goop_console.__main__",
    }
