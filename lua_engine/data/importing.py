"""Rows out of a CSV or JSON file: read as they are wanted, every row checked before the first is written."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError, SchemaError
from lua_engine.base.strict_json import JsonProblem, parse_json
from lua_engine.data.csv_text import CsvCell, csv_rows
from lua_engine.data.formats import restored
from lua_engine.schema.model import SYSTEM_COLUMNS
from lua_engine.site.foreign import kind_flaw
from lua_engine.store.changes.undo import UndoEntry
from lua_engine.store.connections import RawText
from lua_engine.store.tables.edit import RowEditor
from lua_engine.store.tables.info import ColumnInfo, TableInfo
from lua_engine.store.tables.values import parse_value

ImportFormat = Literal["csv", "json"]
MAX_PROBLEMS = 100
MAX_JSON_ROW = 64 * 1024 * 1024  # characters
_READ = 256 * 1024
_TEXTS = frozenset({"text", "enum", "guid", "datetime", "date", "time"})

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A row that cannot be added. ``line`` is that of the file for CSV, the number of the row for JSON."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """What an import would do. ``problems`` are the first :data:`MAX_PROBLEMS` of ``bad`` rows; ``first`` are
    some
    rows to look at.
    """

    rows: int
    bad: int
    problems: tuple[ImportProblem, ...]
    columns: tuple[str, ...]
    first: tuple[Mapping[str, Any], ...]


class RowImport:
    """One file for one table. ``keep_ids``: ``_id`` and the system's other columns come from the file too."""

    def __init__(
        self, path: Path, kind: ImportFormat, table: TableInfo, editor: RowEditor, *, keep_ids: bool = False
    ) -> None:
        self._path = path
        self._kind = kind
        self._table = table
        self._editor = editor
        kept = SYSTEM_COLUMNS if keep_ids else ("_owner", "_owner_email")
        self._columns = {
            column.name: column
            for column in table.columns
            if not column.generated and (not column.is_system or column.name in kept)
        }
        self._left_out = {column.name for column in table.columns} - self._columns.keys()

    def check(self, deadline: Deadline, progress: Callable[[int], None] = lambda _rows: None) -> ImportCheck:
        """Read the whole file and check every row. Raises :class:`KnownError` when it cannot be read."""
        check = self._editor.checker(self._table.name)
        problems: list[ImportProblem] = []
        first: list[Mapping[str, Any]] = []
        columns: dict[str, None] = {}
        rows = bad = 0
        for line, values, problem in self._rows():
            deadline.check()
            rows += 1
            message = problem or _refusal(check, values)
            if message:
                bad += 1
                if len(problems) < MAX_PROBLEMS:
                    problems.append(ImportProblem(line, message))
            columns.update(dict.fromkeys(values))
            if len(first) < MAX_PROBLEMS:
                first.append(values)
            if rows % 1_000 == 0:
                progress(rows)
        return ImportCheck(rows, bad, tuple(problems), tuple(columns), tuple(first))

    def run(
        self,
        owner: Caller,
        deadline: Deadline,
        progress: Callable[[int], None] = lambda _rows: None,
        *,
        skip_bad: bool = False,
    ) -> UndoEntry | None:
        """Add the rows, in short transactions; all or (but for those that ``skip_bad`` leaves out) none."""
        check = self._editor.checker(self._table.name)

        def rows() -> Iterator[Mapping[str, Any]]:
            for count, (line, values, problem) in enumerate(self._rows(), 1):
                deadline.check()
                message = problem or (_refusal(check, values) if skip_bad else "")
                if message and not skip_bad:
                    raise SchemaError(f"{self._path.name}, line {line}: {message}")
                if not message:
                    yield values
                if count % 1_000 == 0:
                    progress(count)

        title = f"Imported {self._path.name}"
        return self._editor.insert(self._table.name, rows(), owner, title, deadline=deadline)

    def _rows(self) -> Iterator[tuple[int, Values, str]]:
        """Line, values, and what is wrong with the row."""
        try:
            flaw = kind_flaw(self._path.stat().st_mode)
            if flaw:
                raise KnownError(f"{self._path}: {flaw}")
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._csv(file) if self._kind == "csv" else self._json(file)
        except UnicodeDecodeError as error:
            raise KnownError(f"{self._path}: not UTF-8 text, at byte {error.start:,}") from error
        except OSError as error:
            raise KnownError(f"{self._path}: cannot be read: {error.strerror}") from error

    # CSV

    def _csv(self, file: io.TextIOBase) -> Iterator[tuple[int, Values, str]]:
        lines = self._lines(file)
        header = next(lines, None)
        if header is None or not header[1]:
            return
        names = [self._name_of(cell.text) for cell in header[1]]
        unknown = [name for name in names if name not in self._columns and name not in self._left_out]
        if unknown:
            raise KnownError(
                f'{self._path}: column "{unknown[0]}" is not in table {self._table.name}; '
                "the first line names the "
                "columns"
            )
        for line, cells in lines:
            if not cells:  # a line without anything is no row, unless one column is all there is
                if len(names) == 1:
                    yield (line, *self._csv_values(names, [CsvCell("", False)]))
                continue
            if len(cells) != len(names):
                yield line, {}, f"{len(cells)} cells, {len(names)} columns"
                continue
            yield (line, *self._csv_values(names, cells))

    def _lines(self, file: io.TextIOBase) -> Iterator[tuple[int, list[CsvCell]]]:
        try:
            yield from csv_rows(file)
        except KnownError as error:
            raise KnownError(f"{self._path}: {error}") from error

    def _name_of(self, text: str) -> str:
        """The column that ``text`` names; one of that very name comes before one without spaces around."""
        exact = restored(text)
        return exact if exact in self._columns or exact in self._left_out else restored(text.strip())

    def _csv_values(self, names: list[str], cells: list[CsvCell]) -> tuple[Values, str]:
        values: Values = {}
        for name, cell in zip(names, cells, strict=True):
            column = self._columns.get(name)
            if column is None:
                continue
            try:
                values[name] = csv_value(column, cell)
            except SchemaError as error:
                return values, str(error)
        return values, ""

    # JSON

    def _json(self, file: io.TextIOBase) -> Iterator[tuple[int, Values, str]]:
        for number, item in enumerate(json_items(file, self._path), 1):
            if not isinstance(item, dict):
                yield number, {}, "a row is a JSON object"
                continue
            unknown = [name for name in item if name not in self._columns and name not in self._left_out]
            values = {name: from_json(value) for name, value in item.items() if name in self._columns}
            yield number, values, f'unknown column "{unknown[0]}"' if unknown else ""


