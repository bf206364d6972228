"""The colours of this moment, for every widget that paints or colours something itself.

Nobody hands colours around. ``colors()`` and ``color("muted")`` answer those of the theme in force; what is
asked
while painting (a model's ``data``, a delegate, a ``paintEvent``) follows the theme by itself, since Qt paints
everything again when the palette changes. What keeps a colour (a syntax highlighter, a picture in a label)
makes it
again in ``changeEvent``::

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self._highlighter.rehighlight()
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QFontDatabase

from goop_console.widgets.colors import LIGHT, Colors, tints

_current: list[Colors] = [LIGHT]
_by_name: dict[str, QColor] = {}  # those of the theme in force that were asked for


def use(colors: Colors) -> None:
    """``colors`` are in force from now on. Called by the theme, before it sets the palette."""
    _current[0] = colors
    _by_name.clear()


def colors() -> Colors:
    """The colours in force."""
    return _current[0]


def color(name: str) -> QColor:
    """The colour ``name`` (a field of :class:`Colors`, or a key of ``tints``) of the theme in force."""
    found = _by_name.get(name)
    if found is None:
        found = _by_name[name] = QColor(tints(_current[0]).get(name) or getattr(_current[0], name))
    return QColor(found)  # a copy: who gets it may change it


def fixed_font() -> QFont:
    """For code and JSON: every letter as wide as the next. Its size is that of the text around it."""
    font = QFont()
    font.setFamilies(_fixed_families())
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


@cache
def _fixed_families() -> list[str]:
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).families()


def is_theme_change(event: QEvent) -> bool:
    """``event`` tells a widget that the theme may be another."""
    return event.type() == QEvent.Type.PaletteChange


def is_size_change(event: QEvent) -> bool:
    """``event`` tells a widget that its text may have another size."""
    return event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange)
