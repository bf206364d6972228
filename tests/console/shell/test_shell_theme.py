"""Colours, icons, and the change of both."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from goop_console.actions import COMMANDS
from goop_console.resources import resource
from goop_console.services.theme import ZOOMS, Theme, as_mode
from goop_console.widgets import icons
from goop_console.widgets.colors import DARK, LIGHT, Colors, contrast, mixed, tints

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


def test_an_icon_is_drawn_in_the_size_that_is_wanted_when_it_is_wanted(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    Theme().apply(qapp, "light")
    drawn: list[str] = []
    renderer = icons._renderer

    def noted(name: str, color: str) -> QSvgRenderer:
        drawn.append(color)
        return renderer(name, color)

    monkeypatch.setattr(icons, "_renderer", noted)
    icons._icon.cache_clear()
    one = icons.icon("save")
    assert drawn == []

    pictures = [one.pixmap(QSize(18, 18), 2.0, mode) for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled)]

    assert drawn == [LIGHT.text, tints(LIGHT)["disabled"]]
    assert {(each.width(), each.height()) for each in pictures} == {(36, 36)}
    assert pictures[0].toImage() != pictures[1].toImage()
    assert one.pixmap(QSize(18, 18), 2.0, QIcon.Mode.Selected).toImage() == pictures[0].toImage()
    assert len(drawn) == 2


@pytest.mark.parametrize(("gap", "empty"), [(0.25, range(16, 20)), (-0.25, range(4))])
def test_beside_words_an_icon_has_room_at_their_side(qapp: QApplication, gap: float, empty: range) -> None:
    picture = icons._themed("table", "text", gap).pixmap(20, 16).toImage()
    columns = {x for x in range(20) for y in range(16) if picture.pixelColor(x, y).alpha()}
    assert columns
    assert not columns & set(empty)


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
