"""One console per site folder: who has it is said, and a holder that dies gives it back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lua_engine.errors import SiteError
from lua_engine.site.lock import SiteLock, SiteLocked

HOLD = """
import sys; from pathlib import Path; from lua_engine.site.lock import SiteLock
lock = SiteLock.acquire(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()
"""
RACE = """
import sys; from pathlib import Path; from lua_engine.site.lock import SiteLock, SiteLocked
print('ready', flush=True); sys.stdin.readline()
try: lock = SiteLock.acquire(Path(sys.argv[1])); print('won', flush=True)
except SiteLocked: print('lost', flush=True)
sys.stdin.read()
"""


def start(code: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def test_the_holder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / ".goop-console"
    with SiteLock.acquire(folder), pytest.raises(SiteLocked, match="already open in another Goop Console") as told:
        SiteLock.acquire(folder)
    assert told.value.pid == os.getpid()
    assert told.value.since > 0
    assert "open it for reading only" in str(told.value)
    SiteLock.acquire(folder).release()


def test_another_process_is_named_and_gives_back_when_killed(tmp_path: Path) -> None:
    folder = tmp_path / ".goop-console"
    holder = start(HOLD, folder)
    assert line(holder) == "held"
    with pytest.raises(SiteLocked) as told:
        SiteLock.acquire(folder)
    assert told.value.pid == holder.pid
    holder.send_signal(signal.SIGKILL)
    end(holder)
    SiteLock.acquire(folder).release()


def test_of_two_at_once_one_wins(tmp_path: Path) -> None:
    for round_ in range(3):
        racers = [start(RACE, tmp_path / str(round_)) for _ in range(3)]
        assert [line(one) for one in racers] == ["ready"] * 3
        for one in racers:
            assert one.stdin
            one.stdin.write("go\n")
            one.stdin.flush()
        assert sorted(line(one) for one in racers) == ["lost", "lost", "won"]
        for one in racers:
            end(one)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / ".goop-console").write_text("a file")
    with pytest.raises(SiteError, match="goop-console"):
        SiteLock.acquire(tmp_path / ".goop-console")


def test_release_twice_is_nothing(tmp_path: Path) -> None:
    lock = SiteLock.acquire(tmp_path / "c")
    lock.release()
    lock.release()
    assert not (tmp_path / "c/lock.json").exists()
