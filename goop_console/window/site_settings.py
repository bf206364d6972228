"""The form of site settings on the open site: read off the Qt thread, saved off the Qt thread, followed while
it is open.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.window.settings_dialog import SettingsDialog, bounds_of

if TYPE_CHECKING:
    from goop_console.services.session import Session
    from lua_engine import LogLimits, SiteSettings

    _Found = tuple[SiteSettings, LogLimits, bool]

_SECRETS = "history.keeps_secrets"


class SiteSettingsForm(QObject):
    """Opens the form at most once for the site of ``session``."""

    def __init__(self, session: Session, operations: Operations, notify: Notifier, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._operations = operations
        self._notify = notify
        self._window = window
        self.dialog: SettingsDialog | None = None
        self._is_busy = False
        session.config_changed.connect(self._on_config_changed)
        session.closing.connect(self._on_closing)

    @property
    def is_settled(self) -> bool:
        return not self._is_busy

    def open(self) -> None:
        """Show the form, or bring it to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
        elif not self._is_busy:
            self._is_busy = True
            self._operations.run(self._read, owner=self, done=self._on_read, failed=self._on_failed)

    def _read(self) -> _Found:
        engine = self._session.engine
        return engine.settings.read(), engine.log.limits, engine.history.keeps_secrets

    def _save(self, changes: dict[str, Any]) -> None:
        """goop.json is Goop2's; what the console keeps is its own affair."""
        engine = self._session.engine
        kept = {key.removeprefix("log."): value for key, value in changes.items() if key.startswith("log.")}
        others = {key: value for key, value in changes.items() if not key.startswith(("log.", "history."))}
        if others:
            engine.settings.change(others)
        if kept:
            engine.log.set_limits(replace(engine.log.limits, **kept))
        if _SECRETS in changes:
            engine.history.set_keeps_secrets(changes[_SECRETS])

    def _on_read(self, found: _Found) -> None:
        self._is_busy = False
        settings, limits, _ = found
        dialog = SettingsDialog(
            *found,
            bounds_of(settings, limits),
            is_read_only=self._session.engine.is_read_only,
            parent=self._window,
        )
        self.dialog = dialog
        dialog.save_requested.connect(self._on_save_requested)
        dialog.finished.connect(self._on_closed)
        dialog.open()

    def _on_save_requested(self, changes: dict[str, Any]) -> None:
        self._is_busy = True
        self._operations.run(
            lambda: self._save(changes),
            owner=self,
            done=lambda _: self._on_saved(len(changes)),
            failed=self._on_failed,
        )

    def _on_saved(self, count: int) -> None:
        self._is_busy = False
        if self.dialog is not None:
            self.dialog.accept()
        self._notify.info(f"{count} setting{'s' * (count != 1)} saved, in force at once.")

    def _on_failed(self, error: Exception) -> None:
        from lua_engine import KnownError  # here: an operation failed, so the engine is imported

        self._is_busy = False
        if self.dialog is not None:
            self.dialog.show_problem(str(error))
        if self.dialog is None or not isinstance(error, KnownError):
            self._notify.exception(error)

    def _on_config_changed(self) -> None:
        if self.dialog is not None and not self._is_busy:
            self._operations.run(
                self._read,
                owner=self,
                done=self._on_read_again,
                failed=self._on_failed,
            )

    def _on_read_again(self, found: _Found) -> None:
        if self.dialog is not None:
            self.dialog.set_settings(*found)

    def _on_closed(self) -> None:
        self.dialog = None

    def _on_closing(self) -> None:
        if self.dialog is not None:
            self.dialog.reject()
        self.deleteLater()
