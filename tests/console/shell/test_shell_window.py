"""The main window through its real widgets, over real sites."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from goop_console.actions import COMMANDS, TAB_KEYS
from goop_console.app import Console
from goop_console.main_window import MainWindow
from goop_console.services.settings import AppSettings
from goop_console.window.folder_drop import dropped_folder
from goop_console.window.help_dialog import KeysDialog, key_rows

from .conftest import BROKEN, MakeSite, open_site, settle

CTRL = Qt.KeyboardModifier.ControlModifier
TABS = ["scripts", "data", "calls", "site", "logs", "groups", "templates"]


def config(site: Path) -> dict[str, dict[str, object]]:
    return json.loads((site / "goop.json").read_text())  # type: ignore[no-any-return]


# without a site


def test_a_first_start_offers_a_way_in(window: MainWindow) -> None:
    assert window.workspace is None
    assert window.start.isVisible()
    assert window.start.open.isVisible()
    assert window.start.demo.isVisible()
    assert window.start.rows == []
    assert not window.actions_by_id["site.close"].isEnabled()
    assert window.actions_by_id["site.open"].isEnabled()
    assert window.windowTitle() == "Goop Console"


def test_a_site_opens_into_six_tabs(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    open_site(window, qtbot, make_site())
    assert window.workspace is not None
    assert [tab.tab_id for tab in window.workspace.tabs] == TABS
    assert [button.text() for button in window.workspace.rail.buttons()] == [
        tab.title for tab in window.workspace.tabs
    ]
    assert window.windowTitle() == "garden – Goop Console"
    status = window.status
    assert [item.text() for item in (status.site, status.owner, status.lua, status.scripts,
        status.calls)] == [
        "garden", "Maya", "Lua on", "2 scripts", "0 calls/min",
    ]  # fmt: skip
    assert status.threads.isHidden()


def test_keys_go_to_tabs_and_to_the_tab_s_own_search(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    open_site(window, qtbot, make_site())
    assert window.workspace is not None
    window.activateWindow()
    for place, name in enumerate(TABS):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + place), CTRL)
        assert window.workspace.current.tab_id == name
        assert window.workspace.rail.buttons()[place].isChecked()
    window.workspace.navigate("logs")
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    qtbot.keyClick(window, Qt.Key.Key_9, CTRL)
    assert window.workspace.current.tab_id == "logs"
    qtbot.keyClick(window, Qt.Key.Key_F5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "goop.json"),
        ('{"lua": {', "goop.json"),
        ('{"lua": {"enabled": true, "timeout_seconds": -4}}', "timeout_seconds"),
    ],
)
def test_a_site_that_cannot_be_opened_says_where_and_what(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, text: str | None, words: str
) -> None:
    site = tmp_path / "bad"
    site.mkdir()
    if text is not None:
        (site / "goop.json").write_text(text)
    window.open_site(site)
    assert not window.start.is_choosing
    qtbot.waitUntil(lambda: not window.message.isHidden())
    assert window.message.title.text() == "bad cannot be opened"
    assert words in window.message.text.text()
    assert window.start.is_choosing
    assert window.isEnabled()
    assert QApplication.activeModalWidget() is None
    window.message.buttons()["Copy details"].click()
    assert words in QGuiApplication.clipboard().text()
    (site / "goop.json").write_text('{"lua": {"enabled": true}}')
    window.message.buttons()["Try again"].click()
    qtbot.waitUntil(lambda: window.workspace is not None)
    settle(window, qtbot)
    assert window.message.isHidden()


def test_a_failed_opening_leaves_the_open_site_alone(
    window: MainWindow, make_site: MakeSite, tmp_path: Path, qtbot: QtBot
) -> None:
    site = make_site()
    open_site(window, qtbot, site)
    before = window.session
    window.open_site(tmp_path / "nowhere")
    qtbot.waitUntil(lambda: not window.message.isHidden())
    assert window.session is before
    window.open_site(site)
    assert window.session is before
    assert window.toasts.toasts()[-1].title == "garden is open already."
    settle(window, qtbot)


def test_another_site_takes_the_first_one_s_place(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    open_site(window, qtbot, make_site("one"))
    first = window.session
    assert first is not None
    with qtbot.waitSignal(first.closing):
        window.open_site(make_site("two"))
    qtbot.waitUntil(lambda: window.windowTitle().startswith("two"))
    settle(window, qtbot)
    assert window.pages.count() == 2
    window.close_site()
    assert window.workspace is None
    assert window.start.isVisible()
    settle(window, qtbot)
    qtbot.waitUntil(lambda: [row.site.label for row in window.start.rows] == ["two", "one"])


def test_recent_sites_are_pinned_greyed_and_forgotten(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    for name in ("one", "two"):
        open_site(window, qtbot, make_site(name))
    window.close_site()
    settle(window, qtbot)
    settings = AppSettings(window._settings.path)
    one = next(site.path for site in settings.recent_sites() if site.label == "one")
    window.start.pin_requested.emit(one, True)
    assert [row.site.label for row in window.start.rows] == ["one", "two"]
    (one / "goop.json").unlink()
    window.recent.check()
    qtbot.waitUntil(lambda: not window.start.rows[0].main.isEnabled())
    assert [action.isEnabled() for action in window.menus.recent.actions()] == [False, True]
    assert "not found" in window.menus.recent.actions()[0].text()
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_1, CTRL)
    assert window.opener.path is None
    qtbot.keyClick(window, Qt.Key.Key_2, CTRL)
    qtbot.waitUntil(lambda: window.workspace is not None)
    settle(window, qtbot)
    window.start.forget_requested.emit(one)
    assert [row.site.label for row in window.start.rows] == ["two"]


def test_a_folder_is_dropped_anywhere(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    one, two = make_site("one"), make_site("two")
    drop(window, one / "goop.json")
    qtbot.waitUntil(lambda: window.workspace is not None)
    settle(window, qtbot)
    assert window.workspace is not None
    window.navigate("calls")
    text = next(
        field
        for field in window.workspace.tab("calls").findChildren(QPlainTextEdit)
        if not field.isReadOnly()
    )
    drop(text.viewport(), two)
    qtbot.waitUntil(lambda: window.windowTitle().startswith("two"))
    settle(window, qtbot)


def test_other_things_that_are_dropped_are_left_alone(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_text("")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "picture.png"))])
    assert dropped_folder(data) is None
    data.setUrls([QUrl("https://example.org/site")])
    assert dropped_folder(data) is None
    data.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile("/")])
    assert dropped_folder(data) is None
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    assert dropped_folder(data) == tmp_path


def drop(target: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, plain, copy = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), copy, data, left, plain)
    QApplication.sendEvent(target, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), copy, data, left, plain))


# Lua off, scripts broken


def test_lua_off_is_said_and_one_button_turns_it_on(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    site = make_site(enabled=False)
    open_site(window, qtbot, site)
    assert window.lua_message.isVisible()
    assert window.status.lua.text() == "Lua off"
    assert window.actions_by_id["lua.enable"].isEnabled()
    window.lua_message.buttons()["Enable Lua"].click()
    qtbot.waitUntil(lambda: window.lua_message.isHidden())
    assert config(site)["lua"]["enabled"] is True
    assert window.status.lua.text() == "Lua on"
    assert not window.actions_by_id["lua.enable"].isEnabled()
    settle(window, qtbot)


def test_a_message_that_was_put_away_stays_away(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    open_site(window, qtbot, make_site(enabled=False))
    window.lua_message.dismiss()
    window.status.read()
    settle(window, qtbot)
    assert window.lua_message.isHidden()
    assert window.status.lua.text() == "Lua off"
    window.status.lua.click()
    qtbot.waitUntil(lambda: window.status.lua.text() == "Lua on")
    settle(window, qtbot)


def test_a_script_that_breaks_is_counted(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    site = make_site()
    open_site(window, qtbot, site)
    (site / "site" / "lua" / "functions" / "echo.lua").write_text(BROKEN)
    qtbot.waitUntil(lambda: window.status.scripts.text() == "2 scripts · 1 broken")
    settle(window, qtbot)
    assert window.session is not None
    errors = [one for one in window.session.recent_records() if one.level == "error"]
    assert "echo.lua:3" in errors[-1].message
    window.navigate("data")
    window.status.scripts.click()
    assert window.workspace is not None
    assert window.workspace.current.tab_id == "scripts"


# nothing is lost


@pytest.fixture
def unsaved(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> Path:
    """A site with one script that was changed in the editor; answers the script's file."""
    site = make_site()
    open_site(window, qtbot, site)
    window.navigate("scripts", name="echo", kind="function", line=1)
    settle(window, qtbot)
    assert window.workspace is not None
    editors = [
        field
        for field in window.workspace.tab("scripts").findChildren(QPlainTextEdit)
        if "Answers what" in field.toPlainText()
    ]
    editors[0].insertPlainText("-- changed\n")
    qtbot.waitUntil(lambda: window.workspace is not None and len(window.workspace.unsaved()) == 1)
    return site / "site" / "lua" / "functions" / "echo.lua"


