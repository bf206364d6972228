"""A site whose folder is moved or deleted while it is open."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lua_engine import Caller, Engine, KnownError, Peer, Request, SavedCall, read_template
from lua_engine.base.events import Event, LogRecorded
from tests.helpers.small_template import template_files, write_files

KEEP = """function call(request)
  goop.kv.set("k", 1)
  return "kept"
end"""


Q = """--- @rate_limit 0
function call() return goop.db.scalar("SELECT 1") end"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "goop.json").write_text('{"lua": {"enabled": true}}')
    (folder / "site/lua/functions/keep.lua").write_text(KEEP)
    return folder


def site_bytes(site: Path) -> dict[str, bytes]:
    """All that stands there; empty when nothing does."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in site.rglob("*")
    }


def _moved(site: Path) -> None:
    site.rename(site.with_name("elsewhere"))


def _replaced(site: Path) -> None:
    _moved(site)
    site.mkdir()


def _copied(site: Path) -> None:
    """Another folder like it in its place: a clone, a backup that was unpacked."""
    _moved(site)
    shutil.copytree(site.with_name("elsewhere"), site)


@pytest.mark.parametrize("leave", [_moved, shutil.rmtree, _replaced, _copied])
def test_nothing_is_made_and_everything_says_so(site: Path, leave: Callable[[Path], object]) -> None:
    with Engine.open(site, watch=False) as engine:
        owner = engine.owner
        assert engine.calls.call("keep", caller=owner).ok
        (script,) = engine.scripts.functions()
        template = write_files(site.with_name("notes"), template_files())
        leave(site)
        left = site_bytes(site)
        for result in (
            engine.calls.call("keep", caller=owner),
            engine.calls.chat("!keep", caller=owner),
            engine.calls.run(Request.call("keep"), owner, is_dry=True),
        ):
            assert result.error is not None
            assert (str(result.error.kind), result.error.message) == ("busy", "busy: the site folder is gone")
        changes: list[Callable[[], object]] = [
            lambda: engine.scripts.create("new", "function", "x = 1"),
            lambda: engine.settings.enable_lua(),
            lambda: engine.peers.add_test_peer(Peer("p", "P")),
            lambda: engine.scripts.save(script, "x = 1"),
            lambda: engine.scripts.rename(script, "other"),
            lambda: engine.scripts.delete(script),
            lambda: engine.groups.create("g", "chat"),
            lambda: engine.templates.install(read_template(template)),
            lambda: engine.checks.files.save(SavedCall("c", Request.call("keep"))),
            lambda: engine.history.count,
        ]
        for change in changes:
            with pytest.raises(KnownError):
                change()
        assert site_bytes(site) == left
    assert site_bytes(site) == left
    assert site.exists() == bool(left) or leave is _replaced


def test_a_data_db_that_another_program_replaced(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls answer, also the one that finds out who calls; nobody is told where the folder lies."""
    monkeypatch.setattr("lua_engine.site.peers._VISITORS_FRESH", -2)
    (site / "site/lua/functions/q.lua").write_text(Q)
    with Engine.open(site) as engine:
        owner = Caller(engine.owner.id)  # without a name: it is looked up
        assert engine.calls.call("q", caller=owner).value == 1
        (site / "data.db").rename(site / "old.db")
        (site / "data.db").write_bytes((site / "old.db").read_bytes())
        while (result := engine.calls.call("q", caller=owner)).ok:  # until the console has looked
            time.sleep(0.02)
        assert result.error is not None
        assert "data.db: another program has replaced" in result.error.message
        assert str(site) not in result.error.message + result.error.traceback


def test_it_is_said_at_once(site: Path) -> None:
    said, done = [], threading.Event()

    def listen(event: Event) -> None:
        if isinstance(event, LogRecorded) and "the site folder is gone" in event.line.message:
            said.append(event.line)
            done.set()

    with Engine.open(site) as engine:
        engine.bus.subscribe(listen)
        _moved(site)
        assert done.wait(30)
        assert said[0].level == "error"
        assert engine.scripts.functions()
    assert not site.exists()
