"""The files that a plan changes, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from goop_console.widgets.icons import icon
from lua_engine import FileChange

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_HEADERS = ("Change", "File", "Note")
_ACTIONS = {
    "add": ("Added", "add", "ok"),
    "replace": ("Replaced", "replace", "info"),
    "remove": ("Removed", "remove", "error"),
    "same": ("Unchanged", "same", "muted"),
}
_ORDER = tuple(_ACTIONS)


class FileModel(QAbstractTableModel):
    """Columns: what happens, the path below the site folder, what is special. Unchanged files come last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: tuple[FileChange, ...] = ()

    def set_files(self, files: Sequence[FileChange]) -> None:
        self.beginResetModel()
        self._files = tuple(sorted(files, key=lambda one: (one.action == "same", one.path)))
        self.endResetModel()

    def file(self, row: int) -> FileChange:
        return self._files[row]

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._files)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._files[index.row()]
        word, picture, color = _ACTIONS[one.action]
        if role == Qt.ItemDataRole.DisplayRole:
            return (word, one.path, one.note)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icon(picture, color)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{one.path}\n{word}" + (f", {one.note}" if one.note else "")
        return None
