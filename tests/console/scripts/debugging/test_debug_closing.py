"""Closing ends a paused call at once: it is told so. Nothing here measures time: the call itself would look
whether it is to end once an hour, so what ends it is what was closed.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from goop_console.tabs.scripts.tab import ScriptsTab
from lua_engine import Breakpoint, DebugEnded, ErrorKind
from lua_engine.debugger import conversation
from tests.console.scripts.conftest import ScriptSite
from tests.console.scripts.debugging.conftest import debug, state


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "_POLL", 3_600.0)


def close_the_script(tab: ScriptsTab, site: ScriptSite) -> None:
    del site
    tab.presenter.tabs.close_current()


def close_the_panel(tab: ScriptsTab, site: ScriptSite) -> None:
    del site
    tab.view.debug.closed.emit()


def close_the_site(tab: ScriptsTab, site: ScriptSite) -> None:
    del tab
    site.engine.close()


def close_its_session(tab: ScriptsTab, site: ScriptSite) -> None:
    """What the window does before it closes the site."""
    del site
    tab.presenter._context.session.close()


def delete_the_script(tab: ScriptsTab, site: ScriptSite) -> None:
    del site
    tab.presenter.delete("function/sums")


WAYS = [close_the_script, close_the_panel, close_the_site, close_its_session, delete_the_script]


@pytest.mark.parametrize("close", WAYS, ids=lambda one: one.__name__)
def test_it_ends_a_paused_call(
    paused: ScriptsTab, site: ScriptSite, qtbot: QtBot, close: Callable[[ScriptsTab, ScriptSite], None]
) -> None:
    session = paused.debugging.debug.session
    assert session is not None
    told: list[str] = []
    site.engine.bus.subscribe(
        lambda event: told.append(event.session) if isinstance(event, DebugEnded) else None
    )

    close(paused, site)

    qtbot.waitUntil(lambda: bool(told), timeout=60_000)  # the call's thread tells it, after the state
    assert told == [session.id]
    assert session.state == "ended"
    assert session.result(0).error is not None
    assert session.result(0).error.kind in (ErrorKind.CANCELLED, ErrorKind.BUSY)  # type: ignore[union-attr]


def test_another_script_may_be_closed(paused: ScriptsTab, qtbot: QtBot) -> None:
    paused.open_target(name="other")
    qtbot.waitUntil(lambda: paused.presenter.current_key() == "function/other")
    paused.presenter.tabs.close_current()
    qtbot.waitUntil(lambda: paused.presenter.current_key() == "function/sums")
    assert "Paused" in state(paused)


def test_a_script_that_is_looked_at_does_not_take_the_place_of_the_one_that_stands(
    tab: ScriptsTab, site: ScriptSite, qtbot: QtBot
) -> None:
    tab.view.list.chosen.emit("function/sums")
    qtbot.waitUntil(tab.is_settled)
    assert tab.presenter.tabs.list.preview == "function/sums"
    site.engine.debugger.put_breakpoint(Breakpoint("function/sums", 8))
    debug(tab, site)
    qtbot.waitUntil(lambda: "Paused" in state(tab))

    tab.view.list.chosen.emit("function/other")

    qtbot.waitUntil(lambda: tab.presenter.current_key() == "function/other")
    assert tab.presenter.documents.get("function/sums") is not None
    assert "Paused" in state(tab)
