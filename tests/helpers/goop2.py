"""A folder as Goop2 itself leaves it, written with plain sqlite3: nothing of ours takes part."""

from __future__ import annotations

import json
import secrets
import sqlite3
from pathlib import Path

OWNER_ID = "12D3KooWFoV7aSHS3LXUbV1zcLXTa6Gh9CFVoNzgnXXBMLTXSMTB"

CONFIG = """{
  "identity": {"key_file": "data/identity.key"},
  "paths": {"site_root": "site", "site_source": "site/src", "site_stage": "site/stage"},
  "p2p": {"listen_port": 4001, "mdns_tag": "goop-mdns", "nacl_private_key": "SECRET-P2P-KEY"},
  "presence": {"topic": "goop.presence.v1", "admin_password": "SECRET-PASSWORD", "ttl_seconds": 20.50},
  "profile": {"label": "Odile", "email": "odile@example.org", "avatar": "avatar.png"},
  "viewer": {"http_addr": "127.0.0.1:8080", "active_template": "local:board", "theme": "dark"},
  "lua": {"enabled": true, "script_dir": "site/lua", "timeout_seconds": 5, "max_memory_mb": 10,
    "future_key": [1, 2, {"x": null}]},
  "a_section_of_tomorrow": {"big": 12345678901234567890, "keep": true}
}
"""

