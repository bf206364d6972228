"""The message about a change that came with the folder: look, undo, drop."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from lua_engine import Engine
from tests.helpers.foreign_change import half_installed, write_change

from .conftest import MakeSite, open_site


def test_look_and_undo(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    path = make_site()
    half_installed(path)
    open_site(window, qtbot, path)
    qtbot.waitUntil(window.message.isVisible)
    assert window.message.title.text() == "Unfinished change from another machine"
    assert "Install Holiday Pictures" in window.message.text.text()
    assert {"Look…", "Undo it", "Drop it"} <= window.message.buttons().keys()
    window.message.buttons()["Look…"].click()
    dialog = window.unfinished.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert "replaced  site/index.html" in dialog.text.toPlainText()
    dialog.close()
    assert window.message.isVisible()
    window.message.buttons()["Undo it"].click()
    qtbot.waitUntil(lambda: (path / "site/index.html").read_bytes() == b"<p>old</p>")
    qtbot.waitUntil(window.message.isHidden)


@pytest.mark.parametrize("text", ["{}", None])
def test_what_cannot_be_undone_can_be_dropped(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot, text: str | None
) -> None:
    path = make_site()
    journal = write_change(path, folders=["../elsewhere"])
    if text is not None:
        journal.write_text(text)
    open_site(window, qtbot, path)
    qtbot.waitUntil(window.message.isVisible)
    assert "Undo it" not in window.message.buttons()
    window.message.buttons()["Drop it"].click()
    qtbot.waitUntil(lambda: not journal.exists())
    qtbot.waitUntil(window.message.isHidden)


def test_reading_only_decides_nothing(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    path = make_site()
    with Engine.open(path, watch=False) as engine:
        assert engine.owner.id  # makes the key
    half_installed(path)
    window.open_site(path, read_only=True)
    qtbot.waitUntil(window.message.isVisible)
    assert window.message.buttons().keys() == {"Look…", "Copy details", "Dismiss"}
