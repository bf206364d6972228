"""Columns of a table in words, and in the order that rows have them."""

from __future__ import annotations

from collections.abc import Sequence

from lua_engine import ColumnInfo, TableInfo


def column_words(column: ColumnInfo) -> str:
    """What is known of a column, in words, one fact a line."""
    words = [f"{column.name}: {column.type or 'any type'}"]
    if column.is_system:
        words.append("system column, kept by Goop2")
    if column.generated:
        words.append(f"generated ({column.generated}): SQLite computes it")
    words += [word for word, is_so in (("key", column.is_key), ("required", column.required)) if is_so]
    if column.auto:
        words.append("auto: filled when a row is added without it")
    if column.default is not None:
        words.append(f"default {column.default}")
    if column.values:
        words.append(
            "one of: "
            + ", ".join(
                f"{key} ({label})" if label and label != key else key for key, label in column.values[:12]
            )
        )
    return "\n".join(words)


def columns_of(table: TableInfo, names: Sequence[str]) -> tuple[ColumnInfo, ...]:
    """The columns in the order that the rows have them;
    one that the table does not tell of is shown plain.
    """
    known = {column.name: column for column in table.columns}
    plain = {
        name: ColumnInfo(name, "", name.startswith("_"), False, False, None, ())
        for name in names
        if name not in known
    }
    return tuple(known.get(name) or plain[name] for name in names)
