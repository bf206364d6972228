"""Reading rows for the grid (never on the Qt thread)."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from goop_console.tabs.data.rows.places import patient_place_of
from lua_engine import Deadline, Page, RowKey, RowQuery, SiteData

PAGE_ROWS = 256
READ_SECONDS = 60.0

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a query: their keys, and the values of some. ``is_whole``: there are no others;
    ``wanted_at`` is the place of the row that was asked for, -1: none, or it is not there.
    """

    columns: tuple[str, ...]
    keys: Sequence[RowKey]
    values: Mapping[RowKey, Row]
    is_whole: bool
    wanted_at: int = -1


def read_first(data: SiteData, query: RowQuery, deadline: Deadline) -> tuple[Page, bool]:
    """The first page, and whether the rows can be found again by a key (those of a view cannot)."""
    has_keys = bool(data.rows.source(query.table).key)
    return data.rows.first_page(query, deadline), has_keys


def read_rest(
    data: SiteData, query: RowQuery, has_keys: bool, deadline: Deadline, wanted: RowKey | None = None
) -> Rows:
    """The keys of all rows, and the place and the values of the row ``wanted``; of a view the rows
    themselves.
    """
    if has_keys:
        index = data.rows.index(query, deadline)
        place = patient_place_of(index.keys, wanted) if wanted is not None else -1
        values = data.rows.rows(query, [wanted]) if wanted is not None and place >= 0 else {}
        return Rows((), index.keys, values, not index.is_cut, place)
    page = data.rows.view_page(query, deadline)
    return Rows(page.columns, page.keys, dict(zip(page.keys, page.rows, strict=True)), not page.has_more)


def read_again(
    data: SiteData, query: RowQuery, has_keys: bool, in_view: Sequence[RowKey], deadline: Deadline
) -> Rows:
    """What there is now: the keys of all rows and the values of those ``in_view``."""
    page = data.rows.first_page(query, deadline)
    values = dict(zip(page.keys, page.rows, strict=True))
    if not page.has_more:
        return Rows(page.columns, page.keys, values, True)
    rest = read_rest(data, query, has_keys, deadline)
    if not has_keys:
        return rest
    return Rows(page.columns, rest.keys, values | data.rows.rows(query, in_view), rest.is_whole)


def with_changes(
    keys: Sequence[RowKey], changed: Sequence[int], found: Mapping[RowKey, Row]
) -> Sequence[RowKey]:
    """``keys`` (rowids in ascending order) with what became of the rows ``changed``: those that were
    ``found`` are
    there, the others are not.
    """
    now: Any = keys[:] if isinstance(keys, array) else list(keys)
    for key in changed:
        place = bisect_left(now, key)
        is_there = place < len(now) and now[place] == key
        if is_there and key not in found:
            del now[place]
        elif not is_there and key in found:
            now.insert(place, key)
    return cast("Sequence[RowKey]", now)
