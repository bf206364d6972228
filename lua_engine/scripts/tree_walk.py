"""Parts of a syntax tree, for what is in view of it: however many lines lie above and below, and whatever
somebody has piled up in them, a walk takes some milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_NODES: Final = 4_000
"""Of one walk: a page of ordinary lines has half of that; what lies behind them is not walked."""
DEEPEST: Final = 1_000
"""Nodes in each other: Lua takes 200 levels, of some nodes each."""
_WHOLE: Final = frozenset(("string", "comment"))


class Leaf(NamedTuple):
    """``above``: the nodes that it is in, the outermost first; it is valid until the next leaf."""

    node: Node
    above: list[Node]

    @property
    def parent(self) -> Node | None:
        return self.above[-1] if self.above else None


def children_from(node: Node, byte: int) -> Iterator[Node]:
    """The children of a node in order, from the first that ends behind ``byte``."""
    cursor = node.walk()
    if cursor.goto_first_child_for_byte(byte) is None:
        return
    yield _here(cursor.node)
    while cursor.goto_next_sibling():
        yield _here(cursor.node)


def _here(node: Node | None) -> Node:
    assert node is not None
    return node


def leaves(root: Node, start: int, end: int, most: int = MOST_NODES) -> Iterator[Leaf]:
    """What a text is made of, between two bytes, in order: words, signs, and strings and comments as a whole.
    Stretches that the parser passed over are not among them.
    """
    above: list[Node] = []
    waiting = [iter((root,))]
    for _ in range(most):
        one = next(waiting[-1], None)
        if one is None or one.start_byte >= end:
            waiting.pop()
            if not waiting or not above:
                return
            above.pop()
        elif one.child_count and one.type not in _WHOLE:
            above.append(one)
            waiting.append(children_from(one, start))
            if len(above) > DEEPEST:
                return
        elif one.end_byte > max(start, one.start_byte) and not one.is_missing:
            yield Leaf(one, above)
