"""Lines that Qt cannot lay out at each key: it lays out a line as a whole. 50,000 plain characters take it
20 ms, as many tabs or letters of Hebrew 100 and more.
"""

from __future__ import annotations

import re
from typing import Final

MAX_LINE: Final = 50_000
"""Characters of a line."""
MAX_ODD: Final = 5_000
"""Characters of a line in which tabs, or others than those of ASCII, count as much as ten."""
_ODD: Final = re.compile(r"[^ -~]+")


def is_too_long(line: str) -> bool:
    """Whether the editor would hold the window with ``line``."""
    if len(line) <= MAX_ODD:
        return False
    return len(line) + (MAX_LINE // MAX_ODD - 1) * sum(map(len, _ODD.findall(line))) > MAX_LINE
