"""Lua's text in lexemes, with their places: what the syntax tree is made of, and what it passed over.
Comments and blanks are left out. Never fails; a text that takes too long to be parsed has none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from lua_engine.scripts.syntax import Node, Syntax, syntax_of


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


_MOST_KEPT: Final = 4  # texts of the last questions
_SHORT: Final = 24  # characters between two leaves
_MOST_CUT: Final = 1_024
_PASSED_OVER = frozenset(("comment", "hash_bang_line"))
_SIGNS: Final = frozenset("+-*/%^#&~|<>=(){}[];:,.")
_LONG = re.compile(r"\[(=*)\[")
# The parser's identifiers take any character that Lua has no use for: `“hi”`.
_PIECE = re.compile(r"(?P<name>[A-Za-z_]\w*)|(?P<number>[0-9]\w*)|(?P<op>[^\s])", re.ASCII)
# Between them stand keywords and signs alone, and what the parser passed over.
_BETWEEN = re.compile(
    r"(?P<name>[A-Za-z_]\w*)|(?P<number>[0-9]\w*)|(?P<op>\.\.\.?|[=~<>]=|::|//|<<|>>|\S)", re.ASCII
)


@lru_cache(maxsize=_MOST_KEPT)
def lexemes(source: str) -> tuple[Lexeme, ...]:
    """The lexemes of ``source``; anything unknown is an ``op`` of one character."""
    return tuple(_read(syntax_of(source)))


def _read(syntax: Syntax) -> Iterator[Lexeme]:
    """A text of ASCII alone has as many bytes as characters: nothing is decoded."""
    is_ascii, source = len(syntax.data) == len(syntax.source), syntax.source
    byte = place = 0
    for leaf in syntax.nodes("leaf"):
        start, end = leaf.start_byte, leaf.end_byte
        if start == end or start < byte:  # missing, or in the one before
            continue
        if start > byte:
            between = source[byte:start] if is_ascii else _decoded(syntax.data[byte:start])
            if not between.isspace():
                yield from _pieces(_BETWEEN, between, place)
            place += len(between)
        raw = source[start:end] if is_ascii else _decoded(syntax.data[start:end])
        kind = _kind_of(syntax, leaf, raw)
        if kind:
            yield Lexeme(kind, raw, place)
        elif leaf.type not in _PASSED_OVER:
            yield from _pieces(_PIECE, raw, place)
        byte, place = end, place + len(raw)
    if syntax.root.end_byte:
        yield from _pieces(_BETWEEN, _decoded(syntax.data[byte:]), place)


def _kind_of(syntax: Syntax, leaf: Node, raw: str) -> str:
    """The kind of a leaf that is one lexeme, as nearly all are; empty for what is none or is to be cut."""
    kind = leaf.type
    is_name = raw.isascii() and raw.isidentifier()
    if kind == "identifier" and is_name:
        return "name"
    if kind in _PASSED_OVER:
        return ""
    if kind == "string" or leaf.start_byte in syntax.masked:
        return "string"
    if kind == "number":
        return "number"
    if is_name:  # a keyword
        return "name"
    return "op" if raw in _SIGNS else ""


def _pieces(pattern: re.Pattern[str], text: str, place: int) -> Iterator[Lexeme]:
    cut = _cut_short if len(text) <= _SHORT else _cut
    for kind, raw, at in cut(pattern, text):
        yield Lexeme(kind, raw, place + at)


def _cut(pattern: re.Pattern[str], text: str) -> list[tuple[str, str, int]]:
    return [(found.lastgroup or "op", found.group(), found.start()) for found in pattern.finditer(text)]


_cut_short = lru_cache(maxsize=_MOST_CUT)(_cut)  # nearly all are a few signs: ` = `, `, `, `)\n  local `


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def value_of(string: Lexeme) -> str:
    """What a string says; empty when it has escapes."""
    if opening := _LONG.match(string.raw):
        return string.raw[opening.end() : -len(opening.group())]
    return "" if "\\" in string.raw else string.raw[1:].removesuffix(string.raw[0])


class Lines:
    """Which line a place is in; lines count from 1."""

    def __init__(self, source: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", source))]

    def line_of(self, place: int) -> int:
        return bisect_right(self._starts, place)
