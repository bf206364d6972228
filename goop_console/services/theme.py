"""How everything looks: the palette, the one stylesheet and the size of text, light or dark, changed while
the program runs.
"""

from __future__ import annotations

from string import Template
from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from goop_console.resources import resource
from goop_console.widgets import icons, theming
from goop_console.widgets.colors import DARK, LIGHT, Colors, mixed

__all__ = ["Colors", "Mode", "Theme", "as_mode"]

Mode = Literal["system", "light", "dark"]
ZOOMS = (70, 80, 90, 100, 110, 125, 150, 175, 200)  # percent
_BASE_POINTS = 9.5
_POINTS = "ownPointSize"
_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


def as_mode(value: object) -> Mode:
    """``value`` as a mode; anything else is ``system``."""
    return next((mode for mode in get_args(Mode) if mode == value), "system")


class Theme(QObject):
    """Before ``apply`` it answers the light colours."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._app: QApplication | None = None
        self._mode: Mode = "light"
        self._zoom = 100
        self._points = _BASE_POINTS
        self._is_dark = False

    @property
    def colors(self) -> Colors:
        return DARK if self._is_dark else LIGHT

    @property
    def is_dark(self) -> bool:
        return self._is_dark

    @property
    def mode(self) -> Mode:
        """What was asked for."""
        return self._mode

    @property
    def zoom(self) -> int:
        """The size of text in percent."""
        return self._zoom

    def apply(self, app: QApplication, mode: Mode) -> None:
        """Dress ``app``; ``system`` follows the desktop from now on."""
        if self._app is None:
            self._app = app
            self._points = _own_points(app)
            app.setStyle("Fusion")
            app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
        self._mode = mode
        app.styleHints().setColorScheme(_SCHEMES[mode])
        self._dress()

    def set_zoom(self, percent: int) -> None:
        """Set the size of text to the nearest of ``ZOOMS``."""
        zoom = min(ZOOMS, key=lambda one: abs(one - percent))
        if zoom != self._zoom:
            self._zoom = zoom
            self._dress()

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by ``steps`` of ``ZOOMS``."""
        place = ZOOMS.index(self._zoom) + steps
        self.set_zoom(ZOOMS[min(max(place, 0), len(ZOOMS) - 1)])

    def _on_scheme_changed(self) -> None:
        if self._mode == "system":
            self._dress()

    def _dress(self) -> None:
        app = self._app
        if app is None:
            return
        scheme = app.styleHints().colorScheme() if self._mode == "system" else _SCHEMES[self._mode]
        self._is_dark = scheme == Qt.ColorScheme.Dark
        theming.use(self.colors)
        font = app.font()
        font.setPointSizeF(self._points * self._zoom / 100)
        app.setFont(font)
        app.setPalette(palette(self.colors))
        app.setStyleSheet(stylesheet(self.colors, font.pointSizeF()))
        icons.refresh(app.topLevelWidgets())
        self.changed.emit()


def _own_points(app: QApplication) -> float:
    """The size of text before any theme changed it."""
    if app.property(_POINTS) is None:
        app.setProperty(_POINTS, max(app.font().pointSizeF(), _BASE_POINTS))
    return float(app.property(_POINTS))


def palette(colors: Colors) -> QPalette:
    """``colors`` as Qt's roles, for what the stylesheet does not reach."""
    made, role, group = QPalette(), QPalette.ColorRole, QPalette.ColorGroup
    for one, color in (
        (role.Window, colors.window),
        (role.WindowText, colors.text),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.surface_alt),
        (role.Text, colors.text),
        (role.Button, colors.surface_alt),
        (role.ButtonText, colors.text),
        (role.BrightText, colors.error),
        (role.Highlight, colors.selection),
        (role.HighlightedText, colors.text),
        (role.Accent, colors.accent),
        (role.Link, colors.info),
        (role.LinkVisited, colors.info),
        (role.ToolTipBase, colors.surface),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Light, colors.surface),
        (role.Midlight, colors.surface_alt),
        (role.Mid, colors.line),
        (role.Dark, colors.line),
        (role.Shadow, colors.line),
    ):
        made.setColor(one, QColor(color))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, one, QColor(mixed(colors.muted, colors.window, 0.65)))
    return made


def stylesheet(colors: Colors, points: float) -> str:
    """``resources/themes/console.qss`` with the colours and sizes put in."""
    sizes = {"points": points, "small": points * 0.92, "heading": points * 1.18, "title": points * 1.7}
    shade = "dark" if colors is DARK else "light"
    values = {
        **{name: getattr(colors, name) for name in Colors.__slots__},
        **_mixes(colors),
        **{name: f"{size:.2f}pt" for name, size in sizes.items()},
        **{
            name: resource(f"themes/{name}-{shade}.svg").as_posix()
            for name in ("check", "down", "left", "right", "up")
        },
    }
    return Template(resource("themes/console.qss").read_text(encoding="utf-8")).substitute(values)


def _mixes(colors: Colors) -> dict[str, str]:
    """Colours between two of the theme's."""
    return {
        "hover": mixed(colors.text, colors.surface_alt, 0.06),
        "pressed": mixed(colors.text, colors.surface_alt, 0.12),
        "accent_hover": mixed(colors.text, colors.accent, 0.14),
        "accent_soft": mixed(colors.accent, colors.window, 0.14),
        "error_soft": mixed(colors.error, colors.surface, 0.10),
        "warning_soft": mixed(colors.warning, colors.surface, 0.12),
        "info_soft": mixed(colors.info, colors.surface, 0.10),
        "disabled": mixed(colors.muted, colors.window, 0.65),
        "strong_line": mixed(colors.muted, colors.line, 0.35),
        "scroll": mixed(colors.muted, colors.window, 0.45),
    }
