"""A power cut in a long edit: what was not forced to the disk may be gone, and all or nothing still holds."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lua_engine import Caller
from lua_engine.schema.model import parse_schema
from lua_engine.store.changes.exact import exact_write
from lua_engine.store.changes.journal import EditJournals, TakenBack
from lua_engine.store.changes.undo import UndoLog
from lua_engine.store.tables.edit import CellEdit, RowEditor
from tests.engine.data.conftest import CARDS, Ground
from tests.helpers.nightly import nightly

ROWS = 220  # three transactions of a hundred
Content = list[tuple[object, ...]]


@dataclass(frozen=True)
class Cut:
    """What a power cut at one moment may leave: the database, and the journal (None: there is none)."""

    database: Path
    journal: bytes | None


class Disk:
    """Looks at each fsync what is on the disk for certain, and at each moment of an edit what a power cut
    might leave of it: all that was ever written to one file, and of the other what was forced there alone.
    """

    def __init__(self, ground: Ground, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._ground = ground
        self._folder = folder
        self._sync = os.fsync
        self._names = 0
        self.forced_database = self._copy()
        self.forced_journal: bytes | None = None
        self.cuts: list[Cut] = []
        self.order: list[str] = []
        monkeypatch.setattr(os, "fsync", self._on_sync)
        unlink = Path.unlink

        def on_unlink(path: Path, missing_ok: bool = False) -> None:
            if path.suffix == ".edit":
                self.look("unlink")
            unlink(path, missing_ok)

        monkeypatch.setattr(Path, "unlink", on_unlink)

    def _on_sync(self, descriptor: int) -> None:
        self._sync(descriptor)
        name = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        if name.suffix == ".edit":
            self.forced_journal = name.read_bytes()
            self.order.append("journal" if self.forced_journal else "journal is over")
        elif name.name == "data.db-wal":
            self.forced_database = self._copy()
            self.order.append("database")
        self.look("sync")

    def look(self, what: str) -> None:
        """A moment: the system may have written everything of the database and nothing more of the journal,
        or the other way round.
        """
        if what != "sync":
            self.order.append(what)
        found = list((self._ground.path.parent / ".goop-console/edits").glob("*.edit"))
        written = found[0].read_bytes() if found else None
        self.cuts.append(Cut(self._copy(), self.forced_journal))
        if (other := Cut(self.forced_database, written)) not in self.cuts:
            self.cuts.append(other)

    def _copy(self) -> Path:
        self._names += 1
        place = self._folder / str(self._names)
        place.mkdir(parents=True)
        for ending in ("", "-wal"):
            source = Path(f"{self._ground.path}{ending}")
            if source.exists():
                shutil.copy(source, place)
        return place


def content(ground: Ground) -> Content:
    return ground.outside("SELECT _id, title, n, slug, place, _owner FROM cards ORDER BY _id")


def edits(kind: str, editor: RowEditor, undo: UndoLog) -> Callable[[], object]:
    if kind == "insert":
        rows = [{"title": f"card {number}"} for number in range(ROWS)]
        return lambda: editor.insert("cards", rows, Caller("me"), "Imported cards.csv")
    if kind == "update":
        cells = [CellEdit(key, "title", f"new {key}") for key in range(1, ROWS + 1)]
        return lambda: editor.update("cards", cells)
    if kind == "delete":
        return lambda: editor.delete("cards", list(range(1, ROWS + 1)))
    return undo.undo


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks up which file was forced to the disk")
@pytest.mark.parametrize("kind", nightly(["insert", "undo"], ["insert", "update", "delete", "undo"]))
def test_a_power_cut_at_any_moment_is_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("lua_engine.store.tables.edit.MANY_ROWS", 100)
    home = tmp_path / "site"
    home.mkdir()
    ground = Ground(home / "data.db")
    ground.tables.create_table(parse_schema(CARDS, "cards.json"))
    undo = UndoLog(ground.database, journals=EditJournals(home))
    editor = RowEditor(ground.database, ground.tables, undo)
    edits("insert", editor, undo)()
    before = content(ground)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=0))  # a journal holds under its own name only
    disk = Disk(ground, tmp_path / "cuts", monkeypatch)

    def committed(*arguments: object, **options: object) -> object:
        return _looking(disk, exact_write(*arguments, **options))  # type: ignore[arg-type]  # as they came

    for module in ("store.tables.edit", "store.changes.undo"):
        monkeypatch.setattr(f"lua_engine.{module}.exact_write", committed)
    edits(kind, editor, undo)()
    after = content(ground)
    monkeypatch.undo()
    names = {path.name for path in (home / ".goop-console/edits").iterdir()}
    assert names == set()
    ground.close()

    commits = [at for at, one in enumerate(disk.order) if one == "commit"]
    assert len(commits) >= 3
    assert all(disk.order[at - 1] == "journal" for at in commits), "each is noted on the disk first"
    end = disk.order[commits[-1] + 1 :]
    assert end == ["database", "journal is over", "unlink"], "the edit is on the disk before its journal goes"
    outcomes = {
        _after_the_cut(cut, tmp_path / f"cut {at}", before, after) for at, cut in enumerate(disk.cuts)
    }
    assert outcomes == {"nothing", "all"}


def _looking(disk: Disk, write: object) -> object:
    class Looking:
        def __enter__(self) -> object:
            return write.__enter__()  # type: ignore[attr-defined]  # a context manager

        def __exit__(self, *error: object) -> object:
            left = write.__exit__(*error)  # type: ignore[attr-defined]  # the same
            disk.look("commit")
            return left

    return Looking()


NAME = "0" * 32 + ".edit"


def _after_the_cut(cut: Cut, home: Path, before: Content, after: Content) -> str:
    """What the next start makes of it."""
    shutil.copytree(cut.database, home)
    ground = Ground(home / "data.db")
    if cut.journal is not None:
        folder = home / ".goop-console/edits"
        folder.mkdir(parents=True)
        (folder / NAME).write_bytes(cut.journal)
    told: list[TakenBack] = []
    EditJournals(home).take_back(ground.database, told.append, lambda: True)
    found = content(ground)
    assert ground.outside("PRAGMA integrity_check") == [("ok",)]
    assert all(one.left == 0 for one in told)
    ground.close()
    assert found in (before, after), f"{len(before)} rows before, {len(after)} after, {len(found)} now"
    return "all" if found == after else "nothing"
