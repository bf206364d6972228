"""What the window keeps as one goes, new sites, reading only, and going from tab to tab."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from goop_console.app import Console
from goop_console.main_window import MainWindow
from goop_console.services.settings import AppSettings
from goop_console.widgets.chosen_sizes import ChosenSizes
from goop_console.window.new_site import NewSiteDialog, template_choices
from lua_engine import Engine, SiteError, new_site
from tests.console.shell.conftest import MakeSite, open_site, settle


def test_the_session_is_on_the_disk_before_anybody_closes_anything(
    window: MainWindow, settings: AppSettings, make_site: MakeSite, qtbot: QtBot
) -> None:
    """Once: After kill -9 tabs, caller and filters were lost."""
    site = make_site()
    open_site(window, qtbot, site)
    assert window.workspace is not None
    window.navigate("logs", text="asked")
    window.resize(1_111, 777)
    window._keeper.timeout.emit()

    def stored() -> dict[str, object]:
        return json.loads(settings.path.read_text())["site_state"][str(site)]

    qtbot.waitUntil(lambda: settings.path.exists() and "site_state" in settings.path.read_text())
    qtbot.waitUntil(lambda: stored()["current"] == "logs")
    before = settings.path.stat().st_mtime_ns
    window._keeper.keep_soon()
    assert settings.path.stat().st_mtime_ns == before  # nothing changed, nothing is written


def test_sizes_that_nobody_chose_are_not_kept(qtbot: QtBot) -> None:
    """Once: A tab that was never laid out had its sizes saved."""
    splitter = QSplitter()
    for _ in range(2):
        splitter.addWidget(QWidget())
    qtbot.addWidget(splitter)
    sizes = ChosenSizes(one=splitter)
    assert sizes.state() == {}
    for wrong in (None, {"one": "x"}, {"one": [1]}, {"one": [0, 0]}, {"one": [True, 1]}, {"one": [-1, 5]}):
        sizes.restore(wrong)
    assert sizes.state() == {}
    sizes.restore({"one": [10, 90]})
    assert sizes.state() == {"one": [10, 90]}
    splitter.splitterMoved.emit(5, 1)
    assert sizes.state() == {"one": splitter.sizes()}


def test_tabs_are_stepped_through_and_links_gone_back(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    open_site(window, qtbot, make_site())
    workspace = window.workspace
    assert workspace is not None
    QTest.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert workspace.current.tab_id == "data"
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_Backtab, modifiers)
    assert workspace.current.tab_id == "templates"
    window.navigate("logs")
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert workspace.current.tab_id == "templates"
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert workspace.current.tab_id == "logs"
    workspace.go_forward()
    assert workspace.current.tab_id == "logs"
    settle(window, qtbot)


@pytest.mark.parametrize("zoom", [100, 200])
def test_the_window_fits_a_small_screen(
    new_console: Callable[[], Console], make_site: MakeSite, qtbot: QtBot, zoom: int
) -> None:
    """Once: 1000 by 640 is enough at any size of text; the tabs scroll then."""
    console = new_console()
    open_site(console.window, qtbot, make_site())
    console.theme.set_zoom(zoom)
    QApplication.processEvents()
    need = console.window.minimumSizeHint()
    assert need.width() <= 1_000
    assert need.height() <= 640
    console.theme.set_zoom(100)


def test_a_folder_without_a_site_can_become_one(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Once: An empty folder was a dead end."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    window.open_site(folder)
    qtbot.waitUntil(lambda: not window.message.isHidden())
    window.message.buttons()["Create a site here…"].click()
    dialog = window.findChild(NewSiteDialog)
    assert isinstance(dialog, NewSiteDialog)
    assert dialog.folder.text() == str(folder)
    dialog.label.setText("Maya")
    dialog.template.setCurrentIndex(dialog.template.findData("todo"))
    dialog.make.click()
    qtbot.waitUntil(lambda: window.session is not None, timeout=30_000)
    assert window.session is not None
    assert window.session.engine.site.path == folder
    assert window.session.engine.owner.name == "Maya"
    assert [table.name for table in window.session.engine.tables.infos() if table.kind == "orm"]
    settle(window, qtbot)


def test_what_is_wrong_with_the_folder_is_said_in_the_form(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    window.ways_in.make_site()
    dialog = window.findChild(NewSiteDialog)
    assert isinstance(dialog, NewSiteDialog)
    assert not dialog.make.isEnabled()
    dialog.folder.setText("relative")
    dialog.make.click()
    assert "absolute path" in dialog.error.text()
    dialog.folder.setText(str(make_site()))
    dialog.make.click()
    qtbot.waitUntil(lambda: "a site already" in dialog.error.text())
    assert dialog.make.isEnabled()
    dialog.reject()
    assert ("An empty site", "") in template_choices()


def test_commands_that_write_are_off_while_a_site_is_only_read(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    site = make_site(enabled=False)
    window.open_site(site, read_only=True)
    qtbot.waitUntil(lambda: window.session is not None)
    settle(window, qtbot)
    for name in ("lua.enable", "edit.save_all"):
        action = window.actions_by_id[name]
        assert not action.isEnabled()
        assert "read-only" in action.toolTip()
    assert "Enable Lua" not in window.lua_message.buttons()
    assert window.actions_by_id["site.open_read_only"].isEnabled()


# the engine's part


def test_a_new_site_opens(tmp_path: Path) -> None:
    site = new_site(tmp_path / "site", label="Ünï")
    with Engine.open(site, watch=False) as engine:
        assert engine.owner.name == "Ünï"
        assert engine.settings.lua.enabled
    with pytest.raises(SiteError, match="a site already"):
        new_site(site)


def test_a_folder_that_is_not_free_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(SiteError, match=r"not empty \(notes.txt\)"):
        new_site(tmp_path)
    with pytest.raises(SiteError, match="this is a file"):
        new_site(tmp_path / "notes.txt")
    with pytest.raises(SiteError, match="no such folder"):
        new_site(tmp_path / "no" / "such")
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_a_site_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lua_engine.site.new_site.write_atomic", full)
    with pytest.raises(SiteError, match="No space left"):
        new_site(tmp_path / "site")
    assert list(tmp_path.iterdir()) == []
