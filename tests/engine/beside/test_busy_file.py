"""A program that has data.db for itself is waited for, and then named, with how long; a person is told once,
however many wait.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind, ScriptError, StoreError
from lua_engine.base.events import EventBus, StoreWaiting
from lua_engine.store import connections
from lua_engine.store.changes.snapshot import copy_database
from lua_engine.store.connections import retry_busy
from lua_engine.store.database import Database
from lua_engine.store.failures import StillBusy, busy_message
from lua_engine.store.readers import Readers
from lua_engine.store.script.statements import Scope
from lua_engine.store.waiting import Waiting
from tests.engine.beside.conftest import unheard


@pytest.fixture
def alone(site: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has the file for itself: not even reading is possible."""
    connection = sqlite3.connect(site / "data.db", isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("INSERT INTO guestbook (_owner) VALUES ('goop2')")
    yield connection
    connection.close()


def busy() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error


class Gate:
    """An action that another program keeps from the file until somebody opens."""

    def __init__(self) -> None:
        self.is_open = threading.Event()

    def __call__(self) -> str:
        if not self.is_open.is_set():
            raise busy()
        return "done"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_taken_is_opened_when_it_is_free(
    site: Path, alone: sqlite3.Connection, read_only: bool
) -> None:
    bus, told = EventBus(), threading.Event()
    bus.subscribe(lambda event: told.set() if isinstance(event, StoreWaiting) else None)
    opened: list[Database] = []
    opener = threading.Thread(
        target=lambda: opened.append(Database(site / "data.db", read_only=read_only, bus=bus))
    )
    opener.start()
    assert told.wait(30)
    alone.close()
    opener.join(30)
    with opened[0].system_read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM guestbook").scalar_one() == 3
    opened[0].close()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.usefixtures("alone")
def test_a_file_that_stays_taken_is_named_at_opening(
    site: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    monkeypatch.setattr("lua_engine.store.database.SYSTEM_SECONDS", 0.6)
    with pytest.raises(
        StoreError,
        match=r"^Goop2 \(or another program\) is writing to data\.db \(waited 0\.\d s\); "
        r"try again in a moment$",
    ):
        Database(site / "data.db", read_only=read_only)
    monkeypatch.setattr("lua_engine.store.changes.snapshot._SECONDS", 0.6)
    with pytest.raises(StoreError, match="Goop2"):
        copy_database(site / "data.db", site / "copy.db")


def test_every_way_to_write_is_named(site: Path) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        for write, error in (
            (lambda: database.system_write(Deadline(0.4)), StoreError),
            (lambda: database.script_write(_scope(0.4)), ScriptError),
        ):
            with pytest.raises(error, match=r"is writing to data\.db \(waited 0\.\d s\)") as told, write():  # type: ignore[operator]
                pass
            assert "locked" not in str(told.value)
        assert list(database.script_rows(_scope(5), "SELECT count(*) FROM guestbook")) == [(2,)], (
            "readers do not wait for a writer"
        )
        assert not database.was_written_externally()
    finally:
        other.close()
        database.close()


def test_a_read_that_must_wait_is_waited_for_and_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recovery of the log keeps readers out: here every connection that is new finds the file taken."""
    database = Database(site / "data.db")
    with database.system_read():
        pass  # the first one imports SQLAlchemy, which takes more than the time below
    gate = Gate()
    really = connections.open_raw

    def taken(*args: object, **options: object) -> sqlite3.Connection:
        gate()
        return really(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(connections, "open_raw", taken)
    monkeypatch.setattr("lua_engine.store.database.open_raw", taken)
    monkeypatch.setattr("lua_engine.store.system_connections.open_raw", taken)
    try:
        with pytest.raises(StoreError, match=r"is writing to data\.db \(waited"):
            database.script_rows(_scope(0.4), "SELECT 1")
        database._own._engine.dispose()
        with (
            pytest.raises(StoreError, match=r"is writing to data\.db \(waited"),
            database.system_read(Deadline(0.4)),
        ):
            pass
        with (
            pytest.raises(StoreError, match=r"is writing to data\.db \(waited"),
            database.script_write(_scope(0.4)),
        ):
            pass
        gate.is_open.set()
        assert list(database.script_rows(_scope(5), "SELECT 1")) == [(1,)]
        with database.system_read() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1
    finally:
        database.close()


def test_a_person_is_told_once_however_many_wait() -> None:
    told: list[bool] = []
    first_told = threading.Event()

    def hear(event: StoreWaiting) -> None:
        told.append(event.waiting)
        first_told.set()

    waiting, gates = Waiting(hear), [Gate() for _ in range(4)]
    threads = [threading.Thread(target=waiting.until_free, args=(gate, Deadline(60))) for gate in gates]
    for thread in threads:
        thread.start()
    assert first_told.wait(30)
    for gate, thread in zip(gates, threads, strict=True):
        gate.is_open.set()
        thread.join(30)
    assert told[0] is True
    assert told[-1] is False
    assert len(told) == 2 or told == [True, False] * (len(told) // 2), "never twice the same"


def test_nobody_is_told_of_a_short_wait() -> None:
    told: list[StoreWaiting] = []
    tries = iter([busy(), busy(), None])

    def action() -> str:
        error = next(tries)
        if error is not None:
            raise error
        return "done"

    assert Waiting(told.append).until_free(action, Deadline(60)) == "done"
    assert told == []


def test_the_end_of_the_waiting_is_told_when_it_was_in_vain() -> None:
    told: list[bool] = []
    with pytest.raises(StillBusy) as caught:
        Waiting(lambda event: told.append(event.waiting)).until_free(Gate(), Deadline(0.9))
    assert told == [True, False]
    assert caught.value.waited >= 0.5


def test_what_is_not_busy_is_not_tried_again() -> None:
    tries: list[int] = []

    def action() -> None:
        tries.append(1)
        raise sqlite3.OperationalError("no such table: x")

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        retry_busy(action, Deadline(60))
    assert tries == [1]


@pytest.mark.parametrize(
    ("waited", "words"),
    [(0.0, "data.db;"), (0.75, "(waited 0.8 s);"), (10.02, "(waited 10 s);"), (9.74, "(waited 9.7 s);")],
)
def test_how_long_is_said_shortly(waited: float, words: str) -> None:
    assert words in busy_message(StillBusy(waited), Path("/site/data.db"))


def test_goop2_is_not_blamed_for_the_consoles_own_files() -> None:
    told = busy_message(StillBusy(5.0), Path("/site/.goop-console/history.db"))
    assert told == "another program is writing to history.db (waited 5 s); try again in a moment"


def test_a_cancelled_call_does_not_go_on_waiting(site: Path) -> None:
    database = Database(site / "data.db")
    other = sqlite3.connect(site / "data.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    deadline = Deadline(60)
    threading.Timer(0.1, lambda: deadline.revoke(ErrorKind.CANCELLED)).start()
    try:
        with pytest.raises(CallKilled) as caught, database.script_write(Scope(deadline, unheard, "call")):
            pass
        assert caught.value.kind is ErrorKind.CANCELLED
    finally:
        other.close()
        database.close()


def test_a_lease_that_could_not_be_made_is_not_waited_for() -> None:
    def fail() -> connections.ScriptConnection:
        raise busy()

    readers, interrupts = Readers(fail), 0

    def interrupt() -> None:
        nonlocal interrupts
        interrupts += 1

    with pytest.raises(sqlite3.OperationalError):
        readers.lease()
    readers.close(interrupt)
    assert interrupts == 0
    with pytest.raises(CallKilled):
        readers.lease()


def _scope(seconds: float) -> Scope:
    return Scope(Deadline(seconds), unheard, "call")
