"""``--open``: each address goes to the browser; where there is none, that is said."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize("has_browser", [True, False])
def test_each_address_is_opened(page_site: Path, tmp_path: Path, has_browser: bool) -> None:
    site = Path(shutil.copytree(page_site, tmp_path / "site"))
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\n{"" if has_browser else "exit 1"}\necho "$1" >> "{opened}"\n')
    browser.chmod(0o755)
    command = [sys.executable, "-m", "goop_console", "preview", str(site), "--as", "owner", "--as", "Anna"]
    process = subprocess.Popen(
        [*command, "--open", "--json"],
        env={**os.environ, "BROWSER": f"{browser} %s", "PATH": "/usr/bin:/bin" if has_browser else ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    addresses = [one["address"] for one in json.loads(process.stdout.readline())["visitors"]]
    said = ""
    if has_browser:
        until = time.monotonic() + 60
        while not opened.exists() or opened.read_text().split() != addresses:
            assert time.monotonic() < until, opened.read_text() if opened.exists() else "nothing was opened"
            time.sleep(0.01)
    else:
        assert process.stderr is not None
        while "no browser could be opened" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(addresses) == 2
