"""How the outcomes of a call look everywhere: an icon, a word, a colour."""

from __future__ import annotations

from PySide6.QtGui import QIcon

from goop_console.widgets.icons import icon

_LOOKS = {  # icon, colour
    "ok": ("ok", "ok"),
    "refused": ("lock", "warning"),
    "invalid": ("warn", "warning"),
    "error": ("error", "error"),
}


def outcome_icon(outcome: str) -> QIcon:
    """The icon of an outcome, in the theme's colours of this moment."""
    name, color = _LOOKS.get(outcome, ("help", "muted"))
    return icon(name, color)


def outcome_picture(outcome: str) -> tuple[str, str]:
    """Icon and colour by name."""
    return _LOOKS.get(outcome, ("help", "muted"))


def outcome_color(outcome: str) -> str:
    """The name of an outcome's colour."""
    return _LOOKS.get(outcome, ("help", "muted"))[1]


def passed_picture(passed: bool | None) -> tuple[str, str, str]:
    """Icon, colour and word of a check's last run; None: it did not run yet."""
    if passed is None:
        return "help", "muted", "not run"
    return ("ok", "ok", "passed") if passed else ("error", "error", "failed")
