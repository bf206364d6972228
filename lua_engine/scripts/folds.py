"""What can be folded away in a Lua text. Lines count from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lua_engine.scripts.tree_walk import DEEPEST, children_from

if TYPE_CHECKING:
    from tree_sitter import Node

_FOLDED: Final = frozenset(
    (
        *("function_declaration", "function_definition", "if_statement", "for_statement", "while_statement"),
        *("repeat_statement", "do_statement", "table_constructor", "arguments", "string", "comment"),
    )
)
_LONG_SIGN: Final = frozenset(("string", "comment"))


class Fold(NamedTuple):
    """Lines ``first + 1`` to ``last`` can be folded away below ``first``."""

    first: int
    last: int


def folds_of(root: Node, first: int, last: int, start: int, most: int) -> dict[int, Fold]:
    """Folds by the line that they begin in, for lines ``first`` to ``last``; a line's longest counts.
    ``start`` is the byte at which the line before ``first`` begins. Not more than ``most`` nodes are looked
    at.
    """
    found: dict[int, Fold] = {}
    waiting = [(root, 0)]
    while waiting and most > 0:
        node, depth = waiting.pop()
        if depth > DEEPEST:
            break
        _take(found, node, first, last)
        run = _Run()
        for one in children_from(node, start):
            most -= 1
            if most <= 0 or (one.start_point[0] > last and not run.goes_on_with(one)):
                break
            run.add(one, found, first, last)
            if one.is_named and one.end_point[0] >= max(first, one.start_point[0] + 1):
                waiting.append((one, depth + 1))
        run.end(found, first, last)
    return found


def _take(found: dict[int, Fold], node: Node, first: int, last: int) -> None:
    if node.type not in _FOLDED:
        return
    top, bottom = node.start_point[0], node.end_point[0]
    if node.type not in _LONG_SIGN:
        bottom -= 1  # the line with its "end" stays in view
    if first <= top <= last and bottom > top and (top not in found or found[top].last < bottom):
        found[top] = Fold(top, bottom)


class _Run:
    """Lines that are comments alone, one below the other, among the children of a node."""

    def __init__(self) -> None:
        self._top = self._bottom = self._above = -1

    def goes_on_with(self, one: Node) -> bool:
        return self._top >= 0 and one.type == "comment" and one.start_point[0] == self._bottom + 1

    def add(self, one: Node, found: dict[int, Fold], first: int, last: int) -> None:
        """The next of the children."""
        line, end = one.start_point[0], one.end_point[0]
        is_comment = one.type == "comment" and line == end and line > self._above
        if is_comment and self._top >= 0 and line == self._bottom + 1:
            self._bottom = line
        else:
            self.end(found, first, last)
            self._top, self._bottom = (line, line) if is_comment else (-1, -1)
        self._above = end

    def end(self, found: dict[int, Fold], first: int, last: int) -> None:
        """No more of this run."""
        if self._bottom > self._top >= 0 and first <= self._top <= last and self._top not in found:
            found[self._top] = Fold(self._top, self._bottom)
