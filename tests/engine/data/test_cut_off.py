"""A long edit whose program is killed is taken back at the next start: all or nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Caller, Engine, LogQuery
from lua_engine.schema.model import parse_schema
from lua_engine.site.user_folder import user_state_folder
from lua_engine.store.changes.journal import EditJournals, TakenBack
from lua_engine.store.changes.undo import Recorder, UndoLog
from lua_engine.store.tables.edit import CellEdit, RowEditor
from tests.engine.data.conftest import CARDS, Ground
from tests.helpers.nightly import chance, nightly
from tests.helpers.page_site import make_page_site

ROWS = 2_000
EDITS = ("insert", "update", "delete", "undo")
MOMENTS = nightly(1, 60)
EDITOR = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.engine.data.test_cut_off import edit, with_journals
from tests.engine.data.conftest import Ground
ground = Ground(Path(sys.argv[1]))
editor, undo = with_journals(ground)
if sys.argv[3] == "undo":
    edit(editor, undo, "insert")
print("begins", flush=True)
edit(editor, undo, sys.argv[3])
print("over", flush=True)
sys.stdin.read()
"""


def with_journals(ground: Ground) -> tuple[RowEditor, UndoLog]:
    undo = UndoLog(ground.database, journals=EditJournals(ground.path.parent))
    return RowEditor(ground.database, ground.tables, undo), undo


