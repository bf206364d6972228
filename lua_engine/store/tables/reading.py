"""Rows of any table or view as the data browser reads them: a first page at once, then any rows by their
keys.

Every reading has a deadline that may be revoked from another thread; it raises :class:`StoreError` when the
time is
over, and nothing here can write (``PRAGMA query_only``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, literal_column, select

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind, StoreError
from lua_engine.store.changes.identifiers import quoted
from lua_engine.store.changes.seen_rows import SeenRows
from lua_engine.store.database import Database
from lua_engine.store.system_connections import raw_connection
from lua_engine.store.tables.index import RowIndex, build_index
from lua_engine.store.tables.query import RowQuery, narrowed, ordered
from lua_engine.store.tables.source import STORED, RowKey, Source, describe_source

PAGE_ROWS = 256
CELL_SIZE = 2_000
"""Bytes of a value that come with a page; the whole value comes with :meth:`RowReader.cell`."""

MAX_FACETS = 500
VIEW_ROWS = 50_000
VIEW_BYTES = 64 * 1024 * 1024
_STREAM_KEYS = 500
_MAX_CUT = 900  # columns: a statement answers 2,000 at most; the values of more come whole
_SECONDS = 10.0

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LongValue:
    """The beginning of a text or blob of ``size`` bytes."""

    start: str | bytes
    size: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows with their keys, in order. ``has_more``: others follow."""

    columns: tuple[str, ...]
    keys: tuple[RowKey, ...]
    rows: tuple[Row, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A value of a column and how many rows have it."""

    value: Any
    count: int


@dataclass(frozen=True, slots=True)
class WholeRows:
    """Rows by rowid, with all columns, and the highest rowid of the table (-1: it has no rowids)."""

    columns: tuple[str, ...]
    rows: Mapping[int, Row]
    highest: int


class ReadCancelled(StoreError):
    """Somebody ended the reading."""


class RowReader:
    """Thread-safe. ``seen`` is told of the rows that are read whole."""

    def __init__(self, database: Database, seen: SeenRows | None = None) -> None:
        self._database = database
        self._seen = seen

    def source(self, table: str) -> Source:
        """The columns and the key of a table or view; :class:`StoreError` when there is none."""
        with self._reading(Deadline(_SECONDS), is_bounded=False) as connection:
            return describe_source(connection, table)

    def first_page(self, query: RowQuery, deadline: Deadline | None = None, rows: int = PAGE_ROWS) -> Page:
        """The first rows of ``query``. Those of a view have their place (0, 1, ...) as key."""
        mark = self._seen.mark() if self._seen is not None else 0
        with self._reading_of(query, deadline or Deadline(_SECONDS)) as (connection, source):
            fields = _fields(source, query)
            statement = ordered(narrowed(_cut(source, fields), source, query), source, query).limit(rows + 1)
            found = [tuple(row) for row in connection.execute(statement)]
            shown = found[:rows]
            keys = tuple(source.key_of(row[: len(source.key)]) for row in shown) if source.key else ()
            values = tuple(_joined(row, len(source.key), len(fields)) for row in shown)
            self._note(connection, source, fields, dict(zip(keys, values, strict=False)), mark)
            return Page(fields, keys or tuple(range(len(shown))), values, len(found) > rows)

    def index(
        self, query: RowQuery, deadline: Deadline, progress: Callable[[int], None] = lambda _count: None
    ) -> RowIndex:
        """The keys of all rows of ``query``. Not for a view: :meth:`view_page`."""
        with self._reading_of(query, deadline) as (connection, source):
            return build_index(connection, source, query, deadline, progress)

    def view_page(self, query: RowQuery, deadline: Deadline) -> Page:
        """All rows of a view, up to :data:`VIEW_ROWS` and :data:`VIEW_BYTES`: they have nothing by which one
        could
        find them again.
        """
        with self._reading_of(query, deadline) as (connection, source):
            fields = _fields(source, query)
            statement = ordered(narrowed(_cut(source, fields), source, query), source, query)
            rows: list[Row] = []
            size = 0
            for row in connection.execution_options(yield_per=500).execute(statement):
                deadline.check()
                rows.append(_joined(tuple(row), len(source.key), len(fields)))
                size += sum(len(value) if isinstance(value, (str, bytes)) else 16 for value in row)
                if len(rows) >= VIEW_ROWS or size >= VIEW_BYTES:
                    return Page(fields, tuple(range(len(rows))), tuple(rows), True)
            return Page(fields, tuple(range(len(rows))), tuple(rows), False)

    def rows(
        self, query: RowQuery, keys: Sequence[RowKey], deadline: Deadline | None = None
    ) -> dict[RowKey, Row]:
        """The rows with those keys, as they are now, long values cut;
        a row that is gone is not among them.
        """
        mark = self._seen.mark() if self._seen is not None else 0
        with self._reading_of(query, deadline or Deadline(_SECONDS)) as (connection, source):
            fields = _fields(source, query)
            found = _rows(connection, source, fields, keys)
            self._note(connection, source, fields, found, mark, keys)
            return found

    def whole_rows(self, query: RowQuery, keys: Sequence[int]) -> WholeRows:
        """The rows of a table with those rowids, long values cut."""
        with self._reading_of(query, Deadline(_SECONDS)) as (connection, source):
            rows = _rows(connection, source, source.names, keys) if source.has_rowid else {}
            whole = {key: row for key, row in rows.items() if isinstance(key, int)}
            return WholeRows(source.names, whole, _highest(connection, source))

    def _note(
        self,
        connection: Connection,
        source: Source,
        fields: tuple[str, ...],
        rows: Mapping[RowKey, Row],
        mark: int,
        asked: Sequence[RowKey] = (),
    ) -> None:
        if self._seen is None or not source.has_rowid or fields != source.names:
            return
        whole = {key: row for key, row in rows.items() if isinstance(key, int)}
        looked_for = [key for key in asked if isinstance(key, int)]
        is_new = self._seen.highest(source.name) < 0
        highest = _highest(connection, source) if is_new else -1
        self._seen.note(source.name, fields, whole, mark, asked=looked_for, highest=highest)

    def cell(self, table: str, key: RowKey, column: str) -> Any:
        """One value, whole. :class:`StoreError` when the row is gone."""
        with self._reading_of(RowQuery(table), Deadline(_SECONDS)) as (connection, source):
            source.column(column)
            found = connection.execute(select(source.table.c[column]).where(source.has_key(key))).first()
            if found is None:
                raise StoreError(f"the row is no longer in {table}")
            return found[0]

    def whole_row(self, table: str, key: RowKey) -> dict[str, Any]:
        """One row by column, nothing cut; empty when it is gone."""
        with self._reading_of(RowQuery(table), Deadline(_SECONDS)) as (connection, source):
            columns = [source.table.c[one] for one in source.names]
            found = connection.execute(select(*columns).where(source.has_key(key))).first()
            return {} if found is None else dict(zip(source.names, found, strict=True))

    def stream(
        self,
        query: RowQuery,
        keys: Sequence[RowKey] | None,
        deadline: Deadline,
        chunk: int = _STREAM_KEYS,
    ) -> Iterator[list[Row]]:
        """The rows with those keys (None: all of the query) in that order, whole, ``chunk`` at a time, all as
        they
        were at one moment. Rows that are gone are left out.
        """
        with self._reading_of(query, deadline) as (connection, source):
            fields = _fields(source, query)
            if keys is None or not source.key:
                yield from _streamed(connection, source, query, fields, deadline, chunk)
                return
            columns = [source.table.c[one] for one in fields]
            width, together = len(source.key), chunk if source.has_rowid else min(chunk, _STREAM_KEYS)
            for start in range(0, len(keys), together):
                deadline.check()
                part = keys[start : start + together]
                statement = select(*source.key_columns, *columns).where(source.is_one_of(part))
                found = {
                    source.key_of(tuple(row[:width])): tuple(row[width:])
                    for row in connection.execute(statement, source.parameters(part))
                }
                yield [found[key] for key in part if key in found]

    def facets(self, query: RowQuery, column: str, deadline: Deadline) -> tuple[tuple[Facet, ...], bool]:
        """The values of ``column`` among the rows of ``query``, most frequent first, and whether there are
        more
        than :data:`MAX_FACETS`. A filter of the column itself does not count; long values are cut.
        """
        others = tuple(one for one in query.filters if one.column != column)
        with self._reading_of(query, deadline) as (connection, source):
            source.column(column)
            field = source.table.c[column]
            shown = case((func.length(field) > CELL_SIZE, func.substr(field, 1, CELL_SIZE)), else_=field)
            count = func.count()
            statement = narrowed(select(shown, count), source, replace(query, filters=others))
            statement = statement.group_by(shown).order_by(count.desc(), shown).limit(MAX_FACETS + 1)
            found = [Facet(row[0], row[1]) for row in connection.execute(statement)]
            return tuple(found[:MAX_FACETS]), len(found) > MAX_FACETS

    def count(self, query: RowQuery, deadline: Deadline) -> int:
        """How many rows ``query`` has."""
        with self._reading_of(query, deadline) as (connection, source):
            statement = narrowed(select(func.count()).select_from(source.table), source, query)
            return int(connection.execute(statement).scalar_one())

    @contextmanager
    def _reading_of(self, query: RowQuery, deadline: Deadline) -> Iterator[tuple[Connection, Source]]:
        """With bounds where SQL of other people is run; values of a plain table may be of any size."""
        is_bounded = bool(query.where.strip())
        with self._reading(deadline, is_bounded=is_bounded) as connection:
            source = describe_source(connection, query.table)
            if is_bounded or not source.is_computed:
                yield connection, source
                return
        with self._reading(deadline, is_bounded=True) as connection:
            yield connection, describe_source(connection, query.table)

    @contextmanager
    def _reading(self, deadline: Deadline, *, is_bounded: bool) -> Iterator[Connection]:
        try:
            with self._database.system_read(deadline, is_bounded=is_bounded) as connection:
                raw = raw_connection(connection)
                raw.execute("PRAGMA query_only = ON")
                try:
                    yield connection
                finally:
                    if not connection.invalidated:  # Ctrl+C while SQLAlchemy fetches: it has closed it
                        raw.execute("PRAGMA query_only = OFF")
        except CallKilled as error:
            if error.kind is ErrorKind.CANCELLED:
                raise ReadCancelled("the reading was cancelled") from error
            raise StoreError(f"reading took longer than {deadline.limit:g} s and was ended") from error


def _rows(
    connection: Connection, source: Source, fields: Sequence[str], keys: Sequence[RowKey]
) -> dict[RowKey, Row]:
    found: dict[RowKey, Row] = {}
    width = len(source.key)
    for start in range(0, len(keys), _STREAM_KEYS):
        part = keys[start : start + _STREAM_KEYS]
        statement = _cut(source, fields).where(source.is_one_of(part))
        for row in connection.execute(statement, source.parameters(part)):
            values = tuple(row)
            found[source.key_of(values[:width])] = _joined(values, width, len(fields))
    return found


def _highest(connection: Connection, source: Source) -> int:
    if not source.has_rowid:
        return -1
    return int(connection.execute(select(func.max(source.key_columns[0]))).scalar() or 0)


def _fields(source: Source, query: RowQuery) -> tuple[str, ...]:
    for name in query.fields:
        source.column(name)
    return query.fields or source.names


def _cut(source: Source, fields: Sequence[str]) -> Select[Any]:
    """Key, values (long ones cut), and for each value its size when it was cut."""
    if len(fields) > _MAX_CUT:
        return select(*source.key_columns, *(source.table.c[name] for name in fields))
    cells = [cut_cell(name) for name in fields]
    values = [literal_column(value, STORED) for value, _size in cells]
    sizes: list[ColumnElement[Any]] = [literal_column(size) for _value, size in cells]
    return select(*source.key_columns, *values, *sizes).select_from(source.table)


def cut_cell(column: str) -> tuple[str, str]:
    """SQL for a value, cut when it is long, and for its size then (else NULL). As text: SQLAlchemy's own
    expressions take half a second for 300 columns.
    """
    name = quoted(column)
    size = f"length(CAST({name} AS BLOB))"  # length(text) ends at a NUL
    is_long = f"{size} > {CELL_SIZE}"
    value = f"CASE WHEN {is_long} THEN substr({name}, 1, {CELL_SIZE}) ELSE {name} END"
    return value, f"CASE WHEN {is_long} THEN {size} END"


def _joined(row: Row, width: int, count: int) -> Row:
    """The values of a row of :func:`_cut`."""
    values, sizes = row[width : width + count], row[width + count :]
    if not any(sizes):
        return values
    return tuple(
        value if size is None else LongValue(value, size) for value, size in zip(values, sizes, strict=True)
    )


def _streamed(
    connection: Connection,
    source: Source,
    query: RowQuery,
    fields: Sequence[str],
    deadline: Deadline,
    chunk: int,
) -> Iterator[list[Row]]:
    columns = [source.table.c[one] for one in fields]
    statement = ordered(narrowed(select(*columns), source, query), source, query)
    result = connection.execute(statement)
    cursor: Any = result.cursor  # SQLAlchemy's rows would cost half of the time
    try:
        while rows := cursor.fetchmany(chunk):
            deadline.check()
            yield rows
    finally:
        result.close()
