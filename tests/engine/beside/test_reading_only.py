"""A site that is only looked at: not a byte of it changes, and nothing that is missing is needed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from lua_engine import DataChanged, Engine, Event, KnownError
from lua_engine.store.community.community_rows import CommunityRows
from lua_engine.store.community.peer_rows import PeerRows
from lua_engine.store.database import Database
from lua_engine.store.system_tables import metadata
from lua_engine.store.tables.catalog import TableCatalog
from tests.helpers.goop2 import write_goop2_folder


def digest(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file but the log's index, which every reader of SQLite writes its locks to and which holds no
    data.
    """
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "data.db-shm")
    return {
        str(path.relative_to(folder)): (sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in files
    }


def look_at_all(folder: Path) -> int:
    """Everything that a window asks for; answers how many cards there are."""
    with Engine.open(folder, read_only=True) as engine:
        engine.tables.infos()
        engine.peers.all()
        engine.groups.list()
        engine.rooms.rooms()
        engine.templates.installed()
        engine.calls.call("board", {"action": "list"}, caller=engine.owner)
        refused = engine.calls.call("board", {"action": "add", "title": "x"}, caller=engine.owner)
        assert refused.value in (None, [], {})
        return len(engine.tables.page("cards").rows)


def crashed(folder: Path, target: Path) -> Path:
    """``folder`` as a Goop2 that was killed leaves it: what it wrote last is in the log only."""
    writer = sqlite3.connect(folder / "data.db", isolation_level=None)
    writer.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'in the log')")
    shutil.copytree(folder, target)
    writer.close()
    return target


def test_a_site_that_goop2_has_closed(site: Path) -> None:
    before = digest(site)
    assert look_at_all(site) == 5
    assert digest(site) == before
    assert not (site / "data.db-shm").exists()


def test_a_site_that_a_killed_goop2_left(site: Path, tmp_path: Path) -> None:
    left = crashed(site, tmp_path / "left")
    before = digest(left)
    assert "data.db-wal" in before
    assert look_at_all(left) == 6, "what is in the log counts"
    assert digest(left) == before, "the log is not brought into the file"


def test_a_site_that_goop2_has_open(site: Path) -> None:
    writer = sqlite3.connect(site / "data.db", isolation_level=None)
    writer.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'new')")
    before = digest(site)
    assert look_at_all(site) == 6
    assert digest(site) == before
    writer.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'newer')")
    writer.close()


def test_goop2_that_comes_while_we_read(site: Path) -> None:
    """It finds the log's files that we had SQLite make, uses them, and keeps them."""
    heard: list[Event] = []
    with Engine.open(site, read_only=True, watch=False) as engine:
        engine.bus.subscribe(heard.append)
        writer = sqlite3.connect(site / "data.db", isolation_level=None)
        writer.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'new')")
        assert len(engine.tables.page("cards").rows) == 6
        assert engine._database.was_written_externally()
    assert not any(isinstance(event, DataChanged) for event in heard)
    writer.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'newer')")
    assert writer.execute("SELECT count(*) FROM cards").fetchone() == (7,)
    assert writer.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    writer.close()


def test_two_who_read(site: Path) -> None:
    before = digest(site)
    with Engine.open(site, read_only=True, watch=False) as first:
        assert look_at_all(site) == 5
        assert len(first.tables.page("cards").rows) == 5
    assert {name: what for name, what in digest(site).items() if name != "data.db-wal"} == before
    look_at_all(site)


def test_a_site_without_a_database(site: Path) -> None:
    (site / "data.db").unlink()
    before = digest(site)
    with Engine.open(site, read_only=True, watch=False) as engine:
        assert engine.tables.infos() == ()
        assert [peer.source for peer in engine.peers.all()] == ["owner"]
        assert list(engine.groups.list()) == []
        assert engine.templates.installed() is None
        made = sqlite3.connect(site / "data.db")
        made.execute("CREATE TABLE late (a)")
        made.close()
        assert engine._database.was_written_externally()
        with pytest.raises(KnownError, match="close the site and open it again"):
            engine.tables.infos()
    assert digest(site).keys() - before.keys() == {"data.db"}


