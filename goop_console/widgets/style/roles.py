"""What a widget's class and ``role`` ask for besides drawing: colour and size of its words, room around them.

Called when a widget is polished: before it is shown, again by ``polish.set_look`` and when the size of text
changes. Colours are roles of the palette, so they follow the theme by themselves.
"""

from __future__ import annotations

from weakref import WeakSet

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFrame,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSplitter,
    QSplitterHandle,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

from goop_console.widgets.style import bars, ink

_Role = QPalette.ColorRole
# The theme's palette puts our colours into roles that nothing else of the window draws with.
_WORDS = {
    "muted": _Role.PlaceholderText,
    "error-text": _Role.BrightText,
    "warning-text": _Role.LinkVisited,
    "ok-text": _Role.Shadow,
    "paused": _Role.Midlight,
}
SIZES = {"heading": 1.18, "title": 1.7, "rail": 0.92}  # of the text's size
_BOLD = frozenset({"heading", "title", "strong", "primary", "paused"})
_ROOM = {"key": (7, 2, 7, 2), "chip": (11, 4, 11, 4)}
_HOVERED = (QAbstractButton, QComboBox, QAbstractSpinBox, QScrollBar, QTabBar, QSplitterHandle, QHeaderView)
_KNOWN = _WORDS.keys() | SIZES.keys() | _BOLD | _ROOM.keys()
_POLISHED = "polishedRole"
# Those with a size of their own: to ask all 1,900 widgets of a window takes 15 ms of a zoom step.
_sized: WeakSet[QWidget] = WeakSet()


def polish(widget: QWidget) -> None:
    """Give ``widget`` what it should have."""
    if isinstance(widget, _HOVERED):
        widget.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
    if isinstance(widget, QLabel | QPushButton | QAbstractButton):
        _polish_words(widget)
    elif isinstance(widget, QSplitter):
        widget.setHandleWidth(bars.SPLITTER)
    elif isinstance(widget, QTabBar):
        widget.setDrawBase(False)
    elif isinstance(widget, QProgressBar):
        widget.setFixedHeight(bars.PROGRESS_HEIGHT)
    elif isinstance(widget, QLineEdit):
        _polish_field(widget)
    elif type(widget) is QScrollArea:
        widget.setFrameShape(QFrame.Shape.NoFrame)
    elif isinstance(widget, QFrame) and ink.role_of(widget) == "line":
        widget.setFixedHeight(1)


def _polish_field(field: QLineEdit) -> None:
    if not isinstance(field.parent(), (QComboBox, QAbstractSpinBox)):
        margins = field.textMargins()
        if margins.left() < 4:
            field.setTextMargins(4, 0, 4, 0)


def _polish_words(widget: QWidget) -> None:
    """Colour, weight, size and room by role; what another role gave before is taken back."""
    role = ink.role_of(widget)
    before = widget.property(_POLISHED)
    if before is None and role not in _KNOWN:
        return
    widget.setProperty(_POLISHED, role)
    if isinstance(widget, QLabel):
        widget.setForegroundRole(_WORDS.get(role, _Role.WindowText))
        if role in _ROOM or before in _ROOM:
            widget.setContentsMargins(*_ROOM.get(role, (0, 0, 0, 0)))
            widget.setIndent(widget.indent())  # the label measures itself anew
    if role in SIZES or role in _BOLD or before in SIZES or before in _BOLD:
        widget.setFont(font_of(role))
    if role in SIZES:
        _sized.add(widget)


def font_of(role: str) -> QFont:
    """Only what the role changes; the rest is the widget's own."""
    font = QFont()
    if role in SIZES:
        font.setPointSizeF(QApplication.font().pointSizeF() * SIZES[role])
    if role in _BOLD:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def resize() -> None:
    """Give every widget whose role has a size of its own the new one. Called by the theme."""
    for widget in list(_sized):
        if not isValid(widget):
            _sized.discard(widget)
        elif widget.property(_POLISHED) in SIZES:
            widget.setFont(font_of(ink.name_of(widget, _POLISHED)))
