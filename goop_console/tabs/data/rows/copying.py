"""Copying everything that is selected, also what was never in view: streamed by a thread, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication, QStandardItemModel

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
MAX_TEXT = 512 * 1024 * 1024  # bytes on the clipboard
SECONDS = 600.0
_CHUNK = 1_000
_PLAIN = "text/plain"  # the one that every platform offers in all its own ways


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
) -> tuple[QByteArray, int]:
    """The text for the clipboard in UTF-8, and how many rows are in it."""
    query = replace(job.query, fields=data.exported_fields(job.query, job.kind))
    writer = text_writer(job.kind, query.table, query.fields, with_header=job.with_header)
    # It grows in place: joining all parts would hold the window up, with everything there twice.
    text, rows = QByteArray(encoded(writer.head)), 0
    for chunk in data.rows.stream(query, job.keys, deadline, _CHUNK):
        text.append(encoded(writer.rows(chunk, is_first=not rows)))
        rows += len(chunk)
        if text.size() > MAX_TEXT:
            raise KnownError(f"more than {MAX_TEXT // 1024 // 1024} MB of text: export it to a file instead")
        progress(rows)
    text.append(encoded("" if job.kind in _BARE else writer.tail))
    return text, rows


def encoded(text: str) -> bytes:
    """In UTF-8; what no UTF-8 can hold (half of a pair of surrogates) is a question mark."""
    return text.encode("utf-8", "replace")


def put_on_clipboard(text: QByteArray) -> None:
    """``text`` is UTF-8. Nothing is copied or converted before somebody pastes it."""
    data = _mime_data()
    data.setData(_PLAIN, text)
    QGuiApplication.clipboard().setMimeData(data)


def _mime_data() -> QMimeData:
    """Empty, and made by Qt: the clipboard deletes it at the very end, where one that Python made crashes."""
    model = QStandardItemModel(1, 1)
    data = model.mimeData([model.index(0, 0)])
    for kind in data.formats():
        data.removeFormat(kind)
    return data


def copy_shown(grid: RowGrid, table: str, kind: str, *, with_header: bool) -> int:
    """Put the selection of a grid whose rows cannot be found again (a view's, a result's) on the clipboard,
    as it is shown. Answers how many long values are cut in it.
    """
    form = next((one for one in TEXT_FORMATS if one == kind), None)
    places, model = grid.selected_columns(), grid.rows
    if form is None or not places:
        return 0
    spans = grid.selected_spans()
    values = [
        [model.value(row, place) for place in places]
        for first, last in spans
        for row in range(first, last + 1)
    ]
    cut = sum(isinstance(one, LongValue) for row in values for one in row)
    rows = [[one.start if isinstance(one, LongValue) else one for one in row] for row in values]
    names = [model.columns[place].name for place in places]
    writer = text_writer(form, table, names, with_header=with_header or form == "csv")
    text = writer.head + writer.rows(rows, is_first=True) + ("" if form in _BARE else writer.tail)
    QGuiApplication.clipboard().setText(text)
    return cut
