"""Rows into a file: streamed, all as they were at one moment, put in place only when the file is complete."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError
from lua_engine.data.formats import TextFormat, text_writer
from lua_engine.site.atomic import temporary_beside
from lua_engine.store.tables.query import RowQuery
from lua_engine.store.tables.reading import Row, RowReader
from lua_engine.store.tables.source import RowKey

FileFormat = Literal["csv", "json", "sql", "xlsx"]
FILE_FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
_CHUNK = 1_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """``cut`` counts texts that were cut: a cell of XLSX holds 32,767 characters."""

    path: Path
    rows: int
    cut: int = 0


def export_rows(
    reader: RowReader,
    query: RowQuery,
    path: Path,
    kind: FileFormat,
    deadline: Deadline,
    progress: Progress = lambda _rows: None,
    keys: Sequence[RowKey] | None = None,
) -> Exported:
    """Write the rows of ``query`` (``keys``: only these) to ``path``. Nothing is left behind when it fails or
    is
    cancelled. Raises :class:`KnownError` naming the file.
    """
    query = replace(query, fields=exported_fields(reader, query, kind))
    rows = reader.stream(query, keys, deadline, _CHUNK)
    try:
        with _beside(path) as temporary:
            count, cut = _write(rows, query, temporary, kind, progress)
    except OSError as error:
        raise KnownError(f"{path}: cannot be written: {error.strerror or error}") from error
    return Exported(path, count, cut)


def exported_fields(reader: RowReader, query: RowQuery, kind: TextFormat | FileFormat) -> tuple[str, ...]:
    """The columns of ``query`` that are written: in SQL none that SQLite computes and refuses to take."""
    source = reader.source(query.table)
    fields = query.fields or source.names
    if kind != "sql":
        return fields
    return tuple(name for name in fields if not source.column(name).is_generated) or fields


def export_format(path: Path) -> FileFormat:
    """The format that the file's ending names; :class:`KnownError` when it names none."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FILE_FORMATS:
        known = ", ".join(f".{one}" for one in FILE_FORMATS)
        raise KnownError(f"{path}: the ending names no format; it may be {known}")
    return ending


def _write(
    rows: Iterator[list[Row]], query: RowQuery, path: Path, kind: FileFormat, progress: Progress
) -> tuple[int, int]:
    count = 0
    if kind == "xlsx":
        from lua_engine.data.xlsx import XlsxFile  # here: it brings 40 modules

        with XlsxFile(path, query.table, query.fields) as book:
            for chunk in rows:
                book.write(chunk)
                count += len(chunk)
                progress(count)
            book.close()
        return count, book.cut
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        for part, count in text_parts(rows, query, kind):
            file.write(part)
            progress(count)
        file.flush()
        os.fsync(file.fileno())
    return count, 0


def text_parts(rows: Iterator[list[Row]], query: RowQuery, kind: TextFormat) -> Iterator[tuple[str, int]]:
    """The text piece by piece, each with how many rows there are so far."""
    writer = text_writer(kind, query.table, query.fields)
    count = 0
    yield writer.head, 0
    for chunk in rows:
        text = writer.rows(chunk, is_first=not count)
        count += len(chunk)
        yield text, count
    is_empty_table = not count and kind in ("csv", "sql")
    yield "" if is_empty_table else writer.tail, count


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its place at the end of the block, and is gone when that fails."""
    temporary = temporary_beside(path.absolute())
    try:  # its name is known before it is there: whenever somebody ends the program, it goes
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield temporary
        temporary.chmod(0o644 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
