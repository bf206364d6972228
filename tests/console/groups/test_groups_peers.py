"""The Peers page through its real widgets, over a real engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from goop_console.tabs.groups.tab import GroupsTab
from lua_engine import Peer, random_peer_id

OpenTab = Callable[..., GroupsTab]
ANNA = "12D3KooWAnna" + "a" * 40
BEN = "12D3KooWBen" + "e" * 41
TESSA = "12D3KooWTessa" + "t" * 39


@pytest.fixture
def peers_tab(open_tab: OpenTab) -> Callable[[], GroupsTab]:
    def make() -> GroupsTab:
        tab = open_tab()
        tab.view.show_page("peers")
        return tab

    return make


def settled(tab: GroupsTab, qtbot: QtBot) -> None:
    qtbot.waitUntil(tab.is_settled)


def invented(site: Any) -> dict[str, str]:
    """The test peers, id to label."""
    return {peer.id: peer.label for peer in site.engine.peers.all() if peer.source == "test"}


def test_everybody_is_listed(site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot) -> None:
    group_id = site.kanban()
    site.engine.groups.add(group_id, "12D3KooWnobody")
    tab = peers_tab()
    model = tab.view.peers.table.model()
    rows = [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]
    assert rows == [
        ["Maya", "owner", "owner", "maya@example.org"],
        ["Anna", "known visitor", "editor", "anna@example.org"],
        ["Ben", "known visitor", "stranger", ""],
        ["Tessa", "test peer", "stranger", "tessa@example.org"],
        ["12D3KooWnobody", "member", "viewer", ""],
    ]
    assert model.index(1, 4).data().startswith("2026-03-0")
    assert model.index(1, 5).data(Qt.ItemDataRole.ToolTipRole) == ANNA
    assert not model.index(0, 0).data(Qt.ItemDataRole.DecorationRole).isNull()


def test_only_test_peers_can_be_changed(site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot) -> None:
    tab = peers_tab()
    card, table = tab.view.peers.card, tab.view.peers.table
    table.choose(ANNA)
    assert card.name.text() == "Anna"
    assert not card.edit.isEnabled()
    assert not card.remove.isEnabled()
    assert "Goop2 keeps" in card.note.text()
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    tab.presenter.peers.edit()
    settled(tab, qtbot)
    assert tab.view.peers.side.currentWidget() is card
    assert any(peer.id == ANNA for peer in site.engine.peers.all())
    table.choose(TESSA)
    assert card.edit.isEnabled()
    assert card.remove.isEnabled()


def test_call_as_a_peer(site: Any, peers_tab: Callable[[], GroupsTab]) -> None:
    tab = peers_tab()
    tab.view.peers.table.choose(TESSA)
    tab.view.peers.card.call.click()
    assert site.navigated == [(("calls",), {"caller_id": TESSA})]


def test_a_peer_joins_the_templates_group(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot
) -> None:
    tab = peers_tab()
    card = tab.view.peers.card
    tab.view.peers.table.choose(TESSA)
    assert not card.add.isEnabled()
    assert card.add.toolTip() == "The installed template has no group."
    group_id = site.kanban(3)
    tab.refresh()
    settled(tab, qtbot)
    assert card.add.text() == "Add to Kanban Co-authors"
    card.add.click()
    settled(tab, qtbot)
    assert site.members(group_id)["Tessa"] == "viewer"
    assert card.role.text() == "viewer"
    assert not card.add.isEnabled()
    tab.view.peers.table.choose(BEN)
    card.add.click()
    settled(tab, qtbot)
    assert card.error.text() == f"group is full: {group_id}"


def test_a_test_peer_is_added(site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot) -> None:
    tab = peers_tab()
    form = tab.view.peers.form
    tab.view.peers.filter.set_text("nobody at all")
    qtbot.waitUntil(lambda: tab.view.peers.table.shown() == [])
    tab.view.peers.new.click()
    assert form.isVisible()
    assert len(form.id.text()) == 52
    form.label.setText("Zoë")
    form.email.setText("zoe@example.org")
    form.id.setText("12D3KooWZoe")
    qtbot.keyClick(form.label, Qt.Key.Key_Return)
    settled(tab, qtbot)
    assert invented(site) == {TESSA: "Tessa", "12D3KooWZoe": "Zoë"}
    assert tab.view.peers.table.current_key() == "12D3KooWZoe"
    assert tab.view.peers.card.email.text() == "zoe@example.org"


def test_a_test_peer_is_edited_under_another_id(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot
) -> None:
    tab = peers_tab()
    form = tab.view.peers.form
    tab.view.peers.table.choose(TESSA)
    tab.view.peers.card.edit.click()
    assert (form.label.text(), form.email.text(), form.id.text()) == ("Tessa", "tessa@example.org", TESSA)
    form.label.setText("Theresa")
    form.fresh.click()
    new_id = form.id.text()
    form.save.click()
    settled(tab, qtbot)
    assert invented(site) == {new_id: "Theresa"}
    assert tab.view.peers.table.current_key() == new_id


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("id", "", "A peer needs an id."),
        ("id", "   ", "A peer needs an id."),
        ("id", "owner", "“owner” stands for the site's owner; choose another id."),
        ("id", ANNA, "The id belongs to Anna already; choose another one."),
        ("id", "a\u200bb", "The id has a character that cannot be shown."),
        ("id", "x" * 257, "The id has 257 characters; at most 256 are possible."),
        ("label", "a\x07b", "The name has a character that cannot be shown."),
        ("email", "maya", "An email looks like name@example.org."),
        ("email", "m@ya x", "An email looks like name@example.org."),
    ],
)
def test_what_is_wrong_stands_under_the_field(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot, field: str, text: str, message: str
) -> None:
    tab = peers_tab()
    form = tab.view.peers.form
    tab.view.peers.new.click()
    getattr(form, field).setText(text)
    form.save.click()
    settled(tab, qtbot)
    assert getattr(form, f"{field}_error").text() == message
    assert form.isVisible()
    assert invented(site) == {TESSA: "Tessa"}
    getattr(form, field).setText("fine@example.org")
    assert getattr(form, f"{field}_error").isHidden()


def test_an_id_that_was_taken_meanwhile_is_told(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot
) -> None:
    tab = peers_tab()
    form = tab.view.peers.form
    tab.view.peers.new.click()
    form.label.setText("Zoë")
    form.id.setText("12D3KooWZoe")
    site.engine.peers.add_test_peer(Peer("12D3KooWZoe", "Somebody", "", "test"))
    form.save.click()
    settled(tab, qtbot)
    assert "belongs to 'Somebody' already" in form.error.text()
    assert form.label.text() == "Zoë"


def test_a_form_is_left_alone_and_given_up(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot
) -> None:
    tab = peers_tab()
    form = tab.view.peers.form
    tab.view.peers.new.click()
    form.label.setText("half")
    site.engine.peers.add_test_peer(Peer("12D3KooWother", "Other", "", "test"))
    tab.refresh()
    settled(tab, qtbot)
    assert form.isVisible()
    assert form.label.text() == "half"
    qtbot.keyClick(form.label, Qt.Key.Key_Escape)
    assert tab.view.peers.side.currentWidget() is tab.view.peers.card


def test_a_removed_test_peer_comes_back(site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot) -> None:
    tab = peers_tab()
    tab.view.peers.table.choose(TESSA)
    tab.view.peers.card.remove.click()
    settled(tab, qtbot)
    assert invented(site) == {}
    assert tab.view.peers.undo.title.text() == "Tessa is removed"
    tab.view.peers.undo.buttons()["Undo"].click()
    settled(tab, qtbot)
    assert invented(site) == {TESSA: "Tessa"}
    assert tab.view.peers.table.current_key() == TESSA
    assert tab.view.peers.undo.isHidden()


def test_a_site_that_nobody_visited_says_so(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot
) -> None:
    site.write("DELETE FROM _peer_cache")
    site.engine.peers.remove_test_peer(TESSA)
    site.engine.bus.publish(_outside())
    tab = peers_tab()
    assert tab.view.peers.hint.isVisible()
    site.engine.peers.add_test_peer(Peer("12D3KooWother", "Other", "", "test"))
    tab.refresh()
    settled(tab, qtbot)
    assert tab.view.peers.hint.isHidden()


def test_a_visitor_that_goop2_sees_shows_up(
    site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot
) -> None:
    tab = peers_tab()
    tab.view.peers.table.choose(BEN)
    site.write(
        "INSERT INTO _peer_cache (peer_id, content, last_seen) VALUES ('12D3KooWcarl', 'Carl', "
        "'2026-04-01 10:00:00')"
    )
    site.engine.bus.publish(_outside())
    qtbot.waitUntil(lambda: "Carl" in [item.peer.name for item in tab.view.peers.table.shown()])
    assert tab.view.peers.table.current_key() == BEN


def _outside() -> Any:
    from lua_engine import DataChanged

    return DataChanged(("_peer_cache",), "external")


def test_the_filter_looks_everywhere(site: Any, peers_tab: Callable[[], GroupsTab], qtbot: QtBot) -> None:
    site.kanban()
    tab = peers_tab()
    tab.find()
    everybody = ["Maya", "Anna", "Ben", "Tessa"]
    for text, expected in (
        ("EDITOR", ["Anna"]),
        ("tessa@", ["Tessa"]),
        (BEN, ["Ben"]),
        ("test peer", ["Tessa"]),
        ("", everybody),
    ):
        tab.view.peers.filter.set_text(text)
        qtbot.waitUntil(
            lambda expected=expected: [item.peer.name for item in tab.view.peers.table.shown()] == expected
        )
    tab.view.peers.filter.set_text("nobody")
    qtbot.waitUntil(lambda: tab.view.peers.side.currentWidget() is tab.view.peers.nobody)
    assert "contains this text" in tab.view.peers.nobody.text.text()
    tab.view.peers.filter.set_text("")
    qtbot.waitUntil(lambda: tab.view.peers.side.currentWidget() is tab.view.peers.card)
    assert tab.view.peers.card.name.text() == "Maya"


def test_fresh_ids_look_real_and_differ() -> None:
    ids = {random_peer_id() for _ in range(50)}
    assert len(ids) == 50
    assert all(one.startswith("12D3KooW") and len(one) == 52 and one.isalnum() for one in ids)
