"""Quoted strings that do not end in their line, as they are while somebody types::

    local name = "Ma
    local other = "x"

To the grammar of the parser the first string ends at the next quote, ``"Ma\\nlocal other = "``. To Lua it
ends with the line, and so does it to a person. Whatever counts bytes here takes the text's ``Unit``: UTF-8,
or UTF-16 as an editor has it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from enum import Enum
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

_QUOTES: Final = frozenset("\"'")
_ESCAPED: Final = re.compile(r"\\(?:z\s*|\r\n|.)", re.DOTALL)
_CLOSED: Final = {quote: re.compile(rf"{quote}(?:\\.|[^\\{quote}\n])*{quote}") for quote in _QUOTES}


_LOOK: Final = 256  # nodes from one look at the clock to the next
_LINE: Final = re.compile(
    r"""--.*|\[(?P<level>=*)\[.*?(?:\](?P=level)\]|\Z)|"(?:\\.|[^\\"])*"|'(?:\\.|[^\\'])*'|[^-\["']+|.""",
    re.DOTALL,
)


class Unit(Enum):
    """How a text is counted."""

    BYTES = "utf-8"
    UTF16 = "utf-16-le"

    @property
    def width(self) -> int:
        return 1 if self is Unit.BYTES else 2

    def text(self, data: bytes) -> str:
        return data.decode(self.value, "surrogatepass")

    def digits(self, count: int) -> bytes:
        return ("0" * count).encode(self.value)

    def line_end(self, data: bytes, start: int) -> int:
        """Where the line around ``start`` ends."""
        mark = "\n".encode(self.value)
        at = data.find(mark, start)
        while at >= 0 and at % self.width:
            at = data.find(mark, at + 1)
        return len(data) if at < 0 else at

    def point(self, data: bytes, at: int) -> tuple[int, int]:
        """Row from 0 and column in bytes."""
        head = self.text(data[:at])
        line = head[head.rfind("\n") + 1 :]
        return head.count("\n"), len(line.encode(self.value, "surrogatepass"))


class Masked(NamedTuple):
    """``data`` with digits in the place of ``strings``: where each begins, and where it ends."""

    data: bytes
    strings: Mapping[int, int]


def guessed(line: str) -> int | None:
    """Where in a line a string begins that does not end in it, if the line begins outside any string or
    comment: a guess, quicker than finding out.
    """
    for found in _LINE.finditer(line):
        if found[0] in _QUOTES:
            return found.start()
    return None


def unfinished_string(
    root: Node,
    data: bytes,
    unit: Unit,
    within: tuple[int, int] | None = None,
    end_time: float = inf,
) -> tuple[int, int] | None:
    """Where the first of them begins and where it ends; None when every string is whole, or none was found
    until ``end_time`` of the thread's processor time.
    """
    if within is not None or root.has_error:
        places = [within or (0, len(data))]
    else:
        places = _odd_lines(data, unit)
    for node in (one for place in places for one in _strings(root, *place, end_time)):
        if node.type == "string" and _is_whole(node, data, unit):
            continue
        line = unit.text(data[node.start_byte : unit.line_end(data, node.start_byte)])
        closed = _CLOSED[line[0]].match(line)  # it has an end, and an escape that is none
        length = len((closed[0] if closed else line).encode(unit.value, "surrogatepass"))
        return node.start_byte, node.start_byte + length
    return None


def _odd_lines(data: bytes, unit: Unit) -> list[tuple[int, int]]:
    """The lines with an odd number of one of the quotes: of a text that could be parsed, only a string there
    may run on.
    """
    found, at = [], 0
    for line in unit.text(data).split("\n"):
        size = len(line) * unit.width if line.isascii() else len(line.encode(unit.value, "surrogatepass"))
        if line.count('"') % 2 or line.count("'") % 2:
            found.append((at, at + size))
        at += size + unit.width
    return found


def _strings(root: Node, start: int, end: int, end_time: float) -> Iterator[Node]:
    """Quoted strings, and quotes that the parser could make no string of."""
    waiting, seen = [root], 0
    while waiting:
        node, seen = waiting.pop(), seen + 1
        if seen % _LOOK == 0 and time.thread_time() > end_time:
            return
        if node.end_byte < start or node.start_byte > end:
            continue
        if node.type in _QUOTES:
            yield node
        elif node.type == "string":
            if node.children and node.children[0].type in _QUOTES:
                yield node
        elif node.type != "comment":
            waiting.extend(reversed(node.children))


def _is_whole(node: Node, data: bytes, unit: Unit) -> bool:
    last = node.children[-1]
    if len(node.children) < 2 or last.type not in _QUOTES or last.is_missing or node.has_error:
        return False
    inside = unit.text(data[node.children[0].end_byte : last.start_byte])
    return "\n" not in inside or "\n" not in _ESCAPED.sub("", inside)
