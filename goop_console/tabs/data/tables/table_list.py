"""The list of tables: the owner's first, Goop2's own after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHeaderView, QLabel, QLineEdit, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.table import RecordTable
from lua_engine import TableInfo

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MAX_PROBLEMS = 4
_MAX_TIP = 20  # problems
_NARROW = 28  # letters
_PROBLEM = 160  # characters of one; the tool tip has all of it
_HEADERS = ("Table", "Kind", "Rows")
_KIND_WORDS = {
    "orm": "Made from a schema; goop.orm reads and writes it.",
    "classic": "Made by SQL, without a schema; goop.orm refuses it, goop.db reads it.",
    "view": "A view: a query with a name; its rows cannot be edited.",
    "virtual": "A virtual table (full-text search, say); its rows cannot be edited.",
    "system": "One of Goop2's own tables.",
}


class TableListModel(QAbstractTableModel):
    """Columns: name, kind in a word, row count."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tables: tuple[TableInfo, ...] = ()
        self._counts: dict[str, int | None] = {}  # None: many; not there: not counted yet

    def set_tables(self, tables: Sequence[TableInfo]) -> None:
        """Show ``tables``; the same names in the same order only change their cells."""
        old, self_tables = self._tables, tuple(tables)
        if [one.name for one in old] == [one.name for one in self_tables] and old:
            self._tables = self_tables
            self.dataChanged.emit(self.index(0, 0), self.index(len(old) - 1, 2))
            return
        self.beginResetModel()
        self._tables = self_tables
        self.endResetModel()

    def set_count(self, name: str, count: int | None) -> None:
        """``count`` rows are in ``name``; None: too many to count quickly."""
        self._counts[name] = count
        row = self.row_of(name)
        if row >= 0:
            self.dataChanged.emit(self.index(row, 2), self.index(row, 2))

    def count(self, name: str) -> int | None:
        """The rows of ``name``, as far as they are known."""
        return self._counts.get(name)

    def table(self, row: int) -> TableInfo:
        return self._tables[row]

    @property
    def has_own(self) -> bool:
        """Is there any table that is not the system's?"""
        return any(table.kind != "system" for table in self._tables)

    def row_of(self, name: str) -> int:
        """The row of the table ``name``, or -1."""
        return next((row for row, table in enumerate(self._tables) if table.name == name), -1)

    # Qt overrides

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._tables)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(_HEADERS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        table = self._tables[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (table.name, table.kind, self._count_text(table.name))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{table.name}\n{_KIND_WORDS.get(table.kind, table.kind)}"
        if role == Qt.ItemDataRole.ForegroundRole:
            return theming.color("muted") if table.kind == "system" or index.column() > 0 else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    def _count_text(self, name: str) -> str:
        if name not in self._counts:
            return "…"
        count = self._counts[name]
        return "many" if count is None else f"{count:,}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    return (
        Qt.AlignmentFlag.AlignRight if column == 2 else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter


class _Folded(QSortFilterProxyModel):
    """Leaves out the system's tables until they are asked for, or nothing else is there."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shows_system = False

    def show_system(self, is_shown: bool) -> None:
        self._shows_system = is_shown
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, TableListModel)
        is_folded = model.table(row).kind == "system" and not self._shows_system and model.has_own
        return not is_folded and super().filterAcceptsRow(row, parent)


class TableList(QWidget):
    """The list with a box that narrows it by name."""

    table_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = TableListModel(self)
        self._proxy = _Folded(self)
        self._proxy.setSourceModel(self.model)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a table")
        self.search.setAccessibleName("Find a table")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._proxy.setFilterFixedString)
        self.list = RecordTable("Tables")
        self.list.setModel(self._proxy)
        self.list.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        self.list.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        self.list.setTabKeyNavigation(False)
        header = self.list.horizontalHeader()
        header.setStretchLastSection(False)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.system = QCheckBox("System tables")
        self.system.setAccessibleName("List Goop2's own tables")
        self.system.setToolTip("Goop2's own tables: shown, not edited")
        self.system.toggled.connect(self._proxy.show_system)
        self.list.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 34)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 0, 8)
        box.addWidget(self.search)
        box.addWidget(self.list, 1)
        box.addWidget(self.system)
        self.problems = QLabel()
        self.problems.setWordWrap(True)
        self.problems.setTextFormat(Qt.TextFormat.PlainText)
        self.problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problems.setAccessibleName("What cannot be used of this site")
        self.problems.setProperty("role", "error-text")
        self.problems.hide()
        box.addWidget(self.problems)

    def set_tables(self, tables: Sequence[TableInfo]) -> None:
        self.model.set_tables(tables)

    def show_problems(self, problems: Sequence[str]) -> None:
        """What is wrong: files of the ``schemas`` folder, the site's key."""
        shown = [shown_line(one, _PROBLEM) for one in problems[:_MAX_PROBLEMS]]
        more = [f"… and {len(problems) - _MAX_PROBLEMS:,} more"] if len(problems) > _MAX_PROBLEMS else []
        self.problems.setText("\n".join([*shown, *more]))
        self.problems.setToolTip(shown_tip("\n\n".join(problems[:_MAX_TIP])))
        self.problems.setVisible(bool(problems))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, names and counts have it: a table's kind is in its tool tip."""
        super().resizeEvent(event)
        self.list.setColumnHidden(1, self.width() < self.fontMetrics().averageCharWidth() * _NARROW)

    def select(self, name: str) -> None:
        """Make ``name`` the current line; it stays silent when it already is."""
        row = self.model.row_of(name)
        if row < 0:
            return
        if not self._proxy.mapFromSource(self.model.index(row, 0)).isValid():
            self.search.clear()
        if self.model.table(row).kind == "system":
            self.system.setChecked(True)
        index = self._proxy.mapFromSource(self.model.index(row, 0))
        if self.list.currentIndex().row() != index.row():
            self.list.setCurrentIndex(index)

    def current(self) -> str:
        """The name of the current line; empty for none."""
        index = self._proxy.mapToSource(self.list.currentIndex())
        return self.model.table(index.row()).name if index.isValid() else ""

    def _on_current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self.table_chosen.emit(self.model.table(self._proxy.mapToSource(current).row()).name)
