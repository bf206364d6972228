"""Making scripts, deleting them and bringing them back, over a real site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.files.starts import COMMAND, FUNCTION, name_clash, name_problem, starting_text
from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Caller, Engine, ScriptInfo

from .conftest import OTHER, ScriptSite

Key, Held = Qt.Key, Qt.KeyboardModifier
MakeTab = Callable[[], ScriptsTab]


def names(tab: ScriptsTab) -> list[str]:
    model = tab.view.list.tree.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def settle(qtbot: QtBot, tab: ScriptsTab) -> None:
    qtbot.waitUntil(tab.is_settled)


def show(qtbot: QtBot, tab: ScriptsTab, name: str) -> None:
    tab.open_target(name=name)
    settle(qtbot, tab)


def make(qtbot: QtBot, tab: ScriptsTab, name: str, kind: str) -> None:
    tab.view.list.new.click()
    (tab.view.form.command if kind == COMMAND else tab.view.form.function).click()
    tab.view.form.name.setFocus()
    QTest.keyClicks(tab.view.form.name, name)
    QTest.keyClick(tab.view.form.name, Key.Key_Return)
    settle(qtbot, tab)


@pytest.fixture
def infos() -> list[ScriptInfo]:
    return [
        ScriptInfo("hello", COMMAND, Path("hello.lua")),
        ScriptInfo("Todo", FUNCTION, Path("functions/Todo.lua")),
    ]


def test_a_new_command_answers_at_once(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    make(qtbot, tab, "wave", COMMAND)
    assert not tab.view.is_creating
    document = tab.presenter.current
    assert document is not None
    assert document.info.name == "wave"
    assert document.editor.text() == starting_text("wave", COMMAND)
    anna = Caller("12D3KooWAnna", "Anna")
    assert site.engine.calls.chat("!wave", caller=anna).value == "Hello, Anna!"
    assert site.engine.calls.chat("!wave Ben", caller=anna).value == "Hello, Ben!"
    assert document.info.description == "Greets whoever writes !wave"


def test_a_new_function_answers_at_once(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    make(qtbot, tab, "Wave-2", FUNCTION)
    assert "Wave-2" in names(tab)
    assert site.call("Wave-2", action="greet") == {"greeting": "Hello, Maya!"}
    assert site.engine.scripts.actions("Wave-2") == ("greet",)


def test_the_name_is_checked_while_it_is_typed(qtbot: QtBot, tab: ScriptsTab) -> None:
    tab.view.list.new.click()
    form = tab.view.form
    assert form.problem.isHidden(), "nobody has typed anything wrong yet"
    QTest.keyClicks(form.name, "HELLO")
    assert form.problem.text() == "There is a chat command of that name already."
    assert not form.make.isEnabled()
    form.function.click()
    assert "that name too" in form.problem.text()
    assert form.make.isEnabled(), "a clash with the other kind is a warning"
    QTest.keyClicks(form.name, " there")
    assert form.problem.text().startswith("Letters from A to Z")
    QTest.keyClick(form.name, Key.Key_Escape)
    assert not tab.view.is_creating


def test_a_name_that_somebody_else_takes_first_is_said(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    tab.view.list.new.click()
    tab.view.form.function.click()
    QTest.keyClicks(tab.view.form.name, "late")
    tab.presenter.files._create("todo", FUNCTION, "x = 1")  # as if it had been free a moment ago
    settle(qtbot, tab)
    assert "choose another one" in tab.view.form.problem.text()
    assert tab.view.is_creating


def test_choosing_a_script_leaves_the_form(qtbot: QtBot, tab: ScriptsTab) -> None:
    tab.view.list.new.click()
    tab.view.list.tree.setFocus()
    QTest.keyClick(tab.view.list.tree, Key.Key_Down)
    settle(qtbot, tab)
    assert not tab.view.is_creating
    assert tab.view.pane.isVisible()


def test_a_deleted_script_comes_back_as_it_was(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    show(qtbot, tab, "other")
    tab.view.list.tree.setFocus()
    QTest.keyClick(tab.view.list.tree, Key.Key_Delete)
    settle(qtbot, tab)
    assert "other" not in names(tab)
    assert not (site.functions / "other.lua").exists()
    assert ".goop-console/trash/" in tab.view.notice.text.text()
    assert tab.presenter.current is not None
    tab.view.notice.buttons()["Undo"].click()
    settle(qtbot, tab)
    assert site.read("other").decode() == OTHER
    assert tab.view.notice.isHidden()
    assert tab.presenter.current is not None
    assert tab.presenter.current.info.name == "other"


def test_text_that_was_not_saved_comes_back_too(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    show(qtbot, tab, "other")
    document = tab.presenter.current
    assert document is not None
    document.editor.appendPlainText("-- mine")
    edited = document.editor.text()
    tab.view.header.delete.click()
    settle(qtbot, tab)
    assert tab.unsaved() == ()
    tab.view.notice.buttons()["Undo"].click()
    qtbot.waitUntil(lambda: tab.unsaved() == ("other (function)",))
    assert tab.presenter.current is not None
    assert tab.presenter.current.editor.text() == edited
    assert site.read("other").decode() == OTHER, "what was not saved is not live"


def test_an_undo_that_cannot_be_is_offered_again(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    show(qtbot, tab, "other")
    tab.view.header.delete.click()
    settle(qtbot, tab)
    site.engine.scripts.create("other", FUNCTION, "function call() return 9 end")
    tab.view.notice.buttons()["Undo"].click()
    settle(qtbot, tab)
    assert "cannot be brought back" in tab.view.notice.text.text()
    assert "Undo" in tab.view.notice.buttons()
    assert site.call("other") == 9


def test_bytes_that_are_no_text_are_left_in_the_trash(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    (site.functions / "other.lua").write_bytes(b'x = "\xff"\n')
    site.engine.scripts.reload()
    show(qtbot, tab, "other")
    tab.view.header.delete.click()
    settle(qtbot, tab)
    assert "Undo" not in tab.view.notice.buttons()
    assert "not UTF-8" in tab.view.notice.text.text()
    [kept] = (site.folder / ".goop-console" / "trash").iterdir()
    assert kept.read_bytes() == b'x = "\xff"\n'


def test_the_last_script_can_be_deleted_and_another_one_made(qtbot: QtBot, tab: ScriptsTab) -> None:
    for name in ("todo", "other", "hello"):
        show(qtbot, tab, name)
        tab.view.header.delete.click()
        settle(qtbot, tab)
    assert tab.view.is_empty
    assert tab.view.notice.isVisible()
    tab.view.empty.button.click()
    assert tab.view.is_creating
    QTest.keyClick(tab.view.form.name, Key.Key_Escape)
    assert tab.view.is_empty


def test_what_the_site_lacks_is_said_until_it_is_there(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    config = site.folder / "goop.json"
    settings = json.loads(config.read_text())
    config.write_text(json.dumps({**settings, "lua": {"enabled": True, "script_dir": "gone"}}))
    site.engine.scripts.reload()
    qtbot.waitUntil(lambda: "there is no folder" in tab.view.incomplete.text.text())
    assert tab.view.incomplete.isVisible()
    config.write_text(json.dumps(settings))
    site.engine.scripts.reload()
    qtbot.waitUntil(lambda: not tab.view.incomplete.isVisible())


class TestReadOnly:
    @pytest.fixture
    def site(self, site: ScriptSite) -> Any:
        site.engine.close()
        site.engine = Engine.open(site.folder, read_only=True)
        return site

    def test_nothing_can_be_changed_and_it_says_why(
        self, qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
    ) -> None:
        show(qtbot, tab, "other")
        document, view = tab.presenter.current, tab.view
        assert document is not None
        assert document.editor.isReadOnly()
        assert "reading only" in view.message.text()
        for button in (view.list.new, view.header.delete, view.header.save):
            assert not button.isEnabled()
            assert "read-only" in button.toolTip()
        view.list.tree.setFocus()
        QTest.keyClick(view.list.tree, Key.Key_Delete)
        QTest.keyClick(view.list.tree, Key.Key_S, Held.ControlModifier)
        settle(qtbot, tab)
        assert site.read("other").decode() == OTHER


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("", COMMAND, "needs a name"),
        ("Hello", COMMAND, "chat command of that name"),
        ("Hello", FUNCTION, ""),
        ("todo", FUNCTION, ""),
        ("Todo", FUNCTION, "data function of that name"),
        ("a" * 64, COMMAND, ""),
        ("a" * 65, COMMAND, "at most 64"),
        ("a\n", COMMAND, "Letters"),
        ("ä", COMMAND, "Letters"),
        ("../x", FUNCTION, "Letters"),
    ],
)
def test_names(infos: list[ScriptInfo], name: str, kind: str, said: str) -> None:
    problem = name_problem(name, kind, infos)
    assert said in problem
    assert bool(problem) == bool(said)


def test_a_clash_with_the_other_kind(infos: list[ScriptInfo]) -> None:
    assert "data function has that name" in name_clash("todo", COMMAND, infos)
    assert "chat command has that name" in name_clash("HELLO", FUNCTION, infos)
    assert name_clash("hello", COMMAND, infos) == ""


@given(name=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True), kind=st.sampled_from([COMMAND, FUNCTION]))
def test_any_name_makes_a_text_with_a_description(name: str, kind: str) -> None:
    assert name_problem(name, kind, ()) == ""
    first, *rest = starting_text(name, kind).splitlines()
    assert first.startswith("--- ")
    assert name in first
    assert any(line.startswith("function ") for line in rest)
