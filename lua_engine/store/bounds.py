"""Bounds of a connection that reads by SQL of other people: a condition that was typed, a view, a computed
column.

A statement is interrupted between two opcodes of SQLite, never within one (``randomblob(1e9)``: 8 s). So what
one opcode has to do is bounded: the size of a value, the pattern of LIKE, and the functions that take the
square of their arguments' length.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lua_engine.store.script.text_functions import TextFunctions

MAX_VALUE = 32_000_000
"""Bytes of one value or row that such a statement may read or make."""

MAX_PATTERN = 128
"""Bytes of a pattern of LIKE or GLOB: each is looked for at every place of the text."""

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MAX_VALUE,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: MAX_PATTERN,
}
_TOO_BIG = (
    f"the statement makes or reads a value of more than {MAX_VALUE // 1_000_000} MB: leave that column out, "
    "or take a part of it with substr(column, 1, 1000)"
)
_PATTERN = (
    f"a pattern of LIKE or GLOB has more than {MAX_PATTERN} bytes: "
    "instr(column, 'text') > 0 finds a text of any length"
)


class Bounds:
    """``raw`` has them from now on; ``is_over`` is asked within long functions."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.is_over: Callable[[], bool] = lambda: False
        for limit, value in _LIMITS.items():
            raw.setlimit(limit, value)
        TextFunctions(MAX_VALUE, self._check).install(raw, "trim", "ltrim", "rtrim", "json_patch")

    def _check(self) -> None:
        if self.is_over():
            raise TimeoutError


@contextmanager
def bounded_values(raw: sqlite3.Connection) -> Iterator[None]:
    """Inside the block ``raw``, which writes, has the bounds of values and patterns too."""
    before = {limit: raw.setlimit(limit, value) for limit, value in _LIMITS.items()}
    try:
        yield
    finally:
        for limit, value in before.items():
            raw.setlimit(limit, value)


def beyond_bounds(error: BaseException) -> str:
    """What to do about an error that comes from the bounds; empty for any other."""
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_TOOBIG:
        return _TOO_BIG
    return _PATTERN if "LIKE or GLOB pattern too complex" in str(error) else ""
