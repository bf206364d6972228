"""New from a table or a ready command, duplicate, rename with the state, and their keys."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.actions import TAB_KEYS
from goop_console.commands.check import run_check
from goop_console.tabs.scripts.debugging.hover import KEYS as SHOW_VALUE
from goop_console.tabs.scripts.debugging.menu import ENTRIES
from goop_console.tabs.scripts.debugging.panel import COMMANDS as DEBUG_COMMANDS
from goop_console.tabs.scripts.debugging.variable_menu import WATCH, WRITER
from goop_console.tabs.scripts.files.commands import COMMANDS as FILE_COMMANDS
from goop_console.tabs.scripts.files.from_table import table_script
from goop_console.tabs.scripts.files.starts import FUNCTION, free_name, script_name
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Caller, ColumnInfo, Request, ScriptInfo, SiteError, TableInfo, outcome_of
from lua_engine.testing import SiteSpec, open_site
from tests.console.scripts.conftest import OTHER, TODO, ScriptSite

MakeTab = Callable[[], ScriptsTab]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ANNA = Caller("12D3KooWAnna", "Anna")
BEDS = {
    "columns": [
        {"name": "title", "type": "text", "required": True},
        {"name": "end", "type": "integer"},
        {"name": "action", "type": "text"},
    ],
    "system_key": True,
}


def column(name: str, **facts: Any) -> ColumnInfo:
    return ColumnInfo(name, "text", facts.pop("is_system", False), False, False, None, **facts)


def test_the_script_of_a_table_passes_the_lint_and_works(tmp_path: Path) -> None:
    with open_site(SiteSpec(schemas={"beds": BEDS}), tmp_path) as engine:
        (table,) = (one for one in engine.tables.infos() if one.name == "beds")
        text = table_script(table)
        assert engine.language.findings("function", text) == ()
        engine.scripts.create("beds", FUNCTION, text)
        guarded = {one.name: one.is_guarded for one in engine.scripts.action_infos("beds")}
        assert guarded == {"list": False, "add": True, "update": True, "delete": True}

        def call(action: str, caller: Caller | None = None, **params: Any) -> Any:
            request = Request.call("beds", {"action": action, **params})
            return engine.calls.run(request, caller or engine.owner).value

        made = call("add", title="Roses", end=3)
        assert call("list", ANNA)["rows"][0]["title"] == "Roses"
        assert call("update", id=made["id"], title="Tulips") == {"id": made["id"]}
        row = call("list")["rows"][0]
        assert (row["title"], row["end"]) == ("Tulips", 3), "what was not sent stays"
        refused = engine.calls.run(Request.call("beds", {"action": "delete", "id": made["id"]}), ANNA)
        assert outcome_of(refused) == "refused"
        assert len(call("list")["rows"]) == 1
        assert call("delete", id=99) == {"error": "not found"}
        assert call("update") == {"error": "id required"}
        assert call("delete", id=made["id"]) == {"id": made["id"]}
        assert call("list") == {"rows": []}
        assert "title" in call("add", end=1)["error"]
    assert run_check(tmp_path, is_strict=True) == 0


@pytest.mark.parametrize("name", ['a"b', "my table", "x\ny", "end", "back\\slash"])
def test_any_name_of_a_table_or_a_column_compiles(site: ScriptSite, name: str) -> None:
    columns = (column("_id", is_system=True), column("id"), column(name), column("sum", generated="stored"))
    text = table_script(TableInfo(name, "orm", columns))
    assert site.engine.scripts.check("t", text) == ()
    assert "params._id" in text, "a column is named id: the row is told apart"
    assert "sum" not in text


def test_names_are_made_free() -> None:
    infos = [ScriptInfo("beds", FUNCTION, Path("beds.lua")), ScriptInfo("beds_2", FUNCTION, Path("b.lua"))]
    assert free_name("beds", FUNCTION, infos) == "beds_3"
    assert script_name("my table!") == "my_table"
    assert script_name("ünï") == "n"


def begin(qtbot: QtBot, tab: ScriptsTab, label: str, *, is_function: bool) -> None:
    QTest.keyClick(tab, Qt.Key.Key_N, CTRL)
    form = tab.view.form
    (form.function if is_function else form.command).click()
    qtbot.waitUntil(lambda: form.begin.findText(label) >= 0)
    form.begin.setCurrentIndex(form.begin.findText(label))


def test_a_new_function_from_a_table(qtbot: QtBot, site: ScriptSite, open_tab: MakeTab) -> None:
    with closing(sqlite3.connect(site.folder / "data.db")) as connection, connection:
        schema = json.dumps({"name": "beds", **BEDS})
        connection.execute("CREATE TABLE beds (_id INTEGER PRIMARY KEY, title TEXT)")
        connection.execute("INSERT INTO _orm_schemas (table_name, schema_json) VALUES ('beds', ?)", [schema])
    tab = open_tab()
    begin(qtbot, tab, "The table beds", is_function=True)
    form = tab.view.form
    assert form.name.text() == "beds"
    assert 'goop.orm("beds")' in form.text.toPlainText()
    form.submit()
    qtbot.waitUntil(lambda: tab.presenter.current_key() == "function/beds")
    qtbot.waitUntil(tab.is_settled)
    assert site.engine.scripts.actions("beds") == ("list", "add", "update", "delete")


def test_a_new_command_from_a_ready_one(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    begin(qtbot, tab, "The ready command !flip", is_function=False)
    QTest.keyClicks(tab.view.form.name, "2")
    tab.view.form.submit()
    qtbot.waitUntil(lambda: tab.presenter.current_key() == "command/flip2")
    qtbot.waitUntil(tab.is_settled)
    assert site.engine.calls.run(Request.chat("!flip2"), ANNA).error is None


def test_a_duplicate_has_the_text_of_the_editor(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    tab.open_target(name="other")
    qtbot.waitUntil(tab.is_settled)
    QTest.keyClicks(tab.presenter.current_editor(), "-- ")
    QTest.keyClick(tab, Qt.Key.Key_N, CTRL | SHIFT)
    assert tab.view.form.name.text() == "other_2"
    QTest.keyClick(tab.view.form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.presenter.current_key() == "function/other_2")
    qtbot.waitUntil(tab.is_settled)
    assert site.read("other_2").decode() == "-- " + OTHER
    assert site.read("other").decode() == OTHER


def rename(qtbot: QtBot, tab: ScriptsTab, name: str) -> None:
    tab.view.list.tree.setFocus()
    QTest.keyClick(tab.view.list.tree, Qt.Key.Key_F2)
    assert tab.view.is_creating
    tab.view.form.name.clear()
    QTest.keyClicks(tab.view.form.name, name)
    QTest.keyClick(tab.view.form.name, Qt.Key.Key_Return)
    qtbot.waitUntil(tab.is_settled)


def test_a_script_is_renamed_with_its_state_and_back(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    state = site.engine.site.state_dir
    state.mkdir()
    (state / "todo.json").write_text('{"n":"1"}')
    tab.open_target(name="todo", line=4)
    qtbot.waitUntil(tab.is_settled)
    rename(qtbot, tab, "tasks")
    assert tab.presenter.current_key() == "function/tasks"
    assert site.read("tasks").decode() == TODO
    assert not (site.functions / "todo.lua").exists()
    assert (state / "tasks.json").read_text() == '{"n":"1"}'
    assert not (state / "todo.json").exists()
    assert "todo is now tasks" in tab.view.notice.title.text()
    assert tab.view.strip.keys().count("function/todo") == 0
    QTest.mouseClick(tab.view.notice.buttons()["Undo"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tab.presenter.current_key() == "function/todo")
    assert (state / "todo.json").exists()
    assert site.read("todo").decode() == TODO


def test_a_rename_that_cannot_be_moves_nothing(site: ScriptSite) -> None:
    state = site.engine.site.state_dir
    state.mkdir()
    for name in ("todo", "tasks"):
        (state / f"{name}.json").write_text("{}")
    todo = next(one for one in site.engine.scripts.functions() if one.name == "todo")
    site.engine.scripts.save(todo, TODO)
    versions = site.engine.scripts.versions(todo)
    with pytest.raises(SiteError, match="state of that name"):
        site.engine.scripts.rename(todo, "tasks")
    with pytest.raises(SiteError, match="choose another one"):
        site.engine.scripts.rename(todo, "other")
    with pytest.raises(SiteError, match="cannot be a script's name"):
        site.engine.scripts.rename(todo, "../x")
    assert site.read("todo").decode() == TODO
    renamed = site.engine.scripts.rename(todo, "Todo")
    assert renamed.name == "Todo"
    assert site.engine.scripts.versions(renamed) == versions != ()


def test_state_that_two_scripts_share_stays_with_both(site: ScriptSite) -> None:
    state = site.engine.site.state_dir
    state.mkdir()
    (state / "hello.json").write_text('{"n":"1"}')
    site.write("hello", OTHER)
    site.engine.scripts.reload()
    hello = next(one for one in site.engine.scripts.functions() if one.name == "hello")
    site.engine.scripts.rename(hello, "greet")
    assert (state / "hello.json").read_text() == (state / "greet.json").read_text() == '{"n":"1"}'


def test_unsaved_text_is_saved_before_a_rename(qtbot: QtBot, tab: ScriptsTab) -> None:
    tab.open_target(name="other")
    qtbot.waitUntil(tab.is_settled)
    QTest.keyClicks(tab.presenter.current_editor(), "-- ")
    told: list[str] = []
    tab.presenter._context.notify.info_posted.connect(told.append)
    tab.commands.rename()
    assert told == ["other has changes that are not saved: save it first"]
    assert not tab.view.is_creating


def test_the_menu_of_the_list_has_every_command_with_its_key(tab: ScriptsTab) -> None:
    menu = tab.commands.menu()
    shown = {action.text(): action.shortcut().toString() for action in menu.actions() if action.text()}
    assert {one.text: one.keys for one in FILE_COMMANDS}.items() <= shown.items()
    menu.deleteLater()


def test_every_key_of_the_tab_is_in_the_list_of_keys() -> None:
    listed = {keys for where, keys, _ in TAB_KEYS if where == "Lua Scripts"}
    variable = (WRITER, WATCH)
    keys = [one.keys for one in (*DEBUG_COMMANDS, *ENTRIES, *FILE_COMMANDS, *variable)]
    assert "" not in keys, "a command without a key"
    assert {*keys, SHOW_VALUE} <= listed
