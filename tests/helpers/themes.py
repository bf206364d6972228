"""Another theme, as the program puts it on."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from goop_console.services.theme import palette
from goop_console.widgets import theming
from goop_console.widgets.colors import Colors


def use_theme(colors: Colors) -> None:
    """Put ``colors`` on every widget there is."""
    theming.use(colors)
    QApplication.setPalette(palette(colors))
    QApplication.processEvents()  # widgets get it by events
