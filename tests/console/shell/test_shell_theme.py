"""Colours, icons, and the change of both."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from goop_console.actions import COMMANDS
from goop_console.resources import resource
from goop_console.services.theme import ZOOMS, Theme, as_mode
from goop_console.widgets import icons
from goop_console.widgets.colors import DARK, LIGHT, Colors, contrast, mixed

AGREED = {
    "script", "function", "command", "table", "play", "stop", "pause", "log", "info", "warn", "error", "ok",
    "lock", "save", "refresh", "search", "close", "user", "owner", "stranger", "clear", "folder", "sun",
    "moon", "broken",
}  # fmt: skip
TEXTS = ("text", "muted", "accent", "error", "warning", "ok", "info")
SYNTAX = tuple(name for name in Colors.__slots__ if name.startswith("syn_"))
HEX = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_every_ground(colors: Colors) -> None:
    grounds = ("window", "surface", "surface_alt")
    pairs = [(text, ground) for text in TEXTS for ground in grounds]
    pairs += [(text, ground) for text in SYNTAX for ground in ("code_bg", "code_line", "surface")]
    pairs += [
        ("text", "selection"),
        ("accent_text", "accent"),
        ("muted", "code_gutter"),
        ("text", "code_line"),
    ]
    weak = {
        f"{text} on {ground}": round(contrast(getattr(colors, text), getattr(colors, ground)), 2)
        for text, ground in pairs
        if contrast(getattr(colors, text), getattr(colors, ground)) < 4.5
    }
    assert weak == {}
    for severity in ("error", "warning", "info"):
        assert contrast(colors.text, mixed(getattr(colors, severity), colors.surface, 0.12)) > 4.5


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(one=HEX, other=HEX, share=st.floats(0, 1))
def test_a_mixed_color_is_a_color_between(one: str, other: str, share: float) -> None:
    made = mixed(one, other, share)
    assert re.fullmatch("#[0-9a-f]{6}", made)
    assert mixed(one, other, 0) == other
    assert mixed(one, other, 1) == one
    assert contrast(one, other) == pytest.approx(contrast(other, one))


def test_every_icon_draws_something(qapp: QApplication) -> None:
    names = {path.stem for path in resource("icons").glob("*.svg")}
    assert names >= AGREED
    assert {command.icon for command in COMMANDS if command.icon} <= names
    for name in names:
        picture = icons.pixmap(name, 24, 1.0).toImage()
        painted = [picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24)]
        assert any(painted), name


def test_the_theme_changes_while_the_program_runs(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme()
    button = QPushButton("Save")
    qtbot.addWidget(button)
    icons.set_icon(button, "save")
    theme.apply(qapp, "light")
    light = button.icon().pixmap(24).toImage()
    with qtbot.waitSignal(theme.changed):
        theme.apply(qapp, "dark")
    assert (theme.is_dark, theme.mode, theme.colors) == (True, "dark", DARK)
    assert button.icon().pixmap(24).toImage() != light
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    theme.apply(qapp, "light")
    assert button.icon().pixmap(24).toImage() == light
    theme.apply(qapp, "system")
    assert theme.mode == "system"


def test_text_grows_and_comes_back(qapp: QApplication) -> None:
    theme = Theme()
    theme.apply(qapp, "light")
    before = qapp.font().pointSizeF()
    theme.zoom_by(1)
    assert qapp.font().pointSizeF() > before
    theme.zoom_by(100)
    assert theme.zoom == ZOOMS[-1]
    theme.set_zoom(100)
    assert qapp.font().pointSizeF() == pytest.approx(before)
    again = Theme()
    again.set_zoom(10_000)
    again.apply(qapp, "light")
    again.set_zoom(100)
    assert qapp.font().pointSizeF() == pytest.approx(before)


@pytest.mark.parametrize(
    ("value", "mode"), [("dark", "dark"), ("Dark", "system"), (None, "system"), ([], "system")]
)
def test_a_mode_from_the_settings_file(value: object, mode: str) -> None:
    assert as_mode(value) == mode
