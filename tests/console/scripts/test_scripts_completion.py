"""Completion while one types, by keys only, and F12."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor.editor import CodeEditor
from tests.console.scripts.conftest import ScriptSite, opened

SOURCE = "local function helper()\n  return 1\nend\nfunction call(request)\n  \n  return helper()\nend\n"


@pytest.fixture
def scripts() -> dict[str, str]:
    return {"functions/help.lua": SOURCE}


@pytest.fixture
def editor(tab: ScriptsTab, qtbot: QtBot) -> CodeEditor:
    editor = opened(tab, qtbot, "help")
    editor.go_to_line(5, 3)
    editor.setFocus()
    qtbot.waitUntil(editor.hasFocus)
    return editor


def offers(editor: CodeEditor) -> list[str]:
    listed = editor.completion.list
    return [listed.item(at).text().split()[0] for at in range(listed.count())]


def test_names_are_offered_while_one_types(editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(editor, "goop.kv.")
    qtbot.waitUntil(lambda: editor.completion.isVisible() and "set" in offers(editor))

    QTest.keyClicks(editor, "se")
    qtbot.waitUntil(lambda: offers(editor)[:1] == ["set"])
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert editor.text().split("\n")[4] == "  goop.kv.set"
    assert not editor.completion.isVisible()


def test_the_list_stays_while_a_member_is_typed(editor: CodeEditor, qtbot: QtBot) -> None:
    """Its first letter is enough, also when it comes at once behind the dot."""
    QTest.keyClicks(editor, "goop.")
    qtbot.waitUntil(lambda: editor.completion.isVisible() and "kv" in offers(editor))
    QTest.keyClick(editor, "k")
    assert editor.completion.isVisible()
    qtbot.waitUntil(lambda: offers(editor)[:1] == ["kv"])

    QTest.keyClicks(editor, " string.f")
    qtbot.waitUntil(lambda: editor.completion.isVisible() and "find" in offers(editor))


def test_a_column_is_offered_in_a_text_that_has_no_end_yet(
    editor: CodeEditor, qtbot: QtBot, site: ScriptSite
) -> None:
    manifest = {"name": "T", "schemas": ["posts"]}
    schema = {"name": "posts", "system_key": True, "columns": [{"name": "title", "type": "text"}]}
    (site.folder / "schemas").mkdir()
    (site.folder / "schemas" / "posts.json").write_text(json.dumps(schema))
    (site.folder / "site" / "manifest.json").write_text(json.dumps(manifest))
    site.engine.templates.set_up(site.folder / "site" / "manifest.json")
    QTest.keyClicks(editor, 'goop.orm("posts"):find({ where = "ti')
    qtbot.waitUntil(lambda: editor.completion.isVisible() and offers(editor) == ["title"])
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert editor.text().split("\n")[4].endswith('where = "title')


def test_f12_on_a_table_opens_it(editor: CodeEditor, qtbot: QtBot, site: ScriptSite) -> None:
    QTest.keyClicks(editor, 'local posts = goop.orm("posts")')
    for column in (29, 10):
        editor.go_to_line(5, column)
        QTest.keyClick(editor, Qt.Key.Key_F12)
        qtbot.waitUntil(lambda: bool(site.links))
        assert site.links.pop() == ("data", {"table": "posts"})


def test_keys_move_in_the_list_and_escape_leaves_it(editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClicks(editor, "he")
    qtbot.waitUntil(lambda: "helper" in offers(editor) and editor.completion.isVisible())
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Escape)

    assert not editor.completion.isVisible()
    assert editor.text().split("\n")[4] == "  he"


def test_ctrl_space_asks(editor: CodeEditor, qtbot: QtBot) -> None:
    QTest.keyClick(editor, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: "request" in offers(editor))


def test_f12_goes_to_the_definition(editor: CodeEditor, qtbot: QtBot) -> None:
    editor.go_to_line(6, 12)
    QTest.keyClick(editor, Qt.Key.Key_F12)

    qtbot.waitUntil(lambda: editor.place() == (1, 16))
