"""How the gallery's list looks: headings and cards."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from goop_console.tabs.templates.entries import Entry
from goop_console.tabs.templates.model import ENTRY
from goop_console.tabs.templates.tiles import draw_tile
from goop_console.widgets import theming
from goop_console.widgets.colors import mixed

_PAD, _GAP, _TILE, _SMALL_TILE = 10, 10, 40, 28
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
Index = QModelIndex | QPersistentModelIndex


class CardDelegate(QStyledItemDelegate):
    """Paints what the model holds; the view stays a plain list for the keyboard and for screen readers."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        one, line = index.data(ENTRY), option.fontMetrics.height()
        if not isinstance(one, Entry):
            return QSize(10, line + 20)
        return QSize(10, max(line * _lines(one) + 4, _tile(one)) + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one = index.data(ENTRY)
        painter.save()
        if isinstance(one, Entry):
            self._paint_card(painter, option, one)
        else:
            self._paint_heading(painter, option, str(one))
        painter.restore()

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        painter.setFont(_bold(option.font))
        painter.setPen(theming.color("muted"))
        painter.drawText(option.rect.adjusted(_PAD, 8, -_PAD, 0), _LEFT, text)

    def _paint_card(self, painter: QPainter, option: QStyleOptionViewItem, one: Entry) -> None:
        box = option.rect.adjusted(2, 1, -2, -1)
        self._paint_ground(painter, option, box)
        side = _tile(one)
        draw_tile(
            painter,
            QRectF(box.left() + _PAD, box.top() + _PAD, side, side),
            one.icon,
            one.title,
        )
        words = box.adjusted(_PAD + side + _GAP, _PAD - 1, -_PAD, -_PAD)
        line = option.fontMetrics.height()
        self._paint_title(painter, option.font, QRect(words.left(), words.top(), words.width(), line), one)
        painter.setFont(option.font)
        painter.setPen(theming.color("text"))
        rest = words.adjusted(0, line + 2, 0, 0)
        used = self._paint_description(painter, option.fontMetrics, rest, one)
        painter.setPen(theming.color("muted"))
        facts = " · ".join(one.facts)
        if facts:
            place = QRect(rest.left(), rest.top() + used + 1, rest.width(), line)
            painter.drawText(
                place, _LEFT, option.fontMetrics.elidedText(facts, Qt.TextElideMode.ElideRight, place.width())
            )

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        state = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        is_over = bool(state & QStyle.StateFlag.State_MouseOver)
        if not (is_chosen or is_over):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theming.color("accent") if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(
            QColor(
                theming.colors().selection
                if is_chosen
                else mixed(theming.colors().text, theming.colors().surface, 0.05)
            )
        )
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _paint_title(self, painter: QPainter, font: QFont, place: QRect, one: Entry) -> None:
        """The title; on the right the mark, else a template's category."""
        bold = _bold(font)
        note, color = "" if _is_small(one) else one.category, "muted"
        if one.mark:
            note, color = f"✓ {one.mark}", "ok"
        note_width = QFontMetrics(font).horizontalAdvance(note)
        painter.setFont(font)
        painter.setPen(theming.color(color))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), note)
        painter.setFont(bold)
        painter.setPen(theming.color("text"))
        room = place.width() - note_width - _GAP
        painter.drawText(
            place, _LEFT, QFontMetrics(bold).elidedText(one.title, Qt.TextElideMode.ElideMiddle, room)
        )

    def _paint_description(self, painter: QPainter, metrics: QFontMetrics, place: QRect, one: Entry) -> int:
        """As many lines as the card has; answers their height."""
        lines = _wrapped(one.description, metrics, place.width(), _description_lines(one))
        for number, text in enumerate(lines):
            painter.drawText(
                QRect(place.left(), place.top() + number * metrics.height(), place.width(), metrics.height()),
                _LEFT,
                text,
            )
        return len(lines) * metrics.height()


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _is_small(one: Entry) -> bool:
    return one.icon.startswith("svg:")


def _tile(one: Entry) -> int:
    return _SMALL_TILE if _is_small(one) else _TILE


def _description_lines(one: Entry) -> int:
    return 1 if _is_small(one) else 2


def _lines(one: Entry) -> int:
    return 1 + _description_lines(one) + bool(one.facts)


def _wrapped(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """``text`` in at most ``most`` lines of ``width`` pixels, the last one elided."""
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and metrics.horizontalAdvance(" ".join(words[: count + 1])) <= width:
            count += 1
        lines.append(metrics.elidedText(" ".join(words[:count]), Qt.TextElideMode.ElideRight, width))
        words = words[count:]
    if words:
        lines.append(metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, width))
    return lines
