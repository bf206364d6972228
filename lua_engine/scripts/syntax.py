"""The syntax tree of a script: tree-sitter with its Lua grammar. A text with errors has a tree too.

Columns count characters, as editors do; tree-sitter counts bytes of UTF-8, so a text with other characters
than ASCII is translated line by line. ``live_syntax.py`` keeps a tree while a text is edited.

The grammar lets a quoted string go on over line ends, which Lua does not: one quote that is still to be
closed would turn all that follows inside out. Such strings are taken out of the text before the parser sees
it, as digits of the same length (``unfinished.py`` finds them).
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from itertools import count
from typing import Final, Literal, NamedTuple

import tree_sitter_lua
from tree_sitter import Language, Node, Parser, Tree

from lua_engine.scripts.tree_walk import DEEPEST
from lua_engine.scripts.unfinished import Masked, Unit, unfinished_string

__all__ = [
    "Node",
    "Place",
    "Syntax",
    "Tree",
    "children",
    "parse",
    "parse_masked",
    "syntax_of",
    "walk",
]

_PARSE_SECONDS: Final = 1.0  # of the processor: 2,000 lines take 0.02, "[[" 60,000 times takes minutes
_CHUNK: Final = 4_096  # bytes that the parser gets at once: between two of them it can be stopped
_WIDEST: Final = 4  # bytes of a character
_LOOK: Final = 16  # chunks from one look at the clock to the next
_MOST_SIGNS: Final = 3_000
_MOST_MASKED: Final = 20  # strings without an end that are taken out of one text


class Place(NamedTuple):
    """A stretch of a text. ``line`` counts from 1; ``column`` and ``end_column`` from 0, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int


_MOST_KEPT: Final = 4  # texts of the last questions: several rules ask about one
Wanted = Literal["leaf", "call", "assignment", "index"]
"""``leaf``: names, strings, numbers and comments; ``index``: ``a.b``."""
_KINDS: Final[Mapping[str, Wanted]] = {
    **dict.fromkeys(("identifier", "string", "number", "comment", "hash_bang_line"), "leaf"),
    "function_call": "call",
    "assignment_statement": "assignment",
    "dot_index_expression": "index",
}


@cache
def _language() -> Language:
    return Language(tree_sitter_lua.language())


def _start(node: Node) -> int:
    return node.start_byte


def parse(
    data: bytes,
    encoding: Literal["utf8", "utf16le"] = "utf8",
    old: Tree | None = None,
    seconds: float = _PARSE_SECONDS,
) -> Tree | None:
    """The tree of a text; ``old`` is the edited tree of the text before. None: it would take longer than
    ``seconds`` of the processor, as texts do that somebody made for that.
    """
    parser, end, is_cut = Parser(_language()), time.thread_time() + seconds, False
    chunks, given_to = count(1), 0

    def is_over(_at: int = 0, _has_error: bool = False) -> bool:
        nonlocal is_cut
        is_cut = is_cut or time.thread_time() > end
        return is_cut

    def given(at: int, _point: object) -> bytes:
        """Nothing more when time is over: what the parser looks for to the end of a text, as that of a long
        string, it would look for again at each sign before it asks whether to stop. A character that the
        chunk before has cut is given all the same: the parser would read it from no memory at all.
        """
        nonlocal given_to
        is_late = is_cut or (next(chunks) % _LOOK == 0 and is_over())
        if is_late and not given_to - _WIDEST < at < given_to:
            return b""
        given_to = at + _CHUNK
        return data[at:given_to]

    try:
        if old is None:
            tree = parser.parse(given, encoding=encoding, progress_callback=is_over)
        else:
            tree = parser.parse(given, old, encoding=encoding, progress_callback=is_over)
    except ValueError:  # tree-sitter's word for "stopped"
        return None
    return None if is_cut else tree


def parse_masked(
    data: bytes,
    unit: Unit,
    old: Tree | None = None,
    edited: tuple[int, int] = (0, 0),
    guesses: Iterable[int] = (),
    seconds: float = _PARSE_SECONDS,
) -> tuple[Tree | None, Masked]:
    """The tree of a text without its strings that do not end, and where those were.

    ``old`` is the tree of the text before, told of the edit that changed the bytes ``edited``; at ``guesses``
    such strings may begin. None for the tree: it would take longer than ``seconds`` of the processor.
    """
    encoding: Literal["utf8", "utf16le"] = "utf8" if unit.width == 1 else "utf16le"
    end_time = time.thread_time() + seconds
    found = {start: unit.line_end(data, start) for start in guesses}
    whole, data = data, _masked(data, unit, found)
    tree = parse(data, encoding, old, seconds)
    for start in [one for one in found if tree is not None and not _is_number(tree, one)]:
        end = found.pop(start)  # it stands in a comment, or in a long string
        data = data[:start] + whole[start:end] + data[end:]
        left = end_time - time.thread_time()
        tree = _parsed_again(tree, data, unit, start, end, left) if tree is not None else None
    while tree is not None and len(found) < _MOST_MASKED and time.thread_time() < end_time:
        if old is not None and any(_is_piled(one, at) for one in (old, tree) for at in edited):
            return None, Masked(data, found)
        within = None if old is None else _touched(old, tree, edited)
        broken = unfinished_string(tree.root_node, data, unit, within, end_time)
        if broken is None:
            break
        start, end = broken
        found[start] = end
        data = _masked(data, unit, {start: end})
        tree = _parsed_again(tree, data, unit, start, end, end_time - time.thread_time())
    return tree, Masked(data, found)


