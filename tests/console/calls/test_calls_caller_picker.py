"""The caller chip and its list."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.widgets.caller_picker import CallerChoice, CallerPicker

COLORS = SimpleNamespace(
    accent="#2f6fde", info="#1f6f9f", muted="#667085", warning="#a15c00", surface="#ffffff"
)
OWNER = CallerChoice("12D3KooWOwner", "Maya", "owner", "maya@example.org", "owner")
ANNA = CallerChoice("12D3KooWAnna", "Anna", "viewer", "anna@example.org", "known visitor")
TESS = CallerChoice("12D3KooWTess", "Tess & Co", "stranger", "", "test peer")


@pytest.fixture
def picker(qtbot: QtBot) -> CallerPicker:
    widget = CallerPicker()
    qtbot.addWidget(widget)
    widget.set_choices([OWNER, ANNA, TESS])
    widget.show()
    return widget


@pytest.mark.parametrize(
    ("choice", "title"),
    [
        (ANNA, "Anna (viewer)"),
        (CallerChoice("x", "A stranger", "stranger"), "A stranger"),
        (CallerChoice("x", "A stranger", "viewer"), "A stranger (viewer)"),
    ],
)
def test_a_title_says_the_role_once(choice: CallerChoice, title: str) -> None:
    assert choice.title == title


def test_nobody_is_chosen_at_first(picker: CallerPicker) -> None:
    assert picker.current is None
    assert picker.text().startswith("Choose a caller")


def test_the_chip_says_name_and_role_also_to_a_screen_reader(picker: CallerPicker) -> None:
    picker.set_current(ANNA)
    assert picker.text().startswith("Anna  ·  viewer")
    assert picker.accessibleName() == "Caller: Anna, viewer"
    assert ANNA.id in picker.toolTip()
    picker.set_current(TESS)
    assert "Tess && Co" in picker.text(), "an ampersand is no shortcut"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("viewer", ANNA), ("OWNER", OWNER), ("12d3koowtess", TESS), ("anna@", ANNA), ("test peer", TESS)],
)
def test_typing_finds_by_anything_and_enter_takes(
    picker: CallerPicker, qtbot: QtBot, typed: str, found: CallerChoice
) -> None:
    picker.open_popup()
    qtbot.keyClicks(picker.popup.search, typed)
    with qtbot.waitSignal(picker.caller_changed):
        qtbot.keyClick(picker.popup.search, Qt.Key.Key_Return)
    assert picker.current == found
    assert not picker.popup.isVisible()


def test_arrows_move_while_one_types(picker: CallerPicker, qtbot: QtBot) -> None:
    picker.open_popup()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(picker.popup.search, key)
    qtbot.keyClick(picker.popup.search, Qt.Key.Key_Enter)
    assert picker.current == ANNA


def test_enter_without_a_match_takes_nobody(picker: CallerPicker, qtbot: QtBot) -> None:
    picker.set_current(ANNA)
    picker.open_popup()
    qtbot.keyClicks(picker.popup.search, "nobody of that name")
    qtbot.keyClick(picker.popup.search, Qt.Key.Key_Return)
    assert picker.current == ANNA


@pytest.mark.parametrize(
    ("typed", "later", "found"),
    [
        ("tess", [OWNER, ANNA, TESS], TESS),  # the same ones, read anew
        ("tess", [TESS, ANNA, OWNER], TESS),
        ("a", [OWNER, TESS], OWNER),  # who was the first found is gone: the first that is found now
        ("tess", [], None),
    ],
)
def test_enter_takes_who_is_found_also_when_the_choices_change_meanwhile(
    picker: CallerPicker, qtbot: QtBot, typed: str, later: list[CallerChoice], found: CallerChoice | None
) -> None:
    picker.open_popup()
    qtbot.keyClicks(picker.popup.search, typed)
    picker.set_choices(later)
    qtbot.keyClick(picker.popup.search, Qt.Key.Key_Return)
    assert picker.current == found


def test_new_choices_bring_the_new_role_of_the_same_caller(picker: CallerPicker) -> None:
    picker.set_current(ANNA)
    coauthor = CallerChoice(ANNA.id, "Anna", "coauthor")
    picker.set_choices([OWNER, coauthor])
    assert picker.current == coauthor


def test_a_choice_that_is_gone_leaves_nobody(picker: CallerPicker, qtbot: QtBot) -> None:
    picker.set_current(TESS)
    with qtbot.waitSignal(picker.caller_changed) as caught:
        picker.set_choices([OWNER, ANNA])
    assert caught.args == [None]
    assert picker.text().startswith("Unknown caller: Tess")


def test_enter_on_the_chip_opens_the_list(picker: CallerPicker, qtbot: QtBot) -> None:
    qtbot.keyClick(picker, Qt.Key.Key_Return)
    assert picker.popup.isVisible()
    qtbot.keyClick(picker.popup, Qt.Key.Key_Escape)
    assert not picker.popup.isVisible()
