"""The list of scripts with its filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QToolTip,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.dashboard.delegate import TwoLines
from goop_console.tabs.scripts.dashboard.rows import COLUMNS, Line
from goop_console.tabs.scripts.dashboard.tree_model import ScriptFilter, ScriptTreeModel
from goop_console.widgets.check_box import CheckBox
from goop_console.widgets.filter_bar import FilterBar
from goop_console.widgets.foreign_text import shown_tip
from goop_console.widgets.icons import set_icon

_NAME, _STATE, _HOUR, _TIME, _LAST = range(len(COLUMNS))
_WIDTHS: Final = {_STATE: 14, _HOUR: 11, _TIME: 11, _LAST: 12}  # characters
_LEAST_NAME: Final = 18  # characters that the names keep, before columns give way to them
_LEAST: Final = 29  # characters of the whole list: a name and its state
_MOST_OPEN: Final = 60  # lines: with more of them, actions are folded


class _Tree(QTreeView):
    """Enter opens, Del deletes; Left and Right fold and unfold the actions."""

    entered_row = Signal()
    delete_pressed = Signal()
    _scale = 0  # pixels of a character as the widths were chosen; 0: they are not yet

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Scripts")
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setIndentation(16)
        self.setItemDelegate(TwoLines(self))
        self.wanted = {column: width * self.character for column, width in _WIDTHS.items()}
        self._scale = self.character
        self.header().sectionResized.connect(self._on_resized)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_row.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        """The current line as a person would say it."""
        row = self.currentIndex()
        cells = [row.siblingAtColumn(column) for column in range(len(COLUMNS))]
        words = [str(cell.data(Qt.ItemDataRole.AccessibleTextRole)) for cell in cells if cell.isValid()]
        QGuiApplication.clipboard().setText("\t".join(words))

    def viewportEvent(self, event: QEvent) -> bool:
        """Tool tips of foreign text are plain, bounded and broken into lines."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.indexAt(event.pos()).data(Qt.ItemDataRole.ToolTipRole)
            QToolTip.showText(event.globalPos(), shown_tip(str(tip)) if tip else "", self)
            return True
        return super().viewportEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow list the names stay, and the columns on the right give way: tool tips have them."""
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """The columns grow with the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._scale:
            factor, self._scale = self.character / self._scale, self.character
            self.wanted = {column: round(width * factor) for column, width in self.wanted.items()}
            for column, width in tuple(self.wanted.items()):
                self.setColumnWidth(column, width)
            self.fit()

    def fit(self) -> None:
        """Hide what has no room; the state stays."""
        self.setMinimumWidth(_LEAST * self.character)
        left = self.viewport().width() - _LEAST_NAME * self.character - self.wanted[_STATE]
        for column in (_HOUR, _LAST, _TIME):
            left -= self.wanted[column]
            self.setColumnHidden(column, left < 0)

    @property
    def character(self) -> int:
        return self.fontMetrics().averageCharWidth() + 1

    def _on_resized(self, column: int, _old: int, new: int) -> None:
        if column in self.wanted and new:  # 0: it is hidden
            self.wanted[column] = new


