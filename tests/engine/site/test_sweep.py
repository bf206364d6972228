"""What a killed console left half-written goes at the next start, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lua_engine import Engine
from lua_engine.site import atomic
from lua_engine.site.atomic import sweep_temporaries

KILLED = """
import os, signal, sys
from pathlib import Path
from lua_engine.site import atomic
atomic._put_in_place = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
atomic.write_atomic(Path(sys.argv[1]), b"half")
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / ".goop-console").mkdir()
    (folder / "goop.json").write_text("{}")
    return folder


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
@pytest.mark.parametrize("name", ["goop.json", ".goop-console/peers.json", "site/lua/functions/f.lua"])
def test_of_a_killed_process(site: Path, name: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(site / name)], check=False)
    assert done.returncode == -9
    (left,) = (site / name).parent.glob(".*.tmp")
    with Engine.open(site, watch=False):
        assert not left.exists()


def test_what_is_not_surely_ours_stays(site: Path) -> None:
    mine, machine = f"{os.getpid():08x}", atomic._machine()
    dead = "7fffffff"
    outside = site.parent / "outside"
    outside.write_text("x")
    (site.parent / "folder").mkdir()
    theirs = site.parent / f"folder/.goop.json.{dead}{machine}01234567.tmp"
    theirs.write_text("x")
    (site / "elsewhere").symlink_to(site.parent / "folder")
    kept = [
        site / f".goop.json.{mine}{machine}01234567.tmp",  # a process that lives
        site / f".goop.json.{dead}{'0000' if machine != '0000' else '1111'}01234567.tmp",  # another machine
        site / ".goop.json.0123456789ab.tmp",  # an older build's, of just now
        site / f"goop.json.{dead}{machine}01234567.tmp",
        site / f".goop.json.{dead}{machine}0123456.tmp",
        site / f".goop.json.{dead}{machine}01234567.tmp.txt",
        site / "notes.tmp",
    ]
    for path in kept:
        path.write_text("x")
    link = site / f".link.{dead}{machine}01234567.tmp"
    link.symlink_to(outside)
    folder = site / f".folder.{dead}{machine}01234567.tmp"
    folder.mkdir()
    gone = [site / f".goop.json.{dead}{machine}01234567.tmp", site / ".old.0123456789ab.tmp"]
    for path in gone:
        path.write_text("x")
    os.utime(gone[1], (time.time() - 7_200,) * 2)
    assert sorted(sweep_temporaries(site, [site, site / "nowhere", site / "elsewhere"])) == sorted(gone)
    assert all(path.exists() for path in (*kept, folder, outside, theirs))
    assert link.is_symlink()
