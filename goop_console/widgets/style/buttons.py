"""Push buttons and tool buttons, by role."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import (
    QStyleOptionButton,
    QStyleOptionToolButton,
    QTabBar,
    QToolButton,
    QWidget,
)

from goop_console.widgets.style import ink
from goop_console.widgets.style.ink import ENABLED, FOCUS, HOVER, ON, SUNKEN
from goop_console.widgets.theming import color

AnyButton = QStyleOptionButton | QStyleOptionToolButton
_GAP = 4  # between icon and words
_ARROW_ROOM = 18
_BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_HAS_MENU = QStyleOptionButton.ButtonFeature.HasMenu.value
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter


class Look(NamedTuple):
    """Names of colours ("" for none) and room in pixels around the words."""

    ground: str = "surface_alt"
    line: str = "strong_line"
    words: str = "text"
    hover: str = "hover"
    pad: tuple[int, int] = (13, 5)
    is_left: bool = False
    radius: float = ink.RADIUS


_PLAIN = Look()
_FLAT = Look("", "", pad=(13, 5))
_LOOKS = {
    "primary": Look("accent", "accent", "accent_text", "accent_hover", (15, 5)),
    "danger": Look(line="error", words="error"),
    "link": Look("", "", "info", "", (5, 2), is_left=True),
    "flat": Look("", "line"),
    "row": _FLAT,
    "chip": Look("surface", radius=12.0, pad=(11, 4), is_left=True),
    "picker": Look("surface", hover="surface", pad=(8, 4), is_left=True),
    "segment": Look(pad=(11, 4)),
    "paused": Look("", "accent_text", "accent_text", "accent_hover"),
    "status": Look("", "", "muted", pad=(7, 2)),
}
_TOOL = Look(pad=(8, 5))
_TOOL_LOOKS = {**_LOOKS, "flat": _FLAT._replace(pad=(8, 5)), "rail": Look("", "", "muted", pad=(5, 9))}


def look_of(widget: QWidget | None) -> Look:
    """How the button ``widget`` looks."""
    if isinstance(widget, QToolButton):
        return _TOOL_LOOKS.get(ink.role_of(widget), _TOOL)
    return _LOOKS.get(ink.role_of(widget), _PLAIN)


def words_color(look: Look, state: int, widget: QWidget | None) -> str:
    """The name of the words' colour."""
    if not state & ENABLED:
        return "disabled"
    severity = ink.name_of(widget, "severity")
    if severity in ("ok", "warning", "error"):
        return severity
    if look.words == "muted" and state & (HOVER | FOCUS | ON):
        return "text"
    return look.words


def panel(
    option: QStyleOptionButton | QStyleOptionToolButton, painter: QPainter, widget: QWidget | None
) -> None:
    """Ground and line."""
    state, look = ink.state_of(option), look_of(widget)
    if ink.role_of(widget) == "rail":
        _rail(painter, option.rect, state)
        return
    if isinstance(widget, QToolButton) and isinstance(widget.parent(), QTabBar):
        painter.fillRect(option.rect, color("accent_soft" if state & HOVER else "window"))
        return
    ground, line = look.ground, look.line
    if not state & ENABLED:
        ground, line = "window" if ground else "", "line" if line else ""
    elif state & SUNKEN and ground != "accent":
        ground = "pressed"
    elif state & ON:
        ground, line = "selection", line and "accent"
    elif state & HOVER and look.hover:
        ground = look.hover
        line = "accent" if ink.role_of(widget) in ("chip", "picker") else line
    if state & FOCUS and state & ENABLED:
        line = "text" if ink.role_of(widget) == "primary" else "accent"
    ink.box(
        painter,
        option.rect,
        color(ground) if ground else None,
        color(line) if line else None,
        radius=min(look.radius, option.rect.height() / 2),
    )


def _rail(painter: QPainter, rect: QRect, state: int) -> None:
    if state & ON:
        painter.fillRect(rect, color("accent_soft"))
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), color("accent"))
    elif state & (HOVER | FOCUS):
        painter.fillRect(rect, color("hover"))
    if state & FOCUS:
        ink.box(painter, rect.adjusted(4, 1, -1, -1), None, color("accent"), radius=3)


def size(option: QStyleOptionButton, inner: QSize, widget: QWidget | None) -> QSize:
    """The whole button around ``inner``: words and icon."""
    look = look_of(widget)
    room = _ARROW_ROOM if ink.role_of(widget) == "picker" else 0
    height = max(inner.height(), option.fontMetrics.height())
    return QSize(inner.width() + 2 * look.pad[0] + room, height + 2 * look.pad[1])


def tool_size(inner: QSize, widget: QWidget | None) -> QSize:
    look = look_of(widget)
    return QSize(inner.width() + 2 * look.pad[0], inner.height() + 2 * look.pad[1])


def tool_words(rect: QRect, widget: QWidget | None) -> QRect:
    """Where icon and words of a tool button stand."""
    if ink.role_of(widget) == "rail":
        return rect.adjusted(3, 7, 0, -5)
    is_beside = isinstance(widget, QToolButton) and widget.toolButtonStyle() == _BESIDE
    pad = look_of(widget).pad[0] if is_beside else 0
    return rect.adjusted(pad, 0, -pad, 0)


def label(option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
    """Icon and words of a push button, centred or at the left; the icon comes last where the layout runs
    from right to left. A picker has its arrow.
    """
    state, look = ink.state_of(option), look_of(widget)
    rect = option.rect.adjusted(look.pad[0], 1, -look.pad[0], -1)
    if ink.role_of(widget) == "picker":
        ink.arrow(painter, QRect(rect.right() - 8, rect.top(), 12, rect.height()), "down")
        rect.adjust(0, 0, -_ARROW_ROOM, 0)
    elif option.features.value & _HAS_MENU:
        rect.adjust(0, 0, -12, 0)  # Qt draws the arrow there
    metrics = option.fontMetrics
    icon_width = option.iconSize.width() if not option.icon.isNull() else 0
    has_gap = option.iconSize.width() > option.iconSize.height()  # `icons.set_icon` has put one into the icon
    gap = _GAP if icon_width and option.text and not has_gap else 0
    text_width = metrics.boundingRect(
        QRect(0, 0, 5000, 100), Qt.TextFlag.TextShowMnemonic, option.text
    ).width()
    left = rect.left()
    if not look.is_left:
        left += max(0, (rect.width() - icon_width - gap - text_width) // 2)
    is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
    words_left = left if is_mirrored else left + icon_width + gap
    if icon_width:
        icon_left = left + text_width + gap if is_mirrored else left
        place = QRect(icon_left, rect.top(), icon_width, rect.height())
        option.icon.paint(painter, place, _CENTER, _icon_mode(state), _icon_state(state))
    painter.setPen(color(words_color(look, state, widget)))
    words = QRect(words_left, rect.top(), rect.right() - words_left + 2, rect.height())
    painter.drawText(words, int(_LEFT) | Qt.TextFlag.TextShowMnemonic, option.text)
    if ink.role_of(widget) == "link" and state & HOVER and state & ENABLED:
        y = words.center().y() + metrics.ascent() // 2 + 2
        painter.drawLine(words.left(), y, words.left() + text_width, y)


def _icon_mode(state: int) -> QIcon.Mode:
    return QIcon.Mode.Normal if state & ENABLED else QIcon.Mode.Disabled


def _icon_state(state: int) -> QIcon.State:
    return QIcon.State.On if state & ON else QIcon.State.Off
