"""Edits, inserts, deletes and undos leave a table as a plain model says,
also while another program writes.
"""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lua_engine.base.caller import Caller
from lua_engine.base.errors import SchemaError, StoreError
from lua_engine.base.events import DataChanged
from lua_engine.store.changes.undo import UndoConflict
from lua_engine.store.connections import RawText
from lua_engine.store.tables.edit import CellEdit, EditConflict
from tests.engine.data.conftest import Ground

OWNER = Caller("me", "Me", "me@example.org")
CELLS = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.binary(max_size=8),
    st.just(RawText(b"\xff\xfe")),
)
TABLE = "SELECT rowid, a, b, c FROM plain ORDER BY rowid"


def snapshot(ground: Ground) -> list[tuple[Any, ...]]:
    with ground.database.system_read() as connection:
        return [tuple((type(one), one) for one in row) for row in connection.exec_driver_sql(TABLE)]


def test_an_edit_writes_exactly_the_touched_cell(ground: Ground) -> None:
    ground.outside(
        "INSERT INTO cards (_owner, title, n, _updated_at) VALUES ('x', 'one', 9007199254740993, 'then')"
    )
    entry = ground.edit.update("cards", [CellEdit(1, "title", "two", was="one")])
    assert entry is not None
    assert (entry.title, entry.rows, entry.table) == ("Edited title", 1, "cards")
    row = ground.outside("SELECT title, n, _owner, _updated_at FROM cards")[0]
    assert row[:3] == ("two", 9007199254740993, "x")
    assert row[3] != "then"
    event = ground.events[-1]
    assert isinstance(event, DataChanged)
    assert (event.tables, event.origin) == (("cards",), "window")
    assert {key: one.operation for key, one in event.keys["cards"].items()} == {1: "update"}
    ground.undo.undo()
    assert ground.outside("SELECT title, _updated_at FROM cards") == [("one", "then")]
    ground.undo.redo()
    assert ground.outside("SELECT title FROM cards") == [("two",)]


def test_values_are_checked_in_the_engines_words(ground: Ground) -> None:
    ground.outside("INSERT INTO cards (_owner, title) VALUES ('x', 'one')")
    for column, value, words in [
        ("title", None, 'column "title" is required'),
        ("n", "x", 'column "n" expects integer, got string'),
        ("state", "gone", 'column "state": value "gone" is not a valid enum option'),
        ("n", 2**63, "out of the range of 64-bit integers"),
        ("_id", 5, "kept by Goop2"),
    ]:
        with pytest.raises(SchemaError, match=words):
            ground.edit.update("cards", [CellEdit(1, "title", "never"), CellEdit(1, column, value)])
    with pytest.raises(SchemaError, match="generated"):
        ground.edit.update("sums", [CellEdit(1, "twice", 5)])
    with pytest.raises(SchemaError, match='unknown column "nope"'):
        ground.edit.insert("cards", [{"title": "a", "nope": 1}], OWNER)
    for table in ("seen", "_meta", "nowhere"):
        with pytest.raises(StoreError, match=r"cannot be edited|no table"):
            ground.edit.delete(table, [1])
    assert ground.outside("SELECT title FROM cards") == [("one",)]
    assert ground.undo.entries() == ()


def test_new_rows_get_what_goop_orm_gives_them(ground: Ground) -> None:
    ground.edit.insert("cards", [{"title": "a"}, {"title": "b", "state": "done", "_owner": "peer"}], OWNER)
    rows = ground.outside("SELECT _owner, _owner_email, title, state, place, length(slug) FROM cards")
    assert rows == [
        ("me", "me@example.org", "a", "open", 1, 36),
        ("peer", "me@example.org", "b", "done", 2, 36),
    ]
    ground.undo.undo()
    assert ground.outside("SELECT count(*) FROM cards") == [(0,)]


