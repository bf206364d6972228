from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lua_engine.base.errors import SiteError
from lua_engine.site.atomic import write_atomic


def test_it_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["file"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "real" / "file"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomic(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SiteError, match="file: cannot be written: No space left on device"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be written: No such file or directory"):
        write_atomic(tmp_path / "no" / "file", b"")


def test_exclusive_never_replaces(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomic(path, b"one", mode=0o600, exclusive=True)
    with pytest.raises(FileExistsError):
        write_atomic(path, b"two", exclusive=True)
    assert path.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["file"]
