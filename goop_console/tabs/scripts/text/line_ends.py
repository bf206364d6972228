"""A script's text between the disk and the editor. The editor has ``\\n`` and no BOM; what nobody touched
goes back to disk byte for byte: the BOM, and each line's own end, also where a file has several kinds.

Example: with ``a\\r\\nb\\nc\\r\\n`` on disk, typing behind ``a`` gives ``aX\\r\\nb\\nc\\r\\n``.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import Final

_BOM: Final = "\ufeff"
_END: Final = re.compile("\r\n|\r|\n")
_MOST_COMPARED: Final = 4_000  # lines in which the ends of a mixed file are looked for one by one


def without_returns(raw: str) -> str:
    """``raw`` as the editor has it."""
    return raw.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")


def line_end_of(raw: str) -> str:
    """The line end that most lines of ``raw`` have."""
    found = Counter(_END.findall(raw))
    return found.most_common(1)[0][0] if found else "\n"


def as_on_disk(text: str, raw: str) -> str:
    """The editor's ``text`` with the BOM and line ends of ``raw``; a new line has the end that most have."""
    bom = _BOM if raw.startswith(_BOM) else ""
    ends = _END.findall(raw)
    if len(set(ends)) < 2:
        return bom + text.replace("\n", ends[0] if ends else "\n")
    old, new = without_returns(raw).split("\n"), text.split("\n")
    kept = _kept_ends(old, new, ends, line_end_of(raw))
    return bom + "".join(line + end for line, end in zip(new, [*kept, ""], strict=True))


def _kept_ends(old: list[str], new: list[str], ends: list[str], usual: str) -> list[str]:
    """The end of each new line but the last. Lines that stand alike before and behind the edit keep theirs at
    once; between, lines are compared, and a line that took another's place takes its end.
    """
    found = [usual] * (len(new) - 1)
    most = min(len(ends), len(found))
    head = 0
    while head < most and old[head] == new[head]:
        found[head] = ends[head]
        head += 1
    tail = 0
    while tail < most - head and old[-2 - tail] == new[-2 - tail]:
        found[-1 - tail] = ends[-1 - tail]
        tail += 1
    here, there = old[head : len(ends) - tail], new[head : len(found) - tail]
    if len(here) > _MOST_COMPARED or len(there) > _MOST_COMPARED:
        return found
    for tag, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if tag in ("equal", "replace"):
            for at in range(min(b - a, d - c)):
                found[head + c + at] = ends[head + a + at]
    return found