def csv_value(column: ColumnInfo, cell: CsvCell) -> Any:
    """What ``formats.csv_cell`` wrote: nothing is NULL, two quotes are the empty text."""
    text = cell.text
    if not cell.is_quoted:
        if not text:
            return None
        if text[:2] in ("x'", "t'") and text.endswith("'"):
            try:
                data = bytes.fromhex(text[2:-1])
            except ValueError:
                raise SchemaError(f'column "{column.name}": {text[:20]} is not a blob') from None
            return data if text[0] == "x" else RawText(data)
        if column.type not in _TEXTS:
            value = parse_value(column, text)
            return restored(value) if isinstance(value, str) else value
    if column.type in ("integer", "real") and cell.is_quoted:
        return parse_value(column, text)
    return restored(text)


def from_json(value: Any) -> Any:
    """What ``formats.json_value`` wrote; another object or array becomes JSON text."""
    if isinstance(value, dict) and len(value) == 1:
        (kind, data), *_ = value.items()
        try:
            if kind == "$hex":
                return bytes.fromhex(data)
            if kind == "$text_hex":
                return RawText(bytes.fromhex(data))
            if kind == "$real":
                return float(data)
        except (TypeError, ValueError):
            pass  # an object of the file's own that looks alike
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value


def json_items(file: io.TextIOBase, path: Path) -> Iterator[Any]:
    """The items of a JSON array, or the objects of a file with one a line, one at a time."""
    decoder = json.JSONDecoder(
        parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_without_doubles
    )
    line = 1
    text = file.read(_READ)
    buffer, is_array, is_over, number = text.lstrip(), False, False, 0
    line += text.count("\n", 0, len(text) - len(buffer))
    if buffer[:1] == "[":
        is_array, buffer = True, buffer[1:]
    while True:
        text, buffer = buffer, buffer.lstrip(" \t\r\n," if number else " \t\r\n")
        line += text.count("\n", 0, len(text) - len(buffer))
        if is_array and buffer[:1] == "]":
            if buffer[1:].strip() or file.read().strip():
                raise KnownError(f"{path}: there is more after the end of the array")
            return
        if not buffer and is_over:
            if is_array:
                raise KnownError(f"{path}: the array has no end (after row {number:,})")
            return
        try:
            if not buffer:
                raise IndexError
            item, end = decoder.raw_decode(buffer)
            if end == len(buffer) and not is_over:
                raise IndexError  # a number may go on
        except (ValueError, IndexError, RecursionError) as error:
            more = file.read(max(_READ, len(buffer)))
            if not more:
                if is_over and buffer:
                    raise _not_json(path, number + 1, line, buffer) from error
                is_over = True
            buffer += more
            if len(buffer) > MAX_JSON_ROW:
                raise KnownError(
                    f"{path}: row {number + 1:,} is longer than 64 MB, or not valid JSON"
                ) from error
            continue
        except _Refused as error:
            raise KnownError(f"{path}: row {number + 1:,} is not valid JSON: {error}") from None
        number += 1
        yield item
        line += buffer.count("\n", 0, end)
        buffer = buffer[end:]


class _Refused(Exception):
    """What the one reader of JSON refuses too (base/strict_json.py)."""


def _refuse_constant(name: str) -> Any:
    raise _Refused(f"{name} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Refused(f"{text[:40]} is too large for a number")
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Refused(f'the key "{name[:40]}" appears twice')
            seen.add(name)
    return found


def _not_json(path: Path, number: int, line: int, text: str) -> KnownError:
    try:
        parse_json(text, max_bytes=4 * MAX_JSON_ROW)
        words = "a comma or the end of the array is expected"
    except JsonProblem as problem:
        words, line = problem.words, line + problem.line - 1
    return KnownError(f"{path}: line {line}: row {number:,} is not valid JSON: {words}")


def _refusal(check: Callable[[Mapping[str, Any]], None], values: Mapping[str, Any]) -> str:
    try:
        check(values)
    except SchemaError as error:
        return str(error)
    return ""
