"""No way out of a site loses a script: one dialog lists what is not saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from goop_console.services.notify import Notifier
from goop_console.widgets.icons import pixmap

if TYPE_CHECKING:
    from goop_console.window.workspace import Workspace

_POLL_MS = 30
_MOST_NAMES = 12


class UnsavedGuard(QObject):
    """Asks at most one question at a time."""

    def __init__(self, window: QWidget, notify: Notifier) -> None:
        super().__init__(window)
        self._window = window
        self._notify = notify
        self._then: Callable[[], None] | None = None
        self._workspace: Workspace | None = None
        self.dialog: QMessageBox | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._on_saving)

    @property
    def is_asking(self) -> bool:
        """The dialog is open, or what it asked for is being saved."""
        return self._then is not None

    def leave(self, workspace: Workspace | None, then: Callable[[], None]) -> None:
        """Call ``then`` once nothing of ``workspace`` can be lost, or not at all when the person cancels."""
        if self.is_asking:
            return
        names = workspace.unsaved() if workspace is not None else ()
        if workspace is None or not names:
            then()
            return
        self._then, self._workspace = then, workspace
        self.dialog = self._make_dialog(names)
        self.dialog.finished.connect(self._on_answered)
        self.dialog.open()

    def _make_dialog(self, names: tuple[str, ...]) -> QMessageBox:
        dialog = QMessageBox(self._window)
        dialog.setWindowTitle("Unsaved scripts")
        dialog.setIconPixmap(pixmap("warn", 32, self._window.devicePixelRatioF(), "warning"))
        one = len(names) == 1
        dialog.setText(
            f"{'One script has' if one else f'{len(names)} scripts have'} changes that are not saved."
        )
        rest = len(names) - _MOST_NAMES
        listed = [f"•  {name}" for name in names[:_MOST_NAMES]] + ([f"… and {rest} more"] if rest > 0 else [])
        dialog.setInformativeText("\n".join(listed))
        buttons = QMessageBox.StandardButton
        dialog.setStandardButtons(buttons.SaveAll | buttons.Discard | buttons.Cancel)
        dialog.button(buttons.SaveAll).setText("Save" if one else "Save all")
        dialog.setDefaultButton(buttons.SaveAll)
        dialog.setEscapeButton(buttons.Cancel)
        return dialog

    def _on_answered(self, answer: int) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
        if answer == QMessageBox.StandardButton.SaveAll and self._workspace is not None:
            self._workspace.save_all()
            self._timer.start()
        elif answer == QMessageBox.StandardButton.Discard:
            self._finish(goes_on=True)
        else:
            self._finish(goes_on=False)

    def _on_saving(self) -> None:
        """Wait for the saves: only what is really on disk lets the window go."""
        workspace = self._workspace
        if workspace is None or not workspace.is_settled():
            return
        left = workspace.unsaved()
        if left:
            self._notify.error(
                "Not everything was saved", "The site stays open. Not saved: " + ", ".join(left)
            )
        self._finish(goes_on=not left)

    def _finish(self, *, goes_on: bool) -> None:
        self._timer.stop()
        then, self._then, self._workspace = self._then, None, None
        if goes_on and then is not None:
            then()
