"""Rows edited by the site's owner: checked as goop.orm checks, written cell by cell, undoable.

Every edit is a few short transactions of at most ``BATCH_ROWS`` rows; one that fails half-way is taken back,
so it
is all or nothing. Nothing is locked while a person thinks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count, groupby, islice
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import Connection, delete, func, insert, select, update

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import SchemaError, StoreError
from lua_engine.schema.model import SYSTEM_COLUMNS, TableSchema
from lua_engine.schema.types import ColumnType, automatic_text
from lua_engine.schema.validation import check_insert, check_update
from lua_engine.store.changes.exact import ExactWrite, exact_write
from lua_engine.store.changes.inverse import is_same
from lua_engine.store.changes.undo import BATCH_ROWS, Recorder, UndoEntry, UndoLog
from lua_engine.store.connections import RawText
from lua_engine.store.database import Database
from lua_engine.store.tables.catalog import TableCatalog
from lua_engine.store.tables.source import RowKey, Source, describe_source, stored

T = TypeVar("T")
Progress = Callable[[int], None]
READ_ONLY_COLUMNS = frozenset({"_id", "_created_at", "_updated_at"})
"""System columns that nobody edits; ``_owner`` and ``_owner_email`` may be."""

MANY_ROWS = 500  # of one transaction that adds or removes: one statement each
_INT64 = 2**63


class _Unknown:
    """Nobody looked at the value before."""


UNKNOWN = _Unknown()


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell gets ``value``. ``was`` is what the person saw there: another value now is a conflict."""

    key: RowKey
    column: str
    value: Any
    was: Any = UNKNOWN


class EditConflict(StoreError):
    """The cell was changed by somebody else since it was shown; nothing was written. ``now`` is its value."""

    def __init__(self, table: str, edit: CellEdit, now: Any, *, is_gone: bool) -> None:
        what = "the row no longer exists" if is_gone else f'"{edit.column}" was changed in the meantime'
        super().__init__(f"{table}: {what}")
        self.table = table
        self.edit = edit
        self.now = now
        self.is_gone = is_gone


def _nobody(_done: int) -> None:
    """Nobody wants to know how far it is."""


