"""What a finding or a completion may lean on: the tables of the site and the functions of ``goop.*``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from lua_engine.api.binding import HostFunction
from lua_engine.api.reference import all_functions
from lua_engine.sandbox.policy import ALLOWED


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``type`` in the schema's words, ``note`` says more (required, the values of an enum)."""

    name: str
    type: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Of one site, as it is now. ``tables``: those that scripts can open with ``goop.orm``; None when they
    could not be read, so nothing is said of them; ``refused``: those that it refuses. ``fields``: for each
    data function, fields of ``request.params`` that calls brought.
    """

    tables: Mapping[str, tuple[Column, ...]] | None = None
    functions: tuple[str, ...] = ()
    actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

    def columns(self, table: str) -> tuple[Column, ...]:
        return (self.tables or {}).get(table, ())


@cache
def goop_functions() -> Mapping[str, HostFunction]:
    """Every host function by the name that scripts write: ``goop.kv.set``, ``goop.orm:find``."""
    return {one.shown: one for one in all_functions()}


@cache
def goop_names() -> frozenset[str]:
    """``goop``, ``goop.kv``, ``goop.kv.set``: whatever may stand there, with each part of it."""
    found = {"goop"}
    for shown in goop_functions():
        parts = shown.partition(":")[0].split(".")
        found.update(".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return frozenset(found)


@cache
def handle_methods() -> Mapping[str, HostFunction]:
    """The methods of a ``goop.orm`` handle: ``find``, ``insert`` and so on."""
    return {
        name.partition(":")[2]: one for name, one in goop_functions().items() if name.startswith("goop.orm:")
    }


@cache
def lua_globals() -> frozenset[str]:
    """The names that every script finds."""
    return frozenset(name.partition(".")[0] for name in ALLOWED)


@cache
def lua_members() -> tuple[frozenset[str], frozenset[str]]:
    """``string.rep`` and so on, and the libraries that they are in."""
    members = frozenset(name for name in ALLOWED if "." in name)
    return members, frozenset(name.partition(".")[0] for name in members)
