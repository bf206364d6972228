"""How cells show foreign text: on one line, cut, with marks for what would act on the text around it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QStyledItemDelegate

from goop_console.widgets.foreign_text import shown_line


class PlainDelegate(QStyledItemDelegate):
    """Whatever the model answers is drawn as text, never as more than ``MAX_LINE`` characters."""

    def displayText(self, value: Any, locale: QLocale | QLocale.Language) -> str:
        return shown_line(value) if isinstance(value, str) else super().displayText(value, locale)
