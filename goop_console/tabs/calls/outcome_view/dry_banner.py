"""Says plainly that a dry run changed nothing, what it would have changed, and offers to do it for real."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from goop_console.tabs.calls.model.prepared_call import CallOutcome
from goop_console.widgets.data_diff_model import diff_words
from goop_console.widgets.elided_button import ElidedButton
from goop_console.widgets.icons import set_picture
from goop_console.widgets.wording import counted, elided

_ICON = 20
_NARROWEST, _WIDEST = 150, 360  # pixels of the button


class DryBanner(QFrame):
    """Icon, words and a button; hidden for calls that were for real."""

    apply_requested = Signal(object)  # CallOutcome

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "message")
        self.setProperty("severity", "info")
        self._outcome: CallOutcome | None = None
        self._picture = QLabel()
        set_picture(self._picture, "test", _ICON, "info")
        self.title = QLabel("Dry run: nothing was changed")
        self.title.setProperty("role", "strong")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.apply = ElidedButton("Apply for real")
        self.apply.short_text = "Apply for real"
        self.apply.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed
        )  # it gives way to the words
        self.apply.setMinimumWidth(_NARROWEST)
        self.apply.setMaximumWidth(_WIDEST)
        self.apply.clicked.connect(self._on_apply)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.apply)
        self.hide()

    def show_outcome(self, outcome: CallOutcome) -> None:
        """Show what ``outcome`` would have changed; nobody can apply a call of a caller who exists in dry
        runs only.
        """
        self._outcome = outcome
        caller = outcome.call.caller
        text = f"Apply for real as {elided(caller.name, 30)} ({caller.role})"
        self.text.setText(_would_words(outcome))
        self.apply.setText(text.replace("&", "&&"))
        self.apply.setToolTip(text)
        self.apply.setAccessibleName(text)
        self.apply.setVisible(not caller.is_dry_only)
        self.setVisible(outcome.is_dry)

    def set_applicable(self, *, is_possible: bool) -> None:
        """Whether it can be repeated for real now."""
        self.apply.setEnabled(is_possible)

    def _on_apply(self) -> None:
        if self._outcome is not None:
            self.apply_requested.emit(self._outcome)


def _would_words(outcome: CallOutcome) -> str:
    """What would have happened, in one sentence."""
    rows, effects = diff_words(outcome.diff), counted(len(outcome.result.effects), "effect")
    found = [
        part for part in (rows, f"{effects} outside the tables" if outcome.result.effects else "") if part
    ]
    return (
        f"For real it would be: {' and '.join(found)}."
        if found
        else "A real run would change nothing either."
    )
