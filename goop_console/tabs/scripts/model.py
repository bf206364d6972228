"""The list of scripts as Qt models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from goop_console.tabs.scripts.record import KIND_WORDS, ScriptRecord
from goop_console.widgets.icons import icon

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
COLUMNS: Final = (
    "Script",
    "State",
    "Rate limit",
    "Calls",
    "Errors",
    "Description",
    "Last error",
    "Warnings",
    "Kind",
)
_TIPS: Final = {
    "State": "OK: the text on disk answers. Stale: it does not compile, so the old version answers. Broken: "
    "nothing answers.",
    "Calls": "Calls since the site was opened",
    "Errors": "Calls that failed since the site was opened",
    "Rate limit": "Calls a minute for each visitor (@rate_limit, or the site's default)",
    "Last error": "The last failed call since the site was opened. Double-click goes to its line.",
}
SORT_ROLE: Final = Role.UserRole
LAST_ERROR: Final = COLUMNS.index("Last error")
_NUMBERS: Final = ("Calls", "Errors")


class ScriptListModel(QAbstractTableModel):
    """One row a script."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[ScriptRecord, ...] = ()

    def set_records(self, records: Sequence[ScriptRecord]) -> None:
        """Show ``records``; rows stay what they are when only their content changed."""
        old, new = self._records, tuple(records)
        if [one.key for one in old] != [one.key for one in new]:
            self.beginResetModel()
            self._records = new
            self.endResetModel()
            return
        self._records = new
        for row, (before, now) in enumerate(zip(old, new, strict=True)):
            if before != now:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def record(self, row: int) -> ScriptRecord:
        return self._records[row]

    def row_of(self, key: str) -> int:
        """-1 when there is no such script."""
        return next((row for row, one in enumerate(self._records) if one.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        name = COLUMNS[section]
        if role == Role.DisplayRole:
            return name
        if role == Role.ToolTipRole:
            return _TIPS.get(name)
        if role == Role.TextAlignmentRole and name in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record, name = self._records[index.row()], COLUMNS[index.column()]
        if role == Role.DisplayRole:
            return _text(record, name)
        if role == Role.DecorationRole:
            return _icon(record, name)
        if role == Role.ToolTipRole:
            return _tip(record, name)
        if role == Role.AccessibleTextRole:
            return f"{name}: {_text(record, name) or 'none'}"
        if role == SORT_ROLE:
            return _sort_key(record, name)
        if role == Role.TextAlignmentRole and name in _NUMBERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


def _text(record: ScriptRecord, column: str) -> str:
    info, tally = record.info, record.tally
    match column:
        case "Script":
            return f"● {info.name}" if record.is_modified else info.name
        case "Kind":
            return KIND_WORDS.get(info.kind, info.kind)
        case "State":
            return record.short_state()
        case "Calls":
            return f"{tally.calls:,}" if tally.calls else ""
        case "Errors":
            return f"{tally.errors:,}" if tally.errors else ""
        case "Rate limit":
            return record.rate_words()
        case "Description":
            return info.description
        case "Last error":
            return tally.error_words()
        case _:
            return "; ".join(record.warnings())


def _icon(record: ScriptRecord, column: str) -> Any:
    match column:
        case "Script":
            return icon(record.info.kind if record.info.kind in KIND_WORDS else "script", "muted")
        case "State":
            return icon(*record.state_icon())
        case "Last error" if record.tally.errors:
            return icon("error", "error")
        case "Warnings" if record.info.warnings:
            return icon("warn", "warning")
        case _:
            return None


def _tip(record: ScriptRecord, column: str) -> str:
    match column:
        case "Script" | "Kind":
            return str(record.info.path)
        case "State":
            return record.state_detail()
        case "Warnings":
            return "\n".join(record.warnings())
        case _:
            return _text(record, column)


def _sort_key(record: ScriptRecord, column: str) -> Any:
    numbers = {
        "State": record.severity,
        "Calls": record.tally.calls,
        "Errors": record.tally.errors,
        "Rate limit": record.rate(),
    }
    return numbers[column] if column in numbers else _text(record, column).removeprefix("● ").lower()


class ScriptFilter(QSortFilterProxyModel):
    """Sorts by any column; every word of the filter must be somewhere in the line."""

    def __init__(self, model: ScriptListModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._model = model
        self.setSourceModel(model)
        self.setSortRole(SORT_ROLE)

    def set_words(self, text: str) -> None:
        self.beginFilterChange()
        self._words = text.lower().split()
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, _parent: Index) -> bool:
        if not self._words:
            return True
        record = self._model.record(row)
        line = " ".join(_text(record, column) for column in COLUMNS).lower()
        return all(word in line for word in self._words)