@pytest.mark.parametrize(
    "trigger", ["", "INSERT INTO cards (_owner, title, place) VALUES ('me', 'trigger', NEW.place + 1)"]
)
def test_many_new_rows_count_on_from_the_highest_whoever_adds_rows_too(ground: Ground, trigger: str) -> None:
    if trigger:
        ground.outside(
            f"CREATE TRIGGER more AFTER INSERT ON cards WHEN NEW.title = 'mine' BEGIN {trigger}; END"
        )
    ground.outside("INSERT INTO cards (_owner, title, place) VALUES ('me', 'first', 41)")
    rows = [{"title": "mine"}, {"title": "mine", "place": 100}, *[{"title": "mine"}] * 600]
    ground.edit.insert("cards", rows, Caller("me"))
    found = [
        number for (number,) in ground.outside("SELECT place FROM cards WHERE title = 'mine' ORDER BY _id")
    ]
    step = 2 if trigger else 1
    assert found[:2] == [42, 100]
    assert found[2:] == list(range(100 + step, 100 + step * 601, step))
    slugs = ground.outside("SELECT count(DISTINCT slug) FROM cards WHERE title = 'mine'")
    assert slugs == [(602,)]


def test_an_edit_that_fails_half_way_is_taken_back(ground: Ground) -> None:
    ground.outside("CREATE UNIQUE INDEX one_b ON plain (b)")
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        ground.edit.insert("plain", [{"b": number % 1500} for number in range(1600)], OWNER)
    assert ground.outside("SELECT count(*) FROM plain") == [(0,)]
    assert ground.undo.entries() == ()


def test_a_cell_that_changed_meanwhile_is_a_conflict(ground: Ground) -> None:
    ground.outside("INSERT INTO plain VALUES ('a', 1, 2)")
    with pytest.raises(EditConflict) as caught:
        ground.edit.update("plain", [CellEdit(1, "a", "mine", was="old")])
    assert (caught.value.now, caught.value.is_gone) == ("a", False)
    ground.edit.update("plain", [CellEdit(1, "a", "mine", was="a")])
    ground.outside("UPDATE plain SET c = 'theirs'")  # another column: no conflict
    ground.undo.undo()
    assert ground.outside("SELECT * FROM plain") == [("a", 1, "theirs")]
    ground.undo.redo()
    ground.outside("UPDATE plain SET a = 'theirs'")
    with pytest.raises(UndoConflict) as conflict:
        ground.undo.undo()
    one = conflict.value.conflicts[0]
    place = one.columns.index("a")
    assert one.expected is not None
    assert one.now is not None
    assert one.wanted is not None
    assert (one.expected[place], one.now[place], one.wanted[place]) == ("mine", "theirs", "a")
    assert ground.outside("SELECT a FROM plain") == [("theirs",)]
    ground.undo.undo(force=True)
    assert ground.outside("SELECT a FROM plain") == [("a",)]


def test_triggers_and_cascades_are_undone_too(ground: Ground) -> None:
    ground.outside("CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT)")
    ground.outside("CREATE TABLE kids (p INTEGER REFERENCES parents (id) ON DELETE CASCADE, t TEXT)")
    ground.outside("INSERT INTO parents VALUES (1, 'a'), (2, 'b')")
    ground.outside("INSERT INTO kids VALUES (1, 'x'), (1, 'y'), (2, 'z')")
    ground.edit.delete("parents", [1])
    assert ground.outside("SELECT t FROM kids") == [("z",)]
    ground.undo.undo()
    assert ground.outside("SELECT rowid, p, t FROM kids") == [(1, 1, "x"), (2, 1, "y"), (3, 2, "z")]
    assert ground.outside("SELECT * FROM parents") == [(1, "a"), (2, "b")]


def test_a_table_without_rowid(ground: Ground) -> None:
    ground.edit.insert("keyed", [{"k": "a", "j": 1, "v": b"\0"}, {"k": "b'", "j": 2, "v": None}], OWNER)
    ground.edit.update("keyed", [CellEdit(("b'", 2), "v", 5)])
    ground.edit.delete("keyed", [("a", 1)])
    assert ground.outside("SELECT * FROM keyed") == [("b'", 2, 5)]
    for _ in range(3):
        assert ground.undo.undo() is not None
    assert ground.outside("SELECT * FROM keyed") == []
    assert ground.undo.undo() is None
    for _ in range(3):
        ground.undo.redo()
    assert ground.outside("SELECT * FROM keyed") == [("b'", 2, 5)]


