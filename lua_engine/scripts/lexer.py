"""Lua's text in lexemes, with their places. Comments and blanks are passed over. Never fails."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class Lexeme(NamedTuple):
    """``kind``: ``name`` (keywords too), ``string`` (``raw`` has its quotes or brackets), ``number``, ``op``.

    ``start`` is the place of its first character.
    """

    kind: str
    raw: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.raw)


_SKIP = re.compile(r"\s+", re.ASCII)
_LONG = re.compile(r"\[(=*)\[")
# The closing quote is optional so that a string that does not end costs one look, not one from each quote.
_TOKEN = re.compile(
    r"""(?P<name>[A-Za-z_]\w*)
      | (?P<number>\.?[0-9](?:[eEpP][+-]|[\w.])*)
      | (?P<string>"(?:[^"\\\n]|\\z\s*|\\.)*"?|'(?:[^'\\\n]|\\z\s*|\\.)*'?)
      | (?P<op>\.\.\.|\.\.|::|[=~<>]=|.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def lexemes(source: str) -> Iterator[Lexeme]:
    """The lexemes of ``source``; anything unknown is an ``op`` of one character."""
    at = source.find("\n") if source.startswith("#") else 0
    while 0 <= at < len(source):
        if blank := _SKIP.match(source, at):
            at = blank.end()
        elif source.startswith("--", at):
            at = _after_comment(source, at + 2)
        elif opening := _LONG.match(source, at):
            start, at = at, _after_long(source, opening)
            yield Lexeme("string", source[start:at], start)
        elif found := _TOKEN.match(source, at):
            yield Lexeme(found.lastgroup or "op", found.group(), at)
            at = found.end()


def value_of(string: Lexeme) -> str:
    """What a string says; empty when it has escapes."""
    if opening := _LONG.match(string.raw):
        return string.raw[opening.end() : -len(opening.group())]
    return "" if "\\" in string.raw else string.raw[1:].removesuffix(string.raw[0])


def _after_comment(source: str, at: int) -> int:
    if opening := _LONG.match(source, at):
        return _after_long(source, opening)
    end = source.find("\n", at)
    return len(source) if end < 0 else end


def _after_long(source: str, opening: re.Match[str]) -> int:
    end = source.find(f"]{opening.group(1)}]", opening.end())
    return len(source) if end < 0 else end + len(opening.group())


class Lines:
    """Which line a place is in; lines count from 1."""

    def __init__(self, source: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", source))]

    def line_of(self, place: int) -> int:
        return bisect_right(self._starts, place)
