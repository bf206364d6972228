"""The columns of a table or view, as SQLite describes them."""

from __future__ import annotations

import sqlite3
from typing import Any, NamedTuple

from lua_engine.store.changes.identifiers import quoted

_HIDDEN = 1  # of a virtual table: a parameter, no column (https://sqlite.org/pragma.html#pragma_table_xinfo)


class ColumnRow(NamedTuple):
    """A row of ``table_xinfo``. ``pk`` is the place in the primary key, from 1; ``hidden`` is 2 or 3 for a
    generated column.
    """

    name: str
    type: str
    notnull: int
    dflt_value: Any
    pk: int
    hidden: int


def columns_of(raw: sqlite3.Connection, name: str) -> list[ColumnRow]:
    """Generated columns are among them. Empty for a table that is not there. Raises sqlite3.Error for a view
    of one that is gone.
    """
    rows = raw.execute(f"PRAGMA main.table_xinfo({quoted(name)})").fetchall()
    found = (ColumnRow(*row[1:]) for row in rows)
    return [one for one in found if one.hidden != _HIDDEN]
