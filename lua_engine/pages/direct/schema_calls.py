"""Tables that the owner's page makes, widens and drops (``Goop.data.createTable`` ...)."""

from __future__ import annotations

import json
from typing import Any

from lua_engine.pages.body import Body
from lua_engine.pages.direct.tables import open_table
from lua_engine.pages.errors import bad_request
from lua_engine.pages.parts import PageParts
from lua_engine.schema.model import parse_schema
from lua_engine.store.tables.classic import ClassicColumn, add_column, create_classic

ORIGIN = "page"


def create_table(parts: PageParts, body: Body) -> dict[str, Any]:
    """``{name, columns}``: an ORM table when a column has ``key``, ``required`` or ``auto``, else a classic
    one.
    """
    name = body.required("name", "table name required")
    columns = body.list("columns")
    if not columns:
        raise bad_request("at least one column required")
    is_orm = any(
        isinstance(one, dict) and any(one.get(k) for k in ("key", "required", "auto")) for one in columns
    )
    if is_orm:
        keyed = any(one.get("key") for one in columns if isinstance(one, dict))
        schema = {"name": name, "columns": columns, **({} if keyed else {"system_key": True})}
        parts.tables.create_table(parse_schema(json.dumps(schema), "createTable"), origin=ORIGIN)
    else:
        create_classic(parts.database, name, [_column(one) for one in columns], origin=ORIGIN)
    return {"status": "created", "table": name, "mode": "orm" if is_orm else "classic"}


def widen_table(parts: PageParts, body: Body) -> dict[str, Any]:
    """``{table, column: {name, type, not_null, default}}``."""
    table = open_table(parts, body.required("table", "table name required"))
    add_column(parts.database, table.name, _column(body.any("column")), origin=ORIGIN)
    return {"status": "added"}


def drop_table(parts: PageParts, body: Body) -> dict[str, Any]:
    """``{table}``."""
    table = open_table(parts, body.required("table", "table name required"))
    parts.tables.drop_table(table.name, origin=ORIGIN)
    return {"status": "deleted", "table": table.name}


def _column(value: Any) -> ClassicColumn:
    column = Body(value)
    default = column.any("default")
    if isinstance(default, str):
        default = default.strip("'")  # Goop2's pages write SQL text here: "''"
    if isinstance(default, (bool, list, dict)):
        raise bad_request("default must be a string or a number")
    name = column.required("name", "column name required")
    return ClassicColumn(name, column.text("type", "TEXT"), column.any("not_null") is True, default)
