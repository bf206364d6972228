"""A site in the lists of the start page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from goop_console.services.settings import RecentSite
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.icons import set_icon
from goop_console.widgets.plain_label import plain_label


class RecentRow(QFrame):
    """A site that was open (``number``: its place, from 1), or, not ``is_kept``, one that was found."""

    chosen = Signal(object)
    pin_requested = Signal(object, bool)
    forget_requested = Signal(object)

    def __init__(
        self, site: RecentSite, number: int = 0, *, is_missing: bool = False, is_kept: bool = True
    ) -> None:
        super().__init__()
        self.site = site
        self.setProperty("role", "card")
        name = site.label or site.path.name
        self.main = QPushButton()
        self.main.setProperty("role", "row")
        self.main.setEnabled(not is_missing)
        self.main.setAccessibleName(f"Open {name}, {site.path}" + (", not found" if is_missing else ""))
        self.main.setToolTip(str(site.path) + (f"\nCtrl+{number}" if 0 < number <= 9 else ""))
        self.main.clicked.connect(lambda: self.chosen.emit(site.path))
        self._fill_main(name, is_missing, number)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.main, 1)
        if not is_kept:
            return
        row.addWidget(
            self._tool(
                "pinned" if site.is_pinned else "pin",
                "Unpin" if site.is_pinned else "Keep at the top",
                self._on_pin,
            )
        )
        row.addWidget(self._tool("close", "Remove from this list", self._on_forget))

    def _fill_main(self, name: str, is_missing: bool, number: int) -> None:
        title = plain_label(name, "strong")
        title.setEnabled(not is_missing)
        path = ElidedLabel(f"Not found: {self.site.path}" if is_missing else str(self.site.path))
        path.setProperty("role", "warning-text" if is_missing else "muted")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(title)
        words.addWidget(path)
        inside = QHBoxLayout(self.main)
        inside.setContentsMargins(8, 4, 8, 4)
        inside.addLayout(words, 1)
        if 0 < number <= 9 and not is_missing:
            inside.addWidget(plain_label(f"Ctrl+{number}", "muted"))
        for label in self.main.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.main.setMinimumHeight(inside.sizeHint().height())

    def _tool(self, picture: str, tip: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(f"{tip}: {self.site.label or self.site.path.name}")
        button.setIconSize(QSize(16, 16))
        set_icon(button, picture, "accent" if picture == "pinned" else "muted")
        button.clicked.connect(lambda: slot())
        return button

    def _on_pin(self) -> None:
        self.pin_requested.emit(self.site.path, not self.site.is_pinned)

    def _on_forget(self) -> None:
        self.forget_requested.emit(self.site.path)
