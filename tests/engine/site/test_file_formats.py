"""A file of the console that a newer version wrote is refused with words and stays as it is."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Breakpoint, Engine, KnownError, Peer, Request, SavedCall, read_template
from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.site.user_folder import journal_key
from lua_engine.templates.journal_record import decode
from tests.helpers.small_site import make_site
from tests.helpers.small_template import template_files, write_files

ROOT = Path(__file__).resolve().parents[3]
NEWER = (
    r"written by a newer Goop Console \(format 99, this one knows \d+\); use that one, or move the file away"
)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """With a file of each kind, as this version writes them."""
    folder = make_site(tmp_path / "site")
    with Engine.open(folder, watch=False) as engine:
        engine.templates.install(read_template(write_files(tmp_path / "notes", template_files())))
    return folder


def make_newer(path: Path, key: str = "format", **content: object) -> bytes:
    tree: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    data = json.dumps({**tree, **content, key: 99}).encode()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return data


def test_newer_test_peers(site: Path) -> None:
    path = site / ".goop-console/peers.json"
    data = make_newer(path)
    with pytest.raises(KnownError, match=rf"peers\.json: was {NEWER}"):
        Engine.open(site, watch=False)
    assert path.read_bytes() == data


def test_a_newer_record_of_the_template_s_files(site: Path, tmp_path: Path) -> None:
    path = site / ".goop-console/template.json"
    data = make_newer(path)
    with Engine.open(site, watch=False) as engine:
        with pytest.raises(KnownError, match=rf"template\.json: was {NEWER}"):
            engine.templates.install(read_template(tmp_path / "notes"))
        assert path.read_bytes() == data


def test_a_newer_journal_of_a_change(site: Path) -> None:
    path = next((site / ".goop-console/backups").glob("*/journal.json"))
    data = make_newer(path)
    with (
        Engine.open(site, watch=False) as engine,
        pytest.raises(KnownError, match=f"journal.json: was {NEWER}"),
    ):
        engine.templates.restore()
    assert path.read_bytes() == data


def test_a_journal_of_format_2_is_read(site: Path) -> None:
    """With its own tag, over the names that it had."""
    path = next((site / ".goop-console/backups").glob("*/journal.json"))
    key = journal_key(create=False)
    assert key is not None
    record, _ = decode(path.read_bytes(), key)
    tree = json.loads(path.read_bytes())
    del tree["tag"]
    tree |= {"format": 2, "made_at": tree.pop("created_at")}
    text = json.dumps(tree, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    tag = hmac.new(key, b"goop-console journal\0" + text.encode(), hashlib.sha256).hexdigest()
    path.write_text(json.dumps({**tree, "tag": tag}))
    assert decode(path.read_bytes(), key) == (record, True)
    with Engine.open(site, watch=False) as engine:
        (backup,) = engine.templates.backups()
        assert backup.created_at == record.created_at
        engine.templates.restore()
    assert not (site / "site/index.html").exists()


def test_a_newer_history(site: Path) -> None:
    path = site / ".goop-console/history.db"
    with Engine.open(site, watch=False):
        pass
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    refused = pytest.raises(KnownError, match="was written by a newer Goop Console")
    with Engine.open(site, watch=False) as engine, refused:
        engine.history.count()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


def test_a_newer_record_of_who_wrote_which_row(site: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = site / ".goop-console/writes.db"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with Engine.open(site, watch=False) as engine:
        refused = pytest.raises(KnownError, match="was written by a newer Goop Console")
        assert engine.calls.run(
            Request.call("seed", {}), engine.owner
        ).ok  # the rows are written all the same
        with refused:
            engine.data.writes.of_row("notes", 1)
    assert "who wrote which row is not kept" in caplog.text
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


@pytest.mark.parametrize("tree", [{}, {"format": 1}, {"format": 2}])
def test_older_formats_are_read(tree: dict[str, Any]) -> None:
    check_format(tree, 2)


@pytest.mark.parametrize("number", [0, -1, 1.0, "1", None, True, [1]])
def test_what_is_no_version(number: object) -> None:
    with pytest.raises(UnknownFormat, match="format must be a whole number from 1 to 2"):
        check_format({"format": number}, 2)


def test_newer_last_good_versions(site: Path) -> None:
    script = next((site / "site/lua/functions").glob("*.lua"))
    with Engine.open(site, watch=False, lock=True):
        pass
    path = site / ".goop-console/last-good.json"
    data = make_newer(path)
    script.write_text("function call(")
    with Engine.open(site, watch=False, lock=True) as engine:
        states = {one.name: one.state for one in engine.scripts.functions()}
        assert states[script.stem] == "broken", "its last good version is not known to this program"
        script.write_text("function call() return 1 end")
        engine.scripts.reload()
    assert path.read_bytes() == data


def test_newer_breakpoints(site: Path) -> None:
    path = site / ".goop-console/breakpoints.json"
    data = make_newer(path, "version", breakpoints=[])
    with Engine.open(site, watch=False) as engine:
        assert "was written by a newer Goop Console (version 99" in engine.debugger.breakpoints_problem
        engine.debugger.put_breakpoint(Breakpoint("function/echo", 1))
    assert path.read_bytes() == data


@pytest.mark.parametrize("ending", ["call", "check", "visit"])
def test_a_newer_saved_call_check_or_visit(site: Path, ending: str) -> None:
    path = site / f".goop-console/calls/new.{ending}.json"
    data = make_newer(path, "version")
    with Engine.open(site, watch=False) as engine:
        (problem,) = engine.checks.files.problems()
        assert f"new.{ending}.json: was written by a newer Goop Console (version 99" in problem
    assert path.read_bytes() == data


def test_every_file_has_a_line_in_the_document(site: Path) -> None:
    with Engine.open(site, watch=False, lock=True) as engine:
        engine.peers.add_test_peer(Peer("peer-ann", "Ann"))
        engine.history.add(engine.calls.call("echo", caller=engine.owner))
        engine.checks.files.save(SavedCall("one", Request.call("echo")))
        engine.debugger.put_breakpoint(Breakpoint("function/echo", 1))
        written = {path.name for path in (site / ".goop-console").iterdir() if path.is_file()}
    page = (ROOT / "docs/file-formats.md").read_text(encoding="utf-8")
    beside = re.compile(r"-(wal|shm|journal)$")
    assert {name for name in written if f"`{beside.sub('', name)}`" not in page} == set()
