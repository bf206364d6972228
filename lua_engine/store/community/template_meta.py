"""What ``_meta`` says of the installed template, in plain SQL: every start and many calls ask."""

from __future__ import annotations

import sqlite3

from lua_engine.base.strict_json import parse_json
from lua_engine.store.database import Database

CO_AUTHORS = " Co-authors"
"""What follows the template's name in the name of its group."""
MARKER = "goop_console_change"
"""The key under which the id of a change stands while it is not finished."""


def read_meta(raw: sqlite3.Connection, *keys: str) -> dict[str, str]:
    """The values of those ``keys`` of ``_meta`` that have one."""
    places = ", ".join("?" * len(keys))
    rows = raw.execute(f"SELECT key, value FROM _meta WHERE key IN ({places})", keys)
    return {key: str(value) for key, value in rows if value is not None}


def manifest_name(text: str) -> str:
    """The name in a stored manifest; empty for a damaged one."""
    try:
        manifest = parse_json(text or "{}")
    except ValueError:
        return ""
    name = manifest.get("name") if isinstance(manifest, dict) else None
    return name if isinstance(name, str) else ""


def marker(database: Database) -> str:
    """Which change was committed last and is not finished; empty when all are."""
    with database.plain_read() as raw:
        return read_meta(raw, MARKER).get(MARKER, "")


def has_mistaken_group_name(database: Database) -> bool:
    """Does ``template_group_name`` hold the group's name, as an older build wrote it?

    Goop2 writes the template's name there and compares: with ``Blog Co-authors`` where it expects ``Blog`` it
    makes a second, empty group, and leaves the first one open when the template is switched.
    """
    with database.plain_read() as raw:
        return bool(right_group_name(raw))


def right_group_name(raw: sqlite3.Connection) -> str:
    """The name that belongs into ``template_group_name``; empty when nothing is to be mended."""
    stored = read_meta(raw, "template_manifest", "template_group_name")
    name = manifest_name(stored.get("template_manifest", ""))
    return name if name and stored.get("template_group_name") == name + CO_AUTHORS else ""