def _masked(data: bytes, unit: Unit, strings: Mapping[int, int]) -> bytes:
    for start, end in strings.items():
        data = data[:start] + unit.digits((end - start) // unit.width) + data[end:]
    return data


def _is_number(tree: Tree, start: int) -> bool:
    node = tree.root_node.descendant_for_byte_range(start, start)
    return node is not None and node.type == "number" and node.start_byte == start


def _parsed_again(tree: Tree, data: bytes, unit: Unit, start: int, end: int, seconds: float) -> Tree | None:
    """After bytes have changed and lengths have not."""
    row, column = unit.point(data, start)
    after = (row, column + end - start)
    tree.edit(start, end, end, (row, column), after, after)
    return parse(data, "utf8" if unit.width == 1 else "utf16le", tree, seconds)


def _is_piled(tree: Tree, byte: int) -> bool:
    """Whether a byte is in more nodes than any Lua that compiles, or among very many signs that are no Lua:
    to compare such trees takes seconds.
    """
    cursor = tree.walk()
    for _ in range(DEEPEST):
        node = cursor.node
        if node is not None and node.is_error and node.child_count > _MOST_SIGNS:
            return True
        if cursor.goto_first_child_for_byte(byte) is None:
            return False
    return True


def _touched(old: Tree, new: Tree, edited: tuple[int, int]) -> tuple[int, int]:
    """From the first to the last byte at which two trees may say something else."""
    ranges = old.changed_ranges(new)
    return (
        min(edited[0], *(one.start_byte for one in ranges), edited[0]),
        max(edited[1], *(one.end_byte for one in ranges), edited[1]),
    )


@lru_cache(maxsize=_MOST_KEPT)
def syntax_of(source: str) -> Syntax:
    """The syntax of a text, kept for whoever asks next: nobody may edit its tree."""
    return Syntax(source)


class Syntax:
    """One text and its tree. ``masked`` are its strings without an end. A text that takes too long to be
    parsed has an empty tree.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.data = source.encode("utf-8", "surrogatepass")
        tree, masked = parse_masked(self.data, Unit.BYTES)
        self.tree = tree or Parser(_language()).parse(b"")
        self.masked = masked.strings if tree is not None else {}
        self._is_ascii = len(self.data) == len(source)
        self._starts = [0, *(found.end() for found in re.finditer(b"\n", self.data))]

    @property
    def root(self) -> Node:
        return self.tree.root_node

    def text(self, node: Node) -> str:
        """The characters of a node."""
        if self._is_ascii:
            return self.source[node.start_byte : node.end_byte]
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def nodes(self, wanted: Wanted, inside: Node | None = None) -> list[Node]:
        """The nodes of a kind in the order of the text, outer ones first; ``inside``: those of this node."""
        found = self._nodes[wanted]
        if inside is None:
            return found
        first = bisect_left(found, inside.start_byte, key=_start)
        last = bisect_left(found, inside.end_byte, lo=first, key=_start)
        return [one for one in found[first:last] if one.end_byte <= inside.end_byte]

    @cached_property
    def _nodes(self) -> Mapping[Wanted, list[Node]]:
        """All of them in one walk. A query of tree-sitter takes as long, and for ever where there are many
        signs beside each other.
        """
        found: dict[Wanted, list[Node]] = {wanted: [] for wanted in _KINDS.values()}
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            wanted = _KINDS.get(node.type)
            if wanted is not None:
                found[wanted].append(node)
            if wanted != "leaf":
                waiting.extend(reversed(node.named_children))
        return found

    def place(self, node: Node) -> Place:
        """Where a node stands."""
        if self._is_ascii:  # bytes are characters: the tree knows them
            (row, column), (end_row, end_column) = node.start_point, node.end_point
            return Place(row + 1, column, end_row + 1, end_column)
        line, column = self._position(node.start_byte)
        end_line, end_column = self._position(node.end_byte)
        return Place(line, column, end_line, end_column)

    def line_of(self, byte: int) -> int:
        """The line of a byte, from 1."""
        return bisect_right(self._starts, byte)

    def byte_at(self, line: int, column: int) -> int:
        """The byte of a position (``line`` from 1, ``column`` from 0 in characters), inside the text."""
        row = min(max(line, 1), len(self._starts)) - 1
        start = self._starts[row]
        end = self._starts[row + 1] if row + 1 < len(self._starts) else len(self.data)
        if self._is_ascii:
            return min(start + max(column, 0), end)
        head = self.data[start:end].decode("utf-8", "surrogatepass")[: max(column, 0)]
        return start + len(head.encode("utf-8", "surrogatepass"))

    def node_at(self, byte: int) -> Node:
        """The smallest node around a byte, or that ends right there."""
        node = self.root.descendant_for_byte_range(byte, byte)
        if byte > 0 and (node is None or node.type not in ("identifier", "string_content")):
            before = self.root.descendant_for_byte_range(byte - 1, byte)
            node = before if before is not None and before.type == "identifier" else node
        return node or self.root

    def _position(self, byte: int) -> tuple[int, int]:
        row = bisect_right(self._starts, byte) - 1
        start = self._starts[row]
        return row + 1, len(self.data[start:byte].decode("utf-8", "surrogatepass"))


def children(node: Node, field: str) -> list[Node]:
    """The named children in a field, in order."""
    return [one for one in node.children_by_field_name(field) if one.is_named]


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the text; without recursion, whatever the depth."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(one.named_children))
