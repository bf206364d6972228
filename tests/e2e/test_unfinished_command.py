"""A folder with an unfinished change from elsewhere, on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.helpers.foreign_change import CHANGE_ID, half_installed, sha, write_change

Console = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    (folder / "site/lua/functions/f.lua").write_text("function call(request) return 1 end")
    return folder


def test_it_is_said_shown_and_undone(site: Path, console: Console) -> None:
    half_installed(site)
    called = console("call", str(site), "f")
    assert (called.returncode, called.stdout) == (0, "1\n")
    assert "an unfinished change from another machine: Install Holiday Pictures" in called.stderr
    assert f"--undo or --drop {CHANGE_ID}" in called.stderr
    assert console("check", str(site)).returncode == 1
    assert console("install", str(site), "todo").returncode == 2
    listed = console("unfinished", str(site))
    assert listed.returncode == 1
    assert "  replaced site/index.html\n  added site/css/new.css" in listed.stdout
    undone = console("unfinished", str(site), "--undo", CHANGE_ID)
    assert undone.returncode == 0, undone.stderr
    assert (site / "site/index.html").read_bytes() == b"<p>old</p>"
    assert console("check", str(site)).returncode == 0
    assert console("unfinished", str(site)).stdout == "no unfinished change\n"


def test_what_would_reach_outside_is_refused_and_dropped(site: Path, console: Console) -> None:
    (site.parent / "victim").write_bytes(b"precious")
    write_change(site, files=[{"path": "../victim", "before": None, "after": sha(b"precious")}])
    refused = console("unfinished", str(site), "--undo", CHANGE_ID)
    assert refused.returncode == 2
    assert "cannot be undone" in refused.stderr
    assert console("unfinished", str(site), "--drop", CHANGE_ID).returncode == 0
    assert (site.parent / "victim").read_bytes() == b"precious"
    assert console("unfinished", str(site), "--drop", CHANGE_ID).returncode == 2
