"""CSV as RFC 4180 has it, read as it is wanted. Unlike Python's csv it tells a cell in quotes from one
without:
``""`` is the empty text, nothing is NULL.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lua_engine.base.errors import KnownError

_READ = 256 * 1024
_CELL = re.compile(r'"[^"]*(?:""[^"]*)*"(?!")|(?!")[^,;\t\r\n]*')  # a cell, its delimiter not yet known
_ENDS = {one: re.compile(f"[{one}\r\n]") for one in ",;\t"}
MAX_CELL = 64 * 1024 * 1024  # characters


@dataclass(frozen=True, slots=True)
class CsvCell:
    """One cell, its quotes taken away."""

    text: str
    is_quoted: bool


def csv_rows(file: io.TextIOBase) -> Iterator[tuple[int, list[CsvCell]]]:
    """Line number (from 1) and cells of each row (none of a line without anything). Raises
    :class:`KnownError`
    for a quote that is never closed, or text behind one that is.

    >>> [cells for _line, cells in csv_rows(io.StringIO('a,""\\r\\n'))]
    [[CsvCell(text='a', is_quoted=False), CsvCell(text='', is_quoted=True)]]
    """
    delimiter = ""
    line, started = 1, 1
    pending = ""
    while True:
        more = file.read(max(_READ, len(pending)))  # a row is looked through a few times only
        text = pending + more
        is_last = not more
        delimiter = delimiter or _delimiter(text, is_last=is_last)
        place = 0
        while delimiter:
            started = line
            found = _row(text, place, delimiter, is_last=is_last, line=started)
            if found is None:
                break
            cells, after = found
            line += text.count("\n", place, after)
            place = after
            yield started, cells
        pending = text[place:]
        if is_last:
            return
        if len(pending) > MAX_CELL:
            raise KnownError(f"line {started}: a row is longer than 64 MB, or a quote is never closed")


def _delimiter(text: str, *, is_last: bool) -> str:
    """What stands between the cells of the first row; empty while that row is not all there.

    What is in quotes does not count: ``"a,b,c";d`` has one delimiter, the semicolon.
    """
    counts = dict.fromkeys(",;\t", 0)
    place = 0
    while found := _CELL.match(text, place):
        place = found.end()
        end = text[place : place + 1]
        if end not in counts:  # a line's end, the text's end, or text behind a quote, which _row refuses
            break
        counts[end] += 1
        place += 1
    if not is_last and (found is None or place >= len(text)):  # None: a quote that is not closed yet
        return ""
    return max(counts, key=lambda one: counts[one])


def _row(
    text: str, place: int, delimiter: str, *, is_last: bool, line: int
) -> tuple[list[CsvCell], int] | None:
    """The row at ``place`` and where the next begins; None when it is not all there yet, or there is none."""
    if place >= len(text):
        return None
    cells: list[CsvCell] = []
    size, ends = len(text), _ENDS[delimiter]
    while True:
        if place < size and text[place] == '"':
            found = _quoted(text, place, is_last=is_last, line=line)
            if found is None:
                return None
            cell, place = found
            if place < size and text[place] not in (delimiter, "\r", "\n"):
                raise KnownError(f"line {line}: there is text after a closing quote")
        else:
            found_end = ends.search(text, place)
            end = found_end.start() if found_end is not None else size
            cell, place = CsvCell(text[place:end], False), end
        cells.append(cell)
        if place >= size or (text[place] == "\r" and place + 1 >= size):
            if not is_last:
                return None
            return _unless_empty(cells), size
        if text[place] == delimiter:
            place += 1
            if place >= size and not is_last:
                return None
            continue
        place += 2 if text.startswith("\r\n", place) else 1
        return _unless_empty(cells), place


def _quoted(text: str, place: int, *, is_last: bool, line: int) -> tuple[CsvCell, int] | None:
    parts, start = [], place + 1
    while True:
        end = text.find('"', start)
        if end < 0 or (end + 1 >= len(text) and not is_last):
            if is_last:
                raise KnownError(f"line {line}: a quote is never closed")
            return None
        parts.append(text[start:end])
        if text.startswith('"', end + 1):
            parts.append('"')
            start = end + 2
            continue
        return CsvCell("".join(parts), True), end + 1


def _unless_empty(cells: list[CsvCell]) -> list[CsvCell]:
    """A line without anything is no row of one NULL."""
    return [] if len(cells) == 1 and not cells[0].text and not cells[0].is_quoted else cells
