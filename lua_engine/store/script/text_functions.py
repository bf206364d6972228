"""``instr``, ``replace``, ``trim``, ``ltrim``, ``rtrim`` in linear time; ``printf`` and ``json_patch`` within
bounds.

SQLite's own work inside one VM opcode, where no interrupt is seen: a search compares every position with the
whole pattern (a second for 200 KB in 400 KB), ``printf('%.*c', 1000000000, 'x')`` counts to a billion (4 s)
before it finds the answer too big, ``json_patch`` of two large objects is quadratic (40 s at 1 MB). These
answer exactly as the native ones do, or refuse.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from typing import Any

Value = str | bytes | int | float | None

_SMALL_SET = 64  # characters; str.strip looks each one up in the set by scanning it
_MAX_PATCH = 64 * 1024  # json_patch is quadratic in the number of keys
_WIDTHS = re.compile(r"%[-+ 0,#!]*(\d+|\*)?(?:\.(\d+|\*))?")
_LEADING_NUMBER = re.compile(r"\s*[-+]?(\d+)")


class TextFunctions:
    """The functions of one connection; ``limit`` is its SQLITE_LIMIT_LENGTH in bytes.

    ``check`` is called in long loops and raises when the call's time is over.
    """

    def __init__(self, limit: int, check: Callable[[], None]) -> None:
        self._limit = limit
        self._check = check
        self._native: sqlite3.Connection | None = None

    def install(self, connection: sqlite3.Connection, *only: str) -> None:
        """Replace the native functions of ``connection``; ``only`` those, else all."""
        for name, count, function in (
            ("instr", 2, self.instr),
            ("replace", 3, self.replace),
            ("trim", 1, self.trim),
            ("trim", 2, self.trim),
            ("ltrim", 1, self.ltrim),
            ("ltrim", 2, self.ltrim),
            ("rtrim", 1, self.rtrim),
            ("rtrim", 2, self.rtrim),
            ("json_patch", 2, self.json_patch),
            ("printf", -1, self.printf),
            ("format", -1, self.printf),
        ):
            if not only or name in only:
                connection.create_function(name, count, function, deterministic=True)

    def close(self) -> None:
        if self._native is not None:
            self._native.close()
            self._native = None

    def instr(self, haystack: Value, needle: Value) -> int | None:
        """Where ``needle`` begins, from 1; 0: nowhere. Bytes are counted when both are blobs, characters
        otherwise.
        """
        if haystack is None or needle is None:
            return None
        if isinstance(haystack, bytes) and isinstance(needle, bytes):
            return haystack.find(needle) + 1
        return self._text(haystack).find(self._text(needle)) + 1

    def replace(self, value: Value, old: Value, new: Value) -> Value:
        """``value`` with every ``old`` replaced; an ``old`` that is empty (for SQLite: begins with NUL)
        changes nothing.
        """
        if value is None or old is None:
            return None
        pattern = self._text(old)
        if not pattern or pattern[0] == "\0":
            return self._text(value) if isinstance(value, bytes) else value
        if new is None:
            return None
        subject, filler = self._text(value), self._text(new)
        growth = len(filler.encode()) - len(pattern.encode())
        if growth > 0 and len(subject.encode()) + growth * subject.count(pattern) > self._limit:
            raise OverflowError  # sqlite3 makes "string or blob too big" of it
        return subject.replace(pattern, filler)

    def trim(self, value: Value, characters: Value = " ") -> str | None:
        return self._trim(value, characters, left=True, right=True)

    def ltrim(self, value: Value, characters: Value = " ") -> str | None:
        return self._trim(value, characters, left=True, right=False)

    def rtrim(self, value: Value, characters: Value = " ") -> str | None:
        return self._trim(value, characters, left=False, right=True)

    def json_patch(self, target: Value, patch: Value) -> Any:
        """SQLite's own, for arguments of at most 64 KB."""
        if any(isinstance(value, (str, bytes)) and len(value) > _MAX_PATCH for value in (target, patch)):
            raise OverflowError
        return self._natively("json_patch(?, ?)", (target, patch))

    def printf(self, *values: Value) -> Any:
        """SQLite's own, when all widths and precisions together are within the limit."""
        if not values or values[0] is None:
            return None
        widths = [width for spec in _WIDTHS.findall(self._text(values[0])) for width in spec if width]
        total = sum(_number(width) for width in widths if width != "*")
        if "*" in widths:
            total += sum(_number(value) for value in values[1:])
        if total > self._limit:
            raise OverflowError
        return self._natively(f"printf({', '.join('?' * len(values))})", values)

    def _natively(self, call: str, values: tuple[Value, ...]) -> Any:
        try:
            return self._helper().execute(f"SELECT {call}", values).fetchone()[0]
        except sqlite3.DataError:  # too big
            raise OverflowError from None

    def _trim(self, value: Value, characters: Value, *, left: bool, right: bool) -> str | None:
        if value is None or characters is None:
            return None
        # For SQLite the set of characters ends at a NUL.
        text, unwanted = self._text(value), frozenset(self._text(characters).partition("\0")[0])
        start = self._run(text, unwanted) if left else 0
        if start == len(text):
            return ""
        end = len(text) - (self._run(text[::-1], unwanted) if right else 0)
        return text[start:end]

    def _run(self, text: str, unwanted: frozenset[str]) -> int:
        """How many characters at the beginning of ``text`` are unwanted."""
        if len(unwanted) <= _SMALL_SET:
            return len(text) - len(text.lstrip("".join(unwanted))) if unwanted else 0
        for position, character in enumerate(text):
            if character not in unwanted:
                return position
            if position % 65_536 == 0:
                self._check()
        return len(text)

    def _text(self, value: str | bytes | float) -> str:
        """``value`` as SQLite casts it to text."""
        if isinstance(value, str):
            return value
        if isinstance(value, bytes):
            return value.decode()
        if isinstance(value, int):
            return str(value)
        text: str = self._helper().execute("SELECT CAST(? AS TEXT)", (value,)).fetchone()[0]
        return text

    def _helper(self) -> sqlite3.Connection:
        """A connection whose functions are the native ones."""
        if self._native is None:
            self._native = sqlite3.connect(":memory:", check_same_thread=False)
            self._native.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._limit)
        return self._native


def _number(value: Value) -> int:
    """How large a width is, given as ``value``; its sign only says which side is filled."""
    if isinstance(value, (int, float)):
        return min(abs(int(value)), 2**63) if value == value and abs(value) < 2**63 else 2**63
    found = _LEADING_NUMBER.match(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else value or ""
    )
    return int(found[1][:19]) if found else 0
