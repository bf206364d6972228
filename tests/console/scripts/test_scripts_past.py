"""Nothing is lost: drafts after a crash, earlier versions, two texts brought together."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.scripts.text.merging import merge, merged
from goop_console.widgets.message_bar import MessageBar
from tests.console.scripts.conftest import OTHER, TODO, ScriptSite, opened

Key, Held = Qt.Key, Qt.KeyboardModifier


def press(bar: MessageBar, text: str) -> None:
    next(one for one in bar.findChildren(QPushButton) if one.text() == text).click()


def drafts(site: ScriptSite) -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in site.engine.scripts.drafts.all()]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, f"{tmp_path}/state")


def test_what_was_typed_is_offered_at_the_next_start(
    site: ScriptSite, open_tab: Callable[[], ScriptsTab], qtbot: QtBot
) -> None:
    """Once: Kill -9 with unsaved text."""
    first = open_tab()
    assert not first.view.drafts_bar.isVisible()
    editor = opened(first, qtbot, "todo")
    QTest.keyClicks(editor, "-- typed ")
    qtbot.waitUntil(lambda: drafts(site) == [("todo", "-- typed " + TODO)])

    second = open_tab()  # the first one never came to its end
    bar = second.view.drafts_bar
    assert bar.isVisible()
    assert "todo" in bar.title.text()
    press(bar, "Restore")
    again = opened(second, qtbot, "todo")
    qtbot.waitUntil(lambda: again.text() == "-- typed " + TODO)
    assert again.is_modified
    assert site.read("todo").decode() == TODO
    again.undo()
    assert again.text() == TODO


def test_a_draft_goes_with_its_save_and_with_its_undo(
    site: ScriptSite, tab: ScriptsTab, qtbot: QtBot
) -> None:
    editor = opened(tab, qtbot, "other")
    QTest.keyClicks(editor, "--")
    qtbot.waitUntil(lambda: drafts(site) == [("other", "--" + OTHER)])
    tab.presenter.save()
    qtbot.waitUntil(lambda: drafts(site) == [])
    QTest.keyClicks(editor, "x")
    qtbot.waitUntil(lambda: drafts(site) != [])
    editor.undo()
    qtbot.waitUntil(lambda: drafts(site) == [])


def test_a_draft_that_is_just_being_written_goes_with_its_tab(
    site: ScriptSite, tab: ScriptsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, begun, may_go_on = site.engine.scripts.drafts, Event(), Event()
    keep = keeper.keep

    def slow(kind: str, name: str, text: str, base: str) -> None:
        begun.set()
        may_go_on.wait(10)
        keep(kind, name, text, base)

    monkeypatch.setattr(keeper, "keep", slow)
    QTest.keyClicks(opened(tab, qtbot, "other"), "--")
    qtbot.waitUntil(begun.is_set)
    tab.close_page()
    press(tab.view.notice, "Close without saving")
    may_go_on.set()
    qtbot.waitUntil(lambda: drafts(site) != [])
    qtbot.waitUntil(lambda: drafts(site) == [])


def test_a_draft_over_another_text_on_disk_is_asked_about(
    site: ScriptSite, open_tab: Callable[[], ScriptsTab], qtbot: QtBot
) -> None:
    site.engine.scripts.drafts.keep("function", "other", OTHER + "-- mine\n", OTHER)
    site.write("other", "-- theirs\n" + OTHER)
    tab = open_tab()
    press(tab.view.drafts_bar, "Restore")
    editor = opened(tab, qtbot, "other")
    qtbot.waitUntil(tab.view.disk_bar.isVisible)
    press(tab.view.disk_bar, "Merge…")
    qtbot.waitUntil(lambda: editor.text() == "-- theirs\n" + OTHER + "-- mine\n")
    tab.presenter.save()
    qtbot.waitUntil(lambda: site.read("other").decode() == "-- theirs\n" + OTHER + "-- mine\n")


def test_discarded_is_not_offered_again(
    site: ScriptSite, open_tab: Callable[[], ScriptsTab], qtbot: QtBot
) -> None:
    site.engine.scripts.drafts.keep("function", "gone", "function call() end", "")
    site.engine.scripts.drafts.keep("function", "other", "x", OTHER)
    tab = open_tab()
    assert "gone" in tab.view.drafts_bar.title.text()
    press(tab.view.drafts_bar, "Discard")
    qtbot.waitUntil(lambda: drafts(site) == [])


def test_the_draft_of_a_deleted_script_makes_it_again(
    site: ScriptSite, open_tab: Callable[[], ScriptsTab], qtbot: QtBot
) -> None:
    site.engine.scripts.drafts.keep("function", "gone", "function call() end\n", "")
    tab = open_tab()
    assert "Of gone the file was deleted since: restoring makes it again" in tab.view.drafts_bar.text.text()
    press(tab.view.drafts_bar, "Restore")
    qtbot.waitUntil(lambda: (site.functions / "gone.lua").exists())
    qtbot.waitUntil(lambda: tab.presenter.current_key() == "function/gone")
    assert site.read("gone") == b"function call() end\n"
    qtbot.waitUntil(lambda: drafts(site) == [])


def test_an_earlier_version_is_shown_and_comes_back(site: ScriptSite, tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")
    QTest.keyClicks(editor, "-- one ")
    tab.presenter.save()
    qtbot.waitUntil(lambda: tab.presenter.unsaved() == ())
    qtbot.waitUntil(tab.is_settled)
    QTest.keyClick(editor, Key.Key_H, Held.ControlModifier | Held.ShiftModifier)
    versions = tab.view.versions
    qtbot.waitUntil(lambda: versions.list.count() == 2 and versions.list.hasFocus())
    QTest.keyClick(versions.list, Key.Key_Down)
    qtbot.waitUntil(versions.restore.isEnabled)
    assert "+-- one --- Another one" in versions.diff.text.toPlainText()

    QTest.keyClick(versions.list, Key.Key_Return)
    assert editor.text() == OTHER
    assert editor.hasFocus()
    assert site.read("other").decode() == "-- one " + OTHER
    editor.undo()
    assert editor.text() == "-- one " + OTHER


def test_conflicts_are_decided_by_key(site: ScriptSite, tab: ScriptsTab, qtbot: QtBot) -> None:
    editor = opened(tab, qtbot, "other")
    editor.replace_text(OTHER.replace("return 2", "return 'mine'") + "-- end\n")
    site.write("other", "-- top\n" + OTHER.replace("return 2", "return 'theirs'"))
    qtbot.waitUntil(tab.view.disk_bar.isVisible, timeout=60_000)
    press(tab.view.disk_bar, "Merge…")
    view = tab.view.merge
    qtbot.waitUntil(view.isVisible)
    assert view.title.text().startswith("Conflict 1 of 1")
    assert "» " in view.mine.toPlainText()
    assert "'theirs'" in view.theirs.toPlainText()
    QTest.keyClick(view, Key.Key_Escape)
    assert not view.isVisible()
    press(tab.view.disk_bar, "Merge…")
    qtbot.waitUntil(view.isVisible)
    QTest.keyClick(view.take_theirs, Key.Key_Space)

    assert editor.text() == "-- top\n" + OTHER.replace("return 2", "return 'theirs'") + "-- end\n"
    assert editor.is_modified
    assert tab.view.message.text() == "Merged: Ctrl+S writes it, Ctrl+Z takes it back"
    tab.presenter.save()
    qtbot.waitUntil(lambda: site.read("other").decode() == editor.text())


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "found"),
    [
        ("a b c", "a B c", "a b c d", "a B c d"),
        ("a b c", "a c", "a b c", "a c"),
        ("a b c", "a b c", "b c", "b c"),
        ("a", "b", "b", "b"),
        ("", "x", "", "x"),
        ("a b", "a X b", "a Y b", "a X Y b"),
        ("a b c d e", "A b c d E", "a b C d e", "A b C d E"),
    ],
)
def test_what_only_one_side_changed_is_taken(base: str, mine: str, theirs: str, found: str) -> None:
    parts = merge(*(text.replace(" ", "\n") for text in (base, mine, theirs)))
    conflicts = sum(part.is_conflict for part in parts)
    assert merged(parts, ["both"] * conflicts).replace("\n", " ") == found
    assert merged(parts, ["mine"] * conflicts).count("Y") == 0
