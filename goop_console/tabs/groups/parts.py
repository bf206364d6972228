"""Small widgets that the pages of this tab are put together from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.icons import set_icon

_MAX_POPUP = 14
_MAX_LETTERS = 120
_FIELD_PADDING = 5  # pixels above a field's text


class CopyableText(QWidget):
    """A long id, cut in its middle where there is no room, with a button that copies it."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = ElidedLabel("")
        self.button = QToolButton()
        self.button.setProperty("role", "flat")
        self.button.setAccessibleName(f"Copy the {what}")
        self.button.setToolTip(f"Copy the {what}")
        set_icon(self.button, "copy", "muted")
        self.button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.label.text()))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.label)
        row.addWidget(self.button)
        row.addStretch(1)

    def set_text(self, text: str) -> None:
        self.label.setText(text)
        self.label.setToolTip(shown_tip(text))
        self.label.update()


class ChoiceField(QComboBox):
    """Choose from a list or type. What is half typed stays while the list changes. ``entered`` comes with
    Enter; with ``completes`` it takes the first choice that contains what was typed.
    """

    entered = Signal()

    def __init__(
        self,
        accessible_name: str,
        placeholder: str = "",
        parent: QWidget | None = None,
        *,
        completes: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(_MAX_POPUP)
        self.setAccessibleName(accessible_name)
        self._completes = completes
        self._choices: tuple[tuple[str, str], ...] = ()
        # Qt's own field: one that is put in later stands in the Tab order so that Tab never leaves it.
        field = self.lineEdit()
        assert field is not None  # an editable box has one
        self.field = field
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleName(accessible_name)
        self._completer = QCompleter(self.model(), self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(self._completer)
        self.field.returnPressed.connect(self._on_return_pressed)  # also while the list of matches is open

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer ``choices``: what is shown, and what it stands for. Names may be of any length: Qt measures
        all that it is given.
        """
        cut = tuple(_told_apart((shown_line(shown, _MAX_LETTERS), meant) for shown, meant in choices))
        if cut == self._choices:
            return
        self._choices = cut
        text = self.currentText()
        self.blockSignals(True)
        self.clear()
        for shown, meant in self._choices:
            self.addItem(shown, meant)
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)
        self.blockSignals(False)

    def value(self) -> str:
        """What the chosen line stands for, else what is typed."""
        text = self.currentText().strip()
        return next((meant for shown, meant in self._choices if shown == text), text)

    def _on_return_pressed(self) -> None:
        text = self.currentText().strip().casefold()
        matches = [shown for shown, _ in self._choices if text and text in shown.casefold()]
        if self._completes and matches and text not in (one.casefold() for one in matches):
            self.setEditText(matches[0])
        popup = self._completer.popup()
        if popup is not None:
            popup.hide()
        self.entered.emit()


def _told_apart(choices: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """``choices`` with a number behind each that is shown as one before."""
    seen: Counter[str] = Counter()
    for shown, meant in choices:
        seen[shown] += 1
        yield (shown if seen[shown] == 1 else f"{shown} ({seen[shown]})"), meant


def add_row(
    form: QFormLayout, title: str, field: QWidget, *more: QWidget, beside: QWidget | None = None
) -> QWidget:
    """A row of ``form``: a label that leads to ``field``, ``beside`` at its right, and ``more`` under it.
    Answers what to hide.
    """
    label = QLabel(title)
    label.setBuddy(field)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setContentsMargins(
        0, _FIELD_PADDING, 2, 0
    )  # level with the field's text, whatever stands under the field
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(field, 1)
    if beside is not None:
        line.addWidget(beside)
    whole = QWidget()
    box = QVBoxLayout(whole)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(4)
    box.addLayout(line)
    for widget in more:
        box.addWidget(widget)
    form.addRow(label, whole)
    return whole


def muted(text: str = "", *, wraps: bool = False) -> QLabel:
    """A quiet label."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    return label


def heading(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
