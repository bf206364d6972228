"""Writes down as one goes what the next start brings back: where the window was, the tab, filters, open
things.

So a console that is killed, or whose machine stops, loses at most the last ``EVERY_MS``. Nothing is written
while
nothing changes, and never on the Qt thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from goop_console.services.operations import Operations
from goop_console.services.settings import AppSettings
from goop_console.window.window_memory import WindowMemory

if TYPE_CHECKING:
    from goop_console.window.workspace import Workspace

EVERY_MS = 2_000


class SessionKeeper(QTimer):
    """Looks every ``EVERY_MS`` while the window is open. ``workspace()`` is the open site's, or None."""

    def __init__(
        self,
        settings: AppSettings,
        operations: Operations,
        window: QWidget,
        workspace: Callable[[], Workspace | None],
    ) -> None:
        super().__init__(window)
        self._settings, self._operations = settings, operations
        self._window, self._workspace = window, workspace
        self._memory = WindowMemory(settings)
        self.setInterval(EVERY_MS)
        self.timeout.connect(self.keep_soon)

    def keep_soon(self) -> None:
        """Take down how things are; a thread writes it."""
        if self._take():
            self._operations.run(self._settings.write, owner=self, done=lambda _: None)

    def keep_now(self) -> None:
        """Take down how things are and write it before going on: the site or the window is being closed."""
        if self._take():
            self._settings.write()

    def _take(self) -> bool:
        """Answers whether something is other than what was taken down last."""
        workspace = self._workspace()
        changed = self._memory.keep_window(self._window)
        if workspace is not None and workspace.is_restored:
            path = workspace.session.engine.site.path
            changed = self._memory.keep_site_state(path, workspace.save_state()) or changed
        return changed
