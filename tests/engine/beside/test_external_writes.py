"""Writes of other programs are seen, told from our own, and none is missed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import DataChanged, Engine, Event, KnownError, LogRecorded, StoreWaiting
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import ScriptError, StoreError
from lua_engine.store.database import Database
from lua_engine.store.external_writes import ExternalWatcher
from lua_engine.store.script.statements import Scope
from tests.engine.beside.conftest import unheard


class _Heard:
    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()
        engine.bus.subscribe(self._on_event)

    def _on_event(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def external(self) -> int:
        return sum(isinstance(event, DataChanged) and event.origin == "external" for event in self.events)

    def wait_for_outside(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.external() >= count, 20)


@pytest.fixture
def goop2(site: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(site / "data.db", timeout=5, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def sign(connection: sqlite3.Connection, text: str = "hello") -> None:
    connection.execute("INSERT INTO guestbook (_owner, message) VALUES ('goop2', ?)", (text,))


def write_and_fail(database: Database) -> None:
    with database.system_write() as connection:
        connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('nobody')")
        raise ZeroDivisionError


def test_a_write_of_goop2_is_told_without_a_click(engine: Engine, goop2: sqlite3.Connection) -> None:
    heard = _Heard(engine)
    sign(goop2)
    assert heard.wait_for_outside(1)
    assert next(event for event in heard.events if isinstance(event, DataChanged)).tables == ()


def test_our_own_writes_are_not_told_as_foreign(engine: Engine) -> None:
    for number in range(20):
        assert engine.calls.call("board", {"action": "add", "title": str(number)}, caller=engine.owner).ok
        engine.rooms.create(f"Room {number}")
    assert not engine._database.was_written_externally()


def test_new_peers_and_tables_of_goop2_are_known_at_once(engine: Engine, goop2: sqlite3.Connection) -> None:
    heard = _Heard(engine)
    engine.peers.all()
    goop2.execute("INSERT INTO _peer_cache (peer_id, content) VALUES ('newcomer', 'Nina')")
    goop2.execute("CREATE TABLE made_by_goop2 (_id INTEGER PRIMARY KEY, note TEXT)")
    assert heard.wait_for_outside(1)
    assert "Nina" in {peer.label for peer in engine.peers.all()}
    assert "made_by_goop2" in {table.name for table in engine.tables.infos()}


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sampled_from(["ours", "script", "theirs", "look", "rollback"]), max_size=12))
def test_any_order_of_writes(site: Path, steps: list[str]) -> None:
    """``was_written_externally`` says yes exactly when somebody else has written since the last time."""
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    expected = False
    try:
        for step in [*steps, "look"]:
            if step == "ours":
                with database.system_write() as connection:
                    connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('us')")
            elif step == "script":
                with database.script_write(Scope(Deadline(5), unheard, "call")) as writer:
                    writer.insert("INSERT INTO guestbook (_owner) VALUES (?)", ("script",))
            elif step == "rollback":
                with pytest.raises(ZeroDivisionError):
                    write_and_fail(database)
            elif step == "theirs":
                sign(other)
                expected = True
            else:
                assert database.was_written_externally() is expected
                expected = False
    finally:
        other.close()
        database.close()


def test_a_write_between_our_commit_and_our_look_is_not_taken_for_ours(site: Path) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    commit = database._external.commit

    def late(action: Callable[[], object], version: Callable[[], int], before: int) -> None:
        def both() -> None:
            action()
            sign(other)  # commits right after ours, before anybody has looked

        commit(both, version, before)

    database._external.commit = late  # type: ignore[method-assign]
    try:
        with database.system_write() as connection:
            connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('us')")
        assert database.was_written_externally()
        assert not database.was_written_externally()
    finally:
        other.close()
        database.close()


def test_a_write_between_two_of_one_script_is_not_taken_for_its_own(site: Path) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)

    def write() -> None:
        with database.script_write(Scope(Deadline(5), unheard, "call")) as writer:
            writer.insert("INSERT INTO guestbook (_owner) VALUES (?)", ("script",))

    try:
        write()
        write()  # nobody else has written: the monitor is not asked
        assert not database.was_written_externally()
        for by_us in (lambda: None, lambda: write_and_fail(database)):
            write()
            sign(other)
            with suppress(ZeroDivisionError):
                by_us()
            write()
            write()
            assert database.was_written_externally()
            assert not database.was_written_externally()
    finally:
        other.close()
        database.close()


def test_waiting_is_told_and_its_end_too(engine: Engine, goop2: sqlite3.Connection) -> None:
    heard = _Heard(engine)
    goop2.execute("BEGIN IMMEDIATE")
    done = threading.Event()
    results = []

    def call() -> None:
        results.append(engine.calls.call("board", {"action": "add", "title": "late"}, caller=engine.owner))
        done.set()

    threading.Thread(target=call).start()
    with heard._changed:
        assert heard._changed.wait_for(
            lambda: any(isinstance(event, StoreWaiting) for event in heard.events), 10
        )
    goop2.execute("COMMIT")
    assert done.wait(10)
    assert results[0].ok
    told = [event for event in heard.events if isinstance(event, StoreWaiting)]
    assert [event.waiting for event in told] == [True, False]
    assert "Goop2" in told[0].message


def test_busy_is_named_and_never_in_sqlites_words(engine: Engine, goop2: sqlite3.Connection) -> None:
    goop2.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(KnownError, match="Goop2") as told, engine._database.system_write(Deadline(1.0)):
            pass
        assert "locked" not in str(told.value)
        with (
            pytest.raises(ScriptError, match="Goop2"),
            engine._database.script_write(Scope(Deadline(1.0), unheard, "call")),
        ):
            pass
    finally:
        goop2.execute("ROLLBACK")


def test_a_replaced_database_is_named(engine: Engine, site: Path) -> None:
    heard = _Heard(engine)
    (site / "copy.db").write_bytes((site / "data.db").read_bytes())
    (site / "copy.db").replace(site / "data.db")
    with heard._changed:
        assert heard._changed.wait_for(
            lambda: any(
                isinstance(event, LogRecorded) and "replaced" in event.line.message for event in heard.events
            ),
            20,
        )
    with pytest.raises(KnownError, match="replaced, removed or begun to write this file; close the site"):
        engine.tables.infos()
    refused = engine.calls.call("board", {"action": "add", "title": "x"}, caller=engine.owner)
    assert not refused.ok


def test_nothing_is_written_where_nobody_will_find_it(site: Path) -> None:
    """A restored backup: a write is refused at once, not only when the next look has found out."""
    database = Database(site / "data.db")
    (site / "copy.db").write_bytes((site / "data.db").read_bytes())
    (site / "copy.db").replace(site / "data.db")
    try:
        with pytest.raises(KnownError, match="close the site and open it again"), database.system_write():
            pass
        with (
            pytest.raises(KnownError, match="close the site and open it again"),
            database.script_write(Scope(Deadline(5), unheard, "call")),
        ):
            pass
        for read in (
            lambda: database.script_rows(Scope(Deadline(5), unheard, "call"), "SELECT 1"),
            database.schema_version,
        ):
            with pytest.raises(KnownError, match="close the site and open it again"):
                read()
    finally:
        database.close()


def test_a_changed_schema_is_seen_without_a_change_of_tables(
    engine: Engine, goop2: sqlite3.Connection
) -> None:
    """Goop2 may change who may do what in ``_orm_schemas`` alone, which is no new version of the tables for
    SQLite.
    """
    assert engine._services.tables.get("cards").schema.access.delete == "owner"  # type: ignore[union-attr]
    goop2.execute(
        "UPDATE _orm_schemas SET schema_json = json_set(schema_json, '$.access.delete', "
        "'open') WHERE table_name = 'cards'"
    )
    assert engine._services.tables.get("cards").schema.access.delete == "open"  # type: ignore[union-attr]
    goop2.execute("ALTER TABLE cards ADD COLUMN added TEXT")
    assert "added" in engine._services.tables.get("cards").columns  # type: ignore[union-attr]


UPKEEP = [
    "PRAGMA wal_checkpoint(PASSIVE)",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "PRAGMA optimize",
]


@pytest.mark.parametrize("upkeep", UPKEEP)
def test_upkeep_of_the_file_hides_nothing(site: Path, upkeep: str) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    try:
        for _ in range(3):
            with database.system_write() as connection:
                connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('us')")
            other.execute(upkeep).fetchall()
            database.was_written_externally()
            sign(other)
            assert database.was_written_externally()
            assert not database.was_written_externally()
            assert list(database.script_rows(Scope(Deadline(5), unheard, "call"), "SELECT 1")) == [(1,)]
    finally:
        other.close()
        database.close()


def test_our_own_checkpoints_are_not_told_as_foreign(site: Path) -> None:
    database = Database(site / "data.db")
    try:
        for _ in range(30):  # SQLite brings the log into the file every thousand pages
            with database.system_write() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO guestbook (_owner, message) VALUES ('us', zeroblob(1000000))"
                )
            assert not database.was_written_externally()
    finally:
        database.close()


def test_what_is_committed_stays_committed_when_nobody_can_look(site: Path) -> None:
    """A look that fails after the commit is no reason to say that the write failed; it counts as foreign,
    rather than as nothing.
    """
    database = Database(site / "data.db")
    external = database._external

    def blind(action: Callable[[], object], _version: Callable[[], int], before: int) -> None:
        def fails() -> int:
            raise sqlite3.OperationalError("interrupted")

        commit(action, fails, before)

    commit = external.commit
    external.commit = blind  # type: ignore[method-assign]
    try:
        with database.system_write() as connection:
            connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('kept')")
        with database.script_write(Scope(Deadline(5), unheard, "call")) as writer:
            writer.insert("INSERT INTO guestbook (_owner) VALUES (?)", ("kept",))
        found = list(
            database.script_rows(
                Scope(Deadline(5), unheard, "call"), "SELECT count(*) FROM guestbook WHERE _owner = 'kept'"
            )
        )
        assert found == [(2,)]
        assert database.was_written_externally()
    finally:
        database.close()


def test_among_many_writes_of_ours_none_of_theirs_is_missed(site: Path) -> None:
    """Two threads of ours commit all the time, in both ways; the other commits now and then, at any moment of
    theirs.
    """
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", timeout=30, isolation_level=None)
    ending, troubles = threading.Event(), list[BaseException]()

    def write(*, as_script: bool) -> None:
        try:
            while not ending.is_set():
                if as_script:
                    with database.script_write(Scope(Deadline(60), unheard, "call")) as writer:
                        writer.insert("INSERT INTO guestbook (_owner) VALUES (?)", ("script",))
                else:
                    with database.system_write(Deadline(60)) as connection:
                        connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('us')")
        except BaseException as error:  # noqa: BLE001  # reported below, in the test's thread
            troubles.append(error)

    threads = [threading.Thread(target=write, kwargs={"as_script": as_script}) for as_script in (True, False)]
    try:
        for thread in threads:
            thread.start()
        for _ in range(100):
            assert not database.was_written_externally(), "ours are not theirs"
            sign(other)
            assert database.was_written_externally()
    finally:
        ending.set()
        for thread in threads:
            thread.join()
        other.close()
        database.close()
    assert troubles == []


def test_a_look_during_a_long_write_does_not_wait_for_it(site: Path) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    try:
        with database.system_write():
            assert not database.was_written_externally()
        sign(other)
        with database.script_write(Scope(Deadline(5), unheard, "call")):
            assert database.was_written_externally()
    finally:
        other.close()
        database.close()
    assert not database.was_written_externally(), "closed: nobody asks any more"


def test_the_watcher_ends_with_the_engine_and_survives_a_bad_disk(
    site: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lua_engine.store.external_writes.PERIOD", 0.01)
    looks, seen = (
        iter([StoreError("the disk reports an error"), StoreError("the disk reports an error"), None]),
        threading.Event(),
    )

    def look() -> bool:
        error = next(looks, None)
        if error is not None:
            raise error
        return True

    watcher = ExternalWatcher(site / "data.db", look, seen.set, lambda: None)
    watcher.start()
    assert seen.wait(30)
    watcher.stop()
    watcher.stop()
    assert caplog.text.count("cannot see what other programs write") == 1
    assert not [one for one in threading.enumerate() if one.name == "goop-external"]


def test_a_watcher_that_never_started_can_be_stopped(site: Path) -> None:
    ExternalWatcher(site / "data.db", lambda: False, lambda: None, lambda: None).stop()