def answer(window: MainWindow, button: str) -> None:
    """Press a button of the dialog that lists what is not saved."""
    dialog = window.guard.dialog
    assert dialog is not None
    assert "echo" in dialog.informativeText()
    next(one for one in dialog.buttons() if one.text().replace("&", "") == button).click()


@pytest.mark.parametrize("way", ["quit", "close", "open"])
def test_cancel_keeps_everything(
    window: MainWindow, unsaved: Path, make_site: MakeSite, qtbot: QtBot, way: str
) -> None:
    leave(window, way, make_site)
    answer(window, "Cancel")
    qtbot.waitUntil(lambda: not window.guard.is_asking)
    assert window.isVisible()
    assert window.workspace is not None
    assert len(window.workspace.unsaved()) == 1
    assert "changed" not in unsaved.read_text()


@pytest.mark.parametrize("way", ["quit", "close", "open"])
def test_save_really_saves_before_leaving(
    window: MainWindow, unsaved: Path, make_site: MakeSite, qtbot: QtBot, way: str
) -> None:
    session = window.session
    assert session is not None
    leave(window, way, make_site)
    with qtbot.waitSignal(session.closing):
        answer(window, "Save")
    assert "changed" in unsaved.read_text()
    qtbot.waitUntil(lambda: not window.guard.is_asking)
    settle(window, qtbot)
    assert window.isVisible() is (way != "quit")


