"""``goop.config``: settings kept in a table, read as fields.
The glue in ``lua/config.lua`` makes the object.
"""

from __future__ import annotations

from typing import Any

from lua_engine.api.binding import Host, Param, describe, host_function
from lua_engine.api.data import attempt, held, rows_of
from lua_engine.api.options import values_of
from lua_engine.base.errors import SchemaError, ScriptError
from lua_engine.store.script.rows import Changes
from lua_engine.store.script.sql_text import Query

_TABLE = Param("table", "string")
_NEWEST = "_id DESC"
_NOT_WRITTEN = "a value that does not fit the table's schema"


@host_function(
    "config.open",
    Param("table", "string", doc="the table's name"),
    returns="table|nil, string?",
    doc=(
        "Settings kept in a table: `cfg.name` reads, `cfg:set(name, value)` and `cfg:save{...}` write. "
        "A table with `key` and `value` "
        "columns holds one setting a row, as text; any other table holds them as the columns of one row."
    ),
    errors=("not an ORM table: NAME",),
    shown="goop.config",
    internal=True,
)
def open_config(host: Host, table: str) -> Any:
    def kind() -> str:
        found = host.services.tables.get(table, host.run.deadline)
        if found is None:
            raise ScriptError(f"not an ORM table: {table}")
        return "pairs" if {"key", "value"} <= set(found.columns) else "row"

    return attempt(kind)


@host_function(
    "config.get",
    _TABLE,
    Param("kind", "string"),
    Param("name", "string"),
    returns="any|nil, string?",
    doc="The value of one setting as it is in the table now; nil when there is none.",
    errors=("the table is gone: not an ORM table",),
    shown="goop.config",
    internal=True,
)
def get(host: Host, table: str, kind: str, name: str) -> Any:
    def value() -> Any:
        rows = rows_of(host, table)
        if kind == "pairs":
            in_pairs = Query("key = ?", (name,), ("value",), _NEWEST)
            row = held(host, rows.first(in_pairs).first_by_column(), table)
            return None if row is None else row["value"]
        if name not in _columns(host, table):
            return None
        row = held(host, rows.first(Query(order=_NEWEST)).first_by_column(), table)
        return None if row is None else row[name]

    return attempt(value)


@host_function(
    "config.save",
    _TABLE,
    Param("kind", "string"),
    Param("values", "table", doc="name = value"),
    Param("defaults", "table", doc="for the columns of a first row"),
    returns="boolean|nil, string?",
    doc="Write settings to the table at once: all of them or none.",
    errors=(_NOT_WRITTEN,),
    shown="goop.config:save",
    internal=True,
)
def save(host: Host, table: str, kind: str, values: Any, defaults: Any) -> Any:
    given = values_of("goop.config:save", "values", values)
    standard = values_of("goop.config", "defaults", defaults)

    def write() -> bool:
        rows = rows_of(host, table)
        if kind == "pairs":
            rows.upsert_all("key", [{"key": name, "value": value} for name, value in given.items()])
        else:
            known = {name: value for name, value in standard.items() if name in _columns(host, table)}
            rows.save_newest(Changes(given, {}), known | given)
        return True

    return attempt(write)


def _columns(host: Host, table: str) -> frozenset[str]:
    found = host.services.tables.known(table, host.run.deadline)
    if found is None:
        raise SchemaError(f"not an ORM table: {table}")
    return frozenset(found.columns)


describe(
    "goop.config",
    Param("table", "string", doc="the table's name"),
    Param("defaults", "table", optional=True, doc="the value of a setting until one is written"),
    returns="table|nil, string?",
    doc=(
        "Settings kept in a table: `cfg.name` reads, `cfg:set(name, value)` and `cfg:save{...}` write. "
        "A table with `key` and `value` "
        "columns holds one setting a row, as text; any other table holds them as the columns of one row."
    ),
    errors=("not an ORM table: NAME",),
    example='local cfg = goop.config("settings", { theme = "light", accent = "#6366f1" })',
)
describe(
    "goop.config:set",
    Param("name", "string"),
    Param("value", "value", doc="a string, number or boolean"),
    returns="boolean|nil, string?",
    doc="Writes one setting; it is persisted before the call returns.",
    errors=(_NOT_WRITTEN,),
    example='cfg:set("theme", "dark")',
)
describe(
    "goop.config:save",
    Param("values", "table", doc="name = value"),
    returns="boolean|nil, string?",
    doc="Writes several settings: all of them or none.",
    errors=(_NOT_WRITTEN,),
    example='cfg:save({ theme = "dark", accent = "#22c55e" })',
)
