"""One row in a form: an editor for each column by its type, what is filled automatically explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.data.editing.editors import editor_value, fill_editor, make_editor
from goop_console.tabs.data.rows.cells import as_json, full_text
from goop_console.widgets.polish import set_look
from lua_engine import ColumnInfo, KnownError, parse_value

_AUTO = {
    "guid": "filled with a new UUID",
    "datetime": "filled with the time of saving",
    "date": "filled with today's date",
    "time": "filled with the time of saving",
    "integer": "filled with the next number",
}
_LONG = 60


class RowForm(QDialog):
    """``submitted(values)``: what the person has put in, by column; a column that is left to its default is
    not in
    it. The form stays open until :meth:`done_saving`.
    """

    submitted = Signal(object)

    def __init__(
        self,
        title: str,
        columns: tuple[ColumnInfo, ...],
        values: Mapping[str, Any],
        names: Mapping[str, str],
        *,
        is_new: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._is_new = is_new
        self.fields = {
            column.name: FormField(column, values.get(column.name), names, is_new=is_new)
            for column in columns
            if not column.generated and (not column.is_system or column.name == "_owner")
        }
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        set_look(self.problem, "role", "error-text")
        self.problem.hide()
        self.save = QPushButton("Add row" if is_new else "Save")
        self.save.setProperty("role", "primary")
        self.save.setToolTip("Ctrl+Enter")
        self.save.setDefault(True)
        cancel = QPushButton("Cancel")
        cancel.setAutoDefault(False)
        self.save.clicked.connect(self._submit)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        box = QVBoxLayout(self)
        box.addWidget(self._body(), 1)
        box.addWidget(self.problem)
        box.addLayout(buttons)
        self.resize(560, min(640, 140 + 62 * len(self.fields)))

    def _body(self) -> QWidget:
        body = QWidget()
        form = QFormLayout(body)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in self.fields.items():
            label = QLabel(f"{name} *" if field.column.required else name)
            label.setBuddy(field.editor)
            form.addRow(label, field)
        scroll = QScrollArea()
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def fail(self, message: str) -> None:
        """The row was not taken: say why, beside the column that the message names."""
        self.save.setEnabled(True)
        named = next((field for name, field in self.fields.items() if f'"{name}"' in message), None)
        for field in self.fields.values():
            field.say(message if field is named else "")
        self.problem.setText("" if named is not None else message)
        self.problem.setVisible(named is None)
        if named is not None:
            named.editor.setFocus()

    def done_saving(self) -> None:
        """The row was taken."""
        self.accept()

    def _submit(self) -> None:
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            field.say("")
            try:
                is_given, value = field.value()
            except KnownError as error:
                self.fail(str(error))
                return
            if is_given:
                values[name] = value
        self.save.setEnabled(False)
        self.submitted.emit(values)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
            return
        super().keyPressEvent(event)


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
        self.null.setVisible(not column.required and not column.values and column.name != "_owner")
        self.null.toggled.connect(self.editor.setDisabled)
        self._leaves_default = is_new and value is None and bool(column.auto or column.default is not None)
        self.default = QCheckBox("by itself")
        self.default.setAccessibleName(f"{column.name} is filled automatically")
        self.default.setVisible(is_new and (column.auto or column.default is not None))
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
