"""Opening, one writer, other programs, closing."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import BugError, CallKilled, ErrorKind, ScriptError, StoreError
from lua_engine.base.events import DataChanged, Event
from lua_engine.store import system_tables
from lua_engine.store.connections import script_text
from lua_engine.store.database import Database
from lua_engine.store.script.statements import RowStream, Scope
from lua_engine.store.system_tables import META, metadata
from tests.engine.store.conftest import Recorded


def test_a_new_file_gets_goop2s_tables_and_settings(database: Database) -> None:
    outside = sqlite3.connect(database.path)
    names = {row[0] for row in outside.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert set(metadata.tables) <= names
    assert outside.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    outside.execute("INSERT INTO _tables (name, schema) VALUES ('a', 'b')")
    outside.execute("INSERT INTO _groups (id, name) VALUES ('g', 'n')")
    outside.execute("INSERT INTO _peer_cache (peer_id) VALUES ('p')")
    assert outside.execute("SELECT insert_policy, created_at IS NOT NULL FROM _tables").fetchone() == (
        "owner",
        1,
    )
    assert outside.execute("SELECT default_role, roles, max_members, volatile FROM _groups").fetchone() == (
        "viewer",
        "[]",
        0,
        0,
    )
    assert outside.execute("SELECT content, addrs, verified FROM _peer_cache").fetchone() == ("", "[]", 0)
    outside.execute("PRAGMA foreign_keys = ON")
    outside.close()


def test_closing_it_brings_the_log_home(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "data.db")):
        assert (tmp_path / "data.db-wal").stat().st_size
    assert not (tmp_path / "data.db-wal").exists()


def test_an_old_file_is_completed_and_otherwise_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "data.db"
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE _tables (name TEXT PRIMARY KEY, schema TEXT NOT NULL, created_at DATETIME);"
        "CREATE TABLE _favorites (peer_id TEXT PRIMARY KEY, extra TEXT);"
        "CREATE TABLE mine (a, b); INSERT INTO mine VALUES (1, 2);"
        "INSERT INTO _favorites VALUES ('p', 'kept'); INSERT INTO _tables VALUES ('mine', 'x', 'y');"
    )
    old.commit()
    Database(path).close()
    assert old.execute("SELECT extra, content, addrs, last_seen FROM _favorites").fetchone() == (
        "kept",
        "",
        "[]",
        None,
    )
    assert old.execute("SELECT name, insert_policy FROM _tables").fetchone() == ("mine", "owner")
    assert old.execute("SELECT * FROM mine").fetchall() == [(1, 2)]
    before = list(old.iterdump())
    Database(path).close()
    assert list(old.iterdump()) == before
    old.close()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"this is no database at all, just text", "is not an SQLite database"),
        (b"SQLite format 3\0" + b"\xff" * 200, "is not an SQLite database"),
    ],
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "data.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=words) as caught:
        Database(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Database(tmp_path / "missing" / "data.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be opened"):
        Database(tmp_path / "data.db")


def test_read_only(database: Database, scope: Scope) -> None:
    reader = Database(database.path, read_only=True)
    assert list(reader.script_rows(scope, "SELECT count(*) FROM _meta")) == [(0,)]
    with pytest.raises(StoreError, match="open for reading only"), reader.system_write():
        pass
    with pytest.raises(StoreError, match="open for reading only"), reader.script_write(scope):
        pass
    reader.close()


def test_system_writes_commit_announce_and_roll_back(database: Database, events: list[Event]) -> None:
    with database.system_write(origin="window") as connection:
        connection.execute(insert(META).values(key="a", value="1"))
    assert events == [DataChanged(("_meta",), "window")]

    def write(*keys: str, then: Exception | None = None) -> None:
        with database.system_write() as connection:
            for key in keys:
                connection.execute(insert(META).values(key=key, value="2"))
            if then is not None:
                raise then

    with pytest.raises(RuntimeError):
        write("b", then=RuntimeError())
    with pytest.raises(StoreError, match="UNIQUE constraint failed"):
        write("c", "a")
    with database.system_read() as connection:
        assert connection.execute(select(META.c.key)).scalars().all() == ["a"]
    assert len(events) == 1


def test_a_write_inside_a_write_is_a_bug(database: Database) -> None:
    with pytest.raises(BugError), database.system_write(), database.system_write():
        pass
    with database.system_write():
        pass


@pytest.mark.usefixtures("catalog")
def test_another_program_that_writes_is_waited_for(database: Database, recorded: Recorded) -> None:
    other = sqlite3.connect(database.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    release.start()
    with database.script_write(Scope(Deadline(30), recorded, "c")) as writer:
        writer.insert("INSERT INTO posts (_owner, title) VALUES ('a', 'b')", ())
    release.join()
    other.close()


@pytest.mark.usefixtures("catalog")
def test_another_program_that_does_not_stop_writing(database: Database, recorded: Recorded) -> None:
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    busy = Scope(Deadline(1), recorded, "c")
    with pytest.raises(ScriptError, match=r"is writing to data\.db"), database.script_write(busy):
        pass
    deadline = Deadline(5)
    threading.Timer(0.1, lambda: deadline.revoke(ErrorKind.CANCELLED)).start()
    with pytest.raises(CallKilled), database.script_write(Scope(deadline, recorded, "c")):
        pass
    assert list(database.script_rows(Scope(Deadline(5), recorded, "c"), "SELECT count(*) FROM posts")) == [
        (0,)
    ]
    other.execute("COMMIT")
    with database.script_write(Scope(Deadline(5), recorded, "c")):
        pass
    other.close()


@pytest.mark.usefixtures("catalog")
def test_waiting_for_another_call_ends_with_the_deadline(database: Database, recorded: Recorded) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with database.system_write():
            inside.set()
            leave.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    inside.wait(30)
    with pytest.raises(CallKilled) as caught, database.script_write(Scope(Deadline(0.2), recorded, "c")):
        pass
    with pytest.raises(CallKilled), database.system_write(Deadline(0.1)):
        pass
    leave.set()
    holder.join()
    assert caught.value.kind is ErrorKind.TIMEOUT


@pytest.mark.usefixtures("catalog")
def test_threads_lose_no_update(database: Database) -> None:
    recorded = Recorded()
    with database.script_write(Scope(Deadline(30), recorded, "c")) as writer:
        writer.insert("INSERT INTO posts (_owner, title, score) VALUES ('a', 'b', 0)", ())
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(100):
                scope = Scope(Deadline(30), Recorded(), "c")
                with database.script_write(scope) as writer:
                    writer.write("UPDATE posts SET score = score + 1 WHERE _id = ?", (1,))
                list(database.script_rows(scope, "SELECT * FROM posts"))
        except BaseException as error:  # noqa: BLE001  # reported below, in the test's thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(database.script_rows(Scope(Deadline(30), recorded, "c"), "SELECT score FROM posts")) == [
        (800,)
    ]


@pytest.mark.usefixtures("catalog")
def test_streams_hold_their_own_connection(database: Database, scope: Scope, recorded: Recorded) -> None:
    with database.script_write(scope) as writer:
        for n in range(10):
            writer.insert("INSERT INTO posts (_owner, title) VALUES ('a', ?)", (str(n),))
    recorded.statements.clear()
    first = database.script_rows(scope, "SELECT title FROM posts ORDER BY _id")
    second = database.script_rows(scope, "SELECT title FROM posts ORDER BY _id DESC")
    ones, others = iter(first), iter(second)
    pairs = [next(ones) + next(others) for _ in range(3)]
    assert pairs == [("0", "9"), ("1", "8"), ("2", "7")]
    first.close()
    first.close()
    assert list(first) == []
    assert len(list(others)) == 7
    assert [(statement[2], statement[3]) for statement in recorded.statements] == [(3, ""), (10, "")]


def test_close_ends_what_runs_and_every_thread(tmp_path: Path, recorded: Recorded) -> None:
    others = set(threading.enumerate())
    database = Database(tmp_path / "data.db")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    raised: list[BaseException] = []
    begun = threading.Event()

    def run() -> None:
        begun.set()
        try:
            list(database.script_rows(Scope(Deadline(30), recorded, "c"), endless))
        except CallKilled as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    begun.wait(30)
    database.close()
    thread.join()
    assert len(raised) == 1
    left = set(threading.enumerate()) - others
    assert not [one for one in left if one.name == "goop-sql-interrupter"]
    with pytest.raises(CallKilled):
        database.script_rows(Scope(Deadline(30), recorded, "c"), "SELECT 1")
    for use in (database.system_read, database.system_write):
        with pytest.raises(StoreError, match="is closed"), use():
            pass
    with pytest.raises(StoreError, match="is closed"):
        database.schema_version()


def test_no_column_of_the_contract_is_missing() -> None:
    tables = metadata.tables
    assert set(tables["_groups"].c.keys()) == {
        "id", "name", "owner", "group_type", "group_context", "max_members", "created_at", "host_joined",
        "volatile",
        "default_role", "roles",
    }  # fmt: skip
    assert (
        set(tables["_peer_cache"].c.keys())
        == set(tables["_favorites"].c.keys())
        >= {"peer_id", "content", "email", "public_key"}
    )
    assert set(tables["_chat_messages"].c.keys()) == {"id", "peer_id", "from_id", "content", "ts"}
    assert system_tables.ORM_SCHEMAS.c.keys() == ["table_name", "schema_json", "created_at"]


@pytest.mark.usefixtures("catalog")
def test_many_short_statements_end_with_the_deadline(database: Database, recorded: Recorded) -> None:
    deadline = Deadline(30)
    scope = Scope(deadline, recorded, "c")

    def write() -> None:
        with database.script_write(scope) as writer:
            for at in range(1_000_000):
                writer.insert("INSERT INTO posts (_owner, title) VALUES ('a', 'b')", ())
                if at == 100:
                    deadline.revoke(ErrorKind.TIMEOUT)

    with pytest.raises(CallKilled):
        write()
    assert list(database.script_rows(Scope(Deadline(30), recorded, "c"), "SELECT count(*) FROM posts")) == [
        (0,)
    ]


@pytest.mark.usefixtures("catalog")
def test_a_stream_that_is_dropped_gives_its_connection_back(
    database: Database, scope: Scope, recorded: Recorded
) -> None:
    for _ in range(50):
        next(iter(database.script_rows(scope, "SELECT 1 UNION SELECT 2")))
    assert len(recorded.statements) == 50


@pytest.mark.usefixtures("catalog")
def test_a_read_that_fails_half_way_gives_a_connection_back_that_reads_texts(
    database: Database, scope: Scope
) -> None:
    fails_later = "SELECT 'a' AS t UNION ALL SELECT json('not JSON')"
    streams = [database.script_rows(scope, fails_later) for _ in range(2)]
    given_back: list[object] = []
    for stream in streams:
        release = stream._release
        assert release is not None

        def look(stream: RowStream = stream, release: Callable[[], None] = release) -> None:
            given_back.append(stream._connection.raw.text_factory)
            release()

        stream._release = look
    with pytest.raises(ScriptError, match="malformed JSON"):
        streams[0].cells(100, 1_000)
    with pytest.raises(ScriptError, match="malformed JSON"):  # sqlite3 looks one row ahead
        streams[1].first(as_bytes=True)
    assert given_back == [script_text, script_text]


def test_plain_questions_see_one_view_and_say_what_is_wrong(database: Database) -> None:
    with database.plain_read() as raw:
        before = raw.execute("SELECT count(*) FROM _meta").fetchone()
        with database.system_write() as connection:
            connection.execute(insert(META).values(key="new", value="v"))
        assert raw.execute("SELECT count(*) FROM _meta").fetchone() == before
    with database.plain_read() as raw:
        assert raw.execute("SELECT value FROM _meta WHERE key = 'new'").fetchone() == ("v",)
    with pytest.raises(StoreError, match=r"no such table: absent"), database.plain_read() as raw:
        raw.execute("SELECT * FROM absent")
    with pytest.raises(StoreError, match=r"cannot be written"), database.plain_read() as raw:
        raw.execute("DELETE FROM _meta")
    database.close()
    with pytest.raises(StoreError, match=r"is closed"), database.plain_read():
        pass


def test_plain_questions_of_a_file_that_is_not_there_find_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "data.db", read_only=True)
    with database.plain_read() as raw:
        assert raw.execute("SELECT * FROM _peer_cache").fetchall() == []
    database.close()
    assert list(tmp_path.iterdir()) == []
