"""What lies on the clipboard as rows of a table: TSV, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from goop_console.widgets.wording import counted
from lua_engine import CellEdit, ColumnInfo, KnownError, RowKey, parse_value

MAX_ROWS = 20_000
MAX_CHARACTERS = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row: its values by column, and what is wrong with it (empty: nothing)."""

    values: Mapping[str, Any]
    problem: str = ""


def cells_of(text: str) -> list[list[str]]:
    """The cells of TSV or CSV."""
    if len(text) > MAX_CHARACTERS:
        raise KnownError("the clipboard holds more than 32 MB: import it from a file instead")
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first or "," not in first else ","
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    if len(rows) > MAX_ROWS:
        raise KnownError(f"more than {MAX_ROWS:,} rows: import them from a file instead")
    return rows


class TooManyRows(KnownError):
    """The clipboard has more rows than there are below the current cell."""

    def __init__(self, extra: int) -> None:
        super().__init__(f"{counted(extra, 'row')} more than there are below the current cell")


def pasted_edits(
    text: str, chosen: Sequence[RowKey], below: Sequence[RowKey], columns: Sequence[ColumnInfo]
) -> list[CellEdit]:
    """What pasting ``text`` changes: one cell goes into each of the ``chosen`` rows where there are several,
    anything else into ``columns`` of the rows ``below``. Raises :class:`TooManyRows`.
    """
    cells = cells_of(text)
    if len(cells) == 1 and len(cells[0]) == 1 and len(chosen) > 1:
        value = pasted_value(columns[0], cells[0][0])
        return [CellEdit(key, columns[0].name, value) for key in chosen]
    if len(cells) > len(below):
        raise TooManyRows(len(cells) - len(below))
    return [
        CellEdit(key, column.name, pasted_value(column, cell))
        for key, line in zip(below, cells, strict=False)
        for column, cell in zip(columns, line, strict=False)
    ]


def rows_of(text: str, columns: Sequence[ColumnInfo]) -> list[PastedRow]:
    """The rows in ``text``. With TSV and CSV the first line names the columns if all its cells are names of
    columns; else the cells belong to ``columns`` in order.
    """
    stripped = text.strip()
    if stripped[:1] in ("[", "{"):
        return _json_rows(stripped, columns)
    cells = cells_of(text)
    known = {column.name: column for column in columns}
    if not cells:
        return []
    named = [known.get(name) or known.get(name.strip()) for name in cells[0]]
    if all(named):
        order = [one for one in named if one is not None]
        cells = cells[1:]
    else:
        order = list(columns)
    return [_row(row, order) for row in cells]


def _row(cells: Sequence[str], order: Sequence[ColumnInfo]) -> PastedRow:
    values: dict[str, Any] = {}
    if len(cells) > len(order):
        return PastedRow(values, f"{len(cells)} cells for {len(order)} columns")
    for column, text in zip(order, cells, strict=False):
        try:
            values[column.name] = pasted_value(column, text)
        except KnownError as error:
            return PastedRow(values | {column.name: text}, str(error))
    return PastedRow(values)


def pasted_value(column: ColumnInfo, text: str) -> Any:
    """``NULL`` is no value; nothing is no value too, except in a text column."""
    if text == "NULL" or (not text and column.type not in ("text", "enum", "guid", "")):
        return None
    return parse_value(column, text)


def _json_rows(text: str, columns: Sequence[ColumnInfo]) -> list[PastedRow]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KnownError(f"the clipboard holds no valid JSON: {error}") from error
    items = found if isinstance(found, list) else [found]
    if len(items) > MAX_ROWS:
        raise KnownError(f"more than {MAX_ROWS:,} rows: import them from a file instead")
    known = {column.name for column in columns}
    return [_json_row(item, known) for item in items]


def _json_row(item: Any, known: set[str]) -> PastedRow:
    if not isinstance(item, dict):
        return PastedRow({}, "a row is a JSON object")
    unknown = [name for name in item if name not in known]
    values = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
        for name, value in item.items()
    }
    return PastedRow(values, f'unknown column "{unknown[0]}"' if unknown else "")
