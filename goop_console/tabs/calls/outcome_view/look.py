"""How the three outcomes of a call look everywhere: an icon, a word, a colour."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from goop_console.services.theme import Colors
from goop_console.widgets.icons import icon

OUTCOMES = ("ok", "refused", "error")
_LOOKS = {"ok": ("ok", "ok"), "refused": ("lock", "warning"), "error": ("error", "error")}  # icon, colour


def outcome_icon(outcome: str) -> QIcon:
    """The icon of ``ok``, ``refused`` or ``error``, in the theme's colours of this moment."""
    name, color = _LOOKS.get(outcome, ("help", "muted"))
    return icon(name, color)


def outcome_picture(outcome: str) -> tuple[str, str]:
    """Icon and colour by name."""
    return _LOOKS.get(outcome, ("help", "muted"))


def outcome_color(outcome: str, colors: Colors) -> str:
    """``#rrggbb`` of an outcome."""
    color: str = getattr(colors, _LOOKS[outcome][1]) if outcome in _LOOKS else colors.muted
    return color


def passed_picture(passed: bool | None) -> tuple[str, str, str]:
    """Icon, colour and word of a check's last run; None: it did not run yet."""
    if passed is None:
        return "help", "muted", "not run"
    return ("ok", "ok", "passed") if passed else ("error", "error", "failed")
