"""Lines that Qt cannot lay out and paint at each key: it lays out a line as a whole, and paints all of each
line in view. 50,000 plain characters take it 20 ms, as many tabs or letters of Hebrew 100 and more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MAX_LINE: Final = 50_000
"""Characters of a line."""
MAX_ODD: Final = 5_000
"""Characters of a line in which tabs, or others than those of ASCII, count as much as ten."""
VIEW_LINES: Final = 60
"""So many lines are in view together."""
MAX_VIEW: Final = 80_000
"""Characters of these; of the odd ones a tenth."""
# Lines that are no longer may hold whatever they like.
_SHORT: Final = MAX_VIEW // VIEW_LINES // (MAX_LINE // MAX_ODD)
_ODD: Final = re.compile(r"[^ -~]+")


def weight(line: str) -> int:
    """The plain characters that are as much work as ``line``."""
    return len(line) + (MAX_LINE // MAX_ODD - 1) * sum(map(len, _ODD.findall(line)))


def is_too_long(line: str) -> bool:
    """Whether the editor would hold the window with ``line``."""
    return len(line) > MAX_ODD and weight(line) > MAX_LINE


def heavy_view(lines: Sequence[str]) -> int:
    """Where (from 1) lines begin that would hold the window together; 0 for nowhere."""
    weights = [weight(line) for line in lines] if sum(map(len, lines)) > MAX_VIEW // 10 else []
    together = 0
    for number, one in enumerate(weights):
        together += one - (weights[number - VIEW_LINES] if number >= VIEW_LINES else 0)
        if together > MAX_VIEW:
            return max(1, number + 2 - VIEW_LINES)
    return 0


def heavy_words(first: int, lines: int) -> str:
    """Why ``lines`` from ``first`` on cannot be shown whole."""
    last = min(first + VIEW_LINES - 1, lines)
    return (
        f"lines {first:,} to {last:,} have more than {MAX_VIEW:,} characters (or {MAX_VIEW // 10:,} odd ones)"
    )


def why_not_pasted(lines: Sequence[str]) -> str:
    """In words; empty for lines that the editor can have."""
    if max(map(len, lines), default=0) <= _SHORT:
        return ""
    if any(map(is_too_long, lines)):
        return f"Not pasted: it has a line of more than {MAX_LINE:,} characters (or {MAX_ODD:,} odd ones)"
    heavy = heavy_view(lines)
    return f"Not pasted: its {heavy_words(heavy, len(lines))}" if heavy else ""
