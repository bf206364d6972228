"""``goop.orm``: typed access to the tables that came from schemas.

These functions are for the glue in ``lua/orm.lua``, which makes the handles; each takes the table's name
first.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lua_engine.api.binding import Host, Param, describe, fail, host_function
from lua_engine.api.data import affected, attempt, done, flowing, rows_of, single, single_values
from lua_engine.api.options import changes_of, id_of, query_of, values_of
from lua_engine.base.errors import ScriptError
from lua_engine.runtime.convert import ready
from lua_engine.store.tables.catalog import OrmTable

_TABLE = Param("table", "string")
_OPTS = Param("opts", "table", optional=True, doc="where, args, fields, order, limit, offset")
_WHERE = Param("opts", "table", optional=True, doc="where, args")
_ID = Param("id", "value", doc="the row's `_id`")
_DATA = Param("data", "table", doc="column = value")
_COLUMN = Param("column", "string", doc="a column's name")
_NOT_SQL = "SQL that does not run: SQLite's message"
_NOT_VALID = 'values that do not fit the schema, e.g. `column "title" is required`'


@host_function(
    "orm.open",
    Param("name", "string", doc="the table's name"),
    returns="table|nil, string?",
    doc="A handle on the table `name`, with fields `name`, `system_key`, `context`, `columns` and `access`.",
    errors=("not an ORM table: NAME",),
    example='local posts = goop.orm("posts")',
    shown="goop.orm",
)
def open_table(host: Host, name: str) -> Any:
    def found() -> Any:
        table = host.services.tables.get(name, host.run.deadline)
        if table is None:
            raise ScriptError(f"not an ORM table: {name}")
        return _described(table)

    return attempt(found)


@lru_cache(maxsize=256)
def _described(table: OrmTable) -> Any:
    """The handle's fields, made once for a version of the table's schema."""
    schema, access = table.schema, table.schema.access
    columns = [
        {
            "name": column.name,
            "type": str(column.type),
            "key": column.key,
            "required": column.required,
            "auto": column.auto,
            "default": column.default,
            "values": [{"key": value.key, "label": value.label} for value in column.values],
        }
        for column in schema.columns
    ]
    levels = {"read": access.read, "insert": access.insert, "update": access.update, "delete": access.delete}
    return ready(
        {
            "name": schema.name,
            "system_key": schema.system_key,
            "context": schema.context,
            "columns": columns,
            "access": levels,
        }
    )


@host_function(
    "orm.find",
    _TABLE,
    _OPTS,
    returns="table[]|nil, string?",
    doc="The rows that match, an empty table when none does.",
    errors=(_NOT_SQL,),
    example="local rows = posts:find({\n"
    '  where = "published = ?", args = { 1 }, order = "_id DESC", limit = 10\n})',
    shown="goop.orm:find",
)
def find(host: Host, table: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:find", opts)
    return attempt(lambda: flowing(host, rows_of(host, table).find(query), table))


@host_function(
    "orm.find_one",
    _TABLE,
    _OPTS,
    returns="table|nil, string?",
    doc="The first row that matches, or nil.",
    errors=(_NOT_SQL,),
    example='local row = posts:find_one({ where = "slug = ?", args = { "hello" } })',
    shown="goop.orm:find_one",
)
def find_one(host: Host, table: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:find_one", opts)
    return attempt(lambda: single(host, rows_of(host, table).first(query), table))


@host_function(
    "orm.get",
    _TABLE,
    _ID,
    returns="table|nil, string?",
    doc="The row with that `_id`.",
    errors=("orm: not found",),
    example="local post = posts:get(42)",
    shown="goop.orm:get",
)
def get(host: Host, table: str, row_id: Any = None) -> Any:
    key = id_of("goop.orm:get", row_id)

    def found() -> Any:
        row = single(host, rows_of(host, table).by_column("_id", key), table)
        return row or fail("orm: not found")

    return attempt(found)


@host_function(
    "orm.get_by",
    _TABLE,
    _COLUMN,
    Param("value", "value", doc="what the column equals"),
    returns="table|nil, string?",
    doc="The first row whose `column` equals `value`, or nil.",
    errors=('unknown column "x" in table "posts"',),
    example='local post = posts:get_by("slug", "hello")',
    shown="goop.orm:get_by",
)
def get_by(host: Host, table: str, column: str, value: Any = None) -> Any:
    if isinstance(value, (dict, list)):
        raise ScriptError("goop.orm:get_by: value must be a string, number, boolean or nil, got table")
    return attempt(lambda: single(host, rows_of(host, table).by_column(column, value), table))


@host_function(
    "orm.list",
    _TABLE,
    Param("limit", "number", optional=True, doc="how many rows at most; 0 or nil: all"),
    returns="table[]|nil, string?",
    doc="The first rows of the table.",
    errors=(_NOT_SQL,),
    example="local rows = posts:list(100)",
    shown="goop.orm:list",
)
def list_rows(host: Host, table: str, limit: float | None = None) -> Any:
    query = query_of("goop.orm:list", {"limit": limit})
    return attempt(lambda: flowing(host, rows_of(host, table).find(query), table))


@host_function(
    "orm.pluck",
    _TABLE,
    _COLUMN,
    _OPTS,
    returns="any[]|nil, string?",
    doc="One column of the rows that match, as an array; NULLs are left out.",
    errors=(_NOT_SQL, 'unknown column "x" in table "posts"'),
    example='local titles = posts:pluck("title")',
    shown="goop.orm:pluck",
)
def pluck(host: Host, table: str, column: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:pluck", opts)
    return attempt(lambda: single_values(host, rows_of(host, table).values(column, query), table))


@host_function(
    "orm.distinct",
    _TABLE,
    _COLUMN,
    _OPTS,
    returns="any[]|nil, string?",
    doc="The distinct values of one column, as an array; NULL is left out.",
    errors=(_NOT_SQL, 'unknown column "x" in table "posts"'),
    example='local categories = posts:distinct("category")',
    shown="goop.orm:distinct",
)
def distinct(host: Host, table: str, column: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:distinct", opts)
    return attempt(
        lambda: single_values(host, rows_of(host, table).values(column, query, distinct=True), table)
    )


@host_function(
    "orm.count",
    _TABLE,
    _WHERE,
    returns="number|nil, string?",
    doc="How many rows match.",
    errors=(_NOT_SQL,),
    example='local n = posts:count({ where = "published = 1" })',
    shown="goop.orm:count",
)
def count(host: Host, table: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:count", opts)
    return attempt(lambda: rows_of(host, table).count(query))


@host_function(
    "orm.exists",
    _TABLE,
    _WHERE,
    returns="boolean|nil, string?",
    doc="Whether any row matches.",
    errors=(_NOT_SQL,),
    example='local yes = posts:exists({ where = "slug = ?", args = { "hello" } })',
    shown="goop.orm:exists",
)
def exists(host: Host, table: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:exists", opts)
    return attempt(lambda: rows_of(host, table).exists(query))


@host_function(
    "orm.aggregate",
    _TABLE,
    Param("expression", "string", doc="SQL: what to compute, with names"),
    Param("opts", "table", optional=True, doc="where, args, group_by, order, limit, offset"),
    returns="table[]|nil, string?",
    doc="Computed rows: one, or one for each group.",
    errors=(_NOT_SQL,),
    example='local agg = posts:aggregate("SUM(score) as total", { where = "active = 1" })',
    shown="goop.orm:aggregate",
)
def aggregate(host: Host, table: str, expression: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:aggregate", opts)
    return attempt(lambda: flowing(host, rows_of(host, table).aggregate(expression, query), table))


@host_function(
    "orm.validate",
    _TABLE,
    _DATA,
    returns="boolean, string?",
    doc="Whether `data` could be inserted: `true`, or `false` and the reason.",
    errors=(_NOT_VALID,),
    example='local ok, err = posts:validate({ title = "Test" })',
    shown="goop.orm:validate",
)
def validate(host: Host, table: str, data: Any) -> Any:
    values = values_of("goop.orm:validate", "data", data)
    return done(lambda: rows_of(host, table).validate(values))


@host_function(
    "orm.insert",
    _TABLE,
    _DATA,
    returns="number|nil, string?",
    doc="Insert a row; returns its `_id`. `auto` columns are filled automatically; `_owner` is the caller.",
    errors=(_NOT_VALID,),
    example='local id = posts:insert({ title = "New", body = "Content" })',
    shown="goop.orm:insert",
)
def insert(host: Host, table: str, data: Any) -> Any:
    values = values_of("goop.orm:insert", "data", data)
    return attempt(lambda: rows_of(host, table).insert(values))


@host_function(
    "orm.seed",
    _TABLE,
    Param("rows", "table", doc="an array of row tables"),
    returns="number|nil, string?",
    doc="Insert rows if the table is empty, all or none; returns how many (0 when it has rows).",
    errors=('a row that does not fit, e.g. `row 2: column "title" is required`',),
    example='local n = posts:seed({ { title = "A" }, { title = "B" } })',
    shown="goop.orm:seed",
)
def seed(host: Host, table: str, rows: Any) -> Any:
    if not isinstance(rows, list):
        raise ScriptError("goop.orm:seed: rows must be an array of tables")
    checked = [values_of("goop.orm:seed", f"rows[{at}]", row) for at, row in enumerate(rows, 1)]
    return attempt(lambda: rows_of(host, table).seed(checked))


@host_function(
    "orm.upsert",
    _TABLE,
    Param("key", "string", doc="the column that identifies a row"),
    _DATA,
    returns="number|nil, string?",
    doc="Update the row with that key, or insert it; returns its `_id`.",
    errors=(_NOT_VALID,),
    example='posts:upsert("slug", { slug = "hello", title = "Hello" })',
    shown="goop.orm:upsert",
)
def upsert(host: Host, table: str, key: str, data: Any) -> Any:
    values = values_of("goop.orm:upsert", "data", data)
    return attempt(lambda: rows_of(host, table).upsert(key, values))


@host_function(
    "orm.update",
    _TABLE,
    _ID,
    _DATA,
    returns="boolean, string?",
    doc="Change the given columns of one row; values may be `goop.expr`.",
    errors=(_NOT_VALID,),
    example='posts:update(42, { title = "Updated" })',
    shown="goop.orm:update",
)
def update(host: Host, table: str, row_id: Any, data: Any) -> Any:
    key = id_of("goop.orm:update", row_id)
    changes = changes_of("goop.orm:update", data)
    return done(lambda: rows_of(host, table).update(key, changes))


@host_function(
    "orm.update_where",
    _TABLE,
    _DATA,
    _WHERE,
    returns="number, string?",
    doc="Change the given columns of all rows that match; returns how many.",
    errors=("update_where requires a where clause", _NOT_VALID),
    example='posts:update_where({ published = 1 }, { where = "draft = 0" })',
    shown="goop.orm:update_where",
)
def update_where(host: Host, table: str, data: Any, opts: Any = None) -> Any:
    query = query_of("goop.orm:update_where", opts)
    changes = changes_of("goop.orm:update_where", data)
    return affected(
        "update_where", query, lambda: rows_of(host, table).update_where(changes, query.where, query.args)
    )


@host_function(
    "orm.delete",
    _TABLE,
    _ID,
    returns="boolean, string?",
    doc="Delete one row; a missing row is not an error.",
    errors=("a row that others refer to: SQLite's message",),
    example="posts:delete(42)",
    shown="goop.orm:delete",
)
def delete(host: Host, table: str, row_id: Any = None) -> Any:
    key = id_of("goop.orm:delete", row_id)
    return done(lambda: rows_of(host, table).delete_where("_id = ?", (key,)))


@host_function(
    "orm.delete_where",
    _TABLE,
    _WHERE,
    returns="number, string?",
    doc="Delete all rows that match; returns how many.",
    errors=("delete_where requires a where clause", _NOT_SQL),
    example='posts:delete_where({ where = "archived = 1" })',
    shown="goop.orm:delete_where",
)
def delete_where(host: Host, table: str, opts: Any = None) -> Any:
    query = query_of("goop.orm:delete_where", opts)
    return affected("delete_where", query, lambda: rows_of(host, table).delete_where(query.where, query.args))


describe(
    "goop.expr",
    Param(
        "sql", "string", doc="an SQL expression by the script's author; never build it from a visitor's input"
    ),
    returns="expression",
    doc="Marks an SQL expression for the data of update and update_where. It is known by identity: "
    "no table that a visitor sends is one.",
    errors=("anything other than update and update_where refuses it",),
    example='posts:update_where({ score = goop.expr("score + 1") }, { where = "_id = ?", args = { 1 } })',
)
