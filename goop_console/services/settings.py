"""What the console remembers between starts: one JSON file, and the sites that were open."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths

from goop_console.services.atomic_file import write_text

MAX_RECENT = 12  # sites that are not pinned
FORMAT = 1  # of the file, its key ``format``; left out in version 1
_RECENT = "recent_sites"
_NONE = object()
_log = logging.getLogger("goop.settings")


@dataclass(frozen=True, slots=True)
class RecentSite:
    """A site that was open. ``opened_at`` is seconds since the epoch."""

    path: Path
    label: str
    is_pinned: bool
    opened_at: float


def settings_path() -> Path:
    """``$XDG_CONFIG_HOME/goop-console/settings.json``, or what the platform has instead."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / "goop-console" / "settings.json"


class AppSettings:
    """Keys with JSON values.

    A file that cannot be read is put aside as ``settings.json.bad`` and the console starts afresh; one that
    cannot be written is said in the log once, and the settings live until the console ends. So do they beside
    a file of a newer console, which stays as it is; ``refusal`` says so then.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = settings_path() if path is None else path
        self.refusal = ""
        self._lock = threading.RLock()
        self._own: dict[str, Any] = {}  # what this process set; another window's other keys stay
        self._values = self._read()
        self._can_write = True

    def get(self, key: str, default: Any = None) -> Any:
        """The value of ``key``, or ``default``."""
        return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Keep ``value``, plain JSON data."""
        self.update({key: value})

    def update(self, values: Mapping[str, Any]) -> None:
        """Keep several values with one write."""
        if self.take(values):
            self.write()

    def take(self, values: Mapping[str, Any]) -> bool:
        """Keep ``values`` until ``write`` puts them on the disk;
        answers whether any is another than before.
        """
        with self._lock:
            changed = {key: value for key, value in values.items() if self._values.get(key, _NONE) != value}
            self._own.update(changed)
            self._values = {**self._values, **changed}
        return bool(changed)

    def write(self) -> None:
        """Put everything on the disk, beside what another window wrote there. From any thread."""
        with self._lock:
            stored = self._read()
            if not self.refusal:
                self._values = {**stored, **self._own}
                self._write()

    def _read(self) -> dict[str, Any]:
        try:
            values = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            return self._put_aside(error)
        if not isinstance(values, dict):
            return self._put_aside(ValueError("not a JSON object"))
        number = values.get("format", 1)
        is_newer = isinstance(number, int) and number > FORMAT
        if is_newer:
            self.refusal = (
                f"{self.path} was written by a newer Goop Console (format {number}, this one knows "
                f"{FORMAT}). It is left as it is; what you set here lasts until this window is closed."
            )
        return {} if is_newer else values

    def _put_aside(self, error: Exception) -> dict[str, Any]:
        _log.warning("%s cannot be read (%s): starting with the defaults", self.path, error)
        with contextlib.suppress(OSError):  # an unreadable folder: there is nothing to keep
            self.path.replace(self.path.with_name(self.path.name + ".bad"))
        return {}

    def _write(self) -> None:
        try:
            write_text(self.path, json.dumps(self._values, indent=1, ensure_ascii=False))
            self._can_write = True
        except OSError as error:
            if self._can_write:
                _log.warning(
                    "%s cannot be written (%s): settings are kept until the console closes",
                    self.path,
                    error.strerror,
                )
            self._can_write = False

    # the sites that were open

    def recent_sites(self) -> tuple[RecentSite, ...]:
        """Pinned ones first, then the latest."""
        stored = self.get(_RECENT, [])
        sites = [
            site for site in map(_recent_site, stored if isinstance(stored, list) else []) if site is not None
        ]
        return tuple(sorted(sites, key=lambda site: (not site.is_pinned, -site.opened_at)))

    def remember_site(self, path: Path, label: str) -> None:
        """Put ``path`` at the top."""
        old = self._recent(path)
        self._keep(path, RecentSite(path, label, old.is_pinned if old else False, time.time()))

    def pin_site(self, path: Path, is_pinned: bool) -> None:
        """Keep ``path`` above the others, whatever else is opened."""
        old = self._recent(path)
        if old is not None:
            self._keep(path, RecentSite(path, old.label, is_pinned, old.opened_at))

    def forget_site(self, path: Path) -> None:
        """Take ``path`` off the list."""
        self._keep(path, None)

    def _recent(self, path: Path) -> RecentSite | None:
        return next((site for site in self.recent_sites() if site.path == path), None)

    def _keep(self, path: Path, site: RecentSite | None) -> None:
        others = [one for one in self.recent_sites() if one.path != path]
        kept = sorted(
            [*others, *([site] if site else [])], key=lambda one: (not one.is_pinned, -one.opened_at)
        )
        pinned = sum(one.is_pinned for one in kept)
        self.set(
            _RECENT,
            [
                {
                    "path": str(one.path),
                    "label": one.label,
                    "pinned": one.is_pinned,
                    "opened_at": one.opened_at,
                }
                for one in kept[: pinned + MAX_RECENT]
            ],
        )


def _recent_site(stored: Any) -> RecentSite | None:
    """One entry as it stands in the file; None for what nobody can open."""
    if not isinstance(stored, dict) or not isinstance(stored.get("path"), str) or not stored["path"]:
        return None
    label, opened_at = stored.get("label"), stored.get("opened_at")
    return RecentSite(
        Path(stored["path"]),
        label if isinstance(label, str) else "",
        stored.get("pinned") is True,
        float(opened_at) if isinstance(opened_at, (int, float)) and not isinstance(opened_at, bool) else 0.0,
    )
