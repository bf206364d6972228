"""One column of a row in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from goop_console.tabs.data.editing.editors import editor_value, fill_editor, make_editor
from goop_console.tabs.data.rows.cells import as_json, full_text
from goop_console.widgets.polish import set_look
from lua_engine import ColumnInfo, parse_value

_AUTO = {
    "guid": "filled with a new UUID",
    "datetime": "filled with the time of saving",
    "date": "filled with today's date",
    "time": "filled with the time of saving",
    "integer": "filled with the next number",
}
_LONG = 60


def can_be_null(column: ColumnInfo) -> bool:
    """Does its field have a box for NULL?"""
    return not column.required and not column.values and column.name != "_owner"


def has_default(column: ColumnInfo) -> bool:
    """Is it filled when it is left out?"""
    return bool(column.auto or column.default is not None)


class FormField(QWidget):
    """One column: its editor, a box for NULL, and a word about what happens when nothing is put in."""

    def __init__(self, column: ColumnInfo, value: Any, names: Mapping[str, str], *, is_new: bool) -> None:
        super().__init__()
        self.column = column
        self._was = value
        self._is_new = is_new
        self.editor = self._make_editor(names)
        self.editor.setAccessibleName(column.name)
        self.null = QCheckBox("NULL")
        self.null.setAccessibleName(f"{column.name} is NULL")
        self.null.setToolTip("No value")
        self.null.setVisible(can_be_null(column))
        self.null.toggled.connect(self.editor.setDisabled)
        self._leaves_default = is_new and value is None and has_default(column)
        self.default = QCheckBox("by itself")
        self.default.setAccessibleName(f"{column.name} is filled automatically")
        self.default.setVisible(is_new and has_default(column))
        self.default.toggled.connect(self._on_default_toggled)
        self.about = QLabel(self._words())
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        set_look(self.about, "role", "muted")
        self.about.setVisible(bool(self.about.text()))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.editor, 1)
        row.addWidget(self.default)
        row.addWidget(self.null)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(row)
        box.addWidget(self.about)
        self.null.setChecked(not self.null.isHidden() and value is None and not self._leaves_default)
        self.default.setChecked(self._leaves_default)

    def _make_editor(self, names: Mapping[str, str]) -> QWidget:
        value = self._was
        is_long = isinstance(value, str) and (len(value) > _LONG or "\n" in value)
        if is_long or (isinstance(value, str) and as_json(value) is not None):
            editor = QPlainTextEdit(full_text(value))
            editor.setTabChangesFocus(True)
            editor.setMaximumHeight(110)
            return editor
        widget = make_editor(self.column, value, names)
        fill_editor(widget, value)
        return widget

    def _words(self) -> str:
        column = self.column
        if column.auto:
            return f"auto: {_AUTO.get(column.type, 'filled automatically')} when left out"
        if column.default is not None and self._is_new:
            return f"default: {column.default}"
        return ""

    def _on_default_toggled(self, is_default: bool) -> None:
        self.editor.setDisabled(is_default or self.null.isChecked())
        self.null.setDisabled(is_default)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab goes through."""
        return self.editor, self.default, self.null

    def focus(self) -> None:
        """Put the keyboard there: in the editor, or where that is off."""
        next((one for one in self.stops if one.isEnabled() and not one.isHidden()), self.editor).setFocus()

    def value(self) -> tuple[bool, Any]:
        """Was a value given, and which; a KnownError when what stands there is none."""
        if self.default.isChecked():
            return False, None
        if self.null.isChecked():
            return True, None
        if isinstance(self.editor, QPlainTextEdit):
            text = self.editor.toPlainText()
            return True, self._was if text == full_text(self._was) else parse_value(self.column, text)
        return True, editor_value(self.editor, self.column, self._was)

    def say(self, problem: str) -> None:
        """What is wrong with the value; empty: nothing is."""
        self.about.setText(problem or self._words())
        self.about.setVisible(bool(self.about.text()))
        set_look(self.about, "role", "error-text" if problem else "muted")
