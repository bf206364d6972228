"""The sites that were open, and which of them are gone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from goop_console.services.operations import Operations
from goop_console.services.settings import AppSettings


class RecentSites(QObject):
    """Looks for the folders off the Qt thread: one may be on a disk that sleeps."""

    changed = Signal()

    def __init__(self, operations: Operations, settings: AppSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._operations = operations
        self._settings = settings
        self.missing: frozenset[Path] = frozenset()

    def check(self) -> None:
        """Look which are still there; ``changed`` follows."""
        paths = [site.path for site in self._settings.recent_sites()]
        self._operations.run(
            lambda: frozenset(path for path in paths if not (path / "goop.json").is_file()),
            owner=self,
            done=self._on_checked,
        )

    def _on_checked(self, missing: frozenset[Path]) -> None:
        self.missing = missing
        self.changed.emit()

    def remember(self, path: Path, label: str) -> None:
        """Put ``path`` at the top."""
        self._settings.remember_site(path, label)
        self.check()

    def pin(self, path: Path, is_pinned: bool) -> None:
        """Keep ``path`` above the others."""
        self._settings.pin_site(path, is_pinned)
        self.changed.emit()

    def forget(self, path: Path) -> None:
        """Take ``path`` off the list."""
        self._settings.forget_site(path)
        self.changed.emit()
