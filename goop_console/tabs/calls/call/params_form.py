"""The params as fields: one for each name that the script reads, and one for each that is there besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QScrollArea, QWidget

from goop_console.tabs.calls.call.field_text import ABSENT, field_text, field_value, kind_words
from goop_console.widgets.elided_label import ElidedLabel

_MAX_LENGTH = 1_000_000  # characters of a field
_NO_FIELDS = "No fields: no params were found that the script reads. You can write params as JSON."


class ParamsForm(QScrollArea):
    """``edited`` hands over all values as they are now; an empty field is absent."""

    edited = Signal(object)  # dict[str, Any]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Params as fields")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fields: tuple[str, ...] = ()
        self._values: dict[str, Any] = {}
        self.inputs: dict[str, QLineEdit] = {}
        self._kinds: dict[str, QLabel] = {}
        self._build()

    def set_fields(self, fields: Sequence[str]) -> None:
        """Offer ``fields``; what stands in others stays."""
        if tuple(fields) != self._fields:
            self._fields = tuple(fields)
            self._build()

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show ``values``; a field that means its value already keeps its text."""
        self._values = dict(values)
        if set(self._names()) != set(self.inputs):
            self._build()
        for name, line in self.inputs.items():
            value = self._values.get(name, ABSENT)
            if not _is_same(field_value(line.text()), value):
                with QSignalBlocker(line):
                    line.setText(field_text(value))
            self._kinds[name].setText(kind_words(value))

    def focus_first(self) -> None:
        """Put the keyboard into the first field."""
        line = next(iter(self.inputs.values()), None)
        (line or self).setFocus()

    def _names(self) -> list[str]:
        return list(dict.fromkeys((*self._fields, *self._values)))

    def _build(self) -> None:
        """Other fields; the keyboard stays here if it was here."""
        focused = next((name for name, line in self.inputs.items() if line.hasFocus()), None)
        self.inputs, self._kinds = {}, {}
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 4, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(self._names()):
            self._add_row(grid, row, name)
        if not self.inputs:
            nothing = QLabel(_NO_FIELDS)
            nothing.setProperty("role", "muted")
            nothing.setWordWrap(True)
            grid.addWidget(nothing, 0, 0, 1, 3)
        grid.setRowStretch(max(len(self.inputs), 1), 1)
        self.setWidget(page)
        if focused is not None:
            (self.inputs.get(focused) or next(iter(self.inputs.values()), self)).setFocus()

    def _add_row(self, grid: QGridLayout, row: int, name: str) -> None:
        value = self._values.get(name, ABSENT)
        line = QLineEdit(field_text(value))
        line.setMaxLength(_MAX_LENGTH)
        line.setAccessibleName(f"Param {name}")
        line.textEdited.connect(lambda text: self._on_edited(name, text))
        label = ElidedLabel(name)
        label.setBuddy(line)
        kind = QLabel(kind_words(value))
        kind.setProperty("role", "muted")
        kind.setToolTip(
            'Numbers, true, false, null and JSON are sent as such; put text in "quotes" to send it as text'
        )
        kind.setMinimumWidth(kind.fontMetrics().horizontalAdvance("not sent"))
        self.inputs[name], self._kinds[name] = line, kind
        grid.addWidget(label, row, 0)
        grid.addWidget(line, row, 1)
        grid.addWidget(kind, row, 2)

    def _on_edited(self, name: str, text: str) -> None:
        value = field_value(text)
        if value is ABSENT:
            self._values.pop(name, None)
        else:
            self._values[name] = value
        self._kinds[name].setText(kind_words(value))
        self.edited.emit({one: self._values[one] for one in self._names() if one in self._values})


def _is_same(one: Any, other: Any) -> bool:
    """Equal, and of one type: 1 is not true and not 1.0."""
    return type(one) is type(other) and one == other
