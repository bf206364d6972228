"""How many rows there are, and why there are none, in words. Pure."""

from __future__ import annotations

from lua_engine import RowQuery, TableInfo


def count_words(query: RowQuery, shown: int, whose: str, *, has_more: bool) -> str:
    """``30 rows match the filters``; ``whose`` says who may read them, when not everybody's are shown."""
    is_one = shown == 1 and not has_more
    number = f"{shown:,} or more" if has_more else f"{shown:,}"
    text = f"{number} row" if is_one else f"{number} rows"
    if query.contains:
        return f"{text} {'contains' if is_one else 'contain'} “{query.contains}”"
    if whose:
        return f"{text} that {whose}"
    if not query.is_narrowed:
        return text
    return f"{text} matches the filters" if is_one else f"{text} match the filters"


def empty_words(query: RowQuery, table: TableInfo | None) -> tuple[str, str, str]:
    """A title, a sentence and what can be done: there is no row to show."""
    if query.contains or query.where.strip():
        what = f"contains “{query.contains}”" if query.contains else f"satisfies {query.where.strip()}"
        return "No row matches", f"No row of {query.table} {what}.", "Clear the filter"
    if query.only_owner is not None:
        return "No rows of their own", f"This visitor owns no row of {query.table}.", ""
    title = f"{query.table} has no rows"
    if table is not None and table.kind == "system":
        return title, "Rows appear here as soon as Goop2 or this console writes them.", ""
    if table is not None and table.is_writable:
        return title, "Rows appear here as soon as a script inserts them, or you do: New row.", ""
    return title, "Rows appear here as soon as a script inserts them.", ""
