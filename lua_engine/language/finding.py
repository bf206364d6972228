"""What a rule has to say about one place of a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from lua_engine.scripts.syntax import Place

Severity = Literal["error", "warning", "hint"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` names the rule: ``-- lint: ignore CODE`` on the line, or on the one above, silences it."""

    code: str
    severity: Severity
    message: str
    place: Place

    def __str__(self) -> str:
        return f"line {self.place.line}: {self.message} [{self.code}]"


CODES: Final = {
    "global-write": "a value is assigned to a name without local",
    "unknown-global": "an undefined name, or a function that a library of Lua does not have",
    "unknown-goop": "a goop.* name that does not exist",
    "unused-local": "a local that is never read, or a function that only calls itself",
    "unknown-table": "goop.orm or goop.config of a table that the site does not have",
    "unknown-column": "a column that the table does not have",
    "no-entry-point": "no global call (data function) or handle (chat command)",
    "unguarded-delete": "an action that deletes and that anybody may call",
    "sql-from-params": "SQL text built from what a visitor sent",
    "unknown-action": "a page calls an action that the function does not have",
    "portability": "works here but not on Goop2, or the reverse",
}
"""Every code with what it is about; ``docs/lint.md`` is made from it."""

_IGNORE = re.compile(r"--\s*lint:\s*ignore(?P<file>-file)?\s+(?P<codes>[\w, -]+)")


class Silenced:
    """Which codes a text does not want to hear of::

    count = 1 -- lint: ignore global-write
    -- lint: ignore-file portability
    """

    def __init__(self, source: str) -> None:
        self._lines: dict[int, set[str]] = {}
        self._file: set[str] = set()
        for number, line in enumerate(source.split("\n"), start=1):
            found = _IGNORE.search(line) if "lint:" in line else None
            if found is None:
                continue
            codes = {one for one in re.split(r"[,\s]+", found["codes"]) if one}
            if found["file"]:
                self._file |= codes
                continue
            self._lines.setdefault(number, set()).update(codes)
            if line.lstrip().startswith("--"):
                self._lines.setdefault(number + 1, set()).update(codes)

    def hides(self, finding: Finding) -> bool:
        return finding.code in self._file or finding.code in self._lines.get(finding.place.line, ())
