"""Sentences below each other, each with a picture and, when it warns, with the word."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from goop_console.tabs.templates.words import Sentence
from goop_console.widgets.icons import set_picture
from goop_console.widgets.layouts import drop_widgets

_PICTURE = 16
_COLORS = {"plain": "muted", "ok": "ok", "warning": "warning"}


class SentenceList(QWidget):
    """Warnings stand on a ground of their own, above the rest."""

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self._sentences: tuple[Sentence, ...] = ()
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(6)

    @property
    def text(self) -> str:
        """All of them, a line each."""
        return "\n".join(one.text for one in self._sentences)

    def set_sentences(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = tuple(sentences)
        drop_widgets(self._box)
        warnings = [one for one in self._sentences if one.tone == "warning"]
        if warnings:
            frame = QFrame()
            frame.setProperty("role", "message")
            frame.setProperty("severity", "warning")
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(10, 8, 10, 8)
            inner.setSpacing(6)
            for one in warnings:
                inner.addWidget(self._row(one, f"Warning: {one.text}"))
            self._box.addWidget(frame)
        for one in self._sentences:
            if one.tone != "warning":
                self._box.addWidget(self._row(one, one.text))

    def _row(self, one: Sentence, text: str) -> QWidget:
        row = QWidget()
        picture = QLabel()
        set_picture(picture, one.icon, _PICTURE, _COLORS[one.tone])
        words = QLabel(text)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 1)
        return row
