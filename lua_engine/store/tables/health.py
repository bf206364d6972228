"""Is the data as its schemas say? Each finding is a condition in SQL that leads to its rows. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, StoreError
from lua_engine.store.changes.identifiers import quoted
from lua_engine.store.database import Database
from lua_engine.store.tables.info import ColumnInfo, TableInfo

_TEXTS = ("text", "guid", "enum", "datetime", "date", "time")
_MOMENTS = {"datetime": "datetime", "date": "date", "time": "time"}


@dataclass(frozen=True, slots=True)
class DataFinding:
    """``rows`` rows of ``table`` for which ``where`` holds are not as they should be. Without a table it is
    about
    the file. ``rows`` None: could not be counted in time.
    """

    table: str
    text: str
    rows: int | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class TableSize:
    """How many bytes a table and its indexes take in the file."""

    table: str
    size: int


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was found; ``checked`` counts the questions asked. ``sizes`` is empty where SQLite cannot tell."""

    findings: tuple[DataFinding, ...]
    checked: int
    sizes: tuple[TableSize, ...]


def check_data(
    database: Database,
    tables: Sequence[TableInfo],
    deadline: Deadline,
    progress: Callable[[str], None] = lambda _what: None,
) -> DataReport:
    """Look at every user table. A question that cannot be answered is a finding too."""
    findings: list[DataFinding] = []
    checked = 1
    progress("the file")
    findings += _damages(database, deadline)
    for table in tables:
        if table.problem:
            findings.append(DataFinding(table.name, table.problem))
        for text, where in questions(table, tables):
            deadline.check()
            progress(f"{table.name}: {text}")
            checked += 1
            rows = _count(database, table.name, where, deadline)
            if rows is None or rows:
                findings.append(DataFinding(table.name, text, rows, where))
    progress("sizes")
    return DataReport(tuple(findings), checked, _sizes(database, deadline))


def questions(table: TableInfo, tables: Sequence[TableInfo]) -> Iterator[tuple[str, str]]:
    """What may be wrong with rows of ``table``, and the condition that finds them."""
    if not table.is_writable:
        return
    for column in table.columns:
        if column.is_system or column.generated:
            continue
        name = quoted(column.name)
        if column.required:
            yield f"{column.name} is required and missing", f"{name} IS NULL"
        if table.kind == "orm":
            yield from _typed(column, name)
        target = referenced(column.name, table, tables)
        if target is not None:
            yield f"{column.name} matches no row of {target.name}", _orphan(table, name, target)


def _typed(column: ColumnInfo, name: str) -> Iterator[tuple[str, str]]:
    kind = column.type
    if kind in ("integer", "real"):
        yield f"{column.name} is not a number", f"typeof({name}) NOT IN ('integer', 'real', 'null')"
    elif kind in _TEXTS:
        yield f"{column.name} is not text", f"typeof({name}) IN ('integer', 'real')"
    if column.values:
        keys = ", ".join(_literal(key) for key, _label in column.values)
        yield f"{column.name} is not one of its values", f"{name} IS NOT NULL AND {name} NOT IN ({keys})"
    if kind in _MOMENTS:
        parsed = f"{_MOMENTS[kind]}({name}) IS NULL"
        yield f"{column.name} is not a valid {kind}", f"{name} IS NOT NULL AND {name} <> '' AND {parsed}"


def referenced(column: str, table: TableInfo, tables: Sequence[TableInfo]) -> TableInfo | None:
    """The table whose rows a column ``card_id`` names: ``card``, ``cards`` or ``cardes``;
    None when there is none.
    """
    stem = column.lower().removesuffix("_id")
    if not column.lower().endswith("_id") or not stem.strip("_"):
        return None
    wanted = {stem, f"{stem}s", f"{stem}es", f"{stem[:-1]}ies" if stem.endswith("y") else stem}
    found = (
        one for one in tables if one.name.lower() in wanted and one.is_writable and one.name != table.name
    )
    return next(found, None)


def _orphan(table: TableInfo, name: str, target: TableInfo) -> str:
    own = f"{quoted(table.name)}.{name}"
    keys = [one.name for one in target.columns if one.is_key or one.name == "_id"] or ["rowid"]
    same = " OR ".join(f"t.{quoted(key)} = {own}" for key in keys)
    gone = f"NOT EXISTS (SELECT 1 FROM {quoted(target.name)} AS t WHERE {same})"
    return f"{name} IS NOT NULL AND {name} NOT IN ('', 0) AND {gone}"


def _count(database: Database, table: str, where: str, deadline: Deadline) -> int | None:
    try:
        with database.system_read(Deadline(min(10.0, deadline.remaining()))) as connection:
            sql = f"SELECT count(*) FROM main.{quoted(table)} WHERE {where}"
            return int(connection.exec_driver_sql(sql).scalar_one())
    except (CallKilled, StoreError):
        deadline.check()
        return None


def _damages(database: Database, deadline: Deadline) -> Iterator[DataFinding]:
    with database.system_read(deadline) as connection:
        lines = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
        for line in lines:
            if line != "ok":
                yield DataFinding("", f"the file is damaged: {line}")
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20):
            yield DataFinding(
                row[0], f"a row matches no row of {row[2]} (foreign key)", 1, f"rowid = {row[1]}"
            )


def _sizes(database: Database, deadline: Deadline) -> tuple[TableSize, ...]:
    try:
        with database.system_read(deadline) as connection:
            return _sizes_of(connection)
    except (StoreError, DBAPIError):  # a SQLite without dbstat
        return ()


def _sizes_of(connection: Connection) -> tuple[TableSize, ...]:
    rows = connection.exec_driver_sql(
        "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m ON m.name = s.name "
        "GROUP BY m.tbl_name ORDER BY 2 DESC"
    )
    return tuple(TableSize(name, size) for name, size in rows)


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
