"""Writing rows without what the table's triggers do: what they did is among the rows that are taken back.

SQLite has no switch for it that Python reaches. But it asks the authorizer when it compiles what a trigger
does: an INSERT that is ignored is left out, an UPDATE leaves each column as it is, and what is read is NULL,
so that no condition holds and no row is found. (A DELETE without a condition is done all the same.) Cascades
of foreign keys are no triggers of this kind: they are done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from lua_engine.store.script.policy import TRACKING

_IN_A_TRIGGER = frozenset(
    {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT}
)


@contextmanager
def without_triggers(raw: sqlite3.Connection) -> Iterator[None]:
    """Inside the block no trigger does anything, except our own notes of what is touched."""
    raw.set_authorizer(_answer)
    try:
        yield
    finally:
        raw.set_authorizer(_allow)  # statements that are cached are compiled anew
        raw.set_authorizer(None)


def _answer(
    action: int, _first: str | None, _second: str | None, _file: str | None, inside: str | None
) -> int:
    is_of_trigger = inside is not None and not inside.startswith(TRACKING)
    return sqlite3.SQLITE_IGNORE if is_of_trigger and action in _IN_A_TRIGGER else sqlite3.SQLITE_OK


def _allow(*_: object) -> int:
    return sqlite3.SQLITE_OK
