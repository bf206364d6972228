"""Writes of other programs are seen, told from our own, and none is missed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lua_engine import DataChanged, Engine, Event, KnownError, LogRecorded, StoreWaiting
from lua_engine.deadline import Deadline
from lua_engine.errors import ScriptError
from lua_engine.store.database import Database
from lua_engine.store.statements import Scope


def _unheard(*_: object, **__: object) -> None:
    """Nobody records these statements."""


class _Heard:
    def __init__(self, engine: Engine) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()
        engine.bus.subscribe(self._on_event)

    def _on_event(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def outside(self) -> int:
        return sum(isinstance(event, DataChanged) and event.origin == "outside" for event in self.events)

    def wait_for_outside(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.outside() >= count, 20)


@pytest.fixture
def goop2(site: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(site / "data.db", timeout=5, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def sign(connection: sqlite3.Connection, text: str = "hello") -> None:
    connection.execute("INSERT INTO guestbook (_owner, message) VALUES ('goop2', ?)", (text,))


def test_a_write_of_goop2_is_told_without_a_click(engine: Engine, goop2: sqlite3.Connection) -> None:
    heard = _Heard(engine)
    sign(goop2)
    assert heard.wait_for_outside(1)
    assert next(event for event in heard.events if isinstance(event, DataChanged)).tables == ()


def test_our_own_writes_are_not_told_as_foreign(engine: Engine) -> None:
    for number in range(20):
        assert engine.call("board", {"action": "add", "title": str(number)}, caller=engine.owner).ok
        engine.rooms.create(f"Room {number}")
    assert not engine._database.was_written_outside()


def test_new_peers_and_tables_of_goop2_are_known_at_once(engine: Engine, goop2: sqlite3.Connection) -> None:
    heard = _Heard(engine)
    engine.peers()
    goop2.execute("INSERT INTO _peer_cache (peer_id, content) VALUES ('newcomer', 'Nina')")
    goop2.execute("CREATE TABLE made_by_goop2 (_id INTEGER PRIMARY KEY, note TEXT)")
    assert heard.wait_for_outside(1)
    assert "Nina" in {peer.label for peer in engine.peers()}
    assert "made_by_goop2" in {table.name for table in engine.tables()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["ours", "script", "theirs", "look", "rollback"]), max_size=12))
def test_any_order_of_writes(site: Path, steps: list[str]) -> None:
    """``was_written_outside`` says yes exactly when somebody else has written since the last time."""
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    expected = False
    try:
        for step in [*steps, "look"]:
            if step == "ours":
                with database.system_write() as connection:
                    connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('us')")
            elif step == "script":
                with database.script_write(Scope(Deadline(5), _unheard, "call")) as writer:
                    writer.insert("INSERT INTO guestbook (_owner) VALUES (?)", ("script",))
            elif step == "rollback":
                with pytest.raises(ZeroDivisionError), database.system_write() as connection:
                    connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('nobody')")
                    raise ZeroDivisionError
            elif step == "theirs":
                sign(other)
                expected = True
            else:
                assert database.was_written_outside() is expected
                expected = False
    finally:
        other.close()
        database.close()


def test_a_write_between_our_commit_and_our_look_is_not_taken_for_ours(site: Path) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    outside, after = database._outside, database._outside.after

    def late(version: object, before: int) -> None:
        sign(other)  # commits right after ours, before anybody has looked
        after(version, before)  # type: ignore[arg-type]

    outside.after = late  # type: ignore[method-assign]
    try:
        with database.system_write() as connection:
            connection.exec_driver_sql("INSERT INTO guestbook (_owner) VALUES ('us')")
        assert database.was_written_outside()
        assert not database.was_written_outside()
    finally:
        other.close()
        database.close()


def test_waiting_is_told_and_its_end_too(engine: Engine, goop2: sqlite3.Connection) -> None:
    heard = _Heard(engine)
    goop2.execute("BEGIN IMMEDIATE")
    done = threading.Event()
    results = []

    def call() -> None:
        results.append(engine.call("board", {"action": "add", "title": "late"}, caller=engine.owner))
        done.set()

    threading.Thread(target=call).start()
    with heard._changed:
        assert heard._changed.wait_for(lambda: any(isinstance(event, StoreWaiting) for event in heard.events), 10)
    goop2.execute("COMMIT")
    assert done.wait(10)
    assert results[0].ok
    told = [event for event in heard.events if isinstance(event, StoreWaiting)]
    assert [event.waiting for event in told] == [True, False]
    assert "Goop2" in told[0].message


def test_busy_is_named_and_never_in_sqlites_words(engine: Engine, goop2: sqlite3.Connection) -> None:
    goop2.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(KnownError, match="Goop2") as told, engine._database.system_write(Deadline(0.3)):
            pass
        assert "locked" not in str(told.value)
        with pytest.raises(ScriptError, match="Goop2"), engine._database.script_write(Scope(Deadline(0.6), _unheard, "call")):
            pass
    finally:
        goop2.execute("ROLLBACK")


def test_an_idle_engine_keeps_no_lock(engine: Engine, goop2: sqlite3.Connection) -> None:
    engine.call("board", {"action": "add", "title": "x"}, caller=engine.owner)
    engine.call("board", {"action": "nonsense"}, caller=engine.owner)
    engine.rows("cards", limit=1)
    engine.tables()
    engine.peers()
    sign(goop2)
    busy, log, done = goop2.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, log, done) == (0, 0, 0), "a reader holds an old view"


def test_a_replaced_database_is_named(engine: Engine, site: Path) -> None:
    heard = _Heard(engine)
    (site / "copy.db").write_bytes((site / "data.db").read_bytes())
    (site / "copy.db").replace(site / "data.db")
    with heard._changed:
        assert heard._changed.wait_for(lambda: any(isinstance(event, LogRecorded) and "replaced" in event.line.message for event in heard.events), 20)
