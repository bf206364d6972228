"""The ways into a site: choosing a folder, making a site, the demo; and what to do about one that cannot be
opened.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.settings import AppSettings
from goop_console.widgets.message_bar import Action
from goop_console.window.messages import Messages
from goop_console.window.site_opener import is_locked


class WaysIn(QObject):
    """``chosen`` asks for the site at a path to be opened, for reading only where True."""

    chosen = Signal(object, bool)  # Path

    def __init__(
        self,
        window: QMainWindow,
        operations: Operations,
        settings: AppSettings,
        notify: Notifier,
        messages: Messages,
    ) -> None:
        super().__init__(window)
        self._window, self._operations, self._settings = window, operations, settings
        self._notify, self._messages = notify, messages

    def choose(self, *, read_only: bool = False) -> None:
        """Ask for a folder, without stopping anything."""
        from PySide6.QtWidgets import QFileDialog  # here: the first paint needs none

        recent = self._settings.recent_sites()
        folder = str(recent[0].path.parent) if recent else str(Path.home())
        dialog = QFileDialog(self._window, "Open a site folder", folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.chosen.emit(Path(name), read_only))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def make_site(self, folder: Path | None = None) -> None:
        """Show the form that makes a site, in ``folder`` if one is given."""
        from goop_console.window.new_site import NewSiteDialog  # here: the first paint needs none

        dialog = NewSiteDialog(self._operations, self._notify, self._window, folder)
        dialog.created.connect(lambda path: self.chosen.emit(path, False))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def open_demo(self, *, fresh: bool = False) -> None:
        """Make the demo site if need be (``fresh``: in any case), and open it."""

        def make() -> Path:
            from goop_console.demo import demo_site  # here: it imports the engine

            return demo_site(fresh=fresh)

        self._window.statusBar().showMessage("Preparing the demo site…")
        self._operations.run(make, owner=self, done=self._on_demo_created, failed=self._on_demo_failed)

    def _on_demo_created(self, path: Path) -> None:
        self._window.statusBar().clearMessage()
        self.chosen.emit(path, False)

    def _on_demo_failed(self, error: Exception) -> None:
        self._window.statusBar().clearMessage()
        self.say_failed("The demo site cannot be created", error, [("Try again", self.open_demo)])

    # what cannot be opened

    def say_not_opened(self, path: Path, error: Exception, *, was_read_only: bool) -> None:
        """Say why, with the ways on."""
        again: Action = ("Try again", lambda: self.chosen.emit(path, was_read_only))
        if is_locked(error):
            reading: Action = ("Open read-only", lambda: self.chosen.emit(path, True))
            self._messages.say_failed(f"{path.name} is in use", str(error), [reading, again], "warning")
        else:
            self.say_failed(f"{path.name or path} cannot be opened", error, self._ways_on(path, again))

    def _ways_on(self, path: Path, again: Action) -> list[Action]:
        other: Action = ("Open another folder…", self.choose)
        if not path.is_dir():
            return [again, other]
        if not (path / "goop.json").exists():
            return [("Create a site here…", lambda: self.make_site(path)), again, other]
        if not os.access(path, os.W_OK):
            return [("Open read-only", lambda: self.chosen.emit(path, True)), again, other]
        return [again, other]

    def say_failed(self, title: str, error: Exception, actions: Sequence[Action] = ()) -> None:
        """An error of the world is a sentence with ways on; any other is a bug of ours."""
        from lua_engine import KnownError  # here: an operation failed, so the engine is imported

        if isinstance(error, KnownError):
            self._messages.say_failed(title, str(error), actions)
        else:
            self._notify.exception(error)
