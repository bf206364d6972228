"""One console per site folder: who has it is said, and a holder that dies gives it back."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lua_engine.base.errors import SiteError
from lua_engine.site import lock
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
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=300)


def test_the_holder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / ".goop-console"
    with (
        SiteLock.acquire(folder),
        pytest.raises(SiteLocked, match="already open in another Goop Console") as told,
    ):
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


@pytest.mark.parametrize(
    "told", ["", "[]", '{"pid": "x"}', '{"pid": 1, "since": 1e300}', '{"pid": 1, "since": null}', "\udcff"]
)
def test_a_holder_that_is_just_opening_is_still_a_holder(tmp_path: Path, told: str) -> None:
    with SiteLock.acquire(tmp_path / "c"):
        (tmp_path / "c/lock.json").write_bytes(told.encode("utf-8", "surrogateescape"))
        with pytest.raises(
            SiteLocked, match="already open in another Goop Console; close it there"
        ) as caught:
            SiteLock.acquire(tmp_path / "c")
        assert (caught.value.pid, caught.value.since) == (0, 0.0)


def test_the_day_is_said_unless_it_is_today(tmp_path: Path) -> None:
    with SiteLock.acquire(tmp_path / "c"):
        (tmp_path / "c/lock.json").write_text('{"pid": 12, "since": 86400}')
        with pytest.raises(SiteLocked, match=r"process 12, since 1970-01-0\d \d\d:\d\d\)"):
            SiteLock.acquire(tmp_path / "c")


def test_what_a_killed_holder_left_does_not_speak_for_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c/lock.json").write_text('{"pid": 1, "since": 1}')
    with SiteLock.acquire(tmp_path / "c"), pytest.raises(SiteLocked) as caught:
        SiteLock.acquire(tmp_path / "c")
    assert caught.value.pid == os.getpid()


def test_a_file_system_without_locks_is_not_taken_for_a_holder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_file: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(lock, "_take", refuse)
    with pytest.raises(SiteError, match=r"cannot lock files .* or open it for reading only"):
        SiteLock.acquire(tmp_path / "c")


def test_a_disk_that_is_full_gives_the_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise SiteError(f"{path}: cannot be written: No space left on device")

    monkeypatch.setattr(lock, "write_atomic", refuse)
    with pytest.raises(SiteError, match="No space left"):
        SiteLock.acquire(tmp_path / "c")
    monkeypatch.undo()
    SiteLock.acquire(tmp_path / "c").release()


def test_a_link_in_place_of_the_holders_name_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "c/lock.json").symlink_to(tmp_path / "precious")
    with SiteLock.acquire(tmp_path / "c"):
        assert (tmp_path / "precious").read_text() == "kept"
