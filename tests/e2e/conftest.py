"""The command line on sites that the tests write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.dap_wire_client import SCRIPT, Client
from tests.helpers.command_line import Done, run, run_process
from tests.helpers.small_site import make_site

Run = Callable[..., Done]


@pytest.fixture
def own_folders(tmp_path: Path) -> dict[str, str]:
    """The environment of a person who never started the console."""
    return {"XDG_DATA_HOME": str(tmp_path / "xdg"), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}


@pytest.fixture
def console(own_folders: dict[str, str]) -> Run:
    """``console("call", site, ...)``, in this process; in ``make nightly`` each in its own."""
    return partial(run, environment=own_folders)


@pytest.fixture
def process(own_folders: dict[str, str]) -> Run:
    """``process("call", site, ...)`` runs ``python -m goop_console``: where the process is the point."""
    return partial(run_process, environment=own_folders)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site: one command, two functions."""
    return make_site(tmp_path / "site folder")


@pytest.fixture
def script(site: Path) -> Path:
    """A script to debug, beside one that fails."""
    path = site / "site/lua/functions/sums.lua"
    path.write_text(SCRIPT)
    path.with_name("fails.lua").write_text("function call()\n  local t\n  return t.x\nend\n")
    return path


@pytest.fixture
def client(site: Path, script: Path) -> Iterator[Client]:
    """Of the debug adapter of ``site``."""
    assert script.is_file()
    made = Client(site)
    yield made
    made.process.kill()
    made.process.wait()
    for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
        if stream is not None:
            stream.close()
