"""Record a visit in the Site tab; run it again; stop in the next real call."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from goop_console.tabs.site.tab import SiteTab
from goop_console.tabs.visits.dialog import VisitsDialog
from lua_engine import Engine, StopReason
from tests.console.site.conftest import Opened
from tests.console.site.test_site_tab import ask, invite
from tests.helpers.page_site import ANNA

CALL = "/api/data/lua/call"


def click(qtbot: QtBot, tab: SiteTab, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # type: ignore[arg-type]
    qtbot.waitUntil(tab.is_settled)


def record(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    click(qtbot, tab, tab.view.card.record)
    assert tab.view.card.record.text() == "End recording (0)"
    ask(opened.addresses[-1], CALL, {"function": "notes", "params": {"action": "add", "text": "x"}})
    ask(opened.addresses[-1], CALL, {"function": "notes", "params": {"action": "add"}})
    qtbot.waitUntil(lambda: tab.view.card.record.text() == "End recording (2)")


def dialog_of(tab: SiteTab) -> VisitsDialog:
    assert tab.presenter.visits.dialog is not None
    return tab.presenter.visits.dialog


def test_a_click_through_becomes_a_test(qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine) -> None:
    record(qtbot, tab, opened)
    click(qtbot, tab, tab.view.card.record)
    (visit,) = engine.checks.files.visits()
    assert len(visit.steps) == 2
    assert tab.view.recorded.title.text().startswith("Recorded 2 calls: Anna ")
    click(qtbot, tab, tab.view.recorded.buttons()["Run it now"])
    dialog = dialog_of(tab)
    qtbot.waitUntil(lambda: [one.words for one in dialog.visits.shown()] == ["passed"])
    assert [one.words for one in dialog.steps.shown()] == ["as recorded", "as recorded"]

    script = engine.site.site_root / "lua/functions/notes.lua"
    script.write_text(script.read_text().replace("text required", "say something"))
    engine.scripts.reload()
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: [one.words for one in dialog.visits.shown()] == ["1 step failed"])
    assert "say something" in dialog.reason.text()

    qtbot.waitUntil(tab.is_settled)  # the run is over
    dialog.visits.setFocus()
    qtbot.keyClick(dialog.visits, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not dialog.visits.shown())
    assert engine.checks.files.visits() == ()
    key = QKeySequence(QKeySequence.StandardKey.Undo)[0]
    qtbot.keyClick(dialog, key.key(), key.keyboardModifiers())
    qtbot.waitUntil(lambda: bool(dialog.visits.shown()))
    assert engine.checks.files.visits() == (visit,)


def test_a_recording_is_saved_when_its_visitor_goes(
    qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine
) -> None:
    record(qtbot, tab, opened)
    tab.view.visitors.setFocus()
    qtbot.keyClick(tab.view.visitors, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(engine.checks.files.visits()))


def test_a_recording_is_saved_when_the_site_is_closed(
    qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine
) -> None:
    record(qtbot, tab, opened)
    tab.presenter.close()
    qtbot.waitUntil(lambda: bool(engine.checks.files.visits()))


def test_a_recording_is_saved_whatever_becomes_of_the_rest(
    qtbot: QtBot,
    tab: SiteTab,
    opened: Opened,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    record(qtbot, tab, opened)
    preview = tab.presenter.preview
    assert preview is not None
    close = preview.close

    def fail() -> None:
        close()
        raise OSError("no room")

    monkeypatch.setattr(preview, "close", fail)
    tab.presenter.close()
    qtbot.waitUntil(lambda: bool(engine.checks.files.visits()))
    assert "no room" in caplog.text


def test_nothing_recorded_is_said(qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine) -> None:
    invite(qtbot, tab, ANNA)
    click(qtbot, tab, tab.view.card.record)
    ask(opened.addresses[-1], "/api/mq/ack", {"id": "1"})
    click(qtbot, tab, tab.view.card.record)
    assert tab.view.recorded.title.text() == "Nothing was recorded"
    assert "asked for no data" in tab.view.recorded.text.text()
    assert engine.checks.files.visits() == ()


def test_stop_in_the_next_real_call(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    assert not tab.view.card.stop.isEnabled()
    ask(opened.addresses[0], CALL, {"function": "echo", "params": {}})
    qtbot.waitUntil(tab.view.card.stop.isEnabled)
    assert tab.view.card.stop.text() == "Stop in next call of echo"
    click(qtbot, tab, tab.view.card.stop)
    assert opened.navigated == [("scripts", {"arm": "function/echo"})]


def test_a_visitors_call_stops_in_the_debugger(
    qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine
) -> None:
    """What the other tab does with the target: the page waits while its call is looked at."""
    invite(qtbot, tab, ANNA)
    engine.debugger.arm("function/echo")
    answers: list[int] = []
    body = {"function": "echo", "params": {}}
    page = threading.Thread(target=lambda: answers.append(ask(opened.addresses[0], CALL, body)))
    page.start()
    qtbot.waitUntil(lambda: bool(engine.debugger.sessions()))
    (session,) = engine.debugger.sessions()
    assert session.wait(60).reason is StopReason.ENTRY
    assert session.call.caller.id == ANNA
    assert answers == []
    session.resume()
    page.join()
    assert answers == [200]
