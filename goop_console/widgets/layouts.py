"""Layouts whose content changes, or has less room than it needs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget


def scrolled(widget: QWidget) -> QScrollArea:
    """``widget`` scrolls where screen or text leaves it less room than it needs."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def drop_widgets(layout: QLayout, *, keep_last: int = 0) -> None:
    """Take the items of ``layout`` out, all but the last ``keep_last``, and destroy their widgets."""
    while layout.count() > keep_last:
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
