"""Editors of cells by the type of their column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QDate,
    QDateTime,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTime,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTimeEdit,
    QWidget,
)

from goop_console.tabs.data.rows.cells import full_text, moment_of
from goop_console.tabs.data.rows.rows_model import RowsModel
from goop_console.widgets.foreign_text import shown_line
from lua_engine import ColumnInfo, KnownError, LongValue, RawText, parse_value

Index = QModelIndex | QPersistentModelIndex
MAX_LINE = 10_000  # characters that are edited in a cell; longer texts are edited beside the grid
_STARTED = "goopStartValue"
_CHOICE_LETTERS = 120


class CellDelegate(QStyledItemDelegate):
    """``edited(index, value)`` when a person has put another value in; ``refused(index, text, message)`` when
    what was
    typed is no value of the column. Nothing is written to the model.
    """

    edited = Signal(QPersistentModelIndex, object)
    refused = Signal(QPersistentModelIndex, str, str)

    def __init__(self, model: RowsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._texts: dict[QPersistentModelIndex, str] = {}  # to begin with, instead of the value

    def begin_with(self, index: Index, text: str) -> None:
        """The next editor of ``index`` begins with ``text``."""
        self._texts[QPersistentModelIndex(index)] = text

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._rows.columns[index.column()]
        value = self._rows.value(index.row(), index.column())
        if QPersistentModelIndex(index) in self._texts:
            editor: QWidget = QLineEdit(parent)
        else:
            editor = make_editor(column, value, self._rows.names, parent)
        editor.setAccessibleName(f"{column.name}, {column.type or 'any type'}")
        editor.setProperty(_STARTED, None)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Once: a change of the row while one types must not take the text away."""
        if editor.property(_STARTED) is not None:
            return
        editor.setProperty(_STARTED, True)
        text = self._texts.pop(QPersistentModelIndex(index), None)
        if text is not None and isinstance(editor, QLineEdit):
            editor.setText(text)
        else:
            fill_editor(editor, self._rows.value(index.row(), index.column()))

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, index: Index) -> None:
        column = self._rows.columns[index.column()]
        was = self._rows.value(index.row(), index.column())
        try:
            value = editor_value(editor, column, was)
        except KnownError as error:
            text = editor.text() if isinstance(editor, QLineEdit) else ""
            self.refused.emit(QPersistentModelIndex(index), text, str(error))
            return
        if type(value) is not type(was) or value != was:
            self.edited.emit(QPersistentModelIndex(index), value)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter commits in every editor."""
        is_enter = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.type() == QEvent.Type.KeyPress and isinstance(editor, QWidget):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
            return True
        return super().eventFilter(editor, event)


def can_edit_in_cell(value: Any) -> bool:
    """Is there room for ``value`` in a cell's editor? Long texts, texts of several lines and blobs are edited
    beside
    the grid.
    """
    if isinstance(value, (LongValue, RawText)):
        return False
    if isinstance(value, bytes):
        return len(value) <= 64
    return not isinstance(value, str) or (len(value) <= MAX_LINE and "\n" not in value and "\r" not in value)


def make_editor(
    column: ColumnInfo, value: Any, names: Mapping[str, str], parent: QWidget | None = None
) -> QWidget:
    """The editor of a column: a list for an enum or a peer, a calendar for a date, else a line of text."""
    if column.values:
        return _choice(list(column.values), value, parent, is_free=False, can_be_null=not column.required)
    if column.name == "_owner" and names:
        labels = [(peer, f"{name} · {peer[-6:]}") for peer, name in names.items()]
        return _choice(labels, value, parent, is_free=True, can_be_null=False)
    maker = _PICKERS.get(column.type)
    if maker is not None and (value is None or _is_pickable(column.type, value)):
        picker = maker(parent)
        picker.setCalendarPopup(True)
        return picker
    return QLineEdit(parent)


def _choice(
    values: list[tuple[str, str]], value: Any, parent: QWidget | None, *, is_free: bool, can_be_null: bool
) -> QComboBox:
    box = QComboBox(parent)
    box.setEditable(is_free)
    if can_be_null:
        box.addItem("NULL", None)
    for key, label in values:
        words = label if label == key or is_free else f"{label} ({key})"
        box.addItem(words if is_free else shown_line(words, _CHOICE_LETTERS), key)
    if isinstance(value, str) and box.findData(value) < 0 and not is_free:
        box.addItem(f"{shown_line(value, _CHOICE_LETTERS)} (not a valid option)", value)
    return box


def _date_time(parent: QWidget | None) -> QDateTimeEdit:
    box = QDateTimeEdit(parent)
    box.setDisplayFormat("yyyy-MM-dd HH:mm:ss")
    return box


def _date(parent: QWidget | None) -> QDateTimeEdit:
    box = QDateEdit(parent)
    box.setDisplayFormat("yyyy-MM-dd")
    return box


def _time(parent: QWidget | None) -> QDateTimeEdit:
    box = QTimeEdit(parent)
    box.setDisplayFormat("HH:mm:ss")
    return box


_PICKERS: dict[str, Callable[[QWidget | None], QDateTimeEdit]] = {
    "datetime": _date_time,
    "date": _date,
    "time": _time,
}


def _is_pickable(kind: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if kind == "datetime":
        return moment_of(value) is not None
    if kind == "date":
        return QDate.fromString(value, "yyyy-MM-dd").isValid()
    return QTime.fromString(value, "HH:mm:ss").isValid()


def fill_editor(editor: QWidget, value: Any) -> None:
    """Show ``value`` in ``editor``."""
    if isinstance(editor, QComboBox):
        place = editor.findData(value)
        if place >= 0:
            editor.setCurrentIndex(place)
        elif editor.isEditable():
            editor.setEditText(full_text(value))
        return
    if isinstance(editor, QDateEdit):
        editor.setDate(QDate.fromString(str(value), "yyyy-MM-dd") if value else QDate.currentDate())
    elif isinstance(editor, QTimeEdit):
        editor.setTime(QTime.fromString(str(value), "HH:mm:ss") if value else QTime.currentTime())
    elif isinstance(editor, QDateTimeEdit):
        moment = moment_of(value) if isinstance(value, str) else None
        now = QDateTime.currentDateTime()
        editor.setDateTime(now if moment is None else QDateTime.fromSecsSinceEpoch(int(moment.timestamp())))
    elif isinstance(editor, QLineEdit):
        editor.setText(full_text(value))
        editor.selectAll()


def editor_value(editor: QWidget, column: ColumnInfo, was: Any) -> Any:
    """What stands in ``editor``; a KnownError in the engine's words when it is no value of ``column``.

    A moment that was not moved stays the text that it was; another one is stored in UTC in the same form.
    """
    if isinstance(editor, QComboBox):
        place = editor.findText(editor.currentText())
        return editor.itemData(place) if place >= 0 else editor.currentText().strip()
    if isinstance(editor, QDateEdit):
        return editor.date().toString("yyyy-MM-dd")
    if isinstance(editor, QTimeEdit):
        return editor.time().toString("HH:mm:ss")
    if isinstance(editor, QDateTimeEdit):
        return _stored_moment(editor.dateTime(), was)
    assert isinstance(editor, QLineEdit)
    text = editor.text()
    if was is None and not text:
        return None  # a NULL that nobody touched
    return text if isinstance(was, str) and text == was else parse_value(column, text)


def _stored_moment(moment: QDateTime, was: Any) -> str:
    old = moment_of(was) if isinstance(was, str) else None
    if old is not None and int(old.timestamp()) == moment.toSecsSinceEpoch():
        return str(was)
    is_sql = isinstance(was, str) and "T" not in was.upper()
    return moment.toUTC().toString("yyyy-MM-dd HH:mm:ss" if is_sql else "yyyy-MM-ddTHH:mm:ss") + (
        "" if is_sql else "Z"
    )
