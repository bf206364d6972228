"""Files that may not be written: what is said, and that nothing is lost."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.scripts.text.disk import is_protected
from goop_console.widgets.code_editor import CodeEditor
from lua_engine.site import atomic
from tests.console.scripts.conftest import TODO, ScriptSite, opened


def path_of(site: ScriptSite) -> Path:
    return site.functions / "todo.lua"


def press(tab: ScriptsTab, words: str) -> None:
    buttons = tab.view.disk_bar.findChildren(QPushButton)
    next(one for one in buttons if one.text().replace("&", "") == words).click()


def typed_and_saved(tab: ScriptsTab, qtbot: QtBot) -> CodeEditor:
    editor = opened(tab, qtbot, "todo")
    QTest.keyClicks(editor, "-- x")
    tab.presenter.save()
    qtbot.waitUntil(tab.is_settled)
    return editor


def test_a_write_protected_file_is_written_on_request_only(
    tab: ScriptsTab, site: ScriptSite, qtbot: QtBot
) -> None:
    path_of(site).chmod(0o444)
    editor = typed_and_saved(tab, qtbot)

    assert tab.view.message.text() == "Not saved: the file is write-protected"
    assert tab.view.disk_bar.isVisible()
    assert site.read("todo") == TODO.encode()
    assert editor.text().startswith("-- x")
    assert tab.presenter.unsaved() == ("todo (function)",)

    press(tab, "Save all the same")
    qtbot.waitUntil(lambda: tab.presenter.unsaved() == ())
    qtbot.waitUntil(tab.is_settled)
    assert site.read("todo") == f"-- x{TODO}".encode()
    assert stat.S_IMODE(path_of(site).stat().st_mode) == 0o444
    assert tab.view.disk_bar.isHidden()


def test_not_now_leaves_the_text_and_the_next_save_asks_again(
    tab: ScriptsTab, site: ScriptSite, qtbot: QtBot
) -> None:
    path_of(site).chmod(0o444)
    editor = typed_and_saved(tab, qtbot)
    press(tab, "Not now")
    assert tab.view.disk_bar.isHidden()
    assert editor.text().startswith("-- x")

    tab.presenter.save()
    qtbot.waitUntil(tab.is_settled)
    assert tab.view.disk_bar.isVisible()
    path_of(site).chmod(0o644)
    tab.presenter.save()
    qtbot.waitUntil(lambda: tab.presenter.unsaved() == ())
    qtbot.waitUntil(tab.view.disk_bar.isHidden)


def test_it_is_said_when_it_is_opened(tab: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    path_of(site).chmod(0o400)
    assert is_protected(path_of(site))
    assert not is_protected(site.functions / "other.lua")
    assert not is_protected(site.functions / "missing.lua")
    opened(tab, qtbot, "todo")
    qtbot.waitUntil(lambda: tab.view.message.text() == "The file is write-protected")


def test_nothing_is_replaced_in_it(tab: ScriptsTab, site: ScriptSite, qtbot: QtBot) -> None:
    path_of(site).chmod(0o444)
    tab.everywhere.open("request")
    qtbot.waitUntil(tab.is_settled)
    refusals = {one.source.info.name: one.source.refusal for one in tab.view.everywhere.files}
    assert refusals == {"todo": "is write-protected", "other": ""}


@pytest.mark.parametrize("words", ["Permission denied", "No space left on device"])
def test_a_file_that_cannot_be_written_is_said_and_nothing_is_lost(
    tab: ScriptsTab, site: ScriptSite, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(13 if words.startswith("Perm") else 28, words)

    with monkeypatch.context() as only:  # tests may run as root, who may write everywhere
        only.setattr(atomic, "_write_synced", refuse)
        only.setattr(atomic.os, "access", lambda *_: False)
        editor = typed_and_saved(tab, qtbot)
        said = tab.view.message.text()
    assert said.startswith("Not saved: cannot be written: ")
    assert words in said
    assert ("its folder functions lets you write nothing" in said) == words.startswith("Perm")
    assert editor.text().startswith("-- x")
    assert tab.presenter.unsaved() == ("todo (function)",)
    assert site.read("todo") == TODO.encode()


def test_a_link_that_leads_out_of_the_site_is_never_written_through(
    tab: ScriptsTab, site: ScriptSite, qtbot: QtBot, tmp_path: Path
) -> None:
    """A folder of somebody else's may have one, to a file of this user's."""
    outside = tmp_path / "precious.txt"
    outside.write_text("precious")
    editor = opened(tab, qtbot, "todo")
    QTest.keyClicks(editor, "-- x")
    path_of(site).unlink()
    path_of(site).symlink_to(outside)
    tab.presenter.save()
    qtbot.waitUntil(tab.is_settled)

    assert outside.read_text() == "precious"
    assert "leads out of the site folder" in tab.view.message.text()
    assert editor.text().startswith("-- x")
