"""The variables of a frame as a tree. A table is read when it is opened, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from goop_console.tabs.scripts.debugging.expressions import expression_of
from goop_console.tabs.scripts.debugging.variable_menu import CHANGE, COPY, WATCH, WRITER, variable_menu
from goop_console.widgets.foreign_text import shown_line, shown_tip
from lua_engine import DebugValue, ValuePage

PAGE: Final = 100
_VALUE = Qt.ItemDataRole.UserRole
_SCOPE = Qt.ItemDataRole.UserRole + 1
_MORE = Qt.ItemDataRole.UserRole + 2
_NARROW: Final = 45  # characters


class VariablesTree(QTreeWidget):
    """Scopes with their values. ``page_requested`` asks for entries of a table: ref, first, item; the answer
    goes to :meth:`add_page`.
    """

    page_requested = Signal(int, int, object)
    change_requested = Signal(object, str, object)  # DebugValue, scope, the value of the table that it is in
    write_requested = Signal(object, str, object)  # the same: who gave it its value?
    watch_requested = Signal(str)  # an expression

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Variables")
        self.setHeaderLabels(("Name", "Value", "Type"))
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(0, 16 * self.fontMetrics().averageCharWidth())
        self._open: set[tuple[str, ...]] = {("Locals",), ("Upvalues",)}  # by names, from the scope inwards
        self._current: tuple[str, ...] = ()
        self._top = 0  # how far the tree is scrolled, for what is read anew
        self.itemExpanded.connect(self._on_expanded)
        self.itemCollapsed.connect(lambda item: self._open.discard(_path(item)))
        self.itemDoubleClicked.connect(lambda item, _column: self._want(item, self.change_requested))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the value has it: its look tells the type."""
        super().resizeEvent(event)
        self.setColumnHidden(2, self.width() < _NARROW * self.fontMetrics().averageCharWidth())

    def set_scopes(self, scopes: Sequence[tuple[str, Sequence[DebugValue]]]) -> None:
        """Show the scopes. By their names the rows that were open are opened again, tables too, and the
        current one is current.
        """
        if self.currentItem() is not None:
            self._current = _path(self.currentItem())
        self._top = self.verticalScrollBar().value()
        self.clear()
        for name, values in scopes:
            scope = QTreeWidgetItem(self, (name if values else f"{name}: none", "", ""))
            scope.setFirstColumnSpanned(True)
            scope.setExpanded((name,) in self._open)
            self._add(scope, values, name)
        self.verticalScrollBar().setValue(self._top)

    def add_page(self, item: QTreeWidgetItem, first: int, page: ValuePage) -> None:
        """The entries that were asked for."""
        for child in [item.child(at) for at in range(item.childCount())]:
            if child is not None and child.data(0, _VALUE) is None:
                item.removeChild(child)
        self._add(item, page.values, item.data(0, _SCOPE) or "")
        read = first + len(page.values)
        if page.values and (page.total is None or read < page.total):
            total = "1,000+" if page.total is None else f"{page.total:,}"
            more = QTreeWidgetItem(item, (f"{read:,} of {total} shown: open for more", "", ""))
            more.setData(0, _MORE, read)
            more.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        if not page.values and not first:
            QTreeWidgetItem(item, ("empty", "", "")).setData(0, _MORE, -1)
        self.verticalScrollBar().setValue(max(self._top, self.verticalScrollBar().value()))

    def _add(self, parent: QTreeWidgetItem, values: Sequence[DebugValue], scope: str) -> None:
        for value in values:
            name = shown_line(value.name, 200)
            item = QTreeWidgetItem(parent, (name, shown_line(value.text, 500), value.type))
            item.setData(0, _VALUE, value)
            item.setData(0, _SCOPE, scope)
            item.setToolTip(1, shown_tip(value.text))
            if value.ref:
                item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
                item.setExpanded(_path(item) in self._open)
            if self.currentItem() is None and _path(item) == self._current:
                self.setCurrentItem(item)

    def _on_expanded(self, item: QTreeWidgetItem) -> None:
        value, more = item.data(0, _VALUE), item.data(0, _MORE)
        parent = item.parent()
        if not isinstance(more, int):
            self._open.add(_path(item))
        if isinstance(more, int) and more > 0 and parent is not None:
            holder = parent.data(0, _VALUE)
            self.page_requested.emit(holder.ref, more, parent)
        elif isinstance(value, DebugValue) and value.ref and not item.childCount():
            QTreeWidgetItem(item, ("reading…", "", ""))
            self.page_requested.emit(value.ref, 0, item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._want(item, self.change_requested)
        elif item is not None and event.key() == Qt.Key.Key_W and not event.modifiers():
            self._want(item, self.write_requested)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and _is_own_key(event):
            event.accept()
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the mouse and by the keyboard's menu key."""
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        item = self.currentItem() if is_key else self.itemAt(event.pos())
        if item is not None and isinstance(item.data(0, _VALUE), DebugValue):
            self.setCurrentItem(item)
            at = self.visualItemRect(item).bottomLeft() if is_key else event.pos()
            self.menu().popup(self.viewport().mapToGlobal(at))

    def menu(self) -> QMenu:
        """What can be done with the current variable."""
        return variable_menu(
            self,
            (
                (CHANGE, lambda: self._want(self.currentItem(), self.change_requested)),
                (WRITER, self.want_write),
                (WATCH, self.want_watch if self._expression() else None),
                (COPY, self.copy),
            ),
        )

    def want_write(self) -> None:
        """Ask who gave the current variable its value."""
        self._want(self.currentItem(), self.write_requested)

    def want_watch(self) -> None:
        """Ask that the current variable be watched, if Lua has words for it."""
        text = self._expression()
        if text:
            self.watch_requested.emit(text)

    def copy(self) -> None:
        """The current value, as the tree has it, goes to the clipboard."""
        item = self.currentItem()
        value = item.data(0, _VALUE) if item is not None else None
        if isinstance(value, DebugValue):
            QApplication.clipboard().setText(value.text)

    def _expression(self) -> str:
        found: list[DebugValue] = []
        item = self.currentItem()
        while item is not None and isinstance(item.data(0, _VALUE), DebugValue):
            found.insert(0, item.data(0, _VALUE))
            item = item.parent()
        return expression_of(found) if found else ""

    def _want(self, item: QTreeWidgetItem | None, signal: SignalInstance) -> None:
        if item is None:
            return
        value, parent = item.data(0, _VALUE), item.parent()
        if isinstance(value, DebugValue):
            holder = parent.data(0, _VALUE) if parent is not None else None
            signal.emit(value, item.data(0, _SCOPE), holder)


def _path(item: QTreeWidgetItem | None) -> tuple[str, ...]:
    """The names that lead to a row, its scope's first."""
    found: list[str] = []
    while item is not None:
        found.append(item.text(0))
        item = item.parent()
    return tuple(reversed(found))


def _is_own_key(event: QEvent) -> bool:
    return (
        isinstance(event, QKeyEvent)
        and event.key() in (Qt.Key.Key_W, Qt.Key.Key_F2)
        and event.modifiers() == Qt.KeyboardModifier.NoModifier
    )
