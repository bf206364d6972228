"""The syntax tree of a script: tree-sitter with its Lua grammar. A text with errors has a tree too.

Columns count characters, as editors do; tree-sitter counts bytes of UTF-8, so a text with other characters
than ASCII is translated line by line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import tree_sitter_lua
from tree_sitter import Language, Node, Parser, Tree

__all__ = ["Node", "Place", "Syntax", "children", "walk"]


class Place(NamedTuple):
    """A stretch of a text. ``line`` counts from 1; ``column`` and ``end_column`` from 0, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int


@cache
def _language() -> Language:
    return Language(tree_sitter_lua.language())


class Syntax:
    """One text and its tree. Not to be shared between threads while it is edited."""

    def __init__(self, source: str, tree: Tree | None = None) -> None:
        self.source = source
        self.data = source.encode("utf-8", "surrogatepass")
        self.tree = tree or Parser(_language()).parse(self.data)
        self._is_ascii = len(self.data) == len(source)
        self._starts = [0, *(at + 1 for at, byte in enumerate(self.data) if byte == 10)]

    @property
    def root(self) -> Node:
        return self.tree.root_node

    def text(self, node: Node) -> str:
        """The characters of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def place(self, node: Node) -> Place:
        """Where a node stands."""
        line, column = self._position(node.start_byte)
        end_line, end_column = self._position(node.end_byte)
        return Place(line, column, end_line, end_column)

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
        if self._is_ascii:
            return row + 1, byte - start
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
