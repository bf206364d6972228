"""The wheel in an environment of its own, as somebody has it who installs it with pip: ``make nightly``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.nightly import nightly

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(nightly(short=True, long=False), reason="make nightly: it installs everything anew")
@pytest.mark.timeout(3_600)
def test_the_wheel_brings_its_resources_and_takes_the_tour(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(ROOT)], tmp_path)
    (wheel,) = tmp_path.glob("goop_console-*.whl")
    run([sys.executable, "-m", "venv", str(tmp_path / "env")], tmp_path)
    python = tmp_path / "env/bin/python"
    constraints = str(ROOT / "constraints.txt")
    run([str(python), *pip[1:], "install", "-q", "-c", constraints, str(wheel)], tmp_path)
    program = str(tmp_path / "env/bin/goop-console")
    assert "goop-console " in run([program, "--version"], tmp_path)
    run([program, "demo", "--screenshots", str(tmp_path / "pictures")], tmp_path)
    assert len(list((tmp_path / "pictures").glob("*.png"))) > 20


def run(command: list[str], home: Path) -> str:
    """Its standard output. Nothing of this checkout is on its path, and its settings are in ``home``."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "XDG_", "COV_"))}
    environment = {**kept, "XDG_CONFIG_HOME": str(home / "config"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, timeout=3_000, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout
