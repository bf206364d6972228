"""The conditions of the filter as chips: what each says, and the way to be rid of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import set_icon
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.wording import elided

_CHIP_TEXT = 44


class ChipsView(QWidget):
    """Hidden while there are none. A click takes a condition away, Alt and a click turns it round."""

    removed = Signal(object)  # what the chip stands for
    turned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self.hide()

    def show_chips(self, chips: Sequence[tuple[object, str]]) -> None:
        """``chips``: what each stands for, and its words."""
        drop_widgets(self._row, keep_last=1)
        for place, (meaning, words) in enumerate(chips):
            shown = elided(shown_line(words), _CHIP_TEXT)
            self._row.insertWidget(place, self._chip(meaning, f"{shown[:1].upper()}{shown[1:]}"))
        self.setVisible(bool(chips))

    def _chip(self, meaning: object, words: str) -> QPushButton:
        chip = QPushButton(words.replace("&", "&&"))
        chip.setProperty("role", "chip")
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the cross stands after the words
        chip.setToolTip("Remove this condition. Alt+click: the opposite")
        chip.setAccessibleName(f"{words}: remove this condition")
        chip.clicked.connect(lambda _=False: self._on_clicked(meaning))
        set_icon(chip, "close", "muted")
        return chip

    def _on_clicked(self, meaning: object) -> None:
        is_alt = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier
        (self.turned if is_alt else self.removed).emit(meaning)
