"""Lua's text in lexemes, with their places: what the syntax tree is made of, and what it passed over.
Comments and blanks are left out. Never fails; a text that takes too long to be parsed has none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from lua_engine.scripts.syntax import Node, Syntax, leaves


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


_LONG = re.compile(r"\[(=*)\[")
# The parser's identifiers take any character that Lua has no use for: `“hi”`.
_PIECE = re.compile(r"(?P<name>[A-Za-z_]\w*)|(?P<number>[0-9]\w*)|(?P<op>[^\s])", re.ASCII)


def lexemes(source: str) -> Iterator[Lexeme]:
    """The lexemes of ``source``; anything unknown is an ``op`` of one character."""
    syntax = Syntax(source)
    byte = place = 0
    for leaf in leaves(syntax.root):
        between = _decoded(syntax.data[byte : leaf.start_byte])
        yield from _pieces(between, place)
        raw = _decoded(syntax.data[leaf.start_byte : leaf.end_byte])
        place += len(between)
        yield from _of_leaf(syntax, leaf, raw, place)
        byte, place = leaf.end_byte, place + len(raw)
    if syntax.root.end_byte:
        yield from _pieces(_decoded(syntax.data[byte:]), place)


def _of_leaf(syntax: Syntax, leaf: Node, raw: str, place: int) -> Iterator[Lexeme]:
    if leaf.type in ("comment", "hash_bang_line"):
        return
    if leaf.type == "string" or leaf.start_byte in syntax.masked:
        yield Lexeme("string", raw, place)
    elif leaf.type == "number":
        yield Lexeme("number", raw, place)
    elif leaf.type in ("identifier", "ERROR") or raw[0].isalpha():
        yield from _pieces(raw, place)
    else:
        yield Lexeme("op", raw, place)


def _pieces(text: str, place: int) -> Iterator[Lexeme]:
    for found in _PIECE.finditer(text):
        yield Lexeme(found.lastgroup or "op", found.group(), place + found.start())


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
