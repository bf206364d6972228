"""A site with a policy: everybody reads, members add, the owner deletes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Caller, CallerRef, Engine, Request, SavedCall
from lua_engine.testing import SiteSpec, open_site

POLICY = """--- Notes
local notes = goop.orm("notes")
local dispatch = goop.route({
  list = function() return { notes = notes:find({}) } end,
  add = function(p)
    if not goop.group.is_member() then error("members only", 0) end
    return { id = notes:insert({ text = p.text }) }
  end,
  tidy = function()
    if goop.group.member.role() ~= "coauthor" and goop.group.member.role() ~= "owner" then return { error
      = "co-authors only" } end
    return { removed = notes:delete_where({ where = "1" }) }
  end,
  drop = goop.owner(function(p) notes:delete(p.id) return { status = "deleted" } end),
  broken = function(p) return p.nothing.at_all end,
  who = function()
    local is_owner = pcall(goop.owner(function() end))
    return { id = goop.peer.id, label = goop.peer.label, email = goop.peer.email or "",
      role = goop.group.member.role(),
      member = goop.group.is_member(), owner = is_owner }
  end,
})
function call(request) return dispatch(request) end
"""
NOTES = {
    "system_key": True,
    "columns": [{"name": "text", "type": "text", "required": True}],
    "access": {"insert": "group"},
    "roles": {"coauthor": {"insert": True}, "viewer": {"read": True}, "editor": {"update": True}},
}
SPEC = SiteSpec(
    functions={"notes": POLICY},
    commands={"hello": 'function handle(args) return "Hello, " .. goop.peer.label end'},
    schemas={"notes": NOTES},
    rows={"notes": [{"text": "one"}, {"text": "two"}]},
    peers=[
        Caller("peer-anna", "Anna", "anna@example.org"),
        Caller("peer-vic", "Vic"),
        Caller("peer-test", "Tessa", "t@example.org"),
    ],
    members={"Anna": "coauthor", "Vic": "viewer"},
    manifest={"default_role": "viewer"},
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Engine]:
    with open_site(SPEC, tmp_path / "site") as engine:
        yield engine


def saved(action: str, **more: object) -> SavedCall:
    """A saved call of one action; ``params`` and fields of :class:`SavedCall` by name."""
    params = more.pop("params", {})
    assert isinstance(params, dict)
    name, caller = str(more.pop("name", action)), CallerRef(more.pop("caller", "owner"))
    request = Request.call("notes", {"action": action, **params})
    return SavedCall(name, request, caller, **more)  # type: ignore[arg-type]
