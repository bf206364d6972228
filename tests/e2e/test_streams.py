"""Standard streams that are closed, full, or cannot say a character:
never a traceback, never a damaged site.
"""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest


def run(shell: str, site: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """``shell`` with ``$G`` for the command line and ``$S`` for the site."""
    names = {"G": f"{shlex.quote(sys.executable)} -m goop_console", "S": shlex.quote(str(site))}
    for name, value in names.items():
        shell = shell.replace(f"${name}", value)
    return subprocess.run(
        ["bash", "-c", shell], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("$G batch $S <&-", 0),
        ("$G call $S echo >&-", 0),
        ("$G call $S echo 2>&-", 0),
        ("$G call $S echo <&- >&- 2>&-", 0),
        ("$G call $S echo --params '{\"fail\": true}' <&- >&- 2>&-", 1),
        ("$G call $S echo --params nonsense <&- >&- 2>&-", 2),
    ],
)
def test_a_closed_stream(site: Path, shell: str, code: int) -> None:
    done = run(shell, site)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    if (site / "data.db").exists():
        connection = sqlite3.connect(site / "data.db")
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), (
            "nothing was printed into the database"
        )
        connection.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "shell",
    [
        "$G call $S echo >/dev/full",
        'echo \'{"op": "functions"}\' | $G batch $S >/dev/full',
        "$G check $S >/dev/full",
    ],
)
def test_a_full_disk(site: Path, shell: str) -> None:
    done = run(shell, site)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "goop-console: standard output: No space left on device"
    assert "Traceback" not in done.stderr


def test_a_terminal_that_knows_only_ascii(site: Path) -> None:
    params = {"text": "Grüße, 世界"}
    called = run(
        f"$G call $S echo --params {shlex.quote(json.dumps(params))}", site, PYTHONIOENCODING="ascii"
    )
    assert json.loads(called.stdout) == params
    assert run("$G chat $S '!hello Jörg'", site, PYTHONIOENCODING="ascii").stdout == "Hello, J\\xf6rg!\n"
    assert run("$G chat $S '!hello Jörg'", site, PYTHONIOENCODING="utf-8").stdout == "Hello, Jörg!\n"
