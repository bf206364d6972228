"""The site's user tables, as direct calls see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lua_engine.pages.errors import PageError, failed
from lua_engine.pages.parts import PageParts
from lua_engine.schema.model import is_identifier
from lua_engine.store.tables.access import TableAccess
from lua_engine.store.tables.catalog import OrmTable
from lua_engine.store.tables.info import TableInfo


@dataclass(frozen=True, slots=True)
class DirectTable:
    """A user table. ``orm`` is None for a classic one, which has no schema."""

    name: str
    columns: tuple[str, ...]
    access: TableAccess
    orm: OrmTable | None


def open_table(parts: PageParts, name: str) -> DirectTable:
    """The user table ``name``; a :class:`PageError` for any other name, a system table's too."""
    if not is_identifier(name) or name.startswith("_") or name.lower().startswith("sqlite_"):
        raise _unknown(name)
    orm = parts.tables.get(name)
    if orm is not None:
        return DirectTable(orm.name, orm.columns, TableAccess.of(orm.schema), orm)
    for info in parts.tables.infos():
        if info.name == name and info.kind == "classic":
            columns = tuple(column.name for column in info.columns)
            return DirectTable(name, columns, TableAccess.of_classic(name, info.insert_policy), None)
    raise _unknown(name)


def listed(parts: PageParts) -> list[dict[str, Any]]:
    """``Goop.data.tables()``: ``[{name, insert_policy, mode}]`` of the user tables."""
    return [
        {"name": info.name, "insert_policy": _insert_level(info), "mode": info.kind}
        for info in parts.tables.infos()
        if info.kind != "system"
    ]


def described(parts: PageParts, name: str) -> dict[str, Any]:
    """``Goop.data.describe()``: ``{mode: "orm", schema}``, or ``{mode: "classic", columns}``."""
    table = open_table(parts, name)
    if table.orm is not None:
        return {"mode": "orm", "schema": _schema(table.orm)}
    infos = parts.tables.infos()
    columns = next(info.columns for info in infos if info.name == name)
    return {
        "mode": "classic",
        "columns": [
            {
                "name": one.name,
                "type": one.type.upper(),
                "not_null": one.required,
                "key": one.is_key,
                "default": one.default,
            }
            for one in columns
        ],
    }


def schemas(parts: PageParts) -> list[dict[str, Any]]:
    """``Goop.data.schemas()``: the schema of every ORM table."""
    names = [info.name for info in parts.tables.infos() if info.kind == "orm"]
    found = [parts.tables.get(name) for name in names]
    return [_schema(table) for table in found if table is not None]


def _schema(table: OrmTable) -> dict[str, Any]:
    """The schema with its access levels spelled out."""
    return {**table.schema.given, "access": table.schema.access.levels}


def _insert_level(info: TableInfo) -> str:
    return info.access["insert"] if info.kind == "orm" else info.insert_policy


def _unknown(name: str) -> PageError:
    return failed(f"no such table: {name[:64]}")
