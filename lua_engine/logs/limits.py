"""How much of the log is kept: by days and by size, in ``.goop-console/log.json``."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from lua_engine.base.errors import SiteError
from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign

FORMAT: Final = 1
BOUNDS: Final = {"days": (1, 3_650), "megabytes": (1, 10_000)}
_RULE: Final = Rule(max_bytes=64 * 1024)
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
        tree = _tree(path)
        return LogLimits(tree.get("days", usual.days), tree.get("megabytes", usual.megabytes)).checked()
    except (SiteError, ValueError) as error:
        _log.warning("%s: %s; the log uses its default limits", path, error)
        return usual


def write_limits(path: Path, limits: LogLimits) -> None:
    """Keep ``limits`` for the next start. Raises :class:`LimitError`, or :class:`SiteError` for the disk and
    for a file that a newer console has written.
    """
    try:
        with suppress(SiteError, JsonProblem):  # whatever else is wrong with it is mended by this
            _tree(path)
    except UnknownFormat as error:
        raise SiteError(f"{path}: {error}") from error
    tree = {"format": FORMAT, **asdict(limits.checked())}
    make_own_folder(path.parent.parent, path.parent.name)
    write_atomic(path, f"{json.dumps(tree, indent=2)}\n".encode(), mode=0o600, follow=False)


def _tree(path: Path) -> dict[str, Any]:
    data = read_foreign(path, path.parent.parent, _RULE)
    tree = parse_json_object(data) if data is not None else {}
    check_format(tree, FORMAT)
    return tree
