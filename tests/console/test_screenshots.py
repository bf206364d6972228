"""What the tour copies, and what it says when it cannot begin. The tour itself:
``shell/test_shell_screenshots.py``.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from goop_console.tour.screenshots import _callers, _copy_site, _make_calls, _targets, take_screenshots
from lua_engine import Caller, Engine, KnownError, Peer, SiteError

TASKS = """--- Tasks
local dispatch = goop.route({
  look = function() return goop.db.query("SELECT name FROM _tables") end,
  wrong = function() goop.db.query("SELECT name FROM _tables") error("it went wrong") end,
  mine = goop.owner(function() return true end),
})
function call(request) return dispatch(request) end
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "garden"
    functions = folder / "site" / "lua" / "functions"
    functions.mkdir(parents=True)
    (functions / "tasks.lua").write_text(TASKS)
    (functions.parent / "hello.lua").write_text("--- Greets\nfunction handle(args) return 'Hello' end\n")
    (folder / "goop.json").write_text(
        json.dumps({"profile": {"label": "Maya"}, "lua": {"enabled": True, "http_enabled": True}, "own": 1})
    )
    return folder


@pytest.fixture
def engine(site: Path) -> Iterator[Engine]:
    with Engine.open(site, watch=False) as opened:
        yield opened


def test_a_copy_has_no_way_back_to_the_site(site: Path, tmp_path: Path) -> None:
    outside = tmp_path / "scripts-of-mine"
    outside.mkdir()
    (outside / "shared.lua").write_text("-- shared")
    lua = site / "site" / "lua"
    (lua / "linked").symlink_to(outside)
    (lua / "one.lua").symlink_to(outside / "shared.lua")
    (lua / "loop").symlink_to(site)
    (lua / "nowhere").symlink_to(site / "gone")
    os.mkfifo(lua / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(site / "sock"))
        _copy_site(site, tmp_path / "copy")
    copied = tmp_path / "copy" / "site" / "lua"
    assert sorted(path.name for path in copied.iterdir()) == ["functions", "hello.lua", "linked", "one.lua"]
    assert not any(path.is_symlink() for path in (tmp_path / "copy").rglob("*"))
    assert (copied / "linked" / "shared.lua").read_text() == "-- shared"
    assert not (tmp_path / "copy" / "sock").exists()


def test_scripts_of_the_copy_reach_no_network(site: Path, tmp_path: Path) -> None:
    _copy_site(site, tmp_path / "copy")
    copied = json.loads((tmp_path / "copy" / "goop.json").read_text())
    assert copied == {"profile": {"label": "Maya"}, "lua": {"enabled": True, "http_enabled": False}, "own": 1}
    assert json.loads((site / "goop.json").read_text())["lua"]["http_enabled"] is True


def test_a_site_without_visitors_is_called_by_a_stranger_too(engine: Engine) -> None:
    owner, stranger = _callers(engine)
    assert owner == engine.owner
    assert engine.peers.role_of(stranger.id) == ""


def test_known_visitors_call(engine: Engine) -> None:
    engine.peers.add_test_peer(Peer("12D3KooWAnna", "Anna", "", "test"))
    assert [caller.name for caller in _callers(engine)] == ["Maya", "Anna"]
    _make_calls(engine)
    assert engine.calls.last_minute() == 2 + 2 * 3


def test_the_best_calls_are_shown(engine: Engine) -> None:
    good, bad = _targets(engine)
    assert good == {"function": "tasks", "params": {"action": "look"}, "caller_id": engine.owner.id}
    assert bad == {"function": "tasks", "params": {"action": "wrong"}, "caller_id": engine.owner.id}


def test_a_site_without_functions_has_no_calls_to_show(tmp_path: Path) -> None:
    (tmp_path / "goop.json").write_text("{}")
    with Engine.open(tmp_path, watch=False) as engine:
        assert _targets(engine) == (None, None)
        assert isinstance(_callers(engine)[-1], Caller)


def test_a_folder_that_is_no_site_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="nowhere"):
        take_screenshots(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_pictures_that_cannot_be_saved_are_said(site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError, match="choose another folder with --out"):
        take_screenshots(site, tmp_path / "file" / "out")


def test_a_database_that_is_none_is_said_with_the_path_of_the_site(
    qapp: QApplication, site: Path, tmp_path: Path
) -> None:
    (site / "data.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(KnownError) as caught:
        take_screenshots(site, tmp_path / "out")
    assert str(site) in str(caught.value)
    assert "goop-tour" not in str(caught.value)
