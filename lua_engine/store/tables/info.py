"""Tables and columns described for people: what the Data tab lists. ``describing`` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from lua_engine.schema.model import AccessLevel, RoleAccess

TableKind = Literal["orm", "classic", "view", "virtual", "system"]
Generated = Literal["", "virtual", "stored"]


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """One column. ``type`` is the schema's for an ORM table, else as declared, in lower case; ``values`` are
    (key, label) of an enum. ``auto``: filled on insert when nothing is given. ``generated``: SQLite computes
    it,
    nobody writes it.
    """

    name: str
    type: str
    is_system: bool
    is_key: bool
    required: bool
    default: str | None
    values: tuple[tuple[str, str], ...] = ()
    auto: bool = False
    generated: Generated = ""


@dataclass(frozen=True, slots=True)
class TableInfo:
    """One table. ``kind`` is "orm" (made from a schema), "classic", "view", "virtual" or "system".

    ``origin`` is "template" for a table of the installed template, "owner" for another user table. ``sql`` is
    the statement that made it; ``problem`` says what is wrong with its schema, or why its columns are not
    known.
    """

    name: str
    kind: TableKind
    columns: tuple[ColumnInfo, ...]
    insert_policy: str = ""
    access: Mapping[str, AccessLevel] = field(default_factory=lambda: MappingProxyType({}))
    roles: Mapping[str, RoleAccess] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = ""
    sql: str = ""
    problem: str = ""

    @property
    def is_writable(self) -> bool:
        """May its rows be edited in the console? (Views, virtual and system tables may not.)"""
        return self.kind in ("orm", "classic")
