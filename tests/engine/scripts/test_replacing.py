"""A replacement in several scripts whose program is killed is taken back by the next start."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lua_engine import Engine, LogQuery, ScriptEdit, SiteError
from lua_engine.scripts import editing, replacing
from lua_engine.scripts.replacing import ReplacingJournal
from lua_engine.site.user_folder import journal_key

NAMES = ("a", "b", "c")
TITLE = "A replacement in several scripts was interrupted"


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    for name in NAMES:
        script(folder, name).write_text(f"-- é {name}\n", encoding="utf-8")
    return folder


def script(folder: Path, name: str) -> Path:
    return folder / "site/lua/functions" / f"{name}.lua"


def texts(folder: Path) -> list[str]:
    return [script(folder, name).read_text(encoding="utf-8") for name in NAMES]


OLD = [f"-- é {name}\n" for name in NAMES]
NEW = [f"-- new {name}\n" for name in NAMES]


def edits(engine: Engine) -> list[ScriptEdit]:
    infos = {one.name: one for one in engine.scripts.all()}
    return [ScriptEdit(infos[name], old, new) for name, old, new in zip(NAMES, OLD, NEW, strict=True)]


def killed_after(folder: Path, count: int) -> None:
    """Replace, and end before the write number ``count`` (from 0) of a script; with all written, before the
    journal goes.
    """
    real: Callable[[Path, bytes], None] = editing.write_atomic
    done = [0]

    def write(path: Path, data: bytes) -> None:
        if done[0] == count:
            raise Killed
        done[0] += 1
        real(path, data)

    def end(_journal: ReplacingJournal) -> None:
        raise Killed

    with Engine.open(folder, watch=False) as engine, pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "write_atomic", write)
        patch.setattr(ReplacingJournal, "end", end)
        with pytest.raises(Killed):
            engine.scripts.save_all(edits(engine))


def said(folder: Path, *, read_only: bool = False) -> list[str]:
    """What the next start says of it, the newest first."""
    with Engine.open(folder, watch=False, read_only=read_only) as engine:
        engine.log.flush()
        found = engine.log.page(LogQuery(levels=("warn",)))
        return [one.message for one in found if "replacement" in one.message]


@pytest.mark.parametrize("count", range(len(NAMES) + 1))
def test_wherever_it_is_killed_all_are_as_they_were(folder: Path, count: int) -> None:
    killed_after(folder, count)
    assert texts(folder) == NEW[:count] + OLD[count:]

    assert said(folder) == [f"{TITLE} and was taken back: every script has its old text"]
    assert texts(folder) == OLD
    assert len(said(folder)) == 1, "it is said once"


def test_a_script_that_was_changed_since_is_left_alone_and_named(folder: Path) -> None:
    killed_after(folder, 2)
    script(folder, "a").write_text("-- theirs\n")
    script(folder, "c").unlink()

    (words,) = said(folder)
    assert words.endswith(
        "but for scripts that were changed since: site/lua/functions/a.lua, site/lua/functions/c.lua"
    )
    assert script(folder, "a").read_text() == "-- theirs\n"
    assert script(folder, "b").read_text(encoding="utf-8") == OLD[1]


def test_who_only_reads_takes_nothing_back(folder: Path) -> None:
    killed_after(folder, 1)

    said(folder, read_only=True)
    assert texts(folder) == NEW[:1] + OLD[1:]


def test_what_cannot_be_written_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_after(folder, 2)

    def full(path: Path, data: bytes) -> None:
        raise SiteError(f"{path.name}: no space")

    with monkeypatch.context() as patch:
        patch.setattr(replacing, "write_atomic", full)
        assert said(folder)[0].endswith("the next start tries again: a.lua: no space; b.lua: no space")
    assert said(folder)[0].endswith("every script has its old text")
    assert texts(folder) == OLD


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "damaged"),
        (b'{"format": 2, "files": []}', "another version"),
        (b'{"format": 1}', "files is missing"),
        (b'{"format": 1, "files": [5]}', "no path"),
        (
            b'{"format": 1, "files": [{"path": "../x.lua", "before": "", "after": ""}]}',
            "no script of the site",
        ),
        (
            b'{"format": 1, "files": [{"path": "goop.json", "before": "", "after": ""}]}',
            "no script of the site",
        ),
    ],
)
def test_a_journal_that_cannot_be_used_is_said_and_stays(folder: Path, data: bytes, words: str) -> None:
    path = folder / ".goop-console/replacing.json"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(tagged(data))

    assert words in said(folder)[0]
    assert path.read_bytes() == tagged(data)
    assert texts(folder) == OLD


def tagged(data: bytes) -> bytes:
    """As this user's console would have written it."""
    try:
        tree = json.loads(data)
    except ValueError:
        return data
    key = journal_key(create=True)
    assert key is not None
    return json.dumps({**tree, "tag": replacing._tag(tree.get("files", []), key)}).encode()


def test_a_folder_that_was_moved_after_the_kill_is_mended(folder: Path, tmp_path: Path) -> None:
    killed_after(folder, 2)
    moved = tmp_path / "elsewhere" / "another name"
    moved.parent.mkdir()
    shutil.move(folder, moved)

    assert said(moved) == [f"{TITLE} and was taken back: every script has its old text"]
    assert texts(moved) == OLD
    assert not (moved / ".goop-console/replacing.json").exists()


def test_a_copy_of_the_folder_is_mended_too(folder: Path, tmp_path: Path) -> None:
    killed_after(folder, 2)
    shutil.copytree(folder, tmp_path / "copy")

    for one in (folder, tmp_path / "copy"):
        assert len(said(one)) == 1
        assert texts(one) == OLD


def test_a_journal_that_came_with_the_folder_is_only_said(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after(folder, 2)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "another user"))

    (words,) = said(folder)
    assert "made by another user or on another computer" in words
    assert texts(folder) == NEW[:2] + OLD[2:]


def test_the_journal_is_readable_by_this_user_alone(folder: Path) -> None:
    killed_after(folder, 1)

    assert (folder / ".goop-console/replacing.json").stat().st_mode & 0o077 == 0


def test_nothing_is_written_that_could_not_be_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "MAX_BYTES", 50)
    with Engine.open(folder, watch=False) as engine, pytest.raises(SiteError, match="choose fewer"):
        engine.scripts.save_all(edits(engine))
    assert texts(folder) == OLD


def test_a_program_that_is_really_killed(folder: Path) -> None:
    program = f"""
import os
from pathlib import Path
from lua_engine import Engine, ScriptEdit
from lua_engine.scripts import editing
real = editing.write_atomic
def write(path, data):
    if path.name == "c.lua":
        os._exit(9)
    real(path, data)
editing.write_atomic = write
engine = Engine.open(Path({str(folder)!r}), watch=False)
scripts = engine.scripts
scripts.save_all([ScriptEdit(one, scripts.source(one), "-- new\\n") for one in scripts.all()])
"""
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=120).returncode == 9
    assert texts(folder) == ["-- new\n", "-- new\n", OLD[2]]

    assert len(said(folder)) == 1
    assert texts(folder) == OLD
