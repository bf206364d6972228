"""How much of the log is kept: by days and by size, in ``.goop-console/log.json``."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from lua_engine.base.errors import SiteError
from lua_engine.site.own_settings import read_own_settings, write_own_settings

FORMAT: Final = 1
BOUNDS: Final = {"days": (1, 3_650), "megabytes": (1, 10_000)}
_log = logging.getLogger("goop.logs")


class LimitError(SiteError):
    """A limit that the log cannot have."""


@dataclass(frozen=True, slots=True)
class LogLimits:
    """``days`` 1 to 3,650; ``megabytes`` 1 to 10,000, of the whole file with its index."""

    days: int = 30
    megabytes: int = 200

    def checked(self) -> LogLimits:
        """The limits themselves. Raises :class:`LimitError` that names the key."""
        for name, (low, high) in BOUNDS.items():
            value: Any = getattr(self, name)
            if type(value) is not int or not low <= value <= high:
                raise LimitError(f"log.{name} must be a whole number from {low:,} to {high:,}, got {value!r}")
        return self

    @staticmethod
    def bounds() -> dict[str, tuple[int, int]]:
        """The least and the largest value of each."""
        return dict(BOUNDS)

    @property
    def max_bytes(self) -> int:
        return self.megabytes * 1024 * 1024


def read_limits(path: Path) -> LogLimits:
    """The limits that were chosen; the usual ones when none were, or when the file is no such file, which is
    said in the program's own log.
    """
    usual = LogLimits()
    try:
        tree = read_own_settings(path, FORMAT)
        return LogLimits(tree.get("days", usual.days), tree.get("megabytes", usual.megabytes)).checked()
    except (SiteError, ValueError) as error:
        _log.warning("%s: %s; the log uses its default limits", path, error)
        return usual


def write_limits(path: Path, limits: LogLimits) -> None:
    """Keep ``limits`` for the next start. Raises :class:`LimitError`, or :class:`SiteError` for the disk and
    for a file that a newer console has written.
    """
    write_own_settings(path, FORMAT, asdict(limits.checked()))
