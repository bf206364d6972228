"""Short messages over the lower right corner of a window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.foreign_text import shown_lines
from goop_console.widgets.icons import set_picture

SHOWN_MS = 5_000
MAX_SHOWN = 4
_WIDTH = 400
_MARGIN = 16
_MAX_TEXT = 400
_ICON = 20


class Toast(QFrame):
    """One message. An error stays until it is closed; its details can be copied in full."""

    closed = Signal()

    def __init__(self, title: str, detail: str, *, is_error: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.title, self.detail = title, detail
        self.setProperty("role", "toast")
        self.setProperty("severity", "error" if is_error else "info")
        self.setAccessibleName(f"Message: {title}")
        self.setFixedWidth(_WIDTH)
        self.setAutoFillBackground(True)
        self._image = QLabel()
        name = "error" if is_error else "info"
        set_picture(self._image, name, _ICON, name)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(_label(shown_lines(title, _MAX_TEXT)))
        if detail:
            words.addWidget(_label(shown_lines(detail, _MAX_TEXT), role="muted"))
        if is_error:
            words.addLayout(self._buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(self._image, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        if not is_error:
            timer = QTimer(self)  # a child: it ends with the toast, as QTimer.singleShot's own would not
            timer.setSingleShot(True)
            timer.timeout.connect(self.close_toast)
            timer.start(SHOWN_MS)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        for text, slot in (("Copy details", self._copy), ("Close", self.close_toast)):
            button = QPushButton(text)
            button.clicked.connect(slot)
            row.addWidget(button)
        return row

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.title}\n{self.detail}")

    def close_toast(self) -> None:
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def mousePressEvent(self, _event: object) -> None:
        """A click on a short message puts it away."""
        if self.property("severity") == "info":
            self.close_toast()


class ToastStack(QObject):
    """Keeps the toasts of ``window`` above its lower right corner, the latest at the bottom."""

    def __init__(self, window: QWidget, bottom: int = 0) -> None:
        super().__init__(window)
        self._window = window
        self._bottom = bottom
        self._toasts: list[Toast] = []
        window.installEventFilter(self)

    def toasts(self) -> tuple[Toast, ...]:
        """What is shown, oldest first."""
        return tuple(self._toasts)

    def show(self, title: str, detail: str = "", *, is_error: bool = False) -> None:
        """Show a message; the same one again only stays longer."""
        for old in [one for one in self._toasts if (one.title, one.detail) == (title, detail)]:
            old.close_toast()
        while len(self._toasts) >= MAX_SHOWN:
            self._toasts[0].close_toast()
        toast = Toast(title, detail, is_error=is_error, parent=self._window)
        toast.closed.connect(lambda: self._on_closed(toast))
        self._toasts.append(toast)
        toast.show()
        self._place()
        _speak(toast, f"{title} {detail[:200]}")

    def _on_closed(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            self._place()

    def _place(self) -> None:
        bottom = self._window.height() - _MARGIN - self._bottom
        for toast in reversed(self._toasts):
            height = toast.heightForWidth(_WIDTH) if toast.hasHeightForWidth() else toast.sizeHint().height()
            toast.setFixedHeight(height)
            toast.move(self._window.width() - _WIDTH - _MARGIN, bottom - height)
            toast.raise_()
            bottom -= height + 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._place()
        return super().eventFilter(watched, event)


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label


def _speak(toast: QWidget, words: str) -> None:
    """To a screen reader."""
    # here: the window's start waits for no enumeration that it does not need
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, words))
