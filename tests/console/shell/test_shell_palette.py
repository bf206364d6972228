"""Ctrl+P and Ctrl+Shift+P: a few letters lead anywhere, without the mouse."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from goop_console.actions import COMMANDS, TAB_KEYS, plain_text
from goop_console.main_window import MainWindow
from goop_console.window.palette.dialog import Palette
from goop_console.window.palette.fuzzy import Name, best, rank
from lua_engine import Peer, Request, SavedCall
from tests.console.shell.conftest import MakeSite, open_site, settle

Key, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("typed", "names", "first"),
    [
        ("ct", ["contact", "create_task"], "create_task"),
        ("task", ["my_tasks", "tasks", "t_a_s_k"], "tasks"),
        ("cT", ["createTask", "select"], "createTask"),
        ("tod", ["stood", "todo"], "todo"),
    ],
)
def test_the_best_name_comes_first(typed: str, names: list[str], first: str) -> None:
    assert names[best(typed, [Name.of(one) for one in names], 10)[0]] == first


def test_what_does_not_fit_is_left_out() -> None:
    assert rank("tc", Name.of("create")) is None
    assert rank("peer", Name.of("Anna", "peer anna@example.org")) is not None
    assert best("", [Name.of(one) for one in "bac"], 2) == [0, 1]
    assert best("x.*", [Name.of("xyz"), Name.of("x.*")], 9) == [1]


@pytest.fixture
def opened(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> MainWindow:
    path = make_site()
    (path / "site/lua/functions/echo.lua").write_text(
        "local function water(p) return p.bed end\n"
        "local route = goop.route({ water = water })\n"
        "function call(request) return route(request) end\n"
    )
    with closing(sqlite3.connect(path / "data.db")) as connection, connection:
        connection.execute("CREATE TABLE beds (title TEXT)")
    with qtbot.waitActive(window):
        window.activateWindow()
    open_site(window, qtbot, path)
    assert window.session is not None
    engine = window.session.engine
    engine.peers.add_test_peer(Peer("12D3KooWAnna", "Anna"))
    engine.checks.files.save(SavedCall("Water the roses", Request.call("echo")))
    return window


def ask(window: MainWindow, qtbot: QtBot, typed: str, held: Qt.KeyboardModifier = CTRL) -> Palette:
    QTest.keyClick(window, Key.Key_P, held)
    qtbot.waitUntil(lambda: window.palettes.palette is not None and window.palettes.palette.is_ready)
    palette = window.palettes.palette
    assert palette is not None
    QTest.keyClicks(palette.field, typed)
    return palette


@pytest.mark.parametrize(
    ("typed", "side", "tab_id"),
    [
        ("hel", "command", "scripts"),
        ("bed", "table", "data"),
        ("ecwat", "action", "calls"),
        ("wtr roses", "saved call", "calls"),
        ("anna", "peer", "groups"),
    ],
)
def test_each_kind_leads_to_its_tab(
    opened: MainWindow, qtbot: QtBot, typed: str, side: str, tab_id: str
) -> None:
    palette = ask(opened, qtbot, typed)
    entry = palette.lines.entries[palette.list.currentIndex().row()]
    assert entry.side == side
    assert side in entry.spoken
    QTest.keyClick(palette.field, Key.Key_Return)
    settle(opened, qtbot)
    assert opened.workspace is not None
    assert opened.workspace.current.tab_id == tab_id
    qtbot.waitUntil(lambda: opened.palettes.palette is None)


def test_up_and_down_choose_and_escape_closes(opened: MainWindow, qtbot: QtBot) -> None:
    palette = ask(opened, qtbot, "")
    last = palette.lines.rowCount() - 1
    QTest.keyClick(palette.field, Key.Key_Up)
    assert palette.list.currentIndex().row() == last
    QTest.keyClick(palette.field, Key.Key_Down)
    assert palette.list.currentIndex().row() == 0
    QTest.keyClicks(palette.field, "zzzzqq")
    assert palette.note.text().startswith("Nothing fits")
    QTest.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()
    QTest.keyClick(palette.field, Key.Key_Escape)
    qtbot.waitUntil(lambda: opened.palettes.palette is None)


def test_every_command_is_there_with_its_keys(opened: MainWindow, qtbot: QtBot) -> None:
    palette = ask(opened, qtbot, "", CTRL | SHIFT)
    texts = {entry.text: entry.side for entry in palette._entries}
    assert {f"{one.menu}: {plain_text(one)}" for one in COMMANDS} <= set(texts)
    assert {f"{where}: {what}" for where, _, what in TAB_KEYS} <= set(texts)
    assert texts["View: Go to Anything"] == "Ctrl+P or Ctrl+K"
    QTest.keyClicks(palette.field, "dark theme")
    QTest.keyClick(palette.field, Key.Key_Return)
    assert opened._theme.is_dark


def test_a_command_of_another_tab_is_done_there(opened: MainWindow, qtbot: QtBot) -> None:
    palette = ask(opened, qtbot, "saved calls", CTRL | SHIFT)
    QTest.keyClick(palette.field, Key.Key_Return)
    settle(opened, qtbot)
    assert opened.workspace is not None
    tab = opened.workspace.current
    assert tab.tab_id == "calls"
    assert tab.save_state()["page"] == "saved"


def test_without_a_site_the_commands_of_a_site_say_so(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    palette = ask(window, qtbot, "close site", CTRL | SHIFT)
    assert palette.lines.entries[0].act is None
    QTest.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()
    assert palette.note.text()


def test_the_menu_tab_has_the_commands_of_the_tab_in_view(opened: MainWindow, qtbot: QtBot) -> None:
    assert opened.workspace is not None
    for tab in list(opened.workspace.tabs):
        opened.workspace.navigate(tab.tab_id)
        opened.menus.fill_tab_menu()
        texts = {action.text().split("\t")[0] for action in opened.menus.tab.actions()}
        assert texts >= {what for where, _, what in TAB_KEYS if where == tab.title}
    opened.workspace.navigate("scripts")
    opened.menus.fill_tab_menu()
    save = next(one for one in opened.menus.tab.actions() if one.text().startswith("Save the script"))
    editor = opened.workspace.current.presenter.current_editor()  # type: ignore[attr-defined]
    assert isinstance(editor, QPlainTextEdit)
    editor.setFocus()
    QTest.keyClicks(editor, "-- x ")
    save.trigger()
    settle(opened, qtbot)
    assert opened.workspace.unsaved() == ()
