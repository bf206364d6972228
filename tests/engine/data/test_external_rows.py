"""What another program wrote to rows that nobody here had read is told exactly; ours never passes for it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import CellEdit, Engine
from lua_engine.base.events import DataChanged, EventBus
from lua_engine.data.external_changes import ExternalChanges
from lua_engine.store import external_rows
from lua_engine.store.changes import old_state
from lua_engine.store.changes.old_state import OldState
from lua_engine.store.changes.seen_rows import ExternalChange, SeenRows
from lua_engine.store.tables import comparison
from lua_engine.store.tables.comparison import Difference, comparable_tables, difference
from lua_engine.store.tables.reading import LongValue
from tests.engine.data.conftest import ground_of_cards
from tests.engine.data.test_external_writes import Site
from tests.helpers.nightly import nightly

Told = tuple[int, Any, Any]


class Compared:
    """A file of one table ``t``, and the state that is held of it."""

    def __init__(self, path: Path, ddl: str, *statements: str) -> None:
        self.raw = sqlite3.connect(path, isolation_level=None)
        self.raw.execute("PRAGMA journal_mode = WAL")
        self.raw.execute(ddl)
        self.run(*statements)
        self.state = OldState(path)
        self.state.begin_next()
        self.state.move_on()

    def run(self, *statements: str) -> None:
        for one in statements:
            self.raw.execute(one)

    def difference(self) -> Difference | None:
        self.state.begin_next()
        self.state.join_now()
        found = difference(self.state.connection, "t")
        self.state.move_on()
        return found

    def close(self) -> None:
        self.state.close()
        self.raw.close()


def test_added_changed_and_deleted_rows(tmp_path: Path) -> None:
    made = Compared(
        tmp_path / "a.db", "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, 'z')"
    )
    assert made.difference() == Difference(("a", "b"), {}, {})
    made.run(
        "UPDATE t SET b = 'X' WHERE a = 1", "DELETE FROM t WHERE a = 2", "INSERT INTO t VALUES (4, NULL)"
    )
    expected = Difference(("a", "b"), {1: (1, "x"), 2: (2, "y")}, {1: (1, "X"), 4: (4, None)})
    assert made.difference() == expected
    assert made.difference() == Difference(("a", "b"), {}, {}), "the next look begins there"
    made.run("INSERT INTO t (rowid, a) VALUES (2, 'between')")
    assert made.difference() == Difference(("a", "b"), {}, {2: ("between", None)})
    made.run("DELETE FROM t", "INSERT INTO t (rowid, a) VALUES (-5, 'below')")
    found = made.difference()
    assert found is not None
    assert (sorted(found.before), found.after) == ([1, 2, 3, 4], {-5: ("below", None)})
    made.close()


def test_values_differ_by_byte_and_type(tmp_path: Path) -> None:
    ddl = "CREATE TABLE t (a TEXT COLLATE NOCASE, b, big TEXT, twice AS (b * 2), kept AS (b) STORED)"
    made = Compared(
        tmp_path / "a.db", ddl, "INSERT INTO t VALUES ('Anna', 1, 'x')", "INSERT INTO t VALUES ('b', 5, 'y')"
    )
    made.run("UPDATE t SET a = 'anna', b = 1.0 WHERE rowid = 1")
    found = made.difference()
    assert found is not None
    assert repr(found.before[1]) == "('Anna', 1, 'x', 2, 1)"
    assert repr(found.after[1]) == "('anna', 1.0, 'x', 2.0, 1.0)"
    made.run("UPDATE t SET b = x'35', big = replace(hex(zeroblob(3000)), '0', 'é') WHERE rowid = 2")
    found = made.difference()
    assert found is not None
    assert found.before[2][1] == 5
    assert found.after[2][1:3] == (b"5", LongValue("é" * 2_000, 12_000))
    made.run("UPDATE t SET big = big || 'end' WHERE rowid = 2")
    assert made.difference() is not None
    made.close()


def test_names_columns_and_shapes_of_any_kind(tmp_path: Path) -> None:
    columns = ", ".join(f'"c ""{number}"' for number in range(300))
    made = Compared(
        tmp_path / "it's 100% #1.db", f"CREATE TABLE t ({columns})", "INSERT INTO t DEFAULT VALUES"
    )
    made.run('UPDATE t SET "c ""299" = 1')
    found = made.difference()
    assert found is not None
    assert (found.before[1][299], found.after[1][299]) == (None, 1)
    made.run("ALTER TABLE t ADD COLUMN more")
    assert made.difference() is None, "another shape"
    made.run("DROP TABLE t")
    assert made.difference() is None
    made.run("CREATE TABLE t (rowid, _rowid_, oid)", "CREATE TABLE u (k TEXT PRIMARY KEY) WITHOUT ROWID")
    assert made.difference() is None
    assert made.difference() is None, "no number of a row has a name"
    assert comparable_tables(made.state.connection) == ["t"]
    made.close()


def test_more_rows_than_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "MAX_ROWS", 5)
    fill = "INSERT INTO t SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9]')"
    made = Compared(tmp_path / "a.db", "CREATE TABLE t (a)", fill)
    made.run("UPDATE t SET a = -a", fill)
    found = made.difference()
    assert found is not None
    assert (len(found.before), len(found.after)) == (5, 10)
    made.close()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["update", "insert", "delete", "look"]),
        st.integers(1, 6),
        st.one_of(
            st.none(), st.text("aA\0é", max_size=2), st.integers(-1, 1), st.just(1.0), st.binary(max_size=2)
        ),
    ),
    max_size=20,
)


@settings(max_examples=nightly(15, 200), deadline=None)
@given(steps=STEPS)
def test_each_look_tells_exactly_what_differs(
    steps: list[Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = Compared(
        tmp_path_factory.mktemp("c") / "a.db", "CREATE TABLE t (v)", "INSERT INTO t VALUES (1), ('a')"
    )
    was: dict[int, str] = {1: "(1,)", 2: "('a',)"}
    for kind, key, value in [*steps, ("look", 0, None)]:
        if kind == "update":
            made.raw.execute("UPDATE t SET v = ? WHERE rowid = ?", (value, key))
        elif kind == "insert":
            made.raw.execute("INSERT OR REPLACE INTO t (rowid, v) VALUES (?, ?)", (key, value))
        elif kind == "delete":
            made.raw.execute("DELETE FROM t WHERE rowid = ?", (key,))
        else:
            now = {number: repr((one,)) for number, one in made.raw.execute("SELECT rowid, v FROM t")}
            found = made.difference()
            assert found is not None
            differing = {one for one in was.keys() | now.keys() if was.get(one) != now.get(one)}
            assert {one: repr(row) for one, row in found.before.items()} == {
                one: was[one] for one in differing if one in was
            }
            assert {one: repr(row) for one, row in found.after.items()} == {
                one: now[one] for one in differing if one in now
            }
            was = now
    made.close()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(external_rows, "PAUSE", 0.01)
    one = Site(tmp_path)
    one.engine.data.follow_others()
    one.engine.data._external.settle()
    yield one
    one.engine.close()


def test_a_row_that_nobody_read(site: Site) -> None:
    site.outside("UPDATE cards SET title = 'theirs', n = 5 WHERE _id = 1")
    newest, first = site.who(1).writes
    assert (newest.origin, newest.operation) == ("external", "update")
    assert newest.cells == (("title", "a", "theirs"), ("n", None, 5))
    assert first.operation == "insert"
    site.outside("DELETE FROM cards WHERE _id = 2")
    assert ("title", "b", None) in site.who(2).writes[0].cells
    site.outside("INSERT INTO cards (_id, _owner, title) VALUES (9, 'x', 'new')")
    assert site.who(9).writes[0].operation == "insert"


def test_it_is_told_without_an_event_when_it_is_asked_for(site: Site) -> None:
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    assert site.engine.data.who_wrote("cards", 1).writes[0].cells == (("title", "a", "theirs"),)


def test_what_was_read_is_told_once(site: Site) -> None:
    site.read()
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    site.read(1)
    assert len(site.who(1).writes) == 2
    site.outside("UPDATE cards SET title = 'again' WHERE _id = 1")
    assert [one.cells for one in site.who(1).writes[:2]] == [
        (("title", "theirs", "again"),),
        (("title", "a", "theirs"),),
    ]
    site.read()
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    assert [one.cells for one in site.who(1).writes[:1]] == [(("title", "again", "theirs"),)]
    assert len(site.who(1).writes) == 4


def test_a_row_that_we_wrote_too_is_not_told(site: Site) -> None:
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    site.call(op="update", id=1, title="ours")
    site.call(op="update", id=2, title="ours")
    for key in (1, 2):
        assert "external" not in {one.origin for one in site.who(key).writes}
    site.call(op="all")
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 2")
    assert site.who(2).writes[0].cells in ((), (("title", "ours", "theirs"),))


def test_edits_imports_and_undo_are_ours(site: Site) -> None:
    data = site.engine.data
    data.edit.update("cards", [CellEdit(2, "title", "mine")])
    data.edit.insert(
        "cards", ({"title": f"row {number}"} for number in range(1_200)), site.engine.owner, "rows"
    )
    data.undo.undo()
    data.undo.undo()
    site.call(op="copy")
    site.outside("CREATE TABLE other (a)")
    site.who(1)
    assert not site.engine.data._seen._changes


def test_calls_that_write_all_the_while_are_never_named(site: Site) -> None:
    over = threading.Event()

    def work(key: int) -> None:
        number = 0
        while not over.is_set():
            number += 1
            site.call(op="update", id=key, title=f"ours {number}")

    site.outside("INSERT INTO cards (_id, _owner, title) VALUES (50, 'x', '0')")
    assert site.who(50).writes[0].operation == "insert"
    threads = [threading.Thread(target=work, args=(key,)) for key in (1, 2)]
    for thread in threads:
        thread.start()
    for number in range(20):
        site.outside("UPDATE cards SET title = ? WHERE _id = 50", str(number + 1))
        site.who(50)
    over.set()
    for thread in threads:
        thread.join()
    assert {one.origin for key in (1, 2) for one in site.who(key).writes} & {"external"} == set()
    told = [one.cells for one in site.who(50).writes if one.operation == "update"]
    assert told == [(("title", str(number), str(number + 1)),) for number in reversed(range(20))]


def test_the_log_does_not_grow_for_ever(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """40 MB are written, in calls; SQLite's own bound is 4 MB, which a reader that stays would lift."""
    monkeypatch.setattr(old_state, "LONG_LOG", 2_000_000)
    monkeypatch.setattr(external_rows, "_HOME_SECONDS", 0.0)
    log = site.folder / "data.db-wal"
    others = site.engine.data._external._others
    assert others is not None
    for number in range(200):
        site.call(op="update", id=1, title=f"{number} " * 40_000)
        with others._changed:
            assert others._changed.wait_for(lambda: not (others._is_ours or others._is_working), 60)
    assert log.stat().st_size < 12_000_000


