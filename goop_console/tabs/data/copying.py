"""Copying everything that is selected, also what was never in view: streamed by a thread, with progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from goop_console.tabs.data.merge import Span
from lua_engine import Deadline, KnownError, RowKey, RowQuery, SiteData, TextFormat, text_writer

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
    is_table = job.kind in ("text", "csv", "sql")
    parts.append("" if is_table else writer.tail)
    return "".join(parts), rows
