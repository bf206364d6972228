"""Rows as an XLSX workbook, written row by row in bounded memory (XlsxWriter)."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from lua_engine.data.formats import plain_text
from lua_engine.store.connections import RawText

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
_EXACT = 2**53


class XlsxFile:
    """One workbook; a sheet that is full goes on in the next. Texts never become formulas, links or numbers.

    ``cut`` counts texts longer than a cell may be.
    """

    def __init__(self, path: Path, title: str, columns: Sequence[str]) -> None:
        self._path = path
        self._folder = TemporaryDirectory(prefix="goop-xlsx-")  # its sheets, until the archive is made
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        self._title = "".join("_" if letter in "[]:*?/\\'" else letter for letter in title)[:25] or "rows"
        self._columns = columns
        self._bold = self._book.add_format({"bold": True})
        self._sheets = 0
        self.cut = 0
        self._new_sheet()

    def _new_sheet(self) -> None:
        self._sheets += 1
        name = self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        self._sheet = self._book.add_worksheet(name)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column, self._bold)
        self._sheet.freeze_panes(1, 0)
        self._row = 1

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            if self._row >= SHEET_ROWS:
                self._new_sheet()
            for place, value in enumerate(row):
                self._write_cell(place, value)
            self._row += 1

    def _write_cell(self, place: int, value: Any) -> None:
        if value is None:
            return
        is_number = isinstance(value, (int, float)) and abs(value) <= _EXACT and math.isfinite(value)
        if is_number:
            self._sheet.write_number(self._row, place, value)
            return
        text = value if isinstance(value, str) else _text(value)
        if len(text) > CELL_CHARACTERS:
            self.cut += 1
            text = text[:CELL_CHARACTERS]
        self._sheet.write_string(self._row, place, text)

    def close(self) -> None:
        """Complete the file. Raises OSError, with the file emptied: the archive writes its end even then."""
        try:
            self._book.close()
        except XlsxWriterException as error:
            os.truncate(self._path, 0)
            raise next((one for one in error.args if isinstance(one, OSError)), OSError(str(error))) from None

    def __exit__(self, *_: object) -> None:
        """Whether it was completed or not, nothing stays beside it."""
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None:
                sheet.row_data_fh.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, RawText) else plain_text(value)
