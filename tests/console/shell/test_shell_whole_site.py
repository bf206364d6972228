"""What concerns a site as a whole, in the window: who has it open, reading only, its settings, templates
dropped on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from goop_console.main_window import MainWindow
from goop_console.window.settings_dialog import SettingsDialog
from lua_engine import Engine, LogLimits
from tests.helpers.small_template import template_files, write_files

from .conftest import MakeSite, open_site, settle


@pytest.fixture
def other_console(make_site: MakeSite) -> Iterator[Engine]:
    with Engine.open(make_site(), watch=False, lock=True) as engine:
        assert engine.owner.id  # makes the key: reading only makes none
        yield engine


def test_a_site_that_is_in_use_is_named_and_can_be_read(
    window: MainWindow, other_console: Engine, qtbot: QtBot
) -> None:
    path = other_console.site.path
    window.open_site(path)
    qtbot.waitUntil(lambda: not window.message.isHidden())
    assert window.message.title.text() == "garden is in use"
    assert "another Goop Console (process" in window.message.text.text()
    window.message.buttons()["Open read-only"].click()
    qtbot.waitUntil(lambda: window.session is not None)
    settle(window, qtbot)
    assert window.windowTitle() == "garden (read-only) – Goop Console"
    qtbot.waitUntil(window.status.read_only.isVisible)
    assert window.status.read_only.text() == "Read-only"
    assert window.session is not None
    assert window.session.engine.is_read_only


def test_it_opens_as_soon_as_the_other_one_is_gone(
    window: MainWindow, other_console: Engine, qtbot: QtBot
) -> None:
    window.open_site(other_console.site.path)
    qtbot.waitUntil(lambda: not window.message.isHidden())
    other_console.close()
    window.message.buttons()["Try again"].click()
    qtbot.waitUntil(lambda: window.session is not None)
    settle(window, qtbot)
    assert not window.status.read_only.isVisible()


def test_closing_the_site_gives_it_back(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    path = make_site()
    open_site(window, qtbot, path)
    window.close_site()
    qtbot.waitUntil(lambda: not window.opener.is_closing)
    with Engine.open(path, watch=False, lock=True):
        pass


def form(window: MainWindow, qtbot: QtBot) -> SettingsDialog:
    window.actions_by_id["site.settings"].trigger()
    qtbot.waitUntil(lambda: window.settings_form is not None and window.settings_form.dialog is not None)
    assert window.settings_form is not None
    assert window.settings_form.dialog is not None
    return window.settings_form.dialog


def test_settings_change_what_was_touched_and_nothing_else(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    path = make_site()
    open_site(window, qtbot, path)
    before = (path / "goop.json").read_text()
    dialog = form(window, qtbot)
    assert not dialog.save.isEnabled()
    name, seconds, kv = (
        dialog.fields["profile.label"],
        dialog.fields["lua.timeout_seconds"],
        dialog.fields["lua.kv_enabled"],
    )
    assert isinstance(name, QLineEdit)
    assert isinstance(seconds, QSpinBox)
    assert isinstance(kv, QCheckBox)
    assert (seconds.minimum(), seconds.maximum(), seconds.value()) == (1, 60, 5)
    name.setText("Maya B.")
    seconds.setValue(9)
    kv.setChecked(False)
    assert dialog.changes() == {"profile.label": "Maya B.", "lua.timeout_seconds": 9, "lua.kv_enabled": False}
    dialog.save.click()
    qtbot.waitUntil(lambda: window.settings_form is not None and window.settings_form.dialog is None)
    assert (path / "goop.json").read_text() == before.replace('"Maya"', '"Maya B."').replace(
        '"enabled": true', '"enabled": true, "timeout_seconds": 9, "kv_enabled": false'
    )
    assert window.session is not None
    assert window.session.engine.settings.lua.timeout_seconds == 9
    qtbot.waitUntil(lambda: window.status.owner.text() == "Maya B.")
    settle(window, qtbot)


def test_what_the_console_keeps_is_a_setting(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    path = make_site()
    open_site(window, qtbot, path)
    before = (path / "goop.json").read_bytes()
    dialog = form(window, qtbot)
    days = dialog.fields["log.days"]
    assert isinstance(days, QSpinBox)
    assert (days.maximum(), days.value()) == (3_650, 30)
    days.setValue(7)
    secrets = dialog.fields["history.keeps_secrets"]
    assert isinstance(secrets, QCheckBox)
    assert not secrets.isChecked()
    secrets.setChecked(True)
    dialog.save.click()
    qtbot.waitUntil(lambda: window.settings_form is not None and window.settings_form.dialog is None)
    assert window.session is not None
    assert window.session.engine.log.limits == LogLimits(7, 200)
    assert window.session.engine.history.keeps_secrets
    assert (path / "goop.json").read_bytes() == before
    settle(window, qtbot)


def test_a_wrong_setting_is_said_at_its_field(window: MainWindow, make_site: MakeSite, qtbot: QtBot) -> None:
    path = make_site()
    open_site(window, qtbot, path)
    dialog = form(window, qtbot)
    folder = dialog.fields["lua.script_dir"]
    assert isinstance(folder, QLineEdit)
    folder.setText("../elsewhere")
    dialog.save.click()
    qtbot.waitUntil(lambda: "lua.script_dir" in dialog._problems["lua.script_dir"].text())
    assert dialog.isVisible()
    assert "elsewhere" not in (path / "goop.json").read_text()
    dialog.reject()


def test_a_change_elsewhere_reaches_the_open_form(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    path = make_site()
    open_site(window, qtbot, path)
    dialog = form(window, qtbot)
    name, seconds = dialog.fields["profile.label"], dialog.fields["lua.timeout_seconds"]
    assert isinstance(name, QLineEdit)
    assert isinstance(seconds, QSpinBox)
    name.setText("typed")
    tree = json.loads((path / "goop.json").read_text())
    tree["lua"]["timeout_seconds"] = 33
    tree["profile"]["label"] = "Goop2 wrote this"
    (path / "goop.json").write_text(json.dumps(tree))
    qtbot.waitUntil(lambda: seconds.value() == 33)
    assert name.text() == "typed"
    dialog.reject()


def test_every_field_is_named_and_read_only_is_said(
    window: MainWindow, other_console: Engine, qtbot: QtBot
) -> None:
    window.open_site(other_console.site.path, read_only=True)
    qtbot.waitUntil(lambda: window.session is not None)
    settle(window, qtbot)
    dialog = form(window, qtbot)
    assert all(field.accessibleName() and not field.isEnabled() for field in dialog.fields.values())
    assert "read-only" in dialog.note.text()
    dialog.reject()


def test_waiting_for_goop2_is_said_in_the_status_line(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot
) -> None:
    path = make_site()
    open_site(window, qtbot, path)
    assert window.session is not None
    goop2 = sqlite3.connect(path / "data.db", isolation_level=None)
    goop2.execute("BEGIN IMMEDIATE")
    engine = window.session.engine
    done: list[str] = []
    window._operations.run(lambda: engine.rooms.create("Late").id, owner=window, done=done.append)
    qtbot.waitUntil(window.status.waiting.isVisible)
    assert "Goop2" in window.status.waiting.text()
    goop2.execute("COMMIT")
    goop2.close()
    qtbot.waitUntil(lambda: bool(done))
    qtbot.waitUntil(lambda: not window.status.waiting.isVisible())
    settle(window, qtbot)


def drop(widget: QWidget, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    for kind in (QDragEnterEvent, None):
        where, buttons, keys = (
            widget.rect().center(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        event = (
            QDragEnterEvent(where, Qt.DropAction.CopyAction, data, buttons, keys)
            if kind
            else QDropEvent(QPointF(where), Qt.DropAction.CopyAction, data, buttons, keys)
        )
        QApplication.sendEvent(widget, event)


def test_a_template_dropped_on_any_tab_is_looked_at(
    window: MainWindow, make_site: MakeSite, qtbot: QtBot, tmp_path: Path
) -> None:
    open_site(window, qtbot, make_site())
    drop(window, write_files(tmp_path / "notes", template_files()))
    qtbot.waitUntil(lambda: window.workspace is not None and window.workspace.current.tab_id == "templates")
    settle(window, qtbot)
    assert window.workspace is not None
    assert window.session is not None
    assert window.session.engine.site.path.name == "garden"


def test_without_a_site_a_template_is_not_taken(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    drop(window, write_files(tmp_path / "notes", template_files()))
    assert window.opener.path is None
    assert window.workspace is None
