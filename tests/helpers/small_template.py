"""Small templates with everything that an installation has to bring: pages, scripts, tables, a group, a room,
kept keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

SEED = """--- Seed
function call(request)
  local n = goop.orm("notes"):seed({{text = "one"}, {text = "two"}, {text = "three"}})
  goop.kv.set("seeded", n)
  goop.chat.create("Lobby", "come in", 10, goop.template.name)
  goop.log.info("seeded " .. n)
  return { seeded = n }
end
"""
NOTES = """--- Notes
function call(request) return goop.orm("notes"):find({}) end
function on_group_close(id) goop.log.info("notes heard of " .. id) end
"""
SCHEMA = {
    "name": "notes",
    "system_key": True,
    "columns": [{"name": "text", "type": "text", "required": True}],
    "access": {"read": "open", "insert": "group"},
    "roles": {"writer": {"read": True, "insert": True}, "reader": {"read": True}},
}


def template_files(name: str = "Notes", **changed: str | bytes | None) -> dict[str, bytes]:
    """The files of a template; ``changed`` replaces some (``__`` in a name stands for ``/``, None takes a
    file away).
    """
    manifest = {
        "name": name,
        "description": "Short notes.",
        "category": "tools",
        "icon": "N",
        "schemas": ["notes"],
        "default_role": "reader",
        "x": 1,
    }
    files: dict[str, bytes] = {
        "manifest.json": json.dumps(manifest).encode(),
        "schemas/notes.json": json.dumps(SCHEMA).encode(),
        "index.html": f"<title>{name}</title>".encode(),
        "css/notes.css": b"body { color: black }",
        "images/dot.png": b"\x89PNG\r\n\x1a\n\x00\xff",
        "lua/functions/notes.lua": NOTES.encode(),
        "lua/functions/seed.lua": SEED.encode(),
        "lua/shout.lua": b"--- Shout\nfunction handle(args) return args:upper() end\n",
    }
    for key, value in changed.items():
        if value is None:
            files.pop(key)
        else:
            files[key] = value if isinstance(value, bytes) else value.encode()
    return files


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write ``files`` below ``folder`` and answer it."""
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder
