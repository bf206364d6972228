"""A template folder is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lua_engine import TemplateError, read_template, write_template
from tests.helpers.small_template import template_files, write_files

FILES = template_files()


def everything_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_what_is_written_reads_the_same(tmp_path: Path) -> None:
    write_template(FILES, tmp_path / "new/deeper/notes")
    assert read_template(tmp_path / "new/deeper/notes") == read_template(
        write_files(tmp_path / "plain/notes", FILES)
    )
    assert os.listdir(tmp_path / "new/deeper") == ["notes"]


def test_it_is_a_folder_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    write_template(FILES, tmp_path / "notes")
    assert stat.S_IMODE((tmp_path / "notes").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "plain").stat().st_mode
    )


def test_an_empty_folder_is_filled_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    write_template(FILES, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert read_template(tmp_path / "real").name == "Notes"


@pytest.mark.parametrize("there", ["file", "full"])
def test_what_is_there_stays(tmp_path: Path, there: str) -> None:
    target = tmp_path / "notes"
    if there == "file":
        target.write_text("mine")
    else:
        write_files(target, {".hidden": b"mine"})
    before = everything_below(tmp_path)
    with pytest.raises(TemplateError, match="exists and is not empty"):
        write_template(FILES, target)
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/../../x", "a\\b", "", "nul"])
def test_nothing_is_written_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateError, match="refused"):
        write_template({**FILES, name: b"x"}, tmp_path / "in/notes")
    assert everything_below(tmp_path) == []


@pytest.mark.parametrize("nth", range(1, len(FILES) + 8))
def test_whenever_the_disk_fails_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    (tmp_path / "empty").mkdir()
    calls, sync = 0, os.fsync

    def failing(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise OSError(28, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    for target in (tmp_path / "new/parent/notes", tmp_path / "empty"):
        calls = 0
        with pytest.raises(TemplateError, match=r"cannot be written: No space left on device"):
            write_template(FILES, target)
        assert everything_below(tmp_path) == ["empty"]


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")  # not on Windows
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(TemplateError, match="File too large"):
            write_template({**FILES, "images/big.png": bytes(10_000)}, tmp_path / "notes")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert everything_below(tmp_path) == []


def test_somebody_else_is_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        write_files(Path(target), {"theirs.txt": b"theirs"})
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    with pytest.raises(TemplateError, match="cannot be written"):
        write_template(FILES, tmp_path / "notes")
    assert everything_below(tmp_path) == ["notes", "notes/theirs.txt"]
