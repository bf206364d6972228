"""A message across the top of a place, with what can be done about it. It stops nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.foreign_text import shown_line, shown_lines
from goop_console.widgets.icons import set_picture
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.polish import set_look

Action = tuple[str, Callable[[], object]]
_SIZE = 20
_GAP = 12
_ICONS = {"ok": "ok", "info": "info", "warning": "warn", "error": "error"}


class MessageBar(QFrame):
    """Hidden until ``say``. ``severity`` is ``ok``, ``info``, ``warning`` or ``error``. Buttons that would
    take a third of the width from words that need it stand below them.
    """

    closed = Signal()

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible_name)
        self.setProperty("role", "message")
        self._copied_text = ""
        self.picture = QLabel()
        self.title = self._label()
        self.title.setProperty("role", "strong")
        self.text = self._label()
        self._words = QVBoxLayout()
        self._words.setSpacing(2)
        self._words.addWidget(self.title)
        self._words.addWidget(self.text)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(_GAP)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(_GAP)
        self._body.addLayout(self._words, 1)
        self._body.addLayout(self._buttons)
        self._body.setAlignment(self._buttons, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(self._body, 1)
        self.hide()

    def _label(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def say(
        self,
        severity: str,
        title: str,
        text: str = "",
        actions: Sequence[Action] = (),
        *,
        can_copy: bool = False,
        can_close: bool = True,
        icon: str = "",
    ) -> None:
        """Show the message; the first action is the way on. ``can_copy`` adds a button that copies title and
        text; ``icon`` stands there instead of the severity's own.
        """
        set_look(self, "severity", "info" if severity == "ok" else severity)
        set_picture(self.picture, icon or _ICONS[severity], _SIZE, severity)
        self._copied_text = f"{title}\n{text}"
        self.title.setText(shown_line(title))
        self.text.setText(shown_lines(text))
        self.text.setVisible(bool(text))
        drop_widgets(self._buttons)
        for place, (name, act) in enumerate(actions):
            self._add_button(name, act, role="primary" if place == 0 else "")
        if can_copy:
            self._add_button("Copy details", self._copy)
        if can_close:
            self._add_button("Dismiss", self.dismiss, role="flat")
        self._place_buttons()
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{title} {text}"))

    def dismiss(self) -> None:
        """Hide it, and say ``closed``."""
        self.hide()
        self.closed.emit()

    def buttons(self) -> dict[str, QPushButton]:
        """The buttons by their text."""
        return {button.text(): button for button in self.findChildren(QPushButton) if not button.isHidden()}

    def _add_button(self, text: str, act: Callable[[], object], role: str = "") -> None:
        button = QPushButton(text)
        button.setProperty("role", role)
        button.clicked.connect(lambda: act())
        self._buttons.addWidget(button)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _place_buttons(self) -> None:
        buttons = self._buttons.sizeHint().width()
        is_narrow = 3 * buttons > self.width() and self._words_width() + buttons + 5 * _GAP > self.width()
        ways = QBoxLayout.Direction
        self._body.setDirection(ways.TopToBottom if is_narrow else ways.LeftToRight)

    def _words_width(self) -> int:
        """Of title and text where no line is broken."""
        return max(one.fontMetrics().size(0, one.text()).width() for one in (self.title, self.text))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied_text)
