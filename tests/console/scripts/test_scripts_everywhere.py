"""Find and replace in all scripts: preview, a choice for each place, all scripts or none, one undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.everywhere.found import MOST, FileHits, Source, rewritten, search
from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor.search import Match, Query
from lua_engine import ScriptEdit, ScriptInfo, SiteError
from tests.console.scripts.conftest import HELLO, OTHER, TODO, ScriptSite

Key = Qt.Key


def source(text: str) -> Source:
    return Source(ScriptInfo("a", "function", Path("a.lua")), text)


def replaced(text: str, query: Query, made: str) -> str:
    found = search([source(text)], query, made)
    return rewritten(found.files[0], set(range(found.count))) if found.files else text


@pytest.mark.parametrize(
    ("text", "query", "made", "after"),
    [
        ("a.b\r\nA.B\r\n", Query("a.b"), "x", "x\r\nx\r\n"),
        ("a.b\r\nA.B", Query("a.b", is_case_sensitive=True), "x", "x\r\nA.B"),
        ("row rows", Query("row", is_whole_word=True), "line", "line rows"),
        ("f(1, 2)", Query(r"f\((\d), (\d)\)", is_pattern=True), r"f(\2, \1)", "f(2, 1)"),
        ("'😀' x x", Query("x"), "y", "'😀' y y"),
        ("x\r\n", Query("x$", is_pattern=True), "y", "y\r\n"),
        ("x", Query("q*", is_pattern=True), "y", "x"),
        ("x", Query(""), "y", "x"),
    ],
)
def test_every_place_is_replaced_and_nothing_else(text: str, query: Query, made: str, after: str) -> None:
    assert replaced(text, query, made) == after


def test_only_chosen_places_are_replaced_and_each_has_a_preview() -> None:
    found = search([source("a b\n  a\n")], Query("a"), "zz")
    assert [(hit.line, hit.column, hit.now, hit.after) for hit in found.files[0].hits] == [
        (1, 1, "a b", "zz b"),
        (2, 3, "  a", "  zz"),
    ]
    assert rewritten(found.files[0], {1}) == "a b\n  zz\n"
    assert rewritten(FileHits(source("a"), ()), set()) == "a"


def test_a_wrong_pattern_and_too_many_places_are_said() -> None:
    assert search([source("a")], Query("(", is_pattern=True), "").problem.startswith("Not a regular")
    many = search([source("a " * 3_000)], Query("a"), "")
    assert many.is_cut
    assert many.count == 2_000


def test_all_scripts_are_written_or_none(site: ScriptSite) -> None:
    todo, other = site.engine.scripts.functions()[::-1]
    site.write("other", OTHER + "-- theirs\n")
    with pytest.raises(SiteError, match="changed meanwhile"):
        site.engine.scripts.save_all([ScriptEdit(todo, TODO, "x = 1"), ScriptEdit(other, OTHER, "y = 1")])
    assert site.read("todo").decode() == TODO


def test_a_write_that_fails_puts_the_others_back(site: ScriptSite, monkeypatch: pytest.MonkeyPatch) -> None:
    from lua_engine.scripts import editing

    infos = {info.name: info for info in site.engine.scripts.functions()}
    real = editing.write_atomic

    def fails(path: Path, data: bytes) -> None:
        if path.name == "todo.lua" and data == b"y = 1":
            raise SiteError(f"{path}: cannot be written: No space left on device")
        real(path, data)

    monkeypatch.setattr(editing, "write_atomic", fails)
    edits = [ScriptEdit(infos["other"], OTHER, "x = 1"), ScriptEdit(infos["todo"], TODO, "y = 1")]
    with pytest.raises(SiteError, match="No space left"):
        site.engine.scripts.save_all(edits)
    assert site.read("other").decode() == OTHER


def test_what_cannot_be_put_back_is_named_and_the_rest_is(
    site: ScriptSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lua_engine.scripts import editing

    infos = {info.name: info for info in site.engine.scripts.all()}
    real, is_full = editing.write_atomic, [False]

    def fails(path: Path, data: bytes) -> None:
        is_full[0] = is_full[0] or path.name == "todo.lua"
        if is_full[0] and path.name != "hello.lua":
            raise SiteError(f"{path.name}: no space")
        real(path, data)

    monkeypatch.setattr(editing, "write_atomic", fails)
    edits = [
        ScriptEdit(infos["other"], OTHER, "x = 1"),
        ScriptEdit(infos["hello"], HELLO, "y = 1"),
        ScriptEdit(infos["todo"], TODO, "z = 1"),
    ]
    with pytest.raises(SiteError, match=r"todo.lua: no space; not put back: other.lua: no space"):
        site.engine.scripts.save_all(edits)
    assert infos["hello"].path.read_text(encoding="utf-8") == HELLO


@pytest.mark.parametrize(("data", "text"), [(b"-- caf\xe9\nx = 1\n", "x = 2"), (TODO.encode(), "-- \ud800")])
def test_bytes_that_are_no_text_are_refused_before_anything_is_written(
    site: ScriptSite, data: bytes, text: str
) -> None:
    infos = {info.name: info for info in site.engine.scripts.functions()}
    todo = infos["todo"]
    todo.path.write_bytes(data)
    edits = [
        ScriptEdit(infos["other"], OTHER, "x = 1"),
        ScriptEdit(todo, site.engine.scripts.source(todo), text),
    ]
    with pytest.raises(SiteError, match=r"todo\.lua"):
        site.engine.scripts.save_all(edits)
    with pytest.raises(SiteError, match="not a character"):
        site.engine.scripts.save(infos["other"], "-- \ud800")
    assert todo.path.read_bytes() == data
    assert site.read("other").decode() == OTHER


def test_every_script_that_was_replaced_in_keeps_its_versions(site: ScriptSite) -> None:
    todo = next(one for one in site.engine.scripts.functions() if one.name == "todo")
    site.engine.scripts.save_all([ScriptEdit(todo, TODO, TODO + "-- x\n")])
    assert len(site.engine.scripts.versions(todo)) == 2


def open_page(qtbot: QtBot, tab: ScriptsTab, text: str, made: str) -> None:
    tab.open_target(everywhere=True)
    page = tab.view.everywhere
    assert page.field.hasFocus()
    QTest.keyClicks(page.field, text)
    qtbot.waitUntil(tab.is_settled)
    assert page.replace.text().startswith("Remove "), "nothing stands in their place"
    QTest.keyClicks(page.replacement, made)
    qtbot.waitUntil(tab.is_settled)


def test_replacing_everywhere_and_one_undo(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    open_page(qtbot, tab, "return", "return --[[x]]")
    page = tab.view.everywhere
    assert page.count.text() == "3 places in 3 scripts"
    first = page.tree.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "other (1)"
    child = first.child(0)
    assert child is not None
    assert (child.text(0), child.text(1), child.text(2)) == ("Line 3", "return 2", "return --[[x]] 2")
    page.tree.setCurrentItem(child)
    QTest.keyClick(page.tree, Key.Key_Space)
    assert page.replace.text() == "Replace 2 in 2 scripts"
    QTest.mouseClick(page.replace, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.is_settled)
    hello = site.folder / "site/lua/hello.lua"
    assert site.read("other").decode() == OTHER
    assert site.read("todo").decode() == TODO.replace("return", "return --[[x]]")
    assert hello.read_text() == HELLO.replace("return", "return --[[x]]")
    assert tab.view.notice.title.text() == "Replaced 2 places in 2 scripts"
    QTest.mouseClick(tab.view.notice.buttons()["Undo"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(tab.is_settled)
    assert site.read("todo").decode() == TODO
    assert hello.read_text() == HELLO


def test_a_script_with_unsaved_text_is_shown_and_left_alone(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    tab.open_target(name="other")
    qtbot.waitUntil(tab.is_settled)
    QTest.keyClicks(tab.presenter.current_editor(), "-- ")
    open_page(qtbot, tab, "return", "x")
    page = tab.view.everywhere
    first = page.tree.topLevelItem(0)
    assert first is not None
    assert "not saved" in first.text(1)
    assert page.replace.text() == "Replace 2 in 2 scripts"


def test_a_place_is_opened_and_escape_leads_back(qtbot: QtBot, tab: ScriptsTab) -> None:
    open_page(qtbot, tab, "asked to", "")
    page = tab.view.everywhere
    QTest.keyClick(page.field, Key.Key_Return)
    assert page.tree.hasFocus()
    QTest.keyClick(page.tree, Key.Key_Return)
    qtbot.waitUntil(tab.is_settled)
    assert not tab.view.is_everywhere
    editor = tab.presenter.current_editor()
    assert editor is not None
    assert (tab.presenter.current_key(), editor.place()[0]) == ("function/todo", 5)
    tab.open_target(everywhere=True)
    assert page.field.text() == "asked to", "what was looked for is still there"
    QTest.keyClick(page.field, Key.Key_Escape)
    assert not tab.view.is_everywhere
    assert editor.hasFocus()


@pytest.mark.parametrize("scripts", [{"functions/many.lua": "return return\n" * (MOST // 2)}])
def test_all_places_of_a_script_are_given_up_and_chosen_at_once(qtbot: QtBot, tab: ScriptsTab) -> None:
    open_page(qtbot, tab, "return", "x")
    page = tab.view.everywhere
    script = page.tree.topLevelItem(0)
    assert script is not None
    script.setCheckState(0, Qt.CheckState.Unchecked)
    assert (page.chosen(), page.replace.isEnabled()) == ({}, False)
    script.setCheckState(0, Qt.CheckState.Checked)
    assert page.chosen() == {0: set(range(MOST))}
    assert page.replace.text() == "Replace 2,000 in 1 script"


def test_a_selection_in_one_line_is_what_is_looked_for(qtbot: QtBot, tab: ScriptsTab) -> None:
    tab.open_target(name="other")
    qtbot.waitUntil(tab.is_settled)
    editor = tab.presenter.current_editor()
    assert editor is not None
    editor.selectAll()
    tab.open_target(everywhere=True)
    assert tab.view.everywhere.field.text() == ""
    editor.select(Match(0, 3))
    tab.open_target(everywhere=True)
    assert tab.view.everywhere.field.text() == "---"
