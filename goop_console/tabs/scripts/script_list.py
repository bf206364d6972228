"""The list of scripts with its filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.model import COLUMNS, LAST_ERROR, ScriptFilter, ScriptListModel
from goop_console.tabs.scripts.record import ScriptRecord
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.icons import set_icon
from goop_console.widgets.table import RecordTable

_WIDTHS: Final = {  # characters
    "Script": 16,
    "State": 11,
    "Rate limit": 16,
    "Calls": 7,
    "Errors": 8,
    "Description": 26,
    "Last error": 40,
    "Warnings": 40,
    "Kind": 12,
}


class _Table(RecordTable):
    """Enter opens the script, Del deletes it."""

    entered_row = Signal()
    delete_pressed = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
            return
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
            return
        super().keyPressEvent(event)


class _Names(QStyledItemDelegate):
    """Long names often differ in their ends only."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle


class ScriptList(QWidget):
    """``chosen`` comes when a person goes to another script, ``opened`` when they want to work on it."""

    chosen = Signal(str)  # key
    opened = Signal(bool)  # True: at the line of its last error
    new_wanted = Signal()
    delete_wanted = Signal(str)  # key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_quiet = False
        self._shown: str | None = None  # the script in the editor
        self.model = ScriptListModel(self)
        self.filter = FilterBar("Filter scripts")
        self.new = QPushButton("New script…")
        self.new.setAccessibleName("New script")
        set_icon(self.new, "add")
        self.new.clicked.connect(self.new_wanted)
        self.filter.add_widget(self.new)
        self._proxy = ScriptFilter(self.model, self)
        self.table = _Table("Scripts")
        self.nothing = self._note("No script matches the filter.", "muted")
        self.ignored = self._note("", "warning-text")
        self._set_up_table()
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 0, 8)
        box.setSpacing(8)
        for widget in (self.filter, self.table, self.nothing, self.ignored):
            box.addWidget(widget)
        box.setStretch(1, 1)
        self.filter.text_changed.connect(self._apply_filter)
        self.filter.field.returnPressed.connect(self._enter_list)

    def _note(self, text: str, role: str) -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.hide()
        return label

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self._proxy)
        table.setSelectionMode(RecordTable.SelectionMode.SingleSelection)
        table.setSelectionBehavior(RecordTable.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.moveSection(COLUMNS.index("Description"), 1)  # what a script is for comes right after its name
        table.setSortingEnabled(True)
        table.setItemDelegateForColumn(COLUMNS.index("Script"), _Names(table))
        character = table.fontMetrics().averageCharWidth() + 1
        for column, name in enumerate(COLUMNS):
            table.setColumnWidth(column, _WIDTHS[name] * character)
        table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        table.doubleClicked.connect(lambda index: self.opened.emit(index.column() == LAST_ERROR))
        table.entered_row.connect(lambda: self.opened.emit(False))
        table.delete_pressed.connect(lambda: self.delete_wanted.emit(self.current_key() or ""))

    # what is shown

    def set_records(self, records: Sequence[ScriptRecord], current: str | None) -> None:
        """Show ``records``; ``current`` stays the current line, silently."""
        self._is_quiet = True
        self.model.set_records(records)
        self._is_quiet = False
        self.select(current)
        self._say_nothing()

    def set_ignored(self, problems: Sequence[str]) -> None:
        """Say which files are not loaded."""
        self.ignored.setVisible(bool(problems))
        more = f" (+{len(problems) - 1} more)" if len(problems) > 1 else ""
        self.ignored.setText(f"Not loaded: {problems[0]}{more}" if problems else "")
        self.ignored.setToolTip("\n".join(problems))

    def select(self, key: str | None, *, reveal: bool = False) -> None:
        """Make ``key`` the current line without saying so; ``reveal`` clears a filter that hides it."""
        self._shown = key
        row = self.model.row_of(key) if key is not None else -1
        index = self._proxy.mapFromSource(self.model.index(row, 0)) if row >= 0 else QModelIndex()
        if reveal and row >= 0 and not index.isValid():
            self.filter.set_text("")
            self._apply_filter("")
            index = self._proxy.mapFromSource(self.model.index(row, 0))
        current = self.table.currentIndex()
        if (
            index.isValid()
            and current.row() == index.row()
            and self.table.selectionModel().isRowSelected(index.row())
        ):
            return
        self._is_quiet = True
        if index.isValid():
            self.table.setCurrentIndex(index)
        else:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
        self._is_quiet = False

    def current_key(self) -> str | None:
        index = self.table.currentIndex()
        return self.model.record(self._proxy.mapToSource(index).row()).key if index.isValid() else None

    def neighbour(self, key: str) -> str | None:
        """Who is shown under ``key``, else over it; None when nobody is."""
        index = self._proxy.mapFromSource(self.model.index(self.model.row_of(key), 0))
        rows = [
            row
            for row in (index.row() + 1, index.row() - 1)
            if index.isValid() and 0 <= row < self._proxy.rowCount()
        ]
        return (
            self.model.record(self._proxy.mapToSource(self._proxy.index(rows[0], 0)).row()).key
            if rows
            else None
        )

    # state

    def widths(self) -> dict[str, int]:
        return {name: self.table.columnWidth(column) for column, name in enumerate(COLUMNS[:-1])}

    def set_widths(self, widths: object) -> None:
        """Widths by column; anything that does not fit is left out."""
        for column, name in enumerate(COLUMNS[:-1]):
            width = widths.get(name) if isinstance(widths, dict) else None
            if isinstance(width, int) and 40 <= width <= 1_000:
                self.table.setColumnWidth(column, width)

    # what a person does

    def _on_current_changed(self, current: QModelIndex) -> None:
        key = self.current_key()
        if not self._is_quiet and current.isValid() and key is not None:
            self._shown = key
            self.chosen.emit(key)

    def _apply_filter(self, text: str) -> None:
        """The script in the editor stays there, whether the filter shows it or not."""
        kept = self._shown
        self._is_quiet = True
        self._proxy.set_words(text)
        self._is_quiet = False
        self.select(kept)
        self._say_nothing()

    def _enter_list(self) -> None:
        if self._proxy.rowCount():
            self.table.setFocus()
            if not self.table.currentIndex().isValid():
                self.table.setCurrentIndex(self._proxy.index(0, 0))

    def _say_nothing(self) -> None:
        self.nothing.setVisible(self.model.rowCount() > 0 and self._proxy.rowCount() == 0)
