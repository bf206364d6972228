"""The palette: a field, and under it what fits. Everything by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import icon
from goop_console.widgets.records import Index
from goop_console.widgets.theming import color
from goop_console.window.palette.entries import Entry
from goop_console.window.palette.fuzzy import Name, best

MOST: Final = 200  # lines that are shown
_ROOT = QModelIndex()
_SIZE = QSize(640, 420)
_ICON, _PAD = 16, 8
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 10,
    Qt.Key.Key_PageUp: -10,
}
_Role = Qt.ItemDataRole


class _Lines(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: Sequence[Entry] = ()

    def show(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == _Role.DisplayRole:
            return shown_line(entry.text)
        return shown_line(entry.spoken) if role == _Role.AccessibleTextRole else None


class _Delegate(QStyledItemDelegate):
    """Icon, name, muted detail, and the kind or the keys at the right end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, _Lines)
        entry = model.entries[index.row()]
        view: Any = option.widget
        view.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        inside = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        mark = QRect(inside.left(), inside.center().y() - _ICON // 2, _ICON, _ICON)
        if entry.picture:
            icon(entry.picture, "muted").paint(painter, mark)
        words = inside.adjusted(_ICON + _PAD, 0, 0, 0)
        metrics = option.fontMetrics
        side = metrics.horizontalAdvance(entry.side)
        _write(painter, words, entry.side, "muted", Qt.AlignmentFlag.AlignRight)
        words.setRight(words.right() - side - 2 * _PAD)
        name = metrics.elidedText(shown_line(entry.text), Qt.TextElideMode.ElideMiddle, words.width())
        _write(painter, words, name, "text" if entry.act else "muted")
        words.setLeft(words.left() + metrics.horizontalAdvance(name) + 2 * _PAD)
        if words.width() > 3 * _PAD:
            detail = metrics.elidedText(shown_line(entry.detail), Qt.TextElideMode.ElideRight, words.width())
            _write(painter, words, detail, "muted")

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, option.fontMetrics.height() + 12)


def _write(
    painter: QPainter,
    rect: QRect,
    text: str,
    name: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setPen(color(name))
    painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)


class Palette(QDialog):
    """The keyboard stays in the field; Up and Down choose, Enter goes, Esc closes."""

    def __init__(self, title: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries: Sequence[Entry] = ()
        self._names: list[Name] = []
        self.is_ready = False  # everything that it offers is read
        self.field = QLineEdit()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(title)
        self.lines = _Lines(self)
        self.list = QListView()
        self.list.setModel(self.lines)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(f"{title}: what fits")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        for widget in (self.field, self.list, self.note):
            box.addWidget(widget)
        self.resize(_SIZE.boundedTo(parent.size()))
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._show)
        self.field.returnPressed.connect(self._go)
        self.list.clicked.connect(lambda _: self._go())

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What there is to choose from, in its order while nothing is typed."""
        self._entries, self.is_ready = entries, True
        self._names = [Name.of(one.text, f"{one.side} {one.detail}") for one in entries]
        self._show()

    def say(self, text: str) -> None:
        """A line under the list."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _show(self) -> None:
        found = [self._entries[place] for place in best(self.field.text(), self._names, MOST)]
        self.lines.show(found)
        if found:
            self.list.setCurrentIndex(self.lines.index(0))
        if self.is_ready:
            self.say("" if found else "Nothing fits. Fewer letters find more.")
        self._announce()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _move(self, step: int) -> None:
        """Around the ends by one step; a page stops there."""
        count = self.lines.rowCount()
        if not count:
            return
        row = self.list.currentIndex().row() + step
        row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
        self.list.setCurrentIndex(self.lines.index(row))
        self._announce()

    def _announce(self) -> None:
        """The keyboard is in the field, so a reader is told what is chosen."""
        row = self.list.currentIndex().row()
        if 0 <= row < len(self.lines.entries):
            said = QAccessibleAnnouncementEvent(self.list, self.lines.entries[row].spoken)
            QAccessible.updateAccessibility(said)

    def _go(self) -> None:
        row = self.list.currentIndex().row()
        entry = self.lines.entries[row] if 0 <= row < len(self.lines.entries) else None
        if entry is None:
            return
        if entry.act is None:
            self.say(entry.detail or "This cannot be done now.")
            return
        self.close()
        entry.act()