@pytest.mark.parametrize("way", ["quit", "close", "open"])
def test_discard_leaves_the_file_as_it_was(
    window: MainWindow, unsaved: Path, make_site: MakeSite, qtbot: QtBot, way: str
) -> None:
    session = window.session
    assert session is not None
    leave(window, way, make_site)
    with qtbot.waitSignal(session.closing):
        answer(window, "Discard")
    assert "changed" not in unsaved.read_text()
    settle(window, qtbot)


def leave(window: MainWindow, way: str, make_site: MakeSite) -> None:
    if way == "quit":
        window.actions_by_id["app.quit"].trigger()
    elif way == "close":
        window.actions_by_id["site.close"].trigger()
    else:
        window.open_site(make_site("other"))


def test_a_second_try_to_leave_asks_no_second_question(
    window: MainWindow, unsaved: Path, qtbot: QtBot
) -> None:
    window.close()
    first = window.guard.dialog
    window.close()
    window.close_site()
    assert window.guard.dialog is first
    answer(window, "Cancel")
    qtbot.waitUntil(lambda: not window.guard.is_asking)
    assert unsaved.is_file()


def test_nobody_writes_in_a_site_while_another_is_being_opened(
    window: MainWindow, make_site: MakeSite, tmp_path: Path, qtbot: QtBot
) -> None:
    open_site(window, qtbot, make_site())
    window.open_site(tmp_path / "nowhere")
    assert window.workspace is not None
    assert not window.workspace.isVisible()
    assert not window.start.is_choosing
    qtbot.waitUntil(lambda: not window.message.isHidden())
    assert window.workspace.isVisible()
    settle(window, qtbot)


# kept between starts


def test_the_next_start_finds_everything_as_it_was(
    new_console: Callable[[], Console], make_site: MakeSite, qtbot: QtBot
) -> None:
    site = make_site()
    window = new_console().window
    window.resize(780, 640)
    open_site(window, qtbot, site)
    window.set_theme("dark")
    window.actions_by_id["zoom.out"].trigger()
    window.navigate("logs")
    assert window.workspace is not None
    window.workspace.tab("logs").view.filter.set_text("asked -bob")
    settle(window, qtbot)
    console = new_console()
    again = console.window
    assert again.height() == 640
    assert (console.theme.mode, console.theme.zoom) == ("dark", 90)
    assert again.actions_by_id["theme.dark"].isChecked()
    open_site(again, qtbot, site)
    assert again.workspace is not None
    assert again.workspace.current.tab_id == "logs"
    assert again.workspace.tab("logs").view.filter.text() == "asked -bob"
    console.theme.set_zoom(100)
    again.set_theme("light")