CARDS = {
    "name": "cards",
    "system_key": True,
    "columns": [
        {"name": "title", "type": "text", "required": True},
        {"name": "position", "type": "integer", "default": 0},
        {
            "name": "state",
            "type": "enum",
            "values": [{"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}],
        },
    ],
    "access": {"read": "open", "insert": "group", "update": "group", "delete": "owner"},
    "roles": {"coauthor": {"read": True, "insert": True, "update": True, "delete": False}},
}

DDL = """
CREATE TABLE _meta (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE _tables (name TEXT PRIMARY KEY, schema TEXT NOT NULL, insert_policy TEXT DEFAULT 'owner',
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE _orm_schemas (table_name TEXT PRIMARY KEY, schema_json TEXT NOT NULL,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE _groups (id TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT DEFAULT '',
  group_type TEXT DEFAULT '', group_context TEXT DEFAULT '',
  max_members INTEGER DEFAULT 0, created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  host_joined INTEGER DEFAULT 0, volatile INTEGER DEFAULT 0,
  default_role TEXT DEFAULT 'viewer', roles TEXT DEFAULT '[]');
CREATE TABLE _group_members (group_id TEXT NOT NULL, peer_id TEXT NOT NULL, role TEXT DEFAULT 'viewer',
  PRIMARY KEY (group_id, peer_id));
CREATE TABLE _peer_cache (peer_id TEXT PRIMARY KEY, content TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  avatar_hash TEXT NOT NULL DEFAULT '', video_disabled INTEGER NOT NULL DEFAULT 0,
    active_template TEXT NOT NULL DEFAULT '',
  verified INTEGER NOT NULL DEFAULT 0, addrs TEXT NOT NULL DEFAULT '[]',
  last_seen DATETIME DEFAULT CURRENT_TIMESTAMP,
  protocols TEXT NOT NULL DEFAULT '[]', public_key TEXT NOT NULL DEFAULT '', a_column_of_tomorrow TEXT
  DEFAULT 'kept');
CREATE TABLE _a_table_of_tomorrow (id INTEGER PRIMARY KEY, note TEXT);
CREATE TABLE cards (_id INTEGER PRIMARY KEY AUTOINCREMENT, _owner TEXT NOT NULL, _owner_email TEXT DEFAULT '',
  _created_at DATETIME DEFAULT CURRENT_TIMESTAMP, _updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  title TEXT NOT NULL, position INTEGER DEFAULT 0, state TEXT);
CREATE TABLE guestbook (_id INTEGER PRIMARY KEY AUTOINCREMENT, _owner TEXT NOT NULL,
  _owner_email TEXT DEFAULT '',
  _created_at DATETIME DEFAULT CURRENT_TIMESTAMP, _updated_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    message TEXT);
"""

BOARD = """--- The board
local cards = nil
local function init() if not cards then cards = goop.orm("cards") end end
local function i(fn) return function(p) init() return fn(p) end end
local dispatch = goop.route({
  list = i(function() return { cards = cards:find({ order = "position ASC" }) or {} } end),
  add = i(function(p) return { id = cards:insert({ title = p.title, state = "open" }) } end),
  remove = goop.owner(i(function(p) cards:delete(p.id) return { status = "deleted" } end)),
  role = function() return { role = goop.group.member.role(), member = goop.group.is_member() } end,
  classic = function() local handle, err = goop.orm("guestbook") return { err = err } end,
})
function call(req) return dispatch(req) end
"""


def write_goop2_folder(folder: Path) -> sqlite3.Connection:
    """Write the folder; answers a connection that stays open on ``data.db``,
    as a running Goop2 would have.
    """
    (folder / "site/lua/functions").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "schemas").mkdir()
    (folder / "goop.json").write_text(CONFIG)
    public = bytes(range(32))
    (folder / "data/identity.key").write_bytes(b"\x08\x01\x12\x40" + b"\x07" * 32 + public)
    (folder / "schemas/cards.json").write_text(json.dumps(CARDS))
    (folder / "site/lua/functions/board.lua").write_text(BOARD)
    (folder / "site/lua/hello.lua").write_text(
        '--- Greets\nfunction handle(args)\nreturn "Hello, " .. (args ~= "" and args or "world") .. "!"\n'
        "end\n"
    )
    connection = sqlite3.connect(folder / "data.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(DDL)
    rows = connection.executemany
    rows(
        "INSERT INTO _tables (name, schema) VALUES (?, ?)",
        [("cards", "CREATE TABLE cards"), ("guestbook", "CREATE TABLE guestbook")],
    )
    connection.execute(
        "INSERT INTO _orm_schemas (table_name, schema_json) VALUES ('cards', ?)", (json.dumps(CARDS),)
    )
    rows(
        "INSERT INTO cards (_owner, title, position, state) VALUES (?, ?, ?, ?)",
        [("o", f"card {i}", i, "open") for i in range(5)],
    )
    rows("INSERT INTO guestbook (_owner, message) VALUES (?, ?)", [("p", "hi"), ("q", None)])
    connection.execute("INSERT INTO _a_table_of_tomorrow (note) VALUES ('untouched')")
    connection.execute(
        "INSERT INTO _groups (id, name, owner, group_type, group_context, host_joined) VALUES ('g1', "
        "'Board Co-authors', '', 'template', 'Board', 1)"
    )
    rows("INSERT INTO _group_members VALUES ('g1', ?, ?)", [("peer-ann", "coauthor"), ("peer-bo", "viewer")])
    rows(
        "INSERT INTO _peer_cache (peer_id, content, email) VALUES (?, ?, ?)",
        [("peer-ann", "Ann", "ann@example.org"), ("peer-bo", "Bo", "")],
    )
    manifest = {
        "name": "Board",
        "description": "A board",
        "category": "work",
        "icon": "*",
        "schemas": ["cards"],
        "default_role": "viewer",
    }
    meta = {
        "template_manifest": json.dumps(manifest),
        "template_tables": "cards",
        "template_group_id": "g1",
        "template_group_name": "Board",
    }
    rows("INSERT INTO _meta VALUES (?, ?)", list(meta.items()))
    return connection


def apply_template(connection: sqlite3.Connection, name: str, *, has_group: bool) -> None:
    """What applying a template does to groups in Goop2, which goes by ``template_group_name`` alone."""
    meta = dict(connection.execute("SELECT key, value FROM _meta"))
    before = meta.get("template_group_name", "")
    if before != name:
        for (group_id,) in connection.execute(
            "SELECT id FROM _groups WHERE group_context = ? AND ? <> ''", (before, before)
        ).fetchall():
            connection.execute("DELETE FROM _groups WHERE id = ?", (group_id,))
            connection.execute("DELETE FROM _group_members WHERE group_id = ?", (group_id,))
        made = secrets.token_hex(8) if has_group else ""
        if has_group:
            connection.execute(
                "INSERT INTO _groups (id, name, owner, group_type, group_context, host_joined) VALUES (?, ?, "
                "?, 'template', ?, 1)",
                (made, f"{name} Co-authors", OWNER_ID, name),
            )
        meta |= {"template_group_id": made, "template_group_name": name if has_group else ""}
    meta["template_manifest"] = json.dumps({"name": name, "schemas": []})
    connection.executemany("INSERT OR REPLACE INTO _meta VALUES (?, ?)", list(meta.items()))


def dump(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, and every table's own CREATE statement."""
    tables = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    contents: dict[str, list[tuple[object, ...]]] = {
        name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables
    }
    contents["(ddl)"] = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name"
    ).fetchall()
    return contents
