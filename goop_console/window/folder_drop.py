"""A folder dropped anywhere on the window: a site opens, a template goes to the Templates tab."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_TEXT_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)
_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


_ARCHIVES = (".zip", ".tar.gz", ".tgz")
_MARKS = ("goop.json", "manifest.json")  # these files stand for the folder that they are in


def is_template(path: Path) -> bool:
    """Whether ``path`` is meant as a template: an archive, or a folder that says so and is no site."""
    return path.is_file() or ((path / "manifest.json").is_file() and not (path / "goop.json").exists())


def dropped_folder(data: QMimeData) -> Path | None:
    """The one folder or template archive in ``data``; None for anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    if path.name in _MARKS:
        return path.parent
    return path if path.is_dir() or (path.is_file() and path.name.lower().endswith(_ARCHIVES)) else None


class FolderDrop(QObject):
    """Watches a window, and the text fields in it: they would take the folder's name as text."""

    folder_dropped = Signal(object)  # Path
    drag_moved = Signal(bool)  # a folder is over the window
    takes_templates = False  # a site is open that one could be installed in

    def watch(self, root: QWidget) -> None:
        """Take the drops on ``root`` and on the text fields that are in it now."""
        root.setAcceptDrops(True)
        root.installEventFilter(self)
        for kind in _TEXT_FIELDS:
            for field in root.findChildren(kind):
                (field.viewport() if isinstance(field, QAbstractScrollArea) else field).installEventFilter(
                    self
                )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DragLeave:
            self.drag_moved.emit(False)
        elif event.type() in _DRAGS and isinstance(event, QDropEvent):
            return self._on_drag(event)
        return super().eventFilter(watched, event)

    def _on_drag(self, event: QDropEvent) -> bool:
        folder = dropped_folder(event.mimeData())
        if folder is None or (is_template(folder) and not self.takes_templates):
            return False
        event.acceptProposedAction()
        is_drop = event.type() == QEvent.Type.Drop
        self.drag_moved.emit(not is_drop)
        if is_drop:
            self.folder_dropped.emit(folder)
        return True
