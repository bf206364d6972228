"""The Lua Scripts tab over a real site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.dashboard.delegate import cell_at
from goop_console.tabs.scripts.dashboard.rows import COLUMNS
from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.widgets.code_editor import CodeEditor
from goop_console.widgets.colors import DARK
from goop_console.widgets.diff_view import unified_diff
from tests.helpers.themes import use_theme

from .conftest import OTHER, TODO, ScriptSite

Key, Held = Qt.Key, Qt.KeyboardModifier
MakeTab = Callable[[], ScriptsTab]


def _row(tab: ScriptsTab, name: str) -> dict[str, str]:
    """The line of the list whose script is ``name``, by column: what stands above and below."""
    model = tab.view.list.tree.model()
    for row in range(model.rowCount()):
        if str(model.index(row, 0).data()).removeprefix("● ") == name:
            cells = [cell_at(model.index(row, place)) for place in range(len(COLUMNS))]
            return {
                column: " | ".join(part for part in (cell.text, cell.below) if part)
                for column, cell in zip(COLUMNS, cells, strict=True)
            }
    raise AssertionError(f"no line for {name}")


def _open(qtbot: QtBot, tab: ScriptsTab, name: str, **target: Any) -> CodeEditor:
    tab.open_target(name=name, **target)
    qtbot.waitUntil(tab.is_settled)
    editor = tab.view.pane.current
    assert editor is not None
    return editor


def _append(editor: CodeEditor, text: str) -> None:
    editor.moveCursor(QTextCursor.MoveOperation.End)
    editor.insertPlainText(text)


def _message(tab: ScriptsTab) -> str:
    return tab.view.message.text()


def _press(tab: ScriptsTab, text: str) -> None:
    tab.view.disk_bar.buttons()[text].click()


# the list


def test_a_description_of_any_length_is_one_line_and_a_tip(
    site: ScriptSite, tab: ScriptsTab, qtbot: QtBot
) -> None:
    _open(qtbot, tab, "todo")
    line = tab.view.header.sizeHint().height()
    for length in (400, 40_000):
        said = "<b>wide</b> " * (length // 12)
        site.write("todo", TODO.replace("Todo list", said))
        qtbot.waitUntil(lambda said=said: tab.view.header.description.text() == said.strip(), timeout=60_000)
        assert tab.view.header.sizeHint().height() == line
        assert "&lt;b&gt;wide" in tab.view.header.description.toolTip()


def test_the_list_says_everything_about_a_script(tab: ScriptsTab) -> None:
    assert _row(tab, "todo") == {
        "Script": "todo | Todo list",
        "State": "OK | unlimited",
        "Last hour": "",
        "Time": "",
        "Last call": "",
    }
    assert _row(tab, "hello")["State"] == "OK | 10/min"
    assert _row(tab, "other")["State"] == "OK | 30/min"


def test_calls_and_errors_are_counted_and_the_last_error_leads_to_its_line(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    _open(qtbot, tab, "todo")
    site.call("todo")
    site.call("todo", fail=True)
    qtbot.waitUntil(lambda: _row(tab, "todo")["Last hour"] == "2 | 1 error")
    row = _row(tab, "todo")
    assert row["Last call"] == "now | error, line 5"
    assert row["Time"].startswith("p50 ")
    assert "2 calls, 1 error in the last hour" in tab.view.header.facts.text()
    tab.view.header.last_error.click()
    assert tab.view.pane.current is not None
    assert tab.view.pane.current.place()[0] == 5


def test_the_filter_looks_everywhere_and_keeps_the_script_in_view(qtbot: QtBot, tab: ScriptsTab) -> None:
    editor = _open(qtbot, tab, "todo")
    tab.view.list.filter.set_text("greets")
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.list.tree.model().rowCount() == 1
    assert tab.view.pane.current is editor
    tab.view.list.filter.set_text("no such thing")
    qtbot.waitUntil(lambda: tab.view.list.nothing.isVisible())


@pytest.mark.parametrize("scripts", [{"functions/prints.lua": "function call() return print end\n"}])
def test_an_error_without_a_line_leads_to_the_log(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    site.call("prints")
    qtbot.waitUntil(lambda: tab.view.header.last_error.isVisible())
    tab.view.header.last_error.click()
    assert site.links == [("logs", {"script": "prints"})]


@pytest.mark.parametrize("scripts", [{"functions/refuses.lua": "--- @rate_limit 1\nfunction call() end\n"}])
def test_a_refusal_is_not_an_error(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    for _ in range(2):
        site.call("refuses")
    qtbot.waitUntil(lambda: "2 calls" in tab.view.header.facts.text())
    assert not tab.view.header.last_error.isVisible()


@pytest.mark.parametrize(
    "scripts", [{"functions/same.lua": OTHER, "same.lua": "-- @rate_limit 3\nfunction handle() end\n"}]
)
def test_a_name_clash_is_a_warning_in_the_list_and_over_the_text(qtbot: QtBot, tab: ScriptsTab) -> None:
    row = _row(tab, "same")
    assert row["State"] == "Warning | same name twice"
    editor = _open(qtbot, tab, "same", kind="command")
    assert [one.severity for one in editor.problems] == ["warning", "warning"]
    assert tab.view.pane.problem_bar.isVisible()


@pytest.mark.parametrize("scripts", [{}])
def test_a_site_without_scripts_says_where_to_put_them(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    assert tab.view.is_empty
    assert "site/lua/functions/" in tab.view.empty.text.text()
    site.write("first", OTHER)
    qtbot.waitUntil(lambda: not tab.view.is_empty and tab.view.pane.current is not None)
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.pane.current is not None
    assert tab.view.pane.current.text() == OTHER


# saving and checking


def test_a_saved_script_is_live(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    editor = _open(qtbot, tab, "other")
    editor.replace_text(OTHER.replace("2", "3"))
    assert tab.unsaved() == ("other (function)",)
    qtbot.waitUntil(lambda: _row(tab, "other")["Script"].startswith("● other"))
    QTest.keyClick(editor, Key.Key_S, Held.ControlModifier)
    qtbot.waitUntil(lambda: _message(tab) == "Saved · live")
    assert tab.unsaved() == ()
    assert site.call("other") == 3
    _append(editor, "-- more")
    assert _message(tab) == ""


def test_a_broken_save_keeps_the_old_version_and_marks_the_line(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    editor = _open(qtbot, tab, "other")
    editor.replace_text("function call(request)\n  return (1 +\nend\n")
    tab.save_all()
    qtbot.waitUntil(lambda: _message(tab) == "Saved · broken at line 3: the previous version stays active")
    assert [one.line for one in editor.problems] == [3]
    assert tab.view.pane.problem_bar.isVisible()
    assert site.call("other") == 2
    qtbot.waitUntil(lambda: _row(tab, "other")["State"].startswith("Old version"))
    assert tab.view.header.state.text() == "Old version answers"


def test_a_mistake_is_shown_while_typing_and_goes_when_corrected(qtbot: QtBot, tab: ScriptsTab) -> None:
    editor = _open(qtbot, tab, "other")
    _append(editor, "local x = )\n")
    qtbot.waitUntil(lambda: [one.line for one in editor.problems] == [5])
    assert "line 5" in tab.view.pane.problem_bar.message.text()
    editor.undo()
    qtbot.waitUntil(lambda: editor.problems == ())
    assert not tab.view.pane.problem_bar.isVisible()


@pytest.mark.parametrize("scripts", [{"functions/win.lua": OTHER.replace("\n", "\r\n")}])
def test_windows_line_ends_stay(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    editor = _open(qtbot, tab, "win")
    _append(editor, "-- é\n")
    tab.save_all()
    qtbot.waitUntil(lambda: _message(tab) == "Saved · live")
    assert site.read("win") == (OTHER + "-- é\n").replace("\n", "\r\n").encode()


def test_bytes_that_are_no_text_are_shown_but_never_written(
    qtbot: QtBot, open_tab: MakeTab, site: ScriptSite
) -> None:
    (site.functions / "odd.lua").write_bytes(b"-- \xff\nfunction call() end\n")
    site.engine.scripts.reload()
    tab = open_tab()
    editor = _open(qtbot, tab, "odd")
    assert editor.isReadOnly()
    assert _message(tab).startswith("Read only")


# several scripts, and the disk


def test_switching_loses_neither_text_nor_place_nor_undo(qtbot: QtBot, tab: ScriptsTab) -> None:
    todo = _open(qtbot, tab, "todo")
    _append(todo, "-- mine")
    place = todo.place()
    other = _open(qtbot, tab, "other")
    _append(other, "-- too")
    assert _open(qtbot, tab, "todo") is todo
    assert todo.text() == TODO + "-- mine"
    assert todo.place() == place
    assert set(tab.unsaved()) == {"todo (function)", "other (function)"}
    todo.undo()
    assert todo.text() == TODO


def test_a_clean_text_follows_the_disk_and_keeps_its_place(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    editor = _open(qtbot, tab, "todo", line=7)
    site.write("todo", "-- new first line\n" + TODO)
    qtbot.waitUntil(lambda: editor.text().startswith("-- new"))
    assert editor.place()[0] == 8
    assert not editor.is_modified
    assert not tab.view.disk_bar.isVisible()


def _conflict(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> CodeEditor:
    editor = _open(qtbot, tab, "other")
    _append(editor, "-- mine\n")
    site.write("other", OTHER.replace("2", "9"))
    qtbot.waitUntil(lambda: tab.view.disk_bar.isVisible())
    qtbot.waitUntil(tab.is_settled)
    assert editor.text() == OTHER + "-- mine\n"
    return editor


def test_keep_mine_lets_the_next_save_win(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    _conflict(qtbot, tab, site)
    _press(tab, "Keep mine")
    assert not tab.view.disk_bar.isVisible()
    tab.save_all()
    qtbot.waitUntil(lambda: _message(tab) == "Saved · live")
    assert site.read("other").decode() == OTHER + "-- mine\n"


def test_load_theirs_can_be_undone(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    editor = _conflict(qtbot, tab, site)
    _press(tab, "Load theirs")
    assert editor.text() == OTHER.replace("2", "9")
    assert tab.unsaved() == ()
    editor.undo()
    assert editor.text() == OTHER + "-- mine\n"
    assert tab.unsaved() == ("other (function)",)


def test_compare_shows_both_texts_and_comes_back(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    editor = _conflict(qtbot, tab, site)
    _press(tab, "Compare")
    shown = tab.view.diff.text.toPlainText().split("\n")
    assert "-  return 2" in shown
    assert "+  return 9" in shown
    assert "--- mine" in shown  # a removed line: "-" and "-- mine"
    QTest.keyClick(tab.view.diff.text, Key.Key_Escape)
    assert editor.isVisible()
    assert tab.view.disk_bar.isVisible()


def test_a_save_does_not_write_over_what_nobody_has_seen(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    _conflict(qtbot, tab, site)
    tab.save_all()
    qtbot.waitUntil(lambda: _message(tab).startswith("Not saved"))
    assert site.read("other").decode() == OTHER.replace("2", "9")


def test_a_deleted_script_goes_unless_its_text_is_not_saved(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    _open(qtbot, tab, "todo")
    editor = _open(qtbot, tab, "other")
    _append(editor, "-- mine\n")
    site.delete("todo")
    site.delete("other")
    qtbot.waitUntil(
        lambda: tab.view.disk_bar.isVisible() and _row(tab, "other")["State"].startswith("Deleted")
    )
    with pytest.raises(AssertionError):
        _row(tab, "todo")
    _press(tab, "Save it again")
    qtbot.waitUntil(lambda: _message(tab) == "Saved · live")
    assert site.read("other").decode() == OTHER + "-- mine\n"
    qtbot.waitUntil(lambda: not tab.view.disk_bar.isVisible())


def test_a_conflict_whose_file_is_then_deleted_asks_about_the_deletion(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    editor = _conflict(qtbot, tab, site)
    site.delete("other")
    qtbot.waitUntil(lambda: "Discard my text" in tab.view.disk_bar.buttons())
    assert editor.text() == OTHER + "-- mine\n"
    _press(tab, "Discard my text")
    qtbot.waitUntil(tab.is_settled)
    assert tab.unsaved() == ()


def test_coming_back_to_the_window_looks_at_the_disk(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    """Two broken texts with the same mistake are one and the same to the engine."""
    editor = _open(qtbot, tab, "other")
    for text in ("function call(\n-- one\n", "function call(\n-- two\n"):
        site.write("other", text)
        QCoreApplication.sendEvent(tab, QEvent(QEvent.Type.WindowActivate))
        qtbot.waitUntil(lambda text=text: editor.text() == text)
    assert not editor.is_modified


# links, state, keys


def test_a_call_of_what_is_not_saved_is_said(qtbot: QtBot, tab: ScriptsTab, site: ScriptSite) -> None:
    editor = _open(qtbot, tab, "todo")
    _append(editor, "\n-- more\n")
    tab.view.header.call.click()
    assert not site.links, "what is on disk would run"
    assert "todo has changes that are not saved" in tab.view.notice.title.text()
    buttons = tab.view.notice.buttons()
    assert list(buttons)[:2] == ["Save and call", "Call it as saved"]
    buttons["Call it as saved"].click()
    assert site.links == [("calls", {"function": "todo"})]
    tab.view.header.call.click()
    tab.view.notice.buttons()["Save and call"].click()
    qtbot.waitUntil(lambda: len(site.links) == 2)
    assert site.read("todo").endswith(b"-- more\n")
    assert not tab.unsaved()


def test_a_link_to_a_script_that_there_is_not_asks_to_make_it(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite
) -> None:
    tab.open_target(name="nosuch", kind="command", new=True)
    assert tab.view.is_creating
    assert (tab.view.form.name.text(), tab.view.form.kind) == ("nosuch", "command")


def test_the_buttons_lead_to_the_other_tabs_and_to_the_folder(
    qtbot: QtBot, tab: ScriptsTab, site: ScriptSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: shown.append(QUrl(url).toLocalFile()) or True
    )
    _open(qtbot, tab, "todo")
    tab.view.header.call.click()
    tab.view.header.logs.click()
    tab.view.header.folder.click()
    _open(qtbot, tab, "hello")
    tab.view.header.call.click()
    assert site.links == [
        ("calls", {"function": "todo"}),
        ("logs", {"script": "todo"}),
        ("calls", {"text": "!hello "}),
    ]
    assert [Path(one) for one in shown] == [site.functions]


def test_state_comes_back_in_a_new_start(qtbot: QtBot, tab: ScriptsTab, open_tab: MakeTab) -> None:
    _open(qtbot, tab, "todo").go_to_line(6, 2)
    tab.view.list.filter.set_text("o")
    tab.view.splitter.moveSplitter(600, 1)  # as with the mouse: sizes that nobody chose are not kept
    sizes = tab.view.splitter.sizes()
    state = tab.save_state()
    again = open_tab()
    again.restore_state(state)
    qtbot.waitUntil(again.is_settled)
    editor = again.view.pane.current
    assert editor is not None
    assert editor.text() == TODO
    assert editor.place() == (6, 2)
    assert again.view.list.filter.text() == "o"
    assert again.view.splitter.sizes() == sizes


@pytest.mark.parametrize(
    "state",
    [
        {"selected": 3, "places": [1], "splitter": "x", "filter": None},
        {"places": {"function/todo": ["a", 1]}},
    ],
)
def test_a_state_in_any_shape_is_taken(tab: ScriptsTab, state: dict[str, Any]) -> None:
    tab.restore_state(state)
    assert tab.view.pane.current is not None


def test_a_link_to_a_line_waits_for_the_text(qtbot: QtBot, tab: ScriptsTab) -> None:
    assert _open(qtbot, tab, "todo", kind="function", line=5).place()[0] == 5


def test_everything_that_takes_the_keyboard_has_a_name(qtbot: QtBot, tab: ScriptsTab) -> None:
    _open(qtbot, tab, "todo")
    tab.view.pane.open_replace()
    tab.view.pane.ask_line()
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QTableView)
    for widget in tab.findChildren(QWidget):
        if (
            isinstance(widget, kinds)
            and widget.isVisible()
            and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        ):
            named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            assert named, widget


def test_find_goes_where_the_keyboard_is(qtbot: QtBot, tab: ScriptsTab) -> None:
    editor = _open(qtbot, tab, "todo")
    editor.setFocus()
    tab.find()
    assert tab.view.pane.find_bar.isVisible()
    tab.view.list.tree.setFocus()
    tab.find()
    assert tab.view.list.filter.field.hasFocus()


def test_another_theme_edits_nothing(qtbot: QtBot, tab: ScriptsTab) -> None:
    editor = _open(qtbot, tab, "todo")
    use_theme(DARK)
    assert not editor.is_modified
    assert tab.unsaved() == ()


def test_a_diff_of_equal_texts_is_empty() -> None:
    assert unified_diff("a\nb", "a\nb", "x", "y") == ""
