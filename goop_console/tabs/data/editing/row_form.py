"""One row in a form: an editor for each column by its type, what is filled automatically explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.tabs.data.editing.form_body import FormBody
from goop_console.tabs.data.editing.form_field import FormField, has_default
from goop_console.widgets.polish import set_look
from lua_engine import ColumnInfo, KnownError

_MANY = 20  # columns, from which on one can be looked for


class RowForm(QDialog):
    """``submitted(values)``: what the person has put in, by column; a column that is left to its default is
    not in it. The form stays open until :meth:`done_saving`.
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
        self._values = values
        self._names = names
        shown = [one for one in columns if _is_shown(one)]
        self.body = FormBody(shown, self._make_field)
        self._found = ""
        self.finder = QLineEdit()
        self.finder.setPlaceholderText(f"Find one of {len(shown):,} columns")
        self.finder.setAccessibleName("Find a column")
        self.finder.setToolTip("Enter: the next one; Down: to its field")
        self.finder.setClearButtonEnabled(True)
        self.finder.setVisible(len(shown) > _MANY)
        self.finder.textChanged.connect(self._find)
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
        box.addWidget(self.finder)
        box.addWidget(self.body, 1)
        box.addWidget(self.problem)
        box.addLayout(buttons)
        self.resize(560, min(640, 140 + 62 * len(shown)))
        self.body.make_first()

    def _make_field(self, column: ColumnInfo) -> FormField:
        return FormField(column, self._values.get(column.name), self._names, is_new=self._is_new)

    def fail(self, message: str) -> None:
        """The row was not taken: say why, beside the column that the message names."""
        self.save.setEnabled(True)
        named = next((one.name for one in self.body.columns if f'"{one.name}"' in message), None)
        for field in self.body.fields.values():
            field.say("")
        self.problem.setText("" if named is not None else message)
        self.problem.setVisible(named is None)
        if named is not None:
            field = self.body.field(named)
            field.say(message)
            self.body.go_to(named)

    def done_saving(self) -> None:
        """The row was taken."""
        self.accept()

    def _submit(self) -> None:
        if not self.save.isEnabled():
            return
        values: dict[str, Any] = {}
        for column in self.body.columns:
            try:
                is_given, value = self._value(column)
            except KnownError as error:
                self.fail(str(error))
                return
            if is_given:
                values[column.name] = value
        self.save.setEnabled(False)
        self.submitted.emit(values)

    def _value(self, column: ColumnInfo) -> tuple[bool, Any]:
        """As :meth:`FormField.value`, also of a column that nobody has scrolled to."""
        field = self.body.fields.get(column.name)
        if field is not None:
            field.say("")
            return field.value()
        value = self._values.get(column.name)
        return not (self._is_new and value is None and has_default(column)), value

    def _find(self, text: str) -> None:
        self._found = ""
        if text.strip():
            self._find_next()

    def _find_next(self) -> None:
        text, columns = self.finder.text().strip().casefold(), self.body.columns
        found = [one.name for one in columns if text in one.name.casefold()] if text else []
        if found:
            after = found.index(self._found) + 1 if self._found in found else 0
            self._found = found[after % len(found)]
            self.body.show_column(self._found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.focusWidget() is self.finder and self._is_of_find(event):
            return
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
            return
        super().keyPressEvent(event)

    def _is_of_find(self, event: QKeyEvent) -> bool:
        """Enter goes to the next column that is found, Down to the field of this one."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._find_next()
            return True
        if event.key() == Qt.Key.Key_Down and self._found:
            self.body.go_to(self._found)
            return True
        return False


def _is_shown(column: ColumnInfo) -> bool:
    return not column.generated and (not column.is_system or column.name == "_owner")
