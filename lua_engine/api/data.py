"""What ``goop.orm``, ``goop.config`` and ``goop.db`` share: a call's account, and answers by the conventions
of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from typing import Any, TypeVar

from lua_engine.api.binding import Chunks, Host, Rows, fail
from lua_engine.base.errors import KnownError, ScriptError
from lua_engine.runtime.convert import is_lossy, lossy_warning, ready_row, text_bytes
from lua_engine.sandbox.limits import CHUNK_BYTES, CHUNK_TOKENS
from lua_engine.store.script.rows import OrmRows
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import RowStream, Scope

T = TypeVar("T")
Row = TypeVar("Row", dict[str, Any], dict[str, Any] | None)

_EXACT = 2**53  # up to here a Lua number holds every integer


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
    return OrmRows(host.services.database, found, scope_of(host), host.run.caller, host.run.warn)


def flowing(host: Host, stream: RowStream, table: str = "") -> Rows:
    """The rows of ``stream`` on their way to Lua. ``table`` is the one that they are of, if it is one."""
    return Rows(stream.columns, _chunks(host, stream, table), stream.close)


def single_values(host: Host, stream: RowStream, table: str = "") -> Rows:
    """The same for the first and only column, as an array of values."""
    return Rows((), _chunks(host, stream, table), stream.close)


def _chunks(host: Host, stream: RowStream, table: str) -> Chunks:
    more = True
    while more:
        more, cells, size = stream.cells(CHUNK_TOKENS, CHUNK_BYTES)
        _watch(host, stream.columns, cells, table)
        yield more, cells, size


def fixed(host: Host, columns: Sequence[str], cells: list[Any]) -> Rows:
    """Rows that were all read: ``cells`` of whole rows."""
    _watch(host, columns, cells, "")
    return Rows(columns, _whole_rows(cells, len(columns)))


def _whole_rows(cells: list[Any], width: int) -> Chunks:
    step = max(1, CHUNK_TOKENS // width) * width
    for start in range(0, max(1, len(cells)), step):
        piece = cells[start : start + step]
        yield start + step < len(cells), piece, text_bytes(piece)


def single(host: Host, stream: RowStream, table: str) -> Any:
    """The first row of ``stream`` as Lua can hold it; None when there is none."""
    names = stream.columns
    cells = stream.first(as_bytes=True)
    if cells is None:
        return None
    return ready_row(names, cells) or held(host, dict(zip(names, cells, strict=True)), table)


def held(host: Host, row: Row, table: str) -> Row:
    """One row as Lua can hold it; the call is warned of integers that it cannot."""
    if row is not None and _has_large(row.values()):
        _warn(host, table, row.items())
        row.update({name: float(cell) for name, cell in row.items() if _is_large(cell)})
    return row


def _watch(host: Host, columns: Sequence[str], cells: Sequence[Any], table: str) -> None:
    """Warn the call of integers that Lua cannot hold, in ``cells`` of whole rows."""
    if _has_large(cells):
        _warn(host, table, zip(cycle(columns), cells, strict=False))


def _is_large(cell: Any) -> bool:
    return cell.__class__ is int and not -_EXACT <= cell <= _EXACT


def _has_large(row: Iterable[Any]) -> bool:
    # Every cell that a script reads comes by: a generator is slower, and so is a name of the module.
    low, high, whole = -_EXACT, _EXACT, int
    for cell in row:  # noqa: SIM110
        if cell.__class__ is whole and not low <= cell <= high:
            return True
    return False


def _warn(host: Host, table: str, cells: Iterable[tuple[str, Any]]) -> None:
    for column, cell in cells:
        if _is_large(cell) and is_lossy(cell):
            host.run.warn(lossy_warning(f"{table}.{column}" if table else f"column {column}", cell))


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
