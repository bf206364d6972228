"""Copying everything that is selected, also what was never in view: streamed by a thread, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication

from goop_console.tabs.data.rows.merge import Span
from goop_console.tabs.data.rows.row_grid import RowGrid
from lua_engine import (
    TEXT_FORMATS,
    Deadline,
    KnownError,
    LongValue,
    RowKey,
    RowQuery,
    SiteData,
    TextFormat,
    text_writer,
)

_BARE = ("text", "csv", "sql")  # no line end after the last row on the clipboard
MAX_TEXT = 512 * 1024 * 1024  # characters on the clipboard
SECONDS = 600.0
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Copy:
    """What is to be copied. ``keys`` None: all rows of the query, in its order."""

    query: RowQuery
    keys: Sequence[RowKey] | None
    count: int
    kind: TextFormat
    with_header: bool


def keys_of(keys: Sequence[RowKey], spans: Sequence[Span]) -> list[RowKey]:
    """The keys of the rows in ``spans``."""
    return [key for first, last in spans for key in keys[first : last + 1]]


def copied_text(
    data: SiteData, job: Copy, deadline: Deadline, progress: Callable[[int], None]
) -> tuple[str, int]:
    """The text for the clipboard and how many rows are in it."""
    writer = text_writer(job.kind, job.query.table, job.query.fields, with_header=job.with_header)
    parts, rows, size = [writer.head], 0, 0
    for chunk in data.rows.stream(job.query, job.keys, deadline, _CHUNK):
        part = writer.rows(chunk, is_first=not rows)
        parts.append(part)
        rows += len(chunk)
        size += len(part)
        if size > MAX_TEXT:
            raise KnownError(f"more than {MAX_TEXT // 1024 // 1024} MB of text: export it to a file instead")
        progress(rows)
    parts.append("" if job.kind in _BARE else writer.tail)
    return "".join(parts), rows


def shown_text(grid: RowGrid, table: str, kind: str, *, with_header: bool) -> tuple[str, int]:
    """The selection of a grid whose rows cannot be found again (a view's, a result's), as it is shown; it is
    put on
    the clipboard. Answers the text and how many rows are in it.
    """
    form = next((one for one in TEXT_FORMATS if one == kind), None)
    places, model = grid.selected_columns(), grid.rows
    if form is None or not places:
        return "", 0
    rows = []
    for first, last in grid.selected_spans():
        for row in range(first, last + 1):
            values = [model.value(row, place) for place in places]
            rows.append([one.start if isinstance(one, LongValue) else one for one in values])
    names = [model.columns[place].name for place in places]
    writer = text_writer(form, table, names, with_header=with_header or form == "csv")
    text = writer.head + writer.rows(rows, is_first=True) + ("" if form in _BARE else writer.tail)
    QGuiApplication.clipboard().setText(text)
    return text, len(rows)