def edit(editor: RowEditor, undo: UndoLog, kind: str) -> None:
    """Something of thousands of rows, in many transactions."""
    if kind == "insert":
        rows = ({"title": f"card {number}", "n": number} for number in range(ROWS))
        editor.insert("cards", rows, Caller("me"), "Imported cards.csv")
    elif kind == "update":
        editor.update("cards", [CellEdit(key, "title", f"new {key}") for key in range(1, ROWS + 1)])
    elif kind == "delete":
        editor.delete("cards", list(range(1, ROWS + 1)))
    else:
        undo.undo()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data.db with rows."""
    ground = Ground(tmp_path_factory.mktemp("filled") / "data.db")
    ground.tables.create_table(parse_schema(CARDS, "cards.json"))
    edit(ground.edit, ground.undo, "insert")
    ground.outside("PRAGMA wal_checkpoint(TRUNCATE)")
    ground.close()
    return ground.path


def content(ground: Ground) -> list[tuple[object, ...]]:
    return ground.outside("SELECT _id, title, n, slug, place, _owner FROM cards ORDER BY _id")


def recovered(ground: Ground) -> list[TakenBack]:
    told: list[TakenBack] = []
    EditJournals(ground.path.parent).take_back(ground.database, told.append, lambda: True)
    return told


@pytest.mark.parametrize("kind", EDITS)
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_killed_at_any_moment_it_is_all_or_nothing(
    filled: Path, tmp_path: Path, kind: str, moment: int
) -> None:
    path = Path(shutil.copy(filled, tmp_path / "data.db"))
    before = content(ground := Ground(path))
    process = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(path), str(Path(__file__).parents[3]), kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "XDG_STATE_HOME": os.environ.get("XDG_STATE_HOME", str(tmp_path / "state"))},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begins\n"
    if kind == "undo":  # what is to be undone is there
        before = content(ground)
        assert len(before) == 2 * ROWS
    time.sleep(chance(f"cut off {kind} {moment}").random() * 0.25)
    os.kill(process.pid, signal.SIGKILL)
    rest = process.stdout.read()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    told = recovered(ground)
    after = content(ground)
    if "over" in rest:
        assert told == []
        assert after != before
    else:  # between its last commit and its end it may be whole without a word
        assert after == before, f"{len(before)} rows before, {len(after)} after"
    assert all(one.left == 0 for one in told)
    assert EditJournals(path.parent).left_over() == ()
    assert recovered(ground) == []
    assert ground.outside("PRAGMA integrity_check") == [("ok",)]
    ground.close()


def cut_off(
    monkeypatch: pytest.MonkeyPatch, editor: RowEditor, column: str = "title", table: str = "cards"
) -> None:
    """An import of 1,600 rows whose program ends after two of its transactions."""

    def rows() -> Iterator[dict[str, object]]:
        for number in range(1_600):
            yield {column: f"row {number}"}
        raise KeyboardInterrupt

    def die(recorder: Recorder) -> None:
        assert recorder._journal is not None
        recorder._journal._file.close()  # as the system does it

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "give_up", die)
        with pytest.raises(KeyboardInterrupt):
            editor.insert(table, rows(), Caller("me"), "Imported x.csv")


def test_rows_that_somebody_changed_since_stay(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_off(monkeypatch, with_journals(ground)[0])
    assert ground.outside("SELECT count(*) FROM cards") == [(1_000,)]
    ground.outside("UPDATE cards SET title = 'mine now' WHERE _id = 7")
    ground.outside("INSERT INTO cards (title, _owner) VALUES ('somebody else''s', 'x')")
    (told,) = recovered(ground)
    assert (told.title, told.table, told.rows, told.left) == ("Imported x.csv", "cards", 999, 1)
    assert "changed since" in told.words
    assert ground.outside("SELECT title FROM cards ORDER BY _id") == [("mine now",), ("somebody else's",)]


@pytest.mark.parametrize("sql", ["DROP TABLE cards", "ALTER TABLE cards RENAME COLUMN title TO name"])
def test_a_table_that_is_another_by_now_stays_and_holds_nothing_up(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    cut_off(monkeypatch, with_journals(ground)[0])
    ground.outside(sql)
    (told,) = recovered(ground)
    assert (told.rows, told.left) == (0, 1_000)
    assert EditJournals(ground.path.parent).left_over() == ()


def test_a_key_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "state"))
    site = make_page_site(tmp_path / "site")
    with Engine.open(site, watch=False) as engine:
        cut_off(monkeypatch, engine.data.edit, "text", "opens")
    (user_state_folder() / "journal.key").write_bytes(b"short")
    with Engine.open(site, watch=False) as engine:
        engine.data.recovered()
        engine.log.flush()
        lines = engine.log.page(LogQuery(levels=("warn",)))
    assert any("could not be taken back yet" in one.message for one in lines)


def test_an_edit_that_is_under_way_elsewhere_is_left_alone(ground: Ground) -> None:
    journals = EditJournals(ground.path.parent)
    journal = journals.begin("Imported x.csv", "cards")
    assert journal is not None
    assert recovered(ground) == []
    assert len(journals.left_over()) == 1
    journal.end()
    assert journals.left_over() == ()


def test_a_newer_programs_journal_stays(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr("lua_engine.store.changes.journal._FORMAT", 2)
        cut_off(newer, with_journals(ground)[0])
    assert recovered(ground) == []
    assert len(EditJournals(ground.path.parent).left_over()) == 1
    assert ground.outside("SELECT count(*) FROM cards") == [(1_000,)]


def test_a_short_edit_needs_no_journal(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    journals = EditJournals(ground.path.parent)
    monkeypatch.setattr(journals, "begin", lambda *_: pytest.fail("a journal was begun"))
    undo = UndoLog(ground.database, journals=journals)
    editor = RowEditor(ground.database, ground.tables, undo)
    editor.insert("cards", [{"title": "a"}] * 500, Caller("me"))
    assert ground.outside("SELECT count(*) FROM cards") == [(500,)]


@pytest.mark.parametrize("damage", ["cut", "changed", "another user", "empty"])
def test_a_damaged_or_foreign_journal_changes_nothing(
    ground: Ground, damage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cut_off(monkeypatch, with_journals(ground)[0])
    (path,) = EditJournals(ground.path.parent).left_over()
    data = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(data[:-1])
    elif damage == "changed":
        data[60] ^= 1
        path.write_bytes(data)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
    recovered(ground)
    left = 500 if damage == "cut" else 1_000  # the record of the last transaction was cut: it stays
    assert ground.outside("SELECT count(*) FROM cards") == [(left,)]


def test_the_next_start_says_it_in_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_page_site(tmp_path / "site")
    with Engine.open(site, watch=False) as engine:
        cut_off(monkeypatch, engine.data.edit, "text", "opens")
        count = engine.data.count("opens")
    assert count is not None
    with Engine.open(site, watch=False, read_only=True) as engine:
        assert engine.data.count("opens") == count, "open for reading only: as it is"
    with Engine.open(site, watch=False) as engine:
        engine.data.recovered()
        assert engine.data.count("opens") == count - 1_000
    with Engine.open(site, watch=False, read_only=True) as engine:
        lines = engine.log.page(LogQuery())
    assert any("1,000 rows were taken back" in one.message for one in lines)
