"""What a breakpoint may have beside its line: a condition, a hit count, a message, a caller."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from lua_engine import Breakpoint

_FIELDS = (
    ("condition", "&When", "a Lua condition, like  params.id == 3"),
    ("hit_test", "&Hits", "5, >= 5, > 5 or % 5"),
    ("message", "&Log", "write this instead of stopping, like  total is {total}"),
    ("caller", "&Only for", "owner, role:NAME, stranger, or a peer"),
)


class BreakpointForm(QWidget):
    """Fields of the chosen breakpoint; each is taken when it is left or Enter is pressed."""

    changed = Signal(object)  # Breakpoint

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._one: Breakpoint | None = None
        self.fields: dict[str, QLineEdit] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for name, label, hint in _FIELDS:
            field = QLineEdit()
            field.setPlaceholderText(hint)
            field.setAccessibleName(label.replace("&", ""))
            field.editingFinished.connect(self._take)
            self.fields[name] = field
            form.addRow(label, field)
        self.set_breakpoint(None)

    def set_breakpoint(self, one: Breakpoint | None) -> None:
        """Show one; None: nothing is chosen, and the room is the list's."""
        self._one = one
        for name, field in self.fields.items():
            field.setText(getattr(one, name) if one is not None else "")
        self.setVisible(one is not None)

    def _take(self) -> None:
        if self._one is None:
            return
        given = {name: field.text().strip() for name, field in self.fields.items()}
        if any(getattr(self._one, name) != text for name, text in given.items()):
            self._one = replace(
                self._one,
                condition=given["condition"],
                hit_test=given["hit_test"],
                message=given["message"],
                caller=given["caller"],
            )
            self.changed.emit(self._one)