@pytest.fixture
def poor(tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """``poor(ddl)``: a database that was made by that alone, open for reading only."""
    opened: list[Database] = []

    def make(ddl: str) -> Database:
        path = tmp_path / f"poor{len(opened)}.db"
        connection = sqlite3.connect(path)
        connection.executescript(ddl)
        connection.close()
        opened.append(Database(path, read_only=True))
        return opened[-1]

    yield make
    for database in opened:
        before = database.path.read_bytes()
        database.close()
        assert database.path.read_bytes() == before


@pytest.mark.parametrize("missing", sorted(metadata.tables))
def test_any_system_table_may_be_missing(
    poor: Callable[[str], Database], tmp_path: Path, missing: str
) -> None:
    Database(tmp_path / "whole.db").close()
    whole = sqlite3.connect(tmp_path / "whole.db")
    declared = whole.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    ddl = ";".join(sql for name, sql in declared if name != missing and not name.startswith("sqlite_"))
    whole.close()
    read_everything(poor(ddl))


def test_every_system_table_may_be_missing(poor: Callable[[str], Database]) -> None:
    database = poor("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)")
    read_everything(database)
    catalog = TableCatalog(database)
    assert [(info.name, info.kind, catalog.count(info.name)) for info in catalog.infos()] == [
        ("mine", "classic", 1)
    ], "what stands in is not shown"
    assert catalog.page("mine").rows == ((1,),)


def test_columns_may_be_missing(poor: Callable[[str], Database]) -> None:
    database = poor(
        "CREATE TABLE _groups (id TEXT PRIMARY KEY, name TEXT NOT NULL); "
        "INSERT INTO _groups VALUES ('b', 'Bees'), ('a', 'Ants');"
        "CREATE TABLE _peer_cache (peer_id TEXT PRIMARY KEY, content TEXT); "
        "INSERT INTO _peer_cache VALUES ('p', 'Pia');"
        "CREATE TABLE _tables (name TEXT PRIMARY KEY, schema TEXT); "
        "CREATE TABLE _group_members (group_id TEXT, peer_id TEXT);"
        "INSERT INTO _group_members VALUES ('a', 'p');"
    )
    read_everything(database)
    rows = CommunityRows(database)
    assert [(group.id, group.default_role, group.max_members) for group in rows.groups()] == [
        ("b", "viewer", 0),
        ("a", "viewer", 0),
    ]
    assert [(member.peer_id, member.role) for member in rows.members("a")] == [("p", "viewer")]
    assert PeerRows(database)("_peer_cache") == [("p", "Pia", "")]
    page = TableCatalog(database).page("_groups", order="name")
    assert page.columns == ("id", "name"), "the rows are shown as they are in the file"
    assert page.rows == (("a", "Ants"), ("b", "Bees"))
    assert {info.name: len(info.columns) for info in TableCatalog(database).infos()}["_groups"] == 2


def test_what_stood_in_steps_back_when_goop2_makes_the_table(poor: Callable[[str], Database]) -> None:
    database = poor("PRAGMA journal_mode = WAL; CREATE TABLE mine (a)")
    assert CommunityRows(database).groups() == []
    Database(database.path).close()
    goop2 = sqlite3.connect(database.path, isolation_level=None)
    goop2.execute("INSERT INTO _groups (id, name) VALUES ('g', 'Group')")
    assert [group.name for group in CommunityRows(database).groups()] == ["Group"]
    goop2.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    goop2.close()


def read_everything(database: Database) -> None:
    with database.system_read() as connection:
        for table in metadata.sorted_tables:
            connection.execute(select(table)).all()
    rows, catalog = CommunityRows(database), TableCatalog(database)
    rows.groups()
    rows.group("g")
    rows.members("g")
    rows.member_counts()
    rows.role("g", "p")
    rows.messages("g", 5)
    rows.meta("template_manifest")
    rows.descriptions()
    catalog.infos()
    catalog.get("mine")
    for name in ("_peer_cache", "_favorites"):
        PeerRows(database)(name)
    for info in catalog.infos():
        catalog.page(info.name)


# Somebody who may not write: root may always, so a process gives its rights up, after Python has loaded what
# it needs.
LOOK = """
import os, sys; from pathlib import Path
from lua_engine import Engine, KnownError
def look(folder, stay):
    with Engine.open(folder, read_only=True, watch=False) as engine:
        rows = engine.tables.page("cards").rows
        print(len(rows), len(engine.peers.all()), len(engine.groups.list()), flush=True)
        if stay:
            sys.stdin.readline()
            engine._database.was_written_externally()
            try: print(len(engine.tables.page("cards").rows), flush=True)
            except KnownError as error: print(error, flush=True)
look(Path(sys.argv[1]), False)
if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)
try: look(Path(sys.argv[2]), len(sys.argv) > 3)
except KnownError as error: print(error)
"""


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A site in a folder that somebody else may read and nobody but its owner write; ``tmp_path`` cannot be
    entered by others.
    """
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        site = base / "site"
        site.mkdir()
        write_goop2_folder(site).close()
        yield site
        site.chmod(0o755)


def look_as_somebody(site: Path, warm: Path, *, stay: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", LOOK, str(warm), str(site), *(["stay"] if stay else [])]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.skipif(os.name != "posix", reason="about the rights of POSIX")
class TestAFolderThatMayNotBeWritten:
    def test_a_closed_database_is_read(self, guarded: Path, site: Path) -> None:
        guarded.chmod(0o555)
        before = digest(guarded)
        told, _ = look_as_somebody(guarded, site).communicate(timeout=300)
        assert told.splitlines()[-1] == "5 3 1"
        assert digest(guarded) == before

    def test_one_that_goop2_has_open_is_read(self, guarded: Path, site: Path) -> None:
        goop2 = sqlite3.connect(guarded / "data.db", isolation_level=None)
        goop2.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'new')")
        guarded.chmod(0o555)
        told, _ = look_as_somebody(guarded, site).communicate(timeout=300)
        goop2.close()
        assert told.splitlines()[-1] == "6 3 1"

    def test_one_with_a_log_that_cannot_be_read_is_named(self, guarded: Path, site: Path) -> None:
        left = crashed(guarded, guarded.parent / "left")
        (left / "data.db-shm").unlink()
        left.chmod(0o555)
        told, _ = look_as_somebody(left, site).communicate(timeout=300)
        left.chmod(0o755)
        assert (
            "data.db: cannot be opened; check that the folder exists and may be written"
            in told.splitlines()[-1]
        )

    def test_one_that_goop2_begins_to_write_is_not_read_on(self, guarded: Path, site: Path) -> None:
        """It was opened as a file that nobody changes, so SQLite would not notice."""
        guarded.chmod(0o555)
        with look_as_somebody(guarded, site, stay=True) as reader:
            assert reader.stdin
            assert reader.stdout
            assert [reader.stdout.readline() for _ in range(2)] == ["5 3 1\n"] * 2
            guarded.chmod(0o755)
            goop2 = sqlite3.connect(guarded / "data.db", isolation_level=None)
            goop2.execute("INSERT INTO cards (_owner, title) VALUES ('o', 'new')")
            reader.stdin.write("\n")
            reader.stdin.flush()
            assert "replaced, removed or begun to write this file" in reader.stdout.readline()
            goop2.close()
