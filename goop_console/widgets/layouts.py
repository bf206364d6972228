"""Layouts whose content changes."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def drop_widgets(layout: QLayout, *, keep_last: int = 0) -> None:
    """Take the items of ``layout`` out, all but the last ``keep_last``, and destroy their widgets."""
    while layout.count() > keep_last:
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
