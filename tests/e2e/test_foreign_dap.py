"""``goop-console dap SITE`` and a client that we did not write: the one that adapters for VS Code are tested
with, from npm. In ``make nightly`` only; what it needs goes to a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.dap_wire_client import SCRIPT
from tests.helpers.nightly import IS_NIGHTLY

PACKAGE = "@vscode/debugadapter-testsupport@1.68.0"
CLIENT = Path(__file__).with_name("foreign_dap_client.cjs")
PARTS = ["initialise", "breakpoint", "step", "stepBack", "evaluate", "setVariable", "disconnect"]
SERVE = """import sys
from goop_console.__main__ import main
sys.argv = ["goop-console", "dap", {site!r}]
sys.exit(main())
"""

pytestmark = [
    pytest.mark.skipif(not IS_NIGHTLY, reason="fetches a package: in make nightly"),
    pytest.mark.skipif(not shutil.which("node") or not shutil.which("npm"), reason="node or npm is not here"),
]


def fetch(folder: Path, environment: dict[str, str]) -> None:
    """Install the client in ``folder``; skips the test when it cannot be had."""
    folder.mkdir()
    (folder / "package.json").write_text('{"private": true}')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", PACKAGE]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not come back with {PACKAGE} in five minutes")
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        pytest.skip(f"npm could not fetch {PACKAGE}: {said[0]}")


def test_a_session_by_the_client_of_vs_code(site: Path, tmp_path: Path, own_folders: dict[str, str]) -> None:
    script = site / "site/lua/functions/sums.lua"
    script.write_text(SCRIPT)
    serve = tmp_path / "serve.py"
    serve.write_text(SERVE.format(site=str(site)))
    environment = {**os.environ, **own_folders, "npm_config_cache": str(tmp_path / "npm cache")}
    fetch(tmp_path / "client", environment)
    shutil.copy(CLIENT, tmp_path / "client")
    given = {"GOOP_PYTHON": sys.executable, "GOOP_ADAPTER": str(serve), "GOOP_SCRIPT": str(script)}

    done = subprocess.run(
        ["node", CLIENT.name],
        cwd=tmp_path / "client",
        env={**environment, **given},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.stdout.splitlines() == PARTS, done.stderr
    assert done.returncode == 0, done.stderr