class EditsAndUndos(RuleBasedStateMachine):
    """``states`` are the table after each edit; undo goes back one, redo forward one. Another program writes
    rows of
    its own, which must never be touched.
    """

    ground: Ground

    @initialize()
    def start(self) -> None:
        self.ground.outside("DELETE FROM plain")
        self.ground.undo.close()
        self.ground.__init__(self.ground.path)  # type: ignore[misc]  # a new undo log over the same file
        self.states = [snapshot(self.ground)]
        self.place = 0
        self.others = 0

    def _did(self, entry: object) -> None:
        if entry is not None:
            self.states = [*self.states[: self.place + 1], snapshot(self.ground)]
            self.place += 1

    def _keys(self) -> list[int]:
        return [row[0][1] for row in self.states[self.place]]

    @rule(rows=st.lists(st.tuples(CELLS, st.integers(0, 5), CELLS), min_size=1, max_size=4))
    def paste(self, rows: list[tuple[Any, int, Any]]) -> None:
        named = [{"a": a, "b": b, "c": c} for a, b, c in rows]
        self._did(self.ground.edit.insert("plain", named, OWNER))

    @precondition(lambda self: self._keys())
    @rule(data=st.data(), value=CELLS, column=st.sampled_from(["a", "c"]))
    def change(self, data: st.DataObject, value: Any, column: str) -> None:
        keys = data.draw(st.lists(st.sampled_from(self._keys()), min_size=1, unique=True))
        entry = self.ground.edit.update("plain", [CellEdit(key, column, value) for key in keys])
        self._did(entry)

    @precondition(lambda self: self._keys())
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        keys = data.draw(st.lists(st.sampled_from(self._keys()), min_size=1, unique=True))
        self._did(self.ground.edit.delete("plain", keys))

    @rule()
    def undo(self) -> None:
        if self.ground.undo.undo() is not None:
            self.place -= 1

    @rule()
    def redo(self) -> None:
        if self.ground.undo.redo() is not None:
            self.place += 1

    @rule()
    def another_program_writes(self) -> None:
        self.others += 1
        self.ground.outside("INSERT INTO keyed VALUES ('other', ?, 1)", self.others)

    @invariant()
    def the_table_is_as_the_model_says(self) -> None:
        if hasattr(self, "states"):
            assert snapshot(self.ground) == self.states[self.place]


def test_edits_and_undos_against_a_model(ground: Ground) -> None:
    EditsAndUndos.ground = ground

    class Machine(EditsAndUndos):
        def teardown(self) -> None:
            self.ground.outside("DELETE FROM keyed")

    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
number = 0
print("ready", flush=True)
while not sys.stdin.isatty() and number < 100_000:
    number += 1
    connection.execute("INSERT INTO plain VALUES ('theirs', ?, ?)", (1_000 + number, number))
    if number % 20 == 0:
        print(number, flush=True)
        if sys.stdin.readline().strip() == "stop":
            break
print("done", number, flush=True)
"""


def test_edits_and_undos_while_a_second_process_writes(ground: Ground) -> None:
    """Each round the other process writes 20 rows while ours are edited, deleted and brought back."""
    ours = "SELECT a, b, c FROM plain WHERE b < 1000 ORDER BY b"
    ground.edit.insert("plain", [{"a": f"row {b}", "b": b, "c": None} for b in range(50)], OWNER)
    states = [ground.outside(ours)]
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(ground.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    picks = random.Random(5)
    with process:
        for turn in range(12):
            process.stdin.write("go\n")
            process.stdin.flush()
            keys = [row[0] for row in ground.outside("SELECT rowid FROM plain WHERE b < 1000")]
            some = picks.sample(keys, 5)
            if turn % 3 == 2:
                ground.edit.delete("plain", some)
            else:
                ground.edit.update("plain", [CellEdit(key, "c", f"turn {turn}") for key in some])
            states.append(ground.outside(ours))
            process.stdout.readline()
        for state in reversed(states[:-1]):
            assert ground.undo.undo() is not None
            assert ground.outside(ours) == state
        process.stdin.write("stop\n")
        process.stdin.close()
        written = int(process.stdout.read().split()[-1])
    assert ground.outside("SELECT count(*), min(c), max(c) FROM plain WHERE a = 'theirs'") == [
        (written, 1, written)
    ]