def test_a_table_that_takes_too_long_is_left_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.outside("CREATE TABLE slow (a, b AS (a || hex(zeroblob(100000))))")
    site.outside("INSERT INTO slow (a) SELECT value FROM json_each(json_array(1, 2, 3))")
    site.who(1)
    monkeypatch.setattr(external_rows, "SECONDS", 0.0)
    site.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    assert [one.origin for one in site.who(1).writes if one.origin == "external"] == []
    monkeypatch.undo()
    site.outside("UPDATE cards SET title = 'again' WHERE _id = 1")
    assert site.who(1).writes[0].cells == (("title", "theirs", "again"),)


def test_a_site_that_is_only_read_holds_nothing(tmp_path: Path) -> None:
    Site(tmp_path).engine.close()
    with Engine.open(tmp_path, read_only=True) as engine:
        assert engine.data.tables()
        assert engine.data._external._others is None


def test_who_opens_the_data_browser_does_not_wait_for_a_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the Qt thread that does: to hold the old state waits for those who write."""
    one = Site(tmp_path)
    monkeypatch.setattr(external_rows, "_SETTLE_SECONDS", 10_000.0)
    with one.engine._database.no_own_writes():
        one.engine.data.follow_others()
    one.engine.data._external.settle()
    one.outside("UPDATE cards SET title = 'theirs' WHERE _id = 1")
    assert one.who(1).writes[0].origin == "external"
    one.engine.close()


def test_a_watched_site_follows_all_rows(tmp_path: Path) -> None:
    Site(tmp_path).engine.close()
    with Engine.open(tmp_path) as engine:
        assert engine.data.who_wrote("cards", 2).writes[0].origin != "external"  # the data browser is in use
        with closing(sqlite3.connect(tmp_path / "data.db")) as connection, connection:
            connection.execute("UPDATE cards SET title = 'theirs' WHERE _id = 2")
        assert engine.data.who_wrote("cards", 2).writes[0].cells == (("title", "b", "theirs"),)
    assert not (tmp_path / "data.db-wal").exists(), "nobody has it open any more"


KINDS = st.lists(
    st.tuples(st.sampled_from(["ours", "outside", "told"]), st.integers(1, 4), st.text("ab", max_size=2)),
    max_size=15,
)


@settings(max_examples=nightly(10, 100), deadline=None)
@given(steps=KINDS)
def test_from_look_to_look_all_rows_are_told(
    steps: list[tuple[str, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    ground = ground_of_cards(tmp_path_factory.mktemp("ground") / "data.db")
    seen, bus = SeenRows(), EventBus()
    outside = ExternalChanges(bus, ground.database, seen)
    outside.follow_all_rows()
    outside.settle()
    was, now = dict.fromkeys(range(1, 5), ""), dict.fromkeys(range(1, 5), "")
    ours: set[int] = set()
    expected: list[Told] = []
    for kind, key, title in [*steps, ("told", 1, "")]:
        if kind == "ours":
            ours |= {key} if now[key] != title else set()
            ground.edit.update("cards", [CellEdit(key, "title", title)])
            now[key] = title
        elif kind == "outside":
            ground.outside("UPDATE cards SET title = ? WHERE _id = ?", title, key)
            now[key] = title
        else:
            bus.publish(DataChanged((), "external"))
            outside.settle()
            expected += [(one, was[one], now[one]) for one in now if now[one] != was[one] and one not in ours]
            was, ours = dict(now), set()
    told = [told_of(one) for key in now for one in seen.changes("cards", key)]
    assert sorted(told) == sorted(expected)
    outside.close()
    ground.close()


def told_of(change: ExternalChange) -> Told:
    assert change.before is not None
    assert change.after is not None
    place = change.columns.index("title")
    return change.key, change.before[place], change.after[place]
