"""The command line as a process, on sites that the tests write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def console(tmp_path: Path) -> Run:
    """``console("call", site, ...)`` runs ``python -m goop_console``; its data folder is the test's own."""

    def run(*arguments: object, stdin: str | bytes = "", timeout: float = 60) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "xdg"), "XDG_CONFIG_HOME": str(tmp_path / "xdg"), "QT_QPA_PLATFORM": "offscreen"}
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "goop_console", *map(str, arguments)],
            input=data,
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site: one command, two functions."""
    folder = tmp_path / "site folder"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text(json.dumps({"profile": {"label": "Mara"}, "lua": {"enabled": True}}))
    (folder / "site/lua/hello.lua").write_text('--- Says hello\n--- @rate_limit 3\nfunction handle(args) return "Hello, " .. args .. "!" end')
    (folder / "site/lua/functions/echo.lua").write_text(
        '--- Echoes\nfunction call(r)\n  goop.log.info("from", goop.peer.label)\n  if r.params.fail then error("asked to fail") end\n  return r.params\nend'
    )
    (folder / "site/lua/functions/slow.lua").write_text(
        "function call()\n  while true do end\nend\nfunction on_group_close(id) error('cannot ' .. id) end"
    )
    return folder


def answers(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The answers of a batch."""
    return [json.loads(line) for line in done.stdout.splitlines()]


def requests(*objects: Mapping[str, Any] | str) -> str:
    """Requests as lines; a text stands as it is."""
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in objects)
