"""A site with tables of every access level, members of every role, scripts and files: for tests of pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lua_engine import Engine, Peer

ANNA = "12D3KooWAnnaAnnaAnnaAnnaAnnaAnnaAnnaAnnaAnnaAnnaAnna"  # co-author
VIC = "12D3KooWVicVicVicVicVicVicVicVicVicVicVicVicVicVicVi"  # viewer
SAM = "12D3KooWSamSamSamSamSamSamSamSamSamSamSamSamSamSamSa"  # nobody's member

_TEXT = [{"name": "text", "type": "text", "required": True}, {"name": "n", "type": "integer", "default": 0}]
_ALL = {"read": True, "insert": True, "update": True, "delete": True}
_READ = {"read": True, "insert": False, "update": False, "delete": False}
ROLES = {"coauthor": _ALL, "viewer": _READ}


def _schema(name: str, access: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"name": name, "system_key": True, "columns": _TEXT, "access": access, **more}


def _same(level: str) -> dict[str, str]:
    return dict.fromkeys(("read", "insert", "update", "delete"), level)


SCHEMAS = [
    _schema("opens", _same("open")),
    _schema("groups", _same("group"), roles=ROLES),
    _schema("owners", _same("owner")),
    _schema("locals", _same("local")),
    _schema("answers", {**_same("group"), "read": "owner", "insert": "open"}, roles=ROLES),
    {
        "name": "config",
        "columns": [{"name": "key", "type": "text", "key": True}, {"name": "value", "type": "text"}],
        "access": {**_same("owner"), "read": "open"},
    },
]

ECHO = """--- Answers its params
--- @rate_limit 0
function call(r)
  if r.params.fail then error("asked to fail") end
  if r.params.log then goop.log.info(r.params.log) end
  return { params = r.params, who = goop.peer.label, id = goop.peer.id, role = goop.group.member.role() }
end
"""
NULL = "--- Answers nothing\n--- @rate_limit 0\nfunction call() end\n"
LIMITED = "--- Twice a minute\n--- @rate_limit 2\nfunction call() return 1 end\n"
NOTES = """--- Notes
--- @rate_limit 0
local dispatch = goop.route({
  list = function() return { notes = goop.orm("opens"):find({ order = "_id" }) } end,
  add = function(p)
    if not p.text or p.text == "" then return { error = "text required" } end
    return { id = goop.orm("opens"):insert({ text = p.text }) }
  end,
  wipe = goop.owner(function() return { gone = goop.orm("opens"):delete_where({ where = "1" }) } end),
})
function call(r) return dispatch(r) end
"""
SEED = """--- Fills the tables
function call()
  for _, name in ipairs({ "opens", "groups", "owners", "locals", "answers" }) do
    goop.orm(name):seed({ { text = name .. " 1", n = 1 }, { text = name .. " 2", n = 2 } })
  end
  goop.orm("config"):seed({ { key = "title", value = "Ours" } })
  return 1
end
"""
PAGE = """<!doctype html> <html lang="en"><head><meta charset="utf-8">
<title>Ours</title><link
rel="stylesheet" href="css/main.css"></head> <body><main><h1>Ours</h1><p id="out"></p></main> <script
src="/sdk/goop-data.js"></script><script src="js/main.js"></script></body></html>
"""


def make_page_site(folder: Path, **lua: Any) -> Path:
    """Write the site to ``folder``, set up its tables and members; nobody has it open afterwards."""
    _write(folder, lua)
    with Engine.open(folder, watch=False) as engine:
        seeded = engine.templates.set_up(folder / "manifest.json")
        assert seeded is not None
        assert seeded.ok, seeded.error
        for peer_id, label, role in ((ANNA, "Anna", "coauthor"), (VIC, "Vic", "viewer"), (SAM, "Sam", "")):
            engine.peers.add_test_peer(Peer(peer_id, label, f"{label.lower()}@example.org"))
            if role:
                engine.groups.add_to_template(peer_id, role)
    return folder


def _write(folder: Path, lua: dict[str, Any]) -> None:
    functions = folder / "site/lua/functions"
    functions.mkdir(parents=True)
    (folder / "schemas").mkdir()
    settings = {"enabled": True, "rate_limit_per_peer": 10_000, "rate_limit_global": 10_000, **lua}
    profile = {"label": "Mara", "email": "mara@example.org"}
    (folder / "goop.json").write_text(json.dumps({"profile": profile, "lua": settings}))
    names = [schema["name"] for schema in SCHEMAS]
    manifest = {"name": "Ours", "schemas": names, "default_role": "viewer", "require_email": True}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for schema in SCHEMAS:
        (folder / f"schemas/{schema['name']}.json").write_text(json.dumps(schema))
    for name, source in {
        "echo": ECHO,
        "null": NULL,
        "limited": LIMITED,
        "notes": NOTES,
        "seed": SEED,
    }.items():
        (functions / f"{name}.lua").write_text(source)
    (folder / "site/lua/hello.lua").write_text('--- Says hello\nfunction handle() return "hello" end\n')
    for name, text in {
        "index.html": PAGE,
        "css/main.css": "h1 { color: teal; }",
        "js/main.js": "document.getElementById('out').textContent = 'ready';",
        "partials/note.html": "<li>{{text}}</li>",
        "images/dot.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
        ".hidden/secret.txt": "hidden",
        "about/index.html": "<title>About</title>",
    }.items():
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
