"""A full disk is called one, also where SQLite reports a plain fault of the disk."""

from __future__ import annotations

import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from lua_engine.store.failures import file_trouble, statement_message

Usage = namedtuple("Usage", "total used free")  # of the shape that shutil answers


def _failure(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_CANTOPEN]
)
def test_a_fault_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(1, 1, 0))
    path = tmp_path / "data.db"
    full = "cannot grow: the disk is full; free some space and try again"
    assert file_trouble(_failure(code), path) == f"{path}: {full}"
    assert statement_message(_failure(code), path) == f"data.db: {full}"


def test_a_fault_on_a_disk_with_room(tmp_path: Path) -> None:
    message = statement_message(_failure(sqlite3.SQLITE_IOERR), tmp_path / "data.db")
    assert message == "data.db: cannot be read or written: the disk reports an error"


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    message = statement_message(_failure(sqlite3.SQLITE_CANTOPEN), tmp_path / "gone" / "data.db")
    assert message == "data.db: cannot be opened; check that the folder exists and may be written"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.db"
    path.touch()
    monkeypatch.setattr("lua_engine.store.failures.os.access", lambda *_: False)  # tests may run as root
    message = statement_message(_failure(sqlite3.SQLITE_CANTOPEN), path)
    assert message == "data.db: cannot be opened; check the permissions of the file and its folder"
