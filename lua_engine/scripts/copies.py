"""Copies of scripts that programs leave when two people changed one file: live, and seldom meant to be.

``v-LAPTOP7.lua`` (a synchronised folder), ``v_REMOTE_1234.lua`` (``git mergetool``), ``v-Kopie.lua`` (a file
manager), ``v_old.lua`` (somebody's hand) beside ``v.lua``.
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
      | (?i:old|bak|backup|orig)(?:[-_]?[0-9]+)?        # what somebody laid aside
      | (?:MacBook|iMac|Mac)[\w-]*
      | (?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]{{4,}}\Z)[A-Z0-9-]+   # the name of a computer
    )\Z""",
    re.VERBOSE,
)
_HEAD = re.compile(r"(?i:copy|kopie)[-_](?:(?i:of|von)[-_])?")


def original_of(name: str, names: Container[str]) -> str:
    """The script that ``name`` is likely a conflict copy of, if ``names`` has it; else empty."""
    if (head := _HEAD.match(name)) and name[head.end() :] in names:
        return name[head.end() :]
    for place in range(len(name) - 1, 0, -1):
        if name[place] in "-_" and name[:place] in names and _TAIL.match(name, place):
            return name[:place]
    return ""
