"""The Site tab: inviting visitors, what their pages ask, switches, and ways to the other tabs."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.site.tab import SiteTab
from lua_engine import Engine, Goop2Changed
from tests.console.site.conftest import Opened
from tests.helpers.page_site import ANNA, SAM


def invite(qtbot: QtBot, tab: SiteTab, peer_id: str) -> None:
    picker = tab.view.picker
    count = len(tab.presenter.preview.visitors.all()) if tab.presenter.preview else 0
    picker.set_current(next(one for one in tab.presenter._read_guests() if one.id == peer_id))
    qtbot.mouseClick(tab.view.invite, Qt.MouseButton.LeftButton)

    def is_there() -> bool:
        preview = tab.presenter.preview
        return preview is not None and len(preview.visitors.all()) == count + 1

    qtbot.waitUntil(is_there)
    qtbot.waitUntil(tab.is_settled)


def ask(address: str, path: str, body: Any = None) -> int:
    """One request of the page at ``address``; its status."""
    place = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", place.port or 0, timeout=20)
    headers = {"Host": place.netloc, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body)
    connection.request("GET" if body is None else "POST", path, data, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def shown(tab: SiteTab) -> list[str]:
    return [f"{one.request.what}: {one.request.status}" for one in tab.view.requests.shown()]


def test_nobody_is_visiting_at_first(tab: SiteTab) -> None:
    assert tab.view.pages.currentWidget() is tab.view.nobody
    assert tab.view.picker.current is not None
    assert tab.view.picker.current.role == "owner"
    assert tab.presenter.preview is None


def test_visitors_side_by_side_and_what_they_ask(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    invite(qtbot, tab, SAM)
    anna, sam = opened.addresses
    assert "anna-" in anna
    assert "sam-" in sam
    assert ask(anna, "/api/data/lua/call", {"function": "echo", "params": {}}) == 200
    assert ask(sam, "/api/data/count", {"table": "opens"}) == 500
    qtbot.waitUntil(lambda: shown(tab) == ["count opens: 500"])
    assert tab.view.requests.shown()[0].request.outcome == "refused"
    tab.view.requests.choose("0")
    assert "not available to visitors" in tab.view.reason.text()
    assert "use a data function" in tab.view.reason.text()
    tab.view.visitors.choose(next(one.key for one in tab.view.visitors.shown() if one.visitor.name == "Anna"))
    qtbot.waitUntil(lambda: shown(tab) == ["call echo: 200"])
    assert tab.view.card.address.text() == anna


def test_from_a_visitor_to_its_call_and_its_log(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    assert not tab.view.card.call.isEnabled()
    ask(opened.addresses[0], "/api/data/lua/call", {"function": "echo", "params": {}})
    qtbot.waitUntil(tab.view.card.call.isEnabled)
    qtbot.mouseClick(tab.view.card.call, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(tab.view.card.logs, Qt.MouseButton.LeftButton)
    (calls, call), (logs, log) = opened.navigated
    assert (calls, logs) == ("calls", "logs")
    assert tab.presenter.preview is not None
    (request,) = [one for one in tab.presenter.preview.activity.of(_only(tab)) if one.call_id]
    assert call == {"call_id": request.call_id}
    assert log == {"caller_id": ANNA}


def test_enter_on_a_request_leads_to_its_call(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    for function in ("echo", "null"):
        ask(opened.addresses[0], "/api/data/lua/call", {"function": function, "params": {}})
    qtbot.waitUntil(lambda: len(tab.view.requests.shown()) == 2)
    tab.view.requests.choose("0")
    tab.view.requests.setFocus()
    qtbot.keyClick(tab.view.requests, Qt.Key.Key_Return)
    chosen = tab.view.requests.current()
    assert chosen is not None
    assert chosen.request.what == "call echo"
    assert opened.navigated == [("calls", {"call_id": chosen.request.call_id})]


def _only(tab: SiteTab) -> Any:
    assert tab.presenter.preview is not None
    (visitor,) = tab.presenter.preview.visitors.all()
    return visitor


def test_slow_and_offline_switches(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    tab.view.card.delay.setCurrentIndex(1)
    tab.view.card.delay.activated.emit(1)
    assert _only(tab).delay == 0.3
    qtbot.mouseClick(tab.view.card.offline, Qt.MouseButton.LeftButton)
    assert _only(tab).is_offline
    (item,) = tab.view.visitors.shown()
    assert item.state == "offline"


def test_the_last_visitor_ends_the_preview(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    invite(qtbot, tab, ANNA)
    address = opened.addresses[0]
    tab.view.visitors.setFocus()
    qtbot.keyClick(tab.view.visitors, Qt.Key.Key_Delete)
    assert tab.presenter.preview is None
    assert tab.view.pages.currentWidget() is tab.view.nobody

    def is_gone() -> bool:
        try:
            return ask(address, "/api/self") == 421
        except OSError:
            return True

    qtbot.waitUntil(is_gone)


def test_on_a_copy_the_site_stays_as_it_is(
    qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine
) -> None:
    qtbot.mouseClick(tab.view.on_copy, Qt.MouseButton.LeftButton, pos=tab.view.on_copy.rect().center())
    tab.view.on_copy.setChecked(True)
    tab.presenter.show()
    qtbot.waitUntil(tab.is_settled)
    invite(qtbot, tab, ANNA)
    assert tab.view.state.text().startswith("On a copy")
    assert not tab.view.on_copy.isEnabled()
    add = {"function": "notes", "params": {"action": "add", "text": "only in the copy"}}
    assert ask(opened.addresses[0], "/api/data/lua/call", add) == 200
    listed = engine.pages.call("notes", {"action": "list"}, engine.owner).value["notes"]
    assert "only in the copy" not in [one["text"] for one in listed]


def test_no_browser(qtbot: QtBot, tab: SiteTab) -> None:
    tab.presenter.open_url = lambda _url: False
    invite(qtbot, tab, ANNA)
    assert "The address is in the clipboard" in tab.view.error.text()


def test_the_page_is_opened_at_the_goop2_beside(
    qtbot: QtBot, tab: SiteTab, opened: Opened, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.beside, "_address", "http://127.0.0.1:8787")
    engine.bus.publish(Goop2Changed("http://127.0.0.1:8787"))
    qtbot.waitUntil(tab.view.beside_row.isVisible)
    tab.view.open_beside.click()
    assert opened.addresses == [f"http://127.0.0.1:8787/p/{engine.owner.id}/"]
    tab.presenter.open_url = lambda _url: False
    tab.view.open_beside.click()
    assert "The address is in the clipboard" in tab.view.error.text()


def test_the_sdk_of_a_goop2_beside(qtbot: QtBot, tab: SiteTab, opened: Opened) -> None:
    assert not tab.view.beside_row.isVisible()
    tab.view.show_beside("http://127.0.0.1:8787")
    assert tab.view.beside_row.isVisible()
    tab.view.its_sdk.setChecked(True)
    invite(qtbot, tab, ANNA)
    assert tab.presenter.preview is not None
    assert tab.presenter.preview.uses_goop2_sdk
    tab.view.its_sdk.setChecked(False)
    assert not tab.presenter.preview.uses_goop2_sdk


DAMAGED = {"on_copy": 5, "its_sdk": "x", "filter": 1, "sizes": "x", "widths": {"visitors": [1, "a"]}}


@pytest.mark.parametrize("state", [{}, DAMAGED, {"sizes": [1], "widths": []}])
def test_state_in_whatever_shape(tab: SiteTab, state: dict[str, Any]) -> None:
    tab.restore_state(state)
    saved = tab.save_state()
    tab.restore_state(saved)
    assert tab.save_state() == saved


def test_everything_has_a_name(tab: SiteTab) -> None:
    view = tab.view
    for widget in (view.visitors, view.requests, view.card.copy, view.card.delay, view.filter.field):
        assert widget.accessibleName()


def test_the_window_answers_while_a_program_holds_every_connection(
    qtbot: QtBot, tab: SiteTab, opened: Opened
) -> None:
    """Idle and half-sent requests from one side, a person who goes on working at the other."""
    invite(qtbot, tab, ANNA)
    place = urlsplit(opened.addresses[0])
    with contextlib.ExitStack() as held:
        for number in range(150):
            connection = socket.socket()
            held.callback(connection.close)
            connection.settimeout(20)
            with contextlib.suppress(OSError):
                connection.connect(("127.0.0.1", place.port or 0))
                connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9999\r\n" if number % 2 else b"G")
        invite(qtbot, tab, SAM)
        assert ask(opened.addresses[1], "/api/self") == 200
        tab.view.filter.set_text("self")
        qtbot.waitUntil(lambda: [one.request.what for one in tab.view.requests.shown()] == ["self"])