@pytest.mark.parametrize(
    "stored",
    [
        7,
        [],
        {"current": 3, "tabs": []},
        {"current": "nowhere", "tabs": {"logs": {"level": [], "splitter": "x"}}},
    ],
)
def test_a_strange_state_is_no_reason_to_stop(
    settings: AppSettings,
    new_console: Callable[[], Console],
    make_site: MakeSite,
    qtbot: QtBot,
    stored: object,
) -> None:
    site = make_site()
    settings.update({"site_state": {str(site): stored}, "window": 5, "zoom": "big", "theme": ["x"]})
    window = new_console().window
    open_site(window, qtbot, site)
    assert window.workspace is not None
    assert window.workspace.current.tab_id == "scripts"


# for everybody


def test_everything_that_takes_the_keyboard_has_a_name(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    assert nameless(window) == []
    open_site(window, qtbot, make_site(enabled=False))
    for tab_id in TABS:
        window.navigate(tab_id)
        settle(window, qtbot)
        assert nameless(window) == []


def nameless(window: MainWindow) -> list[str]:
    kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)
    named = {label.buddy() for label in window.findChildren(QLabel)}
    return [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for kind in kinds
        for widget in window.findChildren(kind)
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget.parent(), (QComboBox, QAbstractItemView))
        and widget not in named
    ]


def test_every_command_is_in_the_menus_and_no_key_is_bound_twice(window: MainWindow) -> None:
    in_menus = {
        action.objectName()
        for menu in window.menuBar().actions()
        for action in (menu.menu().actions() if menu.menu() else [])
    }  # type: ignore[attr-defined]
    assert {command.id for command in COMMANDS} <= in_menus
    assert [command.id for command in COMMANDS if not command.keys] == []
    keys = [key for command in COMMANDS for key in command.keys]
    refresh = {"F5"}  # in the editor and in the debugger's panel it goes on
    assert {keys for _, keys, _ in TAB_KEYS} & set(keys) == refresh
    assert len(keys) == len(set(keys))
    listed = {what for _, _, what in key_rows()}
    assert {"Open Site", "Find", "Quit"} <= listed


def test_the_keys_are_listed_beside_the_work(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_id["help.keys"].trigger()
    (dialog,) = window.findChildren(KeysDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.close()
    qtbot.waitUntil(lambda: not window.findChildren(KeysDialog))
    window.actions_by_id["help.about"].trigger()
    box = QApplication.activeModalWidget()
    assert box is not None
    box.close()


def test_edit_commands_reach_the_widget_with_the_keyboard(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    open_site(window, qtbot, make_site())
    window.activateWindow()
    window.navigate("logs")
    assert window.workspace is not None
    field = window.workspace.tab("logs").view.filter.field
    field.setFocus()
    qtbot.keyClicks(field, "abc")
    window.actions_by_id["edit.select_all"].trigger()
    qtbot.waitUntil(lambda: field.selectedText() == "abc")
    window.actions_by_id["edit.cut"].trigger()
    qtbot.waitUntil(lambda: field.text() == "")
    window.actions_by_id["edit.paste"].trigger()
    qtbot.waitUntil(lambda: field.text() == "abc")
    settle(window, qtbot)


def test_messages_of_tabs_and_errors_nobody_caught_are_shown(
    new_console: Callable[[], Console], qtbot: QtBot
) -> None:
    console = new_console()
    console.notify.info("Copied the value")
    console.operations.run(lambda: 1 / 0, owner=console.window, done=print)
    qtbot.waitUntil(lambda: len(console.window.toasts.toasts()) == 2)
    told = console.window.toasts.toasts()
    assert (told[0].title, told[1].title) == ("Copied the value", "Something went wrong in the console")
    assert "ZeroDivisionError" in told[1].detail


def test_the_demo_opens(window: MainWindow, own_folders: Path, qtbot: QtBot) -> None:
    window.start.demo.click()
    qtbot.waitUntil(lambda: window.workspace is not None)
    settle(window, qtbot)
    assert window.session is not None
    assert window.session.engine.site.path == own_folders / "data" / "goop-console" / "demo"


def test_the_start_page_takes_another_size_of_text_when_it_is_seen_again(
    new_console: Callable[[], Console], make_site: MakeSite, qtbot: QtBot
) -> None:
    """A zoom step does nothing for what nobody sees."""
    console = new_console()
    window = console.window
    open_site(window, qtbot, make_site())
    qtbot.waitUntil(lambda: len(window.start.rows) == 1)
    (before,) = window.start.rows
    height = before.main.minimumHeight()
    console.theme.set_zoom(200)
    assert window.start.rows == [before]
    window.close_site()
    qtbot.waitUntil(lambda: window.start.rows[0].main.minimumHeight() > height)
    console.theme.set_zoom(100)
