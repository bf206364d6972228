"""A site with a policy, members, kept keys and a room; and what of it must not change."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, Engine, Request
from lua_engine.testing import SiteSpec, open_site

NOTES = {
    "system_key": True,
    "columns": [{"name": "text", "type": "text", "required": True}, {"name": "n", "type": "integer"}],
}
NOTES_LUA = """--- Notes
local notes = goop.orm("notes")
local dispatch = goop.route({
  list = function() return notes:find({}) end,
  add = function(p)
    if not goop.group.is_member() then return { error = "members only" } end
    return { id = notes:insert({ text = p.text, n = p.n }) }
  end,
  edit = function(p) notes:update(p.id, { text = p.text }) end,
  drop = goop.owner(function(p) notes:delete(p.id) end),
  keep = function(p) return goop.kv.set("kept", p.value) or goop.kv.get("kept") end,
  who = function()
    local is_owner = pcall(goop.owner(function() end))
    return { id = goop.peer.id, label = goop.peer.label, email = goop.peer.email or "",
      role = goop.group.member.role(),
      member = goop.group.is_member(), owner = is_owner, member_id = goop.group.member.id }
  end,
})
function call(request) return dispatch(request) end
function on_group_close(id)
  notes:insert({ text = "closed" })
  goop.kv.set("closed", true)
end
"""
WORLD_LUA = """--- The world outside the tables
local dispatch = goop.route({
  http = function()
    local body, err = goop.http.get("https://user:secret@example.org/x")
    local _, refused = goop.http.post("http://127.0.0.1/", { a = 1 })
    return { err = err, refused = refused }
  end,
  room = function()
    local room = goop.chat.create("Room 1", "talk")
    goop.chat.send(room.id, "hello")
    goop.chat.close(room.id)
  end,
  group = function()
    local id = goop.group.create("Team", "template")
    goop.group.add(id, "somebody")
    goop.group.set_role(id, "somebody", "writer")
    goop.group.send(id, { hello = "all" })
    goop.group.remove(id, "somebody")
    goop.group.close(id)
  end,
  listen = function()
    local before = goop.listen.state()
    goop.listen.close()
    return { before = before and before.name, after = goop.listen.state() }
  end,
  read = function() return (goop.site.read("page.txt")) end,
  spin = function() while true do end end,
  swell = function() local t = {} for i = 1, 1e9 do t[i] = ("x"):rep(1000) .. i end end,
  log = function() goop.log.warn("rehearsing") end,
})
function call(request) return dispatch(request) end
"""
ROLES = {"coauthor": {"insert": True}, "viewer": {"read": True}, "editor": {"update": True}}
SPEC = SiteSpec(
    functions={"notes": NOTES_LUA, "world": WORLD_LUA},
    commands={
        "add": '--- Adds\nfunction handle(args) return "added " .. '
        'goop.orm("notes"):insert({ text = args }) end'
    },
    schemas={"notes": {**NOTES, "access": {"insert": "group"}, "roles": ROLES}},
    rows={"notes": [{"text": "one", "n": 1}, {"text": "two", "n": 2}, {"text": "three", "n": 3}]},
    peers=[
        Caller("peer-anna", "Anna", "anna@example.org"),
        Caller("peer-vic", "Vic"),
        Caller("peer-test", "Tessa", "t@example.org"),
    ],
    members={"Anna": "coauthor", "Vic": "viewer"},
    manifest={"default_role": "viewer"},
    files={"page.txt": "the live page"},
    lua={"timeout_seconds": 2},
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Engine]:
    with open_site(SPEC, tmp_path / "site") as engine:
        engine.calls.call("notes", {"action": "keep", "value": "live"}, caller=engine.owner)
        with sqlite3.connect(engine.site.data_db) as connection:
            connection.execute(
                "INSERT INTO _peer_cache (peer_id, content, email) VALUES ('peer-seen', 'Siri', "
                "'siri@example.org')"
            )
        connection.close()
        yield engine


@pytest.fixture
def rehearse(site: Engine) -> Callable[..., Any]:
    """``rehearse("notes", "add", text="x", caller=...)``: a dry run; the owner's unless said otherwise."""

    def run(function: str, action: str, /, caller: Caller | None = None, **params: Any) -> Any:
        return site.calls.run(
            Request.call(function, {"action": action, **params}), caller or site.owner, is_dry=True
        )

    return run


def site_bytes(folder: Path) -> dict[str, str]:
    """Every file of a site by the hash of its bytes, data.db and its log too; the shared memory index is no
    data, and the console's own files (``log.db``, ``writes.db``) tell of dry runs as well, and of the calls
    before them a moment later.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "data.db-shm")
    files = [path for path in files if not path.name.startswith(("log.db", "writes.db"))]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
