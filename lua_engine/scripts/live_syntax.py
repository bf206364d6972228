"""A Lua text that is kept parsed while somebody edits it: colours, brackets, folds, the words of a line.

Positions count UTF-16 units from the beginning of the text, as Qt, browsers and LSP do; lines count from 0.
An edit of a text of 2,000 lines costs a millisecond: only what changed is parsed again. A text that takes
longer, as one does that somebody made for that, is parsed behind (``parsed``, in another thread).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from lua_engine.scripts.coloring import KEYWORDS, ColorKind, colored
from lua_engine.scripts.folds import Fold, folds_of
from lua_engine.scripts.syntax import Node, Tree, parse_masked
from lua_engine.scripts.tree_walk import leaves
from lua_engine.scripts.unfinished import Unit, guessed

MOST_UNITS: Final = 500_000  # of a text that is parsed at all; a longer one stays plain
_LONGEST_LINE: Final = 10_000  # units; a longer line has no colours
_BEHIND_SECONDS: Final = 0.5  # of the processor, for a text that is parsed behind
_FIRST_SECONDS: Final = 0.015  # for a text from scratch
_EDIT_SECONDS: Final = 0.006  # and for one edit, which takes a third of that but where brackets are piled up
_STEPS: Final = (4_096, 64, 2)  # bytes; to find where two texts differ, the last is one unit
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_BACK: Final = {closing: opening for opening, closing in _PAIRS.items()}
_FARTHEST: Final = 24_000  # bytes in which a bracket's partner is counted, where the tree has none
_MANY: Final = 500  # children of a node
_FOLD_NODES: Final = 1_500  # that are looked at for the folds of a page: those in one line are not entered
_ALL_NODES: Final = 60_000  # and for those of a whole text


class ColorSpan(NamedTuple):
    """A stretch of one line, from its beginning, that has a colour."""

    kind: ColorKind
    start: int
    end: int


class Parsed(NamedTuple):
    """A text that was parsed behind an editor; ``tree`` is None where it would have taken too long."""

    data: bytes
    tree: Tree | None
    masked: Mapping[int, int]


class LiveSyntax:
    """Not to be shared between threads."""

    def __init__(self, text: str = "") -> None:
        self._data = b""
        self._starts: list[int] = [0]
        self._tree: Tree | None = None
        self._masked: dict[int, int] = {}
        self._too_slow = 0  # bytes of the text that could not be parsed from scratch in time
        self.is_behind = False
        """The tree is that of an earlier text, moved along with the edits, or there is none yet: ``parsed``
        when nobody types, and ``take``.
        """
        if text:
            self.update(text)
            self.take(self.parsed(text))

    @property
    def is_plain(self) -> bool:
        """The text is too long, or takes too long to parse: nothing is known of it."""
        return self._tree is None

    def update(self, text: str) -> None:
        """The whole text as it is now; what changed is found here."""
        data = text.encode("utf-16-le", "surrogatepass")
        if data == self._data and self._tree is not None and not self.is_behind:
            return
        seconds = _EDIT_SECONDS if self._data else _FIRST_SECONDS
        old, old_starts = self._data, self._starts
        self._data, self._starts = data, _line_starts(text, data)
        if len(data) > 2 * MOST_UNITS:
            self._tree, self.is_behind = None, False
            return
        edited, guesses = (0, len(data)), list[int]()
        if self._tree is not None:
            edited, rows = self._tell_of_edit(self._tree, old, old_starts)
            guesses = self._guesses(rows)
        elif 0 < self._too_slow < 2 * len(data):  # each key would lose its time, and have nothing of it
            self.is_behind = True
            return
        tree, masked = parse_masked(self._data, Unit.UTF16, self._tree, edited, guesses, seconds)
        if tree is not None:
            self._tree, self._masked = tree, dict(masked.strings)
        self._too_slow = len(data) if self._tree is None else 0
        self.is_behind = tree is None

    @staticmethod
    def parsed(text: str) -> Parsed:
        """A text from scratch, in half a second of the processor at most; for any thread."""
        data = text.encode("utf-16-le", "surrogatepass")
        tree, masked = parse_masked(data, Unit.UTF16, seconds=_BEHIND_SECONDS)
        return Parsed(data, tree, masked.strings)

    def take(self, found: Parsed) -> None:
        """What was parsed behind; of a text that has changed since it is of no use."""
        if self.is_behind and found.data == self._data:
            self._tree, self._masked = found.tree, dict(found.masked)
            self.is_behind = False

    def _tell_of_edit(
        self, tree: Tree, old: bytes, starts: Sequence[int]
    ) -> tuple[tuple[int, int], set[int]]:
        """Prepare the tree for the text as it is now; answers the bytes and the rows that may be otherwise. A
        string that was masked has other bytes than the tree knows: it counts as edited.
        """
        for at, end in self._masked.items():
            tree.edit(at, end, end, _point(starts, at), _point(starts, end), _point(starts, end))
        start, old_end, new_end = _difference(old, self._data)
        tree.edit(
            start,
            old_end,
            new_end,
            _point(starts, start),
            _point(starts, old_end),
            _point(self._starts, new_end),
        )
        shift = new_end - old_end
        self._masked = {
            at + shift if at >= old_end else min(at, start): max(end + shift, start)
            for at, end in self._masked.items()
        }
        rows = {_row(self._starts, at) for at in (start, new_end, *self._masked)}
        last = max((new_end, *self._masked.values()))
        return (min((start, *self._masked)), min(last, len(self._data))), rows

    def _guesses(self, rows: Iterable[int]) -> list[int]:
        """Where strings without an end may begin in these rows."""
        found = []
        for row in sorted(rows):
            start = 2 * self._starts[row]
            if self._length(row) > _LONGEST_LINE:
                continue
            line = self._data[start : start + 2 * self._length(row)].decode("utf-16-le", "surrogatepass")
            at = guessed(line)
            if at is not None:
                found.append(start + len(line[:at].encode("utf-16-le", "surrogatepass")))
        return found

    # asking

    def spans(self, first: int, last: int) -> dict[int, list[ColorSpan]]:
        """The colours of lines ``first`` to ``last``; a line without any is not there."""
        found: dict[int, list[ColorSpan]] = {}
        if self._tree is None or first >= len(self._starts):
            return found
        for top, bottom in self._short_lines(max(0, first), min(last, len(self._starts) - 1)):
            self._color(found, self._tree, top, bottom)
        return found

    def _short_lines(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """First and last of the lines below each other that are not too long for colours."""
        for is_short, lines in groupby(
            range(first, last + 1), lambda one: self._length(one) <= _LONGEST_LINE
        ):
            if is_short:
                together = list(lines)
                yield together[0], together[-1]

    def _color(self, found: dict[int, list[ColorSpan]], tree: Tree, first: int, last: int) -> None:
        start = 2 * self._starts[first]
        end = 2 * self._starts[last + 1] if last + 1 < len(self._starts) else len(self._data)
        row = -1  # in which the leaf before ends
        for leaf in leaves(tree.root_node, start, max(end, start + 1)):
            is_masked, is_first = leaf.node.start_byte in self._masked, leaf.node.start_point[0] > row
            row = leaf.node.end_point[0]
            parts = colored(leaf, self._text, (start, end), is_masked=is_masked, is_first=is_first)
            for kind, begin, stop in parts:
                self._add(found, kind, begin, min(stop, end), first)

    def _add(
        self, found: dict[int, list[ColorSpan]], kind: ColorKind, begin: int, stop: int, first: int
    ) -> None:
        """A stretch, cut into lines."""
        at, stop = begin // 2, stop // 2
        line = bisect_right(self._starts, at) - 1
        if line < first:
            line, at = first, self._starts[first]
        while at < stop:
            origin, end = self._starts[line], self._starts[line] + self._length(line)
            if min(end, stop) > at:
                found.setdefault(line, []).append(ColorSpan(kind, at - origin, min(end, stop) - origin))
            line += 1
            if line >= len(self._starts):
                return
            at = self._starts[line]

    def _length(self, line: int) -> int:
        if line + 1 < len(self._starts):
            return self._starts[line + 1] - self._starts[line] - 1
        return len(self._data) // 2 - self._starts[line]

    def words(self, start: int, end: int) -> list[str]:
        """The keywords and signs between two positions, in order; what is in strings and comments is left
        out.
        """
        if self._tree is None:
            return []
        found = []
        for leaf, _ in leaves(self._tree.root_node, 2 * start, 2 * end):
            if leaf.start_byte >= 2 * start and leaf.end_byte <= 2 * end:
                word = self._text(leaf) if leaf.type == "identifier" else leaf.type
                if word in KEYWORDS or not word[0].isalpha():
                    found.append(word)
        return found

    def brackets(self, position: int) -> tuple[int, int | None] | None:
        """The bracket just before or behind a position, and its partner (None: it has none); None where there
        is no bracket. The one before wins.
        """
        if self._tree is None:
            return None
        for at in (position - 1, position):
            node = self._bracket_at(at)
            if node is not None:
                return at, self._partner(node)
        return None

    def _bracket_at(self, position: int) -> Node | None:
        if position < 0 or self._tree is None or 2 * position >= len(self._data):
            return None
        node = self._tree.root_node.descendant_for_byte_range(2 * position, 2 * position + 2)
        if node is None or node.start_byte != 2 * position or node.is_missing:
            return None
        return node if node.type in _PAIRS or node.type in _BACK else None

    def _partner(self, node: Node) -> int | None:
        forward = node.type in _PAIRS
        wanted = _PAIRS[node.type] if forward else _BACK[node.type]
        parent = node.parent
        if parent is not None and parent.type != "ERROR":
            near = [one for one in _ends(parent) if one.type == wanted and not one.is_missing]
            found = near[-1:] if forward else near[:1]
            if found and (found[0].start_byte > node.start_byte) == forward:
                return found[0].start_byte // 2
        return self._counted_partner(node, wanted, forward=forward)

    def _counted_partner(self, node: Node, wanted: str, *, forward: bool) -> int | None:
        """By counting: where a text has errors the tree does not pair them."""
        assert self._tree is not None
        here = node.start_byte
        between = (here, here + _FARTHEST) if forward else (max(0, here - _FARTHEST), node.end_byte)
        between_them = (one for one, _ in leaves(self._tree.root_node, *between))
        found = [one for one in between_them if one.type in (node.type, wanted)]
        depth = 0
        for one in found if forward else reversed(found):
            depth += 1 if one.type == node.type else -1
            if depth == 0:
                return one.start_byte // 2
        return None

    def folds(self, first: int = 0, last: int | None = None) -> dict[int, Fold]:
        """What can be folded, by the line that it begins in, for lines ``first`` to ``last``: blocks, tables,
        long strings, long comments and lines of comments one below the other. A line's longest fold counts.
        """
        if self._tree is None:
            return {}
        most = _ALL_NODES if last is None else _FOLD_NODES
        last = len(self._starts) - 1 if last is None else min(last, len(self._starts) - 1)
        start = 2 * self._starts[min(max(0, first - 1), len(self._starts) - 1)]
        return folds_of(self._tree.root_node, first, last, start, most)

    def _text(self, node: Node) -> str:
        return self._data[node.start_byte : node.end_byte].decode("utf-16-le", "surrogatepass")


def _ends(node: Node) -> list[Node]:
    """The children of a node; of very many the first and the last."""
    if node.child_count < _MANY:
        return node.children
    return [one for one in (node.child(0), node.child(node.child_count - 1)) if one is not None]


def _line_starts(text: str, data: bytes) -> list[int]:
    if len(data) == 2 * len(text):
        return [0, *map(re.Match.end, re.finditer("\n", text))]
    starts, at = [0], 0
    for line in text.split("\n")[:-1]:
        at += len(line.encode("utf-16-le", "surrogatepass")) // 2 + 1
        starts.append(at)
    return starts


def _row(starts: Sequence[int], byte: int) -> int:
    return bisect_right(starts, byte // 2) - 1


def _point(starts: Sequence[int], byte: int) -> tuple[int, int]:
    row = _row(starts, byte)
    return row, byte - 2 * starts[row]


def _difference(old: bytes, new: bytes) -> tuple[int, int, int]:
    """Where two texts begin to differ, and where each has what both end with; whole units."""
    limit, start = min(len(old), len(new)), 0
    for step in _STEPS:
        while start + step <= limit and old[start : start + step] == new[start : start + step]:
            start += step
    tail, limit, old_end, new_end = 0, limit - start, len(old), len(new)
    for step in _STEPS:
        while tail + step <= limit and old[old_end - step : old_end] == new[new_end - step : new_end]:
            tail, old_end, new_end = tail + step, old_end - step, new_end - step
    return start, old_end, new_end
