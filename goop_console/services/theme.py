"""How everything looks: palette, style and size of text, light or dark, changed while the program runs."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

from goop_console.widgets import icons, theming
from goop_console.widgets.colors import DARK, LIGHT, Colors, tints
from goop_console.widgets.style import ConsoleStyle, roles

__all__ = ["Colors", "Mode", "Theme", "as_mode"]

Mode = Literal["system", "light", "dark"]
ZOOMS = (70, 80, 90, 100, 110, 125, 150, 175, 200)  # percent
_BASE_POINTS = 9.5
_POINTS = "ownPointSize"
_STYLE = "goop-console"
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
            _dress_once(app)
            app.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)
            self._set_size(app)
        self._mode = mode
        app.styleHints().setColorScheme(_SCHEMES[mode])
        self._set_colors(app)

    def set_zoom(self, percent: int) -> None:
        """Set the size of text to the nearest of ``ZOOMS``."""
        zoom = min(ZOOMS, key=lambda one: abs(one - percent))
        if zoom != self._zoom:
            self._zoom = zoom
            if self._app is not None:
                self._set_size(self._app)
                self.changed.emit()

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by ``steps`` of ``ZOOMS``."""
        place = ZOOMS.index(self._zoom) + steps
        self.set_zoom(ZOOMS[min(max(place, 0), len(ZOOMS) - 1)])

    def _on_scheme_changed(self) -> None:
        if self._mode == "system" and self._app is not None:
            self._set_colors(self._app)

    def _set_size(self, app: QApplication) -> None:
        font = app.font()
        font.setPointSizeF(self._points * self._zoom / 100)
        app.setFont(font)
        roles.resize()

    def _set_colors(self, app: QApplication) -> None:
        scheme = app.styleHints().colorScheme() if self._mode == "system" else _SCHEMES[self._mode]
        self._is_dark = scheme == Qt.ColorScheme.Dark
        theming.use(self.colors)
        app.setPalette(palette(self.colors))
        QToolTip.setPalette(palette(self.colors))
        icons.refresh(app.topLevelWidgets())
        self.changed.emit()


def _dress_once(app: QApplication) -> None:
    """Our style, unless an earlier theme of this process has put it on."""
    if app.style().objectName() != _STYLE:
        style = ConsoleStyle()
        style.setObjectName(_STYLE)
        app.setStyle(style)


def _own_points(app: QApplication) -> float:
    """The size of text before any theme changed it."""
    if app.property(_POINTS) is None:
        app.setProperty(_POINTS, max(app.font().pointSizeF(), _BASE_POINTS))
    return float(app.property(_POINTS))


def palette(colors: Colors) -> QPalette:
    """``colors`` as Qt's roles; ``style/roles.py`` says what the spare ones are for."""
    answer, role, group = QPalette(), QPalette.ColorRole, QPalette.ColorGroup
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
        (role.LinkVisited, colors.warning),
        (role.ToolTipBase, colors.surface),
        (role.ToolTipText, colors.text),
        (role.PlaceholderText, colors.muted),
        (role.Light, colors.surface),
        (role.Midlight, colors.accent_text),
        (role.Mid, colors.line),
        (role.Dark, colors.line),
        (role.Shadow, colors.ok),
    ):
        answer.setColor(one, QColor(color))
    disabled = QColor(tints(colors)["disabled"])
    words = (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText)
    for one in (*words, role.BrightText, role.LinkVisited, role.Shadow):
        answer.setColor(group.Disabled, one, disabled)
    answer.setColor(group.Disabled, role.Base, QColor(colors.window))
    return answer
