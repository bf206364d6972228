"""The guided tour over the demo: a bar below the tabs that says what one looks at, and a ring around it.

Nothing is locked meanwhile: everything can be tried, and the tour left at any time (Esc in the bar, or its
button).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.icons import set_icon
from goop_console.widgets.plain_label import plain_label
from goop_console.widgets.ring import Ring
from goop_console.window.guide_steps import STEPS, GuideStep


class Guide(QFrame):
    """``step_requested`` asks for a step to be shown; ``left`` comes once, when the tour is over."""

    step_requested = Signal(object)  # GuideStep
    left = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "card")
        self.setAccessibleName("Guided tour")
        self._place = 0
        self.ring = Ring(window)
        self.title, self.text, self.count = (plain_label("", one) for one in ("heading", "", "muted"))
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.back = self._button("Back", "Alt+B", lambda: self.go(-1))
        self.next = self._button("Next", "Alt+N", lambda: self.go(1))
        self.next.setProperty("role", "primary")
        self.end = self._button("End tour", "", self.leave)
        set_icon(self.end, "close")
        self._lay_out()
        leaving = QShortcut(QKeySequence("Esc"), self)
        leaving.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leaving.activated.connect(self.leave)

    def _button(self, text: str, keys: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: act())
        if keys:
            button.setToolTip(f"{text} ({keys})")
            QShortcut(QKeySequence(keys), self, button.click)
        else:
            button.setToolTip("Leave the tour (Esc)")
        return button

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.count)
        for button in (self.end, self.back, self.next):
            row.addWidget(button)

    @property
    def step(self) -> GuideStep:
        """The one in view."""
        return STEPS[self._place]

    def begin(self) -> None:
        """The first step."""
        self._place = 0
        self._show()

    def go(self, steps: int) -> None:
        """To another step; past the last one is the end."""
        if self._place + steps >= len(STEPS):
            self.leave()
            return
        self._place = max(0, self._place + steps)
        self._show()

    def leave(self) -> None:
        """The end, at any step."""
        self.ring.lie_around(None)
        self.hide()
        self.left.emit()

    def _show(self) -> None:
        step = self.step
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.count.setText(f"{self._place + 1} of {len(STEPS)}")
        self.back.setEnabled(self._place > 0)
        is_last = self._place == len(STEPS) - 1
        self.next.setText("Finish" if is_last else "Next")
        self.end.setVisible(not is_last)
        self.step_requested.emit(step)
        self.show()
        self.next.setFocus()
        spoken = f"{self.count.text()}: {step.title}. {step.text}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))

    def point_at(self, tab: QWidget) -> None:
        """Put the ring around the part of ``tab`` that the step speaks of."""
        self.ring.lie_around(part_of(tab, self.step.part))


def part_of(tab: QWidget, name: str) -> QWidget | None:
    """The visible widget in ``tab`` whose accessible name begins with ``name``; ``tab`` itself for none."""
    if not name:
        return tab
    found = (
        one for one in tab.findChildren(QWidget) if one.accessibleName().startswith(name) and one.isVisible()
    )
    return next(found, None)
