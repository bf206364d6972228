"""The ways to begin, each with a sentence: an existing site, the demo, a new site."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.icons import set_icon, set_picture
from goop_console.widgets.plain_label import plain_label

_PICTURE = 24


class StartWays(QFrame):
    """One row a way: what it is, one sentence, its button. A folder can be dropped on it."""

    open_requested = Signal()
    demo_requested = Signal()
    tour_requested = Signal()
    new_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 16, 16, 16)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnStretch(1, 1)
        self.open = self._way(
            "folder",
            "Your site",
            "The folder in which Goop2 keeps it, with goop.json in it. You can also drop it here.",
            QPushButton("Open a site folder…"),
        )
        self.tour = QPushButton("Tour of the demo (2 minutes)")
        self.demo = self._way(
            "demo",
            "The demo",
            "A shared garden with scripts, data and four visitors, in a copy that is yours to break.",
            QPushButton("Open the demo site"),
            self.tour,
        )
        self.new = self._way(
            "add",
            "A new site",
            "In an empty folder, from a template (to-do list, blog, poll, …) or empty.",
            QPushButton("New site…"),
        )
        self.open.setProperty("role", "primary")
        set_icon(self.open, "folder", "accent_text")
        set_icon(self.tour, "play")
        self.open.setToolTip("Ctrl+O")
        self.open.clicked.connect(self.open_requested)
        self.demo.clicked.connect(self.demo_requested)
        self.tour.clicked.connect(self.tour_requested)
        self.new.clicked.connect(self.new_requested)

    def _way(self, picture: str, title: str, sentence: str, *buttons: QPushButton) -> QPushButton:
        """Answers the first button."""
        row = self._grid.rowCount()
        image = QLabel()
        set_picture(image, picture, _PICTURE, "accent")
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addStretch(1)  # beside two buttons the words stay together
        column.addWidget(plain_label(title, "strong"))
        label = plain_label(sentence, "muted")
        label.setWordWrap(True)
        column.addWidget(label)
        column.addStretch(1)
        self._grid.addWidget(image, row, 0)
        self._grid.addWidget(words, row, 1)
        stack = QVBoxLayout()
        stack.setSpacing(6)
        for button in buttons:
            stack.addWidget(button)
            button.setAccessibleDescription(sentence)
        self._grid.addLayout(stack, row, 2)
        return buttons[0]
