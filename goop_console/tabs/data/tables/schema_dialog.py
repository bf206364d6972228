"""A table's schema as JSON, checked as one types, with what it would change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.polish import set_look
from lua_engine import SchemaPlan

_DELAY_MS = 250


class SchemaDialog(QDialog):
    """``plan_requested(text)`` when typing rests, ``apply_requested(text)`` when the person is sure."""

    plan_requested = Signal(str)
    apply_requested = Signal(str)

    def __init__(self, table: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Schema of {table}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.editor = QPlainTextEdit(text)
        self.editor.setAccessibleName(f"Schema of {table} as JSON")
        self.editor.setTabChangesFocus(True)
        self.editor.setFont(theming.fixed_font())
        self.about = QLabel("Nothing is changed so far.")
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.about.setMinimumHeight(self.fontMetrics().lineSpacing() * 4)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.apply = QPushButton("Apply")
        self.apply.setProperty("role", "primary")
        self.apply.setEnabled(False)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        self.apply.clicked.connect(self._on_apply)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(lambda: self.plan_requested.emit(self.editor.toPlainText()))
        self.editor.textChanged.connect(self._on_text_changed)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.apply)
        box = QVBoxLayout(self)
        box.addWidget(self.editor, 1)
        box.addWidget(self.about)
        box.addLayout(buttons)
        self.resize(640, 620)

    def show_plan(self, plan: SchemaPlan) -> None:
        """What would happen, or why nothing can."""
        self.apply.setEnabled(plan.can_apply)
        if plan.refusals:
            self._say("This cannot be done:", plan.refusals, "error-text")
        elif plan.changes:
            self._say("This would happen:", (*plan.changes, *plan.warnings), "")
        else:
            self._say("Nothing would change.", (), "muted")

    def fail(self, message: str) -> None:
        """The text is no schema, or it was not applied."""
        self.apply.setEnabled(False)
        self._say(message, (), "error-text")

    def _say(self, title: str, lines: Sequence[str], role: str) -> None:
        self.about.setText("\n".join([title, *(f"• {line}" for line in lines)]))
        set_look(self.about, "role", role)

    def _on_text_changed(self) -> None:
        self.apply.setEnabled(False)
        self._timer.start()

    def _on_apply(self) -> None:
        self.apply.setEnabled(False)
        self.apply_requested.emit(self.editor.toPlainText())
