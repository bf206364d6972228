"""The params of a call: as fields or as JSON, one text behind both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.calls.call.params_editor import ParamsEditor
from goop_console.tabs.calls.call.params_form import ParamsForm
from goop_console.tabs.calls.model.params import json_text
from lua_engine import JsonProblem, parse_json

Mode = Literal["form", "json"]


class ParamsPanel(QWidget):
    """The editor's JSON text is what counts; the form is another way to write it.

    Until somebody chooses, the form is shown where the script reads fields. Text that is no JSON object is
    shown as JSON only.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = ParamsEditor()
        self.form = ParamsForm()
        self._fields: tuple[str, ...] = ()
        self._choice: Mode | None = None
        self._written = ""  # what the form wrote last
        self._stack = QStackedWidget()
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.editor)
        self._why = QLabel()
        self._why.setProperty("role", "muted")
        self._bar = QHBoxLayout()
        self._bar.setSpacing(4)
        group = QButtonGroup(self)
        self.form_button = self._button("Form", "form", group)
        self.json_button = self._button("JSON", "json", group)
        self._bar.addWidget(self._why, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(self._bar)
        box.addWidget(self._stack, 1)
        self.form.edited.connect(self._on_edited)
        self.editor.checked.connect(self._on_checked)
        self._show_mode()

    def _button(self, text: str, mode: Mode, group: QButtonGroup) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setProperty("role", "segment")
        button.setAccessibleName(f"Write the params as {'fields' if mode == 'form' else 'JSON'}")
        button.clicked.connect(lambda: self.set_choice(mode))
        group.addButton(button)
        self._bar.addWidget(button)
        return button

    @property
    def mode(self) -> Mode:
        """What is shown now."""
        return "form" if self._stack.currentWidget() is self.form else "json"

    @property
    def choice(self) -> Mode | None:
        """What somebody chose, if anybody did."""
        return self._choice

    def set_choice(self, mode: Mode | None) -> None:
        """Show the params as ``mode`` wherever it is possible; None: as it fits."""
        self._choice = mode
        self._show_mode()

    def set_fields(self, fields: Sequence[str]) -> None:
        """The names that the script reads."""
        self._fields = tuple(fields)
        self.form.set_fields(fields)
        self.editor.set_fields(self._fields)
        self._show_mode()

    def focus_first(self) -> None:
        """Put the keyboard where one writes."""
        if self.mode == "form" and self.form.inputs:
            self.form.focus_first()
        else:
            self.editor.editor.setFocus()

    def go_to_error(self) -> None:
        """Show where the text is wrong."""
        self._show_mode()
        self.editor.go_to_error()

    def show_as_fits(self) -> None:
        """Choose form or JSON anew, for a text that nobody typed here."""
        self._show_mode()

    def _show_mode(self) -> None:
        wanted = self._choice or ("form" if self._fields else "json")
        self._show_page("json" if self._read_text() is None or self.editor.error is not None else wanted)

    def _show_page(self, mode: Mode) -> None:
        (self.form_button if mode == "form" else self.json_button).setChecked(True)
        self._stack.setCurrentWidget(self.form if mode == "form" else self.editor)

    def _read_text(self) -> dict[str, Any] | None:
        """Take the editor's text into the form; None, with the reason shown, when it is no object."""
        values = _object(self.editor.text())
        self.form_button.setEnabled(values is not None)
        self._why.setText("" if values is not None else "Fields need a JSON object")
        if values is not None:
            self.form.set_values(values)
        return values

    def _on_edited(self, values: dict[str, Any]) -> None:
        self._written = json_text(values) if values else ""
        self.editor.set_text(self._written)

    def _on_checked(self) -> None:
        """The text is another one, perhaps not by the form. Nobody who writes JSON is sent to the form."""
        is_by_form = self.mode == "form" and self.editor.text() == self._written
        is_lost = not is_by_form and self._read_text() is None
        if is_lost or self.editor.error is not None:
            self._show_page("json")


def _object(text: str) -> dict[str, Any] | None:
    """``text`` as a JSON object; None when it is none."""
    if not text.strip():
        return {}
    try:
        value = parse_json(text)
    except JsonProblem:
        return None
    return value if isinstance(value, dict) else None
