"""Rows that a statement would change, each as it is and as it would be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from goop_console.tabs.data.rows.cells import cell_text
from goop_console.tabs.data.text_table import TextTable
from lua_engine import TouchedTable

Values = Sequence[Any]
MAX_SHOWN = 500
_MAX_CELLS = 40  # of one row


class ChangesTable(TextTable):
    """Columns: table, row, what happens, the cells concerned."""

    def show_changes(self, tables: Sequence[TouchedTable]) -> None:
        """At most ``MAX_SHOWN`` rows of ``tables``."""
        rows = [(table, row) for table in tables for row in table.rows[:MAX_SHOWN]][:MAX_SHOWN]

        def cell(place: int, column: int) -> str:
            table, row = rows[place]
            if column == 3:
                return _values(table.columns, row.before, row.after)
            return (table.table, str(row.key), _what(row.before, row.after))[column]

        self.show_cells(("Table", "Row", "Change", "Values"), len(rows), cell)


def _what(before: Values | None, after: Values | None) -> str:
    if before is None:
        return "added"
    return "deleted" if after is None else "changed"


def _values(columns: Sequence[str], before: Values | None, after: Values | None) -> str:
    if before is None or after is None:
        cells = _whole(columns, after or before or ())
    else:
        cells = _changed(columns, before, after)
    shown = list(islice(cells, _MAX_CELLS + 1))
    return " · ".join([*shown[:_MAX_CELLS], "…"] if len(shown) > _MAX_CELLS else shown)


def _whole(columns: Sequence[str], values: Values) -> Iterator[str]:
    for name, value in zip(columns, values, strict=True):
        if not name.startswith("_"):
            yield f"{name} {cell_text(value)}"


def _changed(columns: Sequence[str], before: Values, after: Values) -> Iterator[str]:
    for name, was, now in zip(columns, before, after, strict=True):
        if type(was) is not type(now) or was != now:
            yield f"{name}: {cell_text(was)} → {cell_text(now)}"
