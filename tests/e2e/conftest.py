"""The command line as a process, on sites that the tests write."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.small_site import make_site

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def console(tmp_path: Path) -> Run:
    """``console("call", site, ...)`` runs ``python -m goop_console``; its data folder is the test's own."""

    def run(
        *arguments: object, stdin: str | bytes = "", timeout: float = 300
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "XDG_DATA_HOME": str(tmp_path / "xdg"),
            "XDG_CONFIG_HOME": str(tmp_path / "xdg"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "goop_console", *map(str, arguments)],
            input=data,
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site: one command, two functions."""
    return make_site(tmp_path / "site folder")
