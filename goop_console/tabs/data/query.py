"""What rows are asked for, and reading them (never on the Qt thread)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lua_engine import Engine, RowPage

PAGE_ROWS = 256
MAX_MERGED_ROWS = 10_000  # merging these takes about 40 ms on the Qt thread

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class RowQuery:
    """One view of one table. ``order`` None is the table's own order."""

    table: str
    order: str | None = None
    descending: bool = False
    contains: str = ""


def read_page(engine: Engine, query: RowQuery, after: tuple[Any, ...] | None) -> RowPage:
    """The page that follows the keyset ``after`` (None: the first)."""
    return engine.tables.page(
        query.table,
        after=after,
        limit=PAGE_ROWS,
        order=query.order,
        descending=query.descending,
        contains=query.contains,
    )


def read_again(engine: Engine, query: RowQuery, count: int) -> RowPage:
    """At least the first ``count`` rows as they are now, as one page."""
    page = read_page(engine, query, None)
    rows, first = list(page.rows), page.first
    while page.has_more and len(rows) < count:
        page = read_page(engine, query, page.last)
        rows += page.rows
    return RowPage(page.columns, tuple(rows), first, page.last, page.has_more)
