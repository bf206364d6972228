"""Copies of scripts that programs leave when two people changed one file: live, and seldom meant to be.

``v-LAPTOP7.lua`` (a synchronised folder), ``v_REMOTE_1234.lua`` (``git mergetool``), ``v-Kopie.lua`` (a file
manager) beside ``v.lua``.
"""

from __future__ import annotations

import re
from collections.abc import Container

_COPY = r"copy|copie|copia|kopie|kopia|kopi|kopio"
_CONFLICT = r"(?:sync-?)?(?:conflict(?:ed)?|konflikt|conflit|conflicto|conflitto)(?:[-_]?(?:copy|kopie))?"
_TAIL = re.compile(
    rf"""[-_](?:
        (?i:(?:{_COPY})(?:[-_]?[0-9]+)?)                  # -Kopie, -copy2
      | (?i:{_CONFLICT}(?:[-_0-9][\w-]*)?)                # _conflict-20240101
      | (?:REMOTE|LOCAL|BASE|BACKUP)_[0-9]+               # git
      | (?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]{{4,}}\Z)[A-Z0-9-]+   # the name of a computer
    )\Z""",
    re.VERBOSE,
)


def original_of(name: str, names: Container[str]) -> str:
    """The script that ``name`` is likely a conflict copy of, if ``names`` has it; else empty."""
    for place in range(len(name) - 1, 0, -1):
        if name[place] in "-_" and name[:place] in names and _TAIL.match(name, place):
            return name[:place]
    return ""
