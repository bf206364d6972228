"""Two texts that were made from one, brought together: what only one side changed is taken, where both
changed the same lines somebody has to choose.

Example: base ``a b c``, mine ``a B c``, theirs ``a b c d`` gives ``a B c d``, nothing to choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Choice = Literal["mine", "theirs", "both"]
MOST_LINES: Final = 5_000  # comparing takes the square of it at worst


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of the merged text. In a conflict ``mine`` and ``theirs`` differ from each other and from what
    they were made from; else they are the same.
    """

    mine: tuple[str, ...]
    theirs: tuple[str, ...]

    @property
    def is_conflict(self) -> bool:
        return self.mine != self.theirs

    def lines(self, choice: Choice) -> tuple[str, ...]:
        """The lines that a choice leaves."""
        if not self.is_conflict or choice == "mine":
            return self.mine
        return self.theirs if choice == "theirs" else self.mine + self.theirs


def merge(base: str, mine: str, theirs: str) -> tuple[Part, ...]:
    """The parts of the merged text, in order. Slow for long texts: not for the Qt thread."""
    one, left, right = base.split("\n"), mine.split("\n"), theirs.split("\n")
    parts: list[Part] = []
    at_base = at_left = at_right = 0
    for start, in_left, in_right, size in _common(one, left, right):
        part = _between(one[at_base:start], left[at_left:in_left], right[at_right:in_right])
        same = tuple(one[start : start + size])
        parts += [one for one in (part, Part(same, same)) if one.mine or one.theirs]
        at_base, at_left, at_right = start + size, in_left + size, in_right + size
    return tuple(parts)


def merged(parts: Sequence[Part], choices: Sequence[Choice]) -> str:
    """The text; ``choices`` are for the conflicts, in order."""
    waiting = iter(choices)
    lines: list[str] = []
    for part in parts:
        lines += part.lines(next(waiting) if part.is_conflict else "mine")
    return "\n".join(lines)


def _between(base: list[str], left: list[str], right: list[str]) -> Part:
    if left == base:
        return Part(tuple(right), tuple(right))
    if right == base:
        return Part(tuple(left), tuple(left))
    return Part(tuple(left), tuple(right))


def _common(base: list[str], left: list[str], right: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Lines that all three have: where in each, and how many. The last one is at the ends, with none."""
    ours = SequenceMatcher(None, base, left, autojunk=False).get_matching_blocks()
    others = SequenceMatcher(None, base, right, autojunk=False).get_matching_blocks()
    i = j = 0
    while i < len(ours) and j < len(others):
        start = max(ours[i].a, others[j].a)
        end = min(ours[i].a + ours[i].size, others[j].a + others[j].size)
        if start < end:
            yield start, ours[i].b + start - ours[i].a, others[j].b + start - others[j].a, end - start
        if ours[i].a + ours[i].size < others[j].a + others[j].size:
            i += 1
        else:
            j += 1
    yield len(base), len(left), len(right), 0
