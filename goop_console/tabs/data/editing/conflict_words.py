"""A row that somebody has changed since an edit: what it is now, was, and would become."""

from __future__ import annotations

from goop_console.tabs.data.rows.cells import cell_text
from lua_engine import Conflict


def conflict_lines(one: Conflict) -> list[str]:
    """A line for each cell that differs."""
    if one.now is None:
        return ["the row was deleted in the meantime"]
    if one.expected is None:
        return ["a row with this key exists again"]
    lines = []
    for place, name in enumerate(one.columns):
        now, expected = one.now[place], one.expected[place]
        if (type(now), now) != (type(expected), expected) and name != "_updated_at":
            wanted = cell_text(one.wanted[place]) if one.wanted is not None else "no row"
            lines.append(f"{name} is {cell_text(now)} now, was {cell_text(expected)}, would become {wanted}")
    return lines
