"""Dynamic properties that the style looks at (``style/``)."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget


def set_look(widget: QWidget, name: str, value: Any) -> None:
    """Set a property that the style draws by, and draw ``widget`` accordingly."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
