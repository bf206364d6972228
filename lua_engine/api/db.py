"""``goop.db``: plain SQL, for what the ORM cannot say. What it may do is SQLite's authorizer's word
(``store/policy.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lua_engine.api.binding import Host, Param, Rows, host_function
from lua_engine.api.data import attempt, fixed, held, scope_of
from lua_engine.api.options import args_of
from lua_engine.base.errors import ScriptError
from lua_engine.sandbox.limits import CHUNK_BYTES, CHUNK_TOKENS
from lua_engine.store.script.statements import Args, RowStream

MAX_ROWS = 1_000
MAX_BYTES = 1024 * 1024

_ARGS = Param("args", "value", optional=True, variadic=True, doc="values of the placeholders (?)")
_NOT_READING = "a statement other than SELECT or WITH: not authorized"


@host_function(
    "goop.db.query",
    Param("sql", "string", doc="one SELECT or WITH"),
    _ARGS,
    returns="table[]|nil, string?",
    doc="The rows of a query, 1,000 at most (more are cut off, which the log says).",
    errors=(_NOT_READING, "the result is larger than 1 MB", "SQL that does not run: SQLite's message"),
    example='local rows = goop.db.query("SELECT * FROM posts WHERE _owner = ?", goop.peer.id)',
)
def query(host: Host, sql: str, args: Any = None) -> Any:
    values = args_of("goop.db.query", args)
    return attempt(lambda: _bounded(host, _select(host, sql, values)))


@host_function(
    "goop.db.scalar",
    Param("sql", "string", doc="one SELECT or WITH"),
    _ARGS,
    returns="any|nil, string?",
    doc="The first column of the first row; nil when there is no row.",
    errors=(_NOT_READING, "the result is larger than 1 MB", "SQL that does not run: SQLite's message"),
    example='local count = goop.db.scalar("SELECT COUNT(*) FROM responses")',
)
def scalar(host: Host, sql: str, args: Any = None) -> Any:
    values = args_of("goop.db.scalar", args)

    def first() -> Any:
        stream = _select(host, sql, values)
        name = stream.columns[0]
        row = stream.first(as_bytes=True) or (None,)
        if _size(row[:1]) > MAX_BYTES:
            raise ScriptError("the result is larger than 1 MB")
        return held(host, {name: row[0]}, "")[name]

    return attempt(first)


@host_function(
    "goop.db.exec",
    Param("sql", "string", doc="one INSERT, UPDATE, DELETE or REPLACE"),
    _ARGS,
    returns="number|nil, string?",
    doc="Change rows; returns how many.",
    errors=(
        "only INSERT, UPDATE, DELETE and REPLACE are possible here",
        "not authorized: system table _meta cannot be written by scripts",
    ),
    example='goop.db.exec("UPDATE games SET turn = ? WHERE _id = ?", "O", game_id)',
)
def execute(host: Host, sql: str, args: Any = None) -> Any:
    values = args_of("goop.db.exec", args)

    def run() -> int:
        with host.services.database.script_write(scope_of(host)) as writer:
            return writer.write(sql, values)

    return attempt(run)


def _select(host: Host, sql: str, args: Args) -> RowStream:
    stream = host.services.database.script_rows(scope_of(host), sql, args)
    if not stream.columns:
        stream.close()
        raise ScriptError("only SELECT queries are possible here")
    return stream


def _bounded(host: Host, stream: RowStream) -> Rows:
    cells: list[Any] = []
    size, more, most = 0, True, MAX_ROWS * len(stream.columns)
    try:
        while more and len(cells) <= most:
            more, some, _ = stream.cells(CHUNK_TOKENS, CHUNK_BYTES)
            size += _size(some[: most - len(cells)])
            if size > MAX_BYTES:
                raise ScriptError("the result is larger than 1 MB")
            cells += some
    finally:
        stream.close()
    if len(cells) > most:
        host.run.log(
            "warn",
            f"goop.db.query: the result was cut at {MAX_ROWS} rows; use LIMIT and OFFSET, or goop.orm",
        )
    return fixed(host, stream.columns, cells[:most])


def _size(cells: Sequence[Any]) -> int:
    """Bytes of cells, as text about."""
    return sum(len(value) if isinstance(value, (str, bytes)) else 8 for value in cells)
