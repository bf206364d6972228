"""What a script sees is what the chip says: for every kind of caller, dry and for real, on the call page and
in Run as everyone.
"""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from goop_console.tabs.calls.everyone.page import EveryonePage
from goop_console.tabs.calls.tab import CallsTab
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import DataChanged, Peer, Request, SavedCall

from .acting import OpenTab, ask, choose

CARL, DORA, VERA = "12D3KooWCarl" + "c" * 40, "12D3KooWDora" + "d" * 40, "12D3KooWVera" + "v" * 40
# Name in the chip -> role, email, where the caller is known from.
EVERYBODY = {
    "Maya": ("owner", "maya@example.org", "owner"),
    "Anna": ("viewer", "anna@example.org", "known visitor"),
    "Carl": ("coauthor", "", "test peer"),
    "Dora": ("viewer", "dora@example.org", "test peer"),  # joined without a role: has the default one
    "Vera": ("stranger", "vera@example.org", "known visitor"),
    "Bob": ("stranger", "bob@example.org", "test peer"),
    "Somebody": ("editor", "", ""),  # nobody has this role: dry runs only
}


@pytest.fixture
def tab(site: Any, open_tab: OpenTab, qtbot: QtBot) -> CallsTab:
    site.write('UPDATE _groups SET roles = \'["viewer", "coauthor", "editor"]\'')
    site.write("INSERT INTO _group_members (group_id, peer_id, role) VALUES ('g1', ?, 'coauthor')", CARL)
    site.write(
        "INSERT INTO _peer_cache (peer_id, content, email) VALUES (?, 'Vera', 'vera@example.org')", VERA
    )
    site.engine.peers.add_test_peer(Peer(CARL, "Carl", "", "test"))
    site.engine.peers.add_test_peer(Peer(DORA, "Dora", "dora@example.org", "test"))
    site.engine.groups.add_to_template(DORA)
    site.engine.bus.publish(DataChanged((), "external"))  # as the watch beside Goop2 does
    made = open_tab()
    made.refresh()
    qtbot.waitUntil(made.is_settled)
    return made


def agree(value: dict[str, Any], who: CallerChoice, owner_id: str, *, label: str = "") -> None:
    """The facts of ``whoami`` are those of the chip."""
    role = "" if who.role == "stranger" else who.role
    assert (value["id"], value["label"], value["email"]) == (who.id, label or who.name, who.email)
    assert (value["role"], value["member"], value["is_self"]) == (role, role != "", who.id == owner_id)


def test_everybody_is_offered(tab: CallsTab) -> None:
    offered = {
        one.name: (one.role, one.email, "" if one.is_dry_only else one.source)
        for one in tab.presenter.callers()
    }
    assert offered == EVERYBODY


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_call_page_agrees(site: Any, tab: CallsTab, qtbot: QtBot, name: str) -> None:
    choose(tab, "editor" if name == "Somebody" else name)
    who = tab.view.caller.current
    assert who is not None
    role = EVERYBODY[name][0]
    for is_dry in (True, False):
        if not is_dry and who.is_dry_only:
            continue
        if tab.view.dry.isChecked() != is_dry:
            tab.view.dry.click()
        assert tab.view.run.text() == f"{'Dry-run' if is_dry else 'Run'} as {name} ({role})"
        outcome = ask(tab, qtbot, "who")
        assert (outcome.is_dry, outcome.call.caller) == (is_dry, who)
        agree(outcome.result.value, who, site.engine.owner.id)
        assert ask(tab, qtbot, "mine").result.ok is (role == "owner")
        assert tab.view.recent.model.index(0, 1).data() == f"{name} ({role})"


def test_run_as_everyone_agrees(site: Any, tab: CallsTab, qtbot: QtBot) -> None:
    known = {one.name: one for one in tab.presenter.callers()}
    page = tab.pages.show_page("everyone")
    assert isinstance(page, EveryonePage)
    qtbot.waitUntil(page.is_settled)
    page.presenter.add_calls(
        tuple(SavedCall(action, Request.call("whoami", {"action": action})) for action in ("who", "mine"))
    )
    for name in ("Anna", "Vera", "Bob"):
        next(one for one in page.view.callers.menu.actions() if one.text().startswith(name)).trigger()
    page.presenter.run()
    qtbot.waitUntil(page.is_settled)
    grid, seen = page.presenter.grid, set()
    for column, text in enumerate(grid.callers):
        cell, mine = grid.cells["who", text], grid.cells["mine", text]
        page.view.table.setCurrentIndex(page.view.model.index(0, column))
        shown, made = page.view.detail.caller.text(), cell.result
        who = next((one for one in known.values() if one.id == made.caller.id), None)
        if who is None:
            who = CallerChoice(made.caller.id, made.caller.label, cell.role or "stranger", made.caller.email)
        assert shown == f"{who.name} ({who.role})" or text in ("stranger", "role:editor"), shown
        agree(made.value, who, site.engine.owner.id, label=made.caller.label)
        assert mine.outcome == ("ok" if text == "owner" else "refused")
        seen.add((text, who.role))
    assert seen == {
        ("owner", "owner"), ("role:coauthor", "coauthor"), ("role:editor", "editor"),
        ("role:viewer", "viewer"),
        ("stranger", "stranger"), ("Anna", "viewer"), ("Vera", "stranger"), ("Bob", "stranger"),
    }  # fmt: skip
