"""What ``goop.orm``, ``goop.config`` and ``goop.db`` share: a call's account, and answers by the conventions
of the contract.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from lua_engine.api.binding import Host, Rows, Stream, fail
from lua_engine.base.errors import KnownError, ScriptError
from lua_engine.store.script.rows import OrmRows
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import RowStream, Scope

T = TypeVar("T")


def attempt(action: Callable[[], T]) -> T | tuple[None, str]:
    """The answer of ``action``, or ``nil, message`` for what can go wrong with SQL, values and the file."""
    try:
        return action()
    except (ScriptError, KnownError) as error:
        return fail(str(error))


def scope_of(host: Host) -> Scope:
    """The account of the call that ``host`` serves."""
    return Scope(host.run.deadline, host.run.record_sql, host.run.call_id)


def rows_of(host: Host, table: str) -> OrmRows:
    """The rows of an open handle's table; :class:`ScriptError` when it is no ORM table (any more)."""
    found = host.services.tables.known(table, host.run.deadline)
    if found is None:
        raise ScriptError(f"not an ORM table: {table}")
    return OrmRows(host.services.database, found, scope_of(host), host.run.caller)


def flowing(stream: RowStream) -> Rows:
    return Rows(stream.columns, iter(stream), stream.close)


def single_values(stream: RowStream) -> Stream:
    return Stream((row[0] for row in stream), stream.close)


def done(action: Callable[[], object]) -> Any:
    """``true``, or ``false, message``."""
    try:
        action()
    except (ScriptError, KnownError) as error:
        return False, str(error)
    return True


def affected(name: str, query: Query, action: Callable[[], int]) -> Any:
    """The number of rows, or ``0, message``."""
    if not query.where.strip():
        return 0, f"{name} requires a where clause"
    try:
        return action()
    except (ScriptError, KnownError) as error:
        return 0, str(error)