class ScriptList(QWidget):
    """``chosen`` comes when a person goes to another script, ``opened`` when they want to work on it,
    ``action_opened`` (key, action) when they want to call an action of it.
    """

    chosen = Signal(str)  # key
    opened = Signal(bool)  # True: at the line of its last error
    action_opened = Signal(str, str)
    new_requested = Signal()
    delete_requested = Signal(str)  # key
    trials_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_quiet = False
        self._shown: str | None = None  # the script in the editor
        self._folded: set[str] = set()  # by hand
        self.model = ScriptTreeModel(self)
        self.filter = FilterBar("Filter scripts")
        self.trials = CheckBox("Dry r&uns too")
        self.trials.setToolTip("Count dry runs and checks as calls of the last hour")
        self.trials.toggled.connect(self.trials_requested)
        self.new = QPushButton("New script…")
        self.new.setAccessibleName("New script")
        set_icon(self.new, "add")
        self.new.clicked.connect(self.new_requested)
        self.filter.add_widget(self.new)
        self._proxy = ScriptFilter(self.model, self)
        self.tree = _Tree()
        self.nothing = self._note("No script matches the filter.", "muted")
        self.ignored = self._note("", "warning-text")
        self._set_up_tree()
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 0, 8)
        box.setSpacing(8)
        for widget in (self.filter, self.tree, self.nothing, self.ignored, self.trials):
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

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setModel(self._proxy)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in tree.wanted.items():
            tree.setColumnWidth(column, width)
        tree.setSortingEnabled(True)
        tree.selectionModel().currentRowChanged.connect(self._on_current_changed)
        tree.doubleClicked.connect(lambda index: self._open(at_error=index.column() == _LAST))
        tree.entered_row.connect(lambda: self._open(at_error=False))
        tree.delete_pressed.connect(lambda: self.delete_requested.emit(self.current_key() or ""))
        tree.collapsed.connect(lambda index: self._folded.add(self._line(index).key))
        tree.expanded.connect(lambda index: self._folded.discard(self._line(index).key))

    # what is shown

    def set_lines(self, lines: Sequence[Line], current: str | None) -> None:
        """Show ``lines``; ``current`` stays the current line, silently."""
        self._is_quiet = True
        if self.model.set_lines(lines):
            self._unfold()
        self._is_quiet = False
        self.select(current)
        self._say_nothing()

    def _unfold(self) -> None:
        """The actions of all scripts are in view as long as there are few, but for those folded by hand."""
        if self.model.size() > _MOST_OPEN:
            return
        folded = set(self._folded)
        for row in range(self._proxy.rowCount()):
            index = self._proxy.index(row, 0)
            self.tree.setExpanded(index, self._line(index).key not in folded)
        self._folded = folded

    def set_ignored(self, problems: Sequence[str]) -> None:
        """Say which files are not loaded."""
        self.ignored.setVisible(bool(problems))
        more = f" (+{len(problems) - 1} more)" if len(problems) > 1 else ""
        self.ignored.setText(f"Not loaded: {problems[0]}{more}" if problems else "")
        self.ignored.setToolTip("\n".join(problems))

    def select(self, key: str | None, *, reveal: bool = False) -> None:
        """Make ``key`` the current line without saying so; ``reveal`` clears a filter that hides it. One of
        its actions may stay current.
        """
        self._shown = key
        row = self.model.row_of(key) if key is not None else -1
        index = self._proxy.mapFromSource(self.model.index(row, 0)) if row >= 0 else QModelIndex()
        if reveal and row >= 0 and not index.isValid():
            self.filter.set_text("")
            self._apply_filter("")
            index = self._proxy.mapFromSource(self.model.index(row, 0))
        current = self.tree.currentIndex()
        is_there = current.isValid() and self.tree.selectionModel().isSelected(current)
        if index.isValid() and is_there and self._line(current).key == key:
            return
        self._is_quiet = True
        if index.isValid():
            self.tree.setCurrentIndex(index)
        else:
            self.tree.clearSelection()
            self.tree.setCurrentIndex(QModelIndex())
        self._is_quiet = False

    def _line(self, index: QModelIndex) -> Line:
        return self.model.line(self._proxy.mapToSource(index))

    def current_key(self) -> str | None:
        index = self.tree.currentIndex()
        return self._line(index).key if index.isValid() else None

    def neighbour(self, key: str) -> str | None:
        """Who is shown under ``key``, else over it; None when nobody is."""
        index = self._proxy.mapFromSource(self.model.index(self.model.row_of(key), 0))
        rows = [
            row
            for row in (index.row() + 1, index.row() - 1)
            if index.isValid() and 0 <= row < self._proxy.rowCount()
        ]
        return self._line(self._proxy.index(rows[0], 0)).key if rows else None

    # state

    def widths(self) -> dict[str, int]:
        return {COLUMNS[column]: width for column, width in self.tree.wanted.items()}

    def set_widths(self, widths: object) -> None:
        """Widths by column; anything that does not fit is left out."""
        for column in _WIDTHS:
            width = widths.get(COLUMNS[column]) if isinstance(widths, dict) else None
            if isinstance(width, int) and 40 <= width <= 1_000:
                self.tree.wanted[column] = width
                self.tree.setColumnWidth(column, width)
        self.tree.fit()

    # what a person does

    def _open(self, *, at_error: bool) -> None:
        index = self.tree.currentIndex()
        if not index.isValid():
            return
        line = self._line(index)
        if line.action:
            self.action_opened.emit(line.key, line.action)
        else:
            self.opened.emit(at_error)

    def _on_current_changed(self, current: QModelIndex) -> None:
        key = self.current_key()
        if not self._is_quiet and current.isValid() and key is not None and key != self._shown:
            self._shown = key
            self.chosen.emit(key)

    def _apply_filter(self, text: str) -> None:
        """The script in the editor stays there, whether the filter shows it or not."""
        kept = self._shown
        self._is_quiet = True
        self._proxy.set_words(text)
        self._unfold()
        self._is_quiet = False
        self.select(kept)
        self._say_nothing()

    def _enter_list(self) -> None:
        if self._proxy.rowCount():
            self.tree.setFocus()
            if not self.tree.currentIndex().isValid():
                self.tree.setCurrentIndex(self._proxy.index(0, 0))

    def _say_nothing(self) -> None:
        self.nothing.setVisible(self.model.rowCount() > 0 and self._proxy.rowCount() == 0)
