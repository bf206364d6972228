"""Every save of a script, kept beside the site to compare and to go back to.

``.goop-console/versions/function-todo/20260301-140322-118201-3f2a91c0.lua`` is the text as it was saved then;
the last part begins its hash. The newest ``MOST`` of a script are kept, and at most ``MOST_BYTES``. What
another program wrote is kept when the console saves over it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from lua_engine.base.errors import SiteError
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import Rule, make_own_folder, own_folder, read_foreign

MOST: Final = 200
MOST_BYTES: Final = 16 * 1024 * 1024
_RULE: Final = Rule(4 * 1024 * 1024)
_NAME: Final = re.compile(r"(\d{8}-\d{6}-\d{6})-([0-9a-f]{8})\.lua\Z")
_MOMENT: Final = "%Y%m%d-%H%M%S-%f"
_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ScriptVersion:
    """A text that was saved. ``time`` is seconds since the epoch, ``digest`` begins its hash."""

    file: str
    time: float
    size: int
    digest: str


class Versions:
    """Of one site. The folder may come from elsewhere: what is in it is shown, never run."""

    def __init__(self, folder: SiteFolder) -> None:
        self._folder = folder

    def keep(self, kind: str, name: str, before: bytes | None, after: bytes) -> None:
        """A script was saved: ``before`` stood on disk until then. Raises :class:`SiteError`."""
        home = make_own_folder(
            self._folder.path, self._folder.console_dir.name, "versions", _folder(kind, name)
        )
        known = self.all(kind, name)
        newest = known[0].digest if known else ""
        moment = _moment(known[0].file) if known else datetime.min
        for data in (before, after):
            if data is not None and _digest(data) != newest and len(data) <= _RULE.max_bytes:
                newest, moment = _digest(data), _later_than(moment)
                file = f"{moment.strftime(_MOMENT)}-{newest}.lua"
                write_atomic(home / file, data, mode=0o600, follow=False)
        self._forget(home, self.all(kind, name))

    def move(self, kind: str, old: str, new: str) -> None:
        """A script has another name now, and keeps its versions. Where versions of that name are left over
        from a script that is gone, they stay, and those of the old name too. Raises :class:`SiteError`.
        """
        console = self._folder.console_dir.name
        home = own_folder(self._folder.path, console, "versions", _folder(kind, old))
        target = own_folder(self._folder.path, console, "versions", _folder(kind, new))
        if not home.is_dir() or target.exists():
            return
        try:
            home.rename(target)
        except OSError as error:
            raise SiteError(f"{home}: cannot be renamed: {error.strerror or error}") from error

    def all(self, kind: str, name: str) -> tuple[ScriptVersion, ...]:
        """The versions of a script, the newest first. Raises :class:`SiteError` when they cannot be read."""
        home = own_folder(self._folder.path, self._folder.console_dir.name, "versions", _folder(kind, name))
        return tuple(sorted(_found(home), key=lambda one: one.file, reverse=True))

    def text(self, kind: str, name: str, version: ScriptVersion) -> str:
        """The text of a version. Raises :class:`SiteError` when it is gone or no text."""
        home = own_folder(self._folder.path, self._folder.console_dir.name, "versions", _folder(kind, name))
        path = home / version.file
        data = read_foreign(path, self._folder.path, _RULE) if _NAME.match(version.file) else None
        if data is None:
            raise SiteError(f"{path}: this version is gone")
        return data.decode("utf-8", "replace")

    def _forget(self, home: Path, known: tuple[ScriptVersion, ...]) -> None:
        room = MOST_BYTES
        for at, one in enumerate(known):
            room -= one.size
            if at >= MOST or (room < 0 and at > 0):
                try:
                    (home / one.file).unlink(missing_ok=True)
                except OSError as error:
                    raise SiteError(
                        f"{home / one.file}: cannot be removed: {error.strerror or error}"
                    ) from error


def _found(home: Path) -> Iterator[ScriptVersion]:
    if not home.is_dir():
        return
    try:
        for path in home.iterdir():
            if match := _NAME.match(path.name):
                moment = _moment(path.name).timestamp()
                yield ScriptVersion(path.name, moment, path.lstat().st_size, match[2])
    except (OSError, ValueError) as error:
        raise SiteError(f"{home}: the versions cannot be read: {error}") from error


def _folder(kind: str, name: str) -> str:
    return f"{kind}-{name.lower() if kind == 'command' else name}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


def _moment(file: str) -> datetime:
    return datetime.strptime(file.rpartition("-")[0], _MOMENT)


def _later_than(newest: datetime) -> datetime:
    """Now; just after ``newest`` within one tick of the clock, or when the clock was set back."""
    return max(datetime.now(), min(newest, datetime.max - _TICK) + _TICK)
