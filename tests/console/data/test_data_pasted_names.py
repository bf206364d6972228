"""The first line of what is pasted may name the columns, with spaces around or as part of the name."""

from __future__ import annotations

from goop_console.tabs.data.editing.pasting import rows_of
from lua_engine import ColumnInfo


def test_names_of_columns_may_have_spaces_around() -> None:
    columns = [
        ColumnInfo(name, "text", False, False, False, None, ()) for name in (" lead", "lead", "per%cent")
    ]
    (row,) = rows_of(" lead\tlead\t per%cent \na\tb\tc", columns)
    assert row.values == {" lead": "a", "lead": "b", "per%cent": "c"}