class RowEditor:
    """Thread-safe. Every method raises :class:`SchemaError` for a value that does not fit, in goop.orm's
    words, and :class:`StoreError` where the file refuses; nothing is written then.

    ``progress`` hears after each transaction how many items are done. :class:`CallKilled` when ``deadline``
    is over by the last one: what was written is taken back first.
    """

    def __init__(self, database: Database, tables: TableCatalog, log: UndoLog) -> None:
        self._database = database
        self._tables = tables
        self._log = log

    def update(
        self,
        table: str,
        edits: Sequence[CellEdit],
        title: str = "",
        *,
        deadline: Deadline | None = None,
        progress: Progress = _nobody,
    ) -> UndoEntry | None:
        """Write exactly these cells. Raises :class:`EditConflict` when one is not as it was shown."""
        source, schema = self._writable(table)
        for one in edits:
            _check_column(source, one.column)
            self._check_update(source, schema, {one.column: one.value})
        columns = sorted({one.column for one in edits})
        with self._edit(title or f"Edited {', '.join(columns)}", table) as record:
            for batch in _watched(_batches(edits, record.is_long), deadline, progress):
                with self._exact(table, record) as write:
                    for key, cells in groupby(batch, key=lambda one: one.key):
                        _write_cells(write.connection, source, key, list(cells))
                record.add(write.tables)
            return record.finish()

    def insert(
        self,
        table: str,
        rows: Iterable[Mapping[str, Any]],
        owner: Caller,
        title: str = "",
        *,
        deadline: Deadline | None = None,
        progress: Progress = _nobody,
    ) -> UndoEntry | None:
        """Add ``rows`` as ``owner``; ``auto`` columns and defaults are filled.
        A row may bring its own ``_owner``.
        """
        source, schema = self._writable(table)
        with self._edit(title or "Added rows", table) as record:
            for batch in _watched(_batches(rows, record.is_long, MANY_ROWS), deadline, progress):
                prepared = [_new_row(source, schema, row, owner) for row in batch]
                with self._exact(table, record) as write:
                    _insert_all(write.connection, source, prepared)
                record.add(write.tables)
            return record.finish(title or f"Added {record.rows:,} row{'' if record.rows == 1 else 's'}")

    def delete(
        self,
        table: str,
        keys: Sequence[RowKey],
        title: str = "",
        *,
        deadline: Deadline | None = None,
        progress: Progress = _nobody,
    ) -> UndoEntry | None:
        """Remove the rows with those keys; those that are gone already do not matter."""
        source, _schema = self._writable(table)
        with self._edit(title or "Deleted rows", table) as record:
            for batch in _watched(_batches(keys, record.is_long, MANY_ROWS), deadline, progress):
                with self._exact(table, record) as write:
                    write.connection.execute(
                        delete(source.table).where(source.is_one_of(batch)), source.parameters(batch)
                    )
                record.add(write.tables)
            return record.finish(title or f"Deleted {record.rows:,} row{'' if record.rows == 1 else 's'}")

    def checker(self, table: str) -> RowCheck:
        """Checks rows of ``table`` before any is written."""
        return RowCheck(*self._writable(table))

    def problems(self, table: str, rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
        """Why rows could not be inserted, by their place; those that could are not among them."""
        check = self.checker(table)
        found: dict[int, str] = {}
        for place, row in enumerate(rows):
            try:
                check(row)
            except SchemaError as error:
                found[place] = str(error)
        return found

    # -- parts -----------------------------------------------------------------------------------------------

    def _writable(self, table: str) -> tuple[Source, TableSchema | None]:
        info = next((one for one in self._tables.infos() if one.name == table), None)
        if info is None:
            raise StoreError(f"there is no table {table}")
        if not info.is_writable:
            raise StoreError(f"{table} is a {info.kind} table: its rows cannot be edited")
        with self._database.system_read() as connection:
            source = describe_source(connection, table)
        if not source.key:
            raise StoreError(f"{table} cannot be edited: it has no key that tells its rows apart")
        found = self._tables.get(table) if info.kind == "orm" else None
        return source, found.schema if found is not None else None

    def _exact(self, table: str, record: Recorder) -> AbstractContextManager[ExactWrite]:
        return exact_write(
            self._database, frozenset({table}), origin="window", before_commit=record.before_commit
        )

    @contextmanager
    def _edit(self, title: str, table: str) -> Iterator[Recorder]:
        record = self._log.new_entry(title, table)
        try:
            yield record
        except StoreError as error:
            record.give_up()
            prefix = f"{self._database.path}: "
            if type(error) is StoreError and str(error).startswith(prefix):
                raise StoreError(f"{table}: {str(error).removeprefix(prefix)}") from error
            raise
        except BaseException:
            record.give_up()
            raise

    @staticmethod
    def _check_update(source: Source, schema: TableSchema | None, values: Mapping[str, Any]) -> None:
        _check_stored(source, values)
        if schema is not None:
            check_update(schema, values)


class RowCheck:
    """Would these rows be taken? For one table."""

    def __init__(self, source: Source, schema: TableSchema | None) -> None:
        self._source = source
        self._schema = schema

    def __call__(self, row: Mapping[str, Any]) -> None:
        """Raise :class:`SchemaError` unless ``row`` could be inserted."""
        _new_row(self._source, self._schema, row, Caller("check"))


def _new_row(
    source: Source, schema: TableSchema | None, row: Mapping[str, Any], owner: Caller
) -> dict[str, Any]:
    """``row`` checked, and with what every row has."""
    for name in row:
        if name not in source.names:
            raise SchemaError(f'unknown column "{name}" in table "{source.name}"')
    values = {
        name: value
        for name, value in row.items()
        if not source.column(name).is_generated and (name not in SYSTEM_COLUMNS or value is not None)
    }
    if schema is not None:
        check_insert(schema, values)
        for column in schema.columns:
            if column.auto and values.get(column.name) in (None, ""):
                values[column.name] = _Auto(column.type)
            elif values.get(column.name) is None and column.default is not None:
                values.pop(column.name, None)  # as goop.orm: no value takes the default
    for name, value in (("_owner", owner.id), ("_owner_email", owner.email)):
        if name in source.names and values.get(name) is None:
            values[name] = value
    _check_stored(source, values)
    return values


@dataclass(frozen=True, slots=True)
class _Auto:
    """Filled when the row is written."""

    kind: ColumnType


def _check_column(source: Source, name: str) -> None:
    column = source.column(name)
    if column.is_generated:
        raise SchemaError(f'column "{name}" is generated: SQLite computes it')
    if name in READ_ONLY_COLUMNS and name in source.names and "_owner" in source.names:
        raise SchemaError(f'column "{name}" is kept by Goop2: it cannot be edited')


def _check_stored(source: Source, values: Mapping[str, Any]) -> None:
    """What every table refuses, with a schema or without."""
    for name, value in values.items():
        if value is None and source.column(name).is_required and name not in SYSTEM_COLUMNS:
            raise SchemaError(f'column "{name}" is required')
        if isinstance(value, int) and not -_INT64 <= value < _INT64:
            raise SchemaError(f'column "{name}": {value} is out of the range of 64-bit integers')


def _batches(items: Iterable[T], are_many: Callable[[], None], rows: int = BATCH_ROWS) -> Iterator[list[T]]:
    """``are_many`` is called before the first one is handed out, when there is a second one."""
    iterator = iter(items)
    batch = list(islice(iterator, rows))
    following = list(islice(iterator, rows)) if batch else []
    if following:
        are_many()
    while batch:
        yield batch
        batch, following = following, list(islice(iterator, rows)) if following else []


def _watched(batches: Iterable[list[T]], deadline: Deadline | None, progress: Progress) -> Iterator[list[T]]:
    """``batches`` for as long as there is time; ``progress`` hears when each has been worked on."""
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        progress(done)
        if deadline is not None:
            deadline.check()


def _value(value: Any) -> Any:
    """Text that is not UTF-8 travels as bytes."""
    return (
        sqlalchemy.cast(stored(bytes(value)), sqlalchemy.Text)
        if isinstance(value, RawText)
        else stored(value)
    )


def _write_cells(connection: Connection, source: Source, key: RowKey, cells: list[CellEdit]) -> None:
    fields = [source.table.c[one.column] for one in cells]
    now = connection.execute(select(*fields).where(source.has_key(key))).first()
    for place, one in enumerate(cells):
        if now is None:
            raise EditConflict(source.name, one, None, is_gone=True)
        if not isinstance(one.was, _Unknown) and not is_same(one.was, now[place]):
            raise EditConflict(source.name, one, now[place], is_gone=False)
    changed = [one for place, one in enumerate(cells) if now is None or not is_same(one.value, now[place])]
    if not changed:
        return  # nobody's _updated_at moves for it
    values = {one.column: _value(one.value) for one in changed}
    if "_updated_at" in source.names and "_updated_at" not in values:
        values["_updated_at"] = func.current_timestamp()
    connection.execute(update(source.table).where(source.has_key(key)).values(values))


def _insert_all(connection: Connection, source: Source, rows: list[dict[str, Any]]) -> None:
    """Rows of one shape, one after the other, go in as one statement."""
    for _shape, alike in groupby(rows, key=_shape_of):
        some = list(alike)
        kinds = {type(value) for value in some[0].values()}
        # A trigger may add rows of its own between two of ours.
        if RawText in kinds or (_Auto in kinds and _has_triggers(connection, source)):
            for row in some:
                _insert(connection, source, row)
        else:
            connection.execute(insert(source.table), _filled(connection, source, some))


def _shape_of(row: Mapping[str, Any]) -> tuple[tuple[str, type | None], ...]:
    return tuple((name, _marker(value)) for name, value in row.items())


def _marker(value: Any) -> type | None:
    return type(value) if isinstance(value, (_Auto, RawText)) else None


def _has_triggers(connection: Connection, source: Source) -> bool:
    found = connection.exec_driver_sql(
        "SELECT 1 FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE LIMIT 1",
        (source.name,),
    )
    return found.first() is not None


def _insert(connection: Connection, source: Source, row: Mapping[str, Any]) -> None:
    (values,) = _filled(connection, source, [row])
    connection.execute(insert(source.table).values({name: _value(value) for name, value in values.items()}))


def _filled(
    connection: Connection, source: Source, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """``rows`` of one shape with what is filled by itself: of a number, one more than the highest so far."""
    filled = [dict(row) for row in rows]
    for name, value in rows[0].items():
        if isinstance(value, _Auto):
            for row, automatic in zip(filled, _automatic(connection, source, name, value.kind), strict=False):
                row[name] = automatic
    return filled


def _automatic(connection: Connection, source: Source, name: str, kind: ColumnType) -> Iterator[Any]:
    """The values for new rows, without end."""
    if kind is not ColumnType.INTEGER:
        while True:
            yield automatic_text(kind)
    highest = connection.execute(select(func.coalesce(func.max(source.table.c[name]), 0))).scalar()
    if not isinstance(highest, (int, float)):
        raise SchemaError(f'column "{name}": no next number, its highest value is {highest!r}')
    yield from count(int(highest) + 1)
