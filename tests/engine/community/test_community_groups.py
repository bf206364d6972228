"""Groups and members in Goop2's tables."""

from __future__ import annotations

import re
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, StoreError
from lua_engine.base.events import DataChanged, EventBus, GroupClosed, GroupsChanged, MessageSent
from lua_engine.community.group_types import GroupType
from lua_engine.community.groups import GroupError, Groups, Member
from lua_engine.store.community.records import Actor
from lua_engine.store.database import Database
from tests.helpers.nightly import nightly

OWNER = "12D3KooWowner"


def members(community: Any, group_id: str) -> list[tuple[str, str]]:
    return [(member.peer_id, member.role) for member in community.groups.members(group_id)]


def test_create_answers_an_id_and_joins_the_owner(community: Any) -> None:
    group_id = community.groups.create(
        "Room A", "template", "Clubhouse", 10, default_role="coauthor", roles=("coauthor", "viewer")
    )
    assert re.fullmatch(r"[0-9a-f]{16}", group_id)
    assert community.groups.members(group_id) == [Member(OWNER, "owner", "Olga")]
    row = community.groups.get(group_id)
    assert (row.name, row.context, row.max_members, row.default_role, row.roles) == (
        "Room A", "Clubhouse", 10, "coauthor", ("coauthor", "viewer"),
    )  # fmt: skip
    assert row.host_joined
    assert community.seen(GroupsChanged) == [GroupsChanged(group_id)]


def test_a_default_role_is_for_those_who_join_later(community: Any) -> None:
    group_id = community.groups.create("Room A", "template", roles=("editor",))
    community.groups.add(group_id, "anna")
    community.events.clear()
    community.groups.set_default_role(group_id, "editor", Actor("window"))
    community.groups.add(group_id, "bob")
    assert members(community, group_id) == [(OWNER, "owner"), ("anna", "viewer"), ("bob", "editor")]
    assert community.groups.get(group_id).default_role == "editor"
    assert community.events[:2] == [DataChanged(("_groups",), "window"), GroupsChanged(group_id)]


def test_a_default_role_that_is_not_possible_changes_nothing(community: Any) -> None:
    group_id = community.groups.create("Room A", "template")
    for role in ("owner", "", "a\nb", "r" * 65):
        with pytest.raises(GroupError, match="role"):
            community.groups.set_default_role(group_id, role)
    with pytest.raises(GroupError, match="group not found: nowhere"):
        community.groups.set_default_role("nowhere", "viewer")
    assert community.groups.get(group_id).default_role == "viewer"


def test_members_are_counted_with_the_owner(community: Any) -> None:
    full, empty = community.groups.create("A", "files", "", 3), community.groups.create("B", "files")
    community.groups.add(full, "anna")
    community.groups.add(full, "bob")
    with sqlite3.connect(community.database.path) as connection:
        connection.execute("INSERT INTO _group_members VALUES (?, ?, 'owner')", (empty, OWNER))
        connection.execute("INSERT INTO _groups(id, name, owner) VALUES ('old', 'Old', NULL)")
        connection.execute("INSERT INTO _group_members VALUES ('old', 'anna', 'viewer')")
        connection.execute("INSERT INTO _group_members VALUES ('gone', 'anna', 'viewer')")
    connection.close()
    assert community.groups.member_counts() == {full: 3, empty: 1, "old": 1}


def test_a_group_says_when_it_was_made(community: Any) -> None:
    group_id = community.groups.create("A", "files")
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d", community.groups.get(group_id).created_at)


def test_goop2_finds_the_rows_it_knows(community: Any) -> None:
    group_id = community.groups.create("Room A", "files", "x", 3)
    community.groups.add(group_id, "anna")
    with sqlite3.connect(community.database.path) as connection:
        found = connection.execute(
            "SELECT name, owner, group_type, group_context, max_members, host_joined, volatile, "
            "default_role, roles FROM _groups"
        ).fetchall()
        assert found == [("Room A", OWNER, "files", "x", 3, 1, 0, "viewer", "[]")]
        assert connection.execute("SELECT * FROM _group_members").fetchall() == [(group_id, "anna", "viewer")]
    connection.close()


def test_rows_that_goop2_wrote_are_understood(community: Any) -> None:
    with sqlite3.connect(community.database.path) as connection:
        connection.execute(
            "INSERT INTO _groups(id, name, owner, default_role, roles) VALUES ('g1', 'Old', NULL, NULL, "
            "'no json')"
        )
        connection.execute(
            "INSERT INTO _groups(id, name, roles, host_joined) VALUES ('g2', 'New', '[\"a\", 1]', 0)"
        )
        connection.execute(
            "INSERT INTO _groups(id, name, owner, host_joined) VALUES ('g3', 'Left', ?, 0)", (OWNER,)
        )
        connection.executemany(
            "INSERT INTO _group_members VALUES (?, ?, ?)", [("g1", "anna", None), ("g1", OWNER, "viewer")]
        )
    connection.close()
    assert members(community, "g1") == [(OWNER, "owner"), ("anna", "")]
    assert members(community, "g2") == []
    assert community.groups.get("g2").roles == ("a",)
    assert community.groups.role_of(OWNER, "g1") == "owner"
    for group_id in ("g2", "g3"):
        assert members(community, group_id) == []
        community.groups.add(group_id, OWNER)
        assert members(community, group_id) == [(OWNER, "owner")]
    assert community.groups.get("g3").host_joined


def test_members_come_in_the_order_they_joined_with_the_default_role(community: Any) -> None:
    group_id = community.groups.create("Room", "chat", default_role="guest")
    for peer_id in ("zoe", "anna", "bob", "anna"):
        community.groups.add(group_id, peer_id)
    assert members(community, group_id) == [
        (OWNER, "owner"),
        ("zoe", "guest"),
        ("anna", "guest"),
        ("bob", "guest"),
    ]
    assert [member.name for member in community.groups.members(group_id)] == [
        "Olga",
        "zoe",
        "Anna A.",
        "Bob B.",
    ]
    assert len(community.seen(GroupsChanged)) == 4


def test_a_full_group_is_refused_and_the_owner_counts(community: Any) -> None:
    group_id = community.groups.create("Room", "chat", "", 3)
    community.groups.add(group_id, "anna")
    community.groups.add(group_id, "bob")
    with pytest.raises(GroupError, match=f"group is full: {group_id}"):
        community.groups.add(group_id, "carl")
    community.groups.add(group_id, "anna")
    community.groups.remove(group_id, "anna")
    community.groups.add(group_id, "carl")
    assert members(community, group_id) == [(OWNER, "owner"), ("bob", "viewer"), ("carl", "viewer")]


def test_roles(community: Any) -> None:
    group_id = community.groups.create("Room", "chat")
    community.groups.add(group_id, "anna")
    community.groups.set_role(group_id, "anna", "coauthor")
    assert community.groups.role_of("anna", group_id) == "coauthor"
    assert community.groups.role_of(OWNER, group_id) == "owner"
    assert community.groups.role_of("nobody", group_id) == ""
    assert community.groups.role_of("anna", "nowhere") == ""


def test_the_template_role_is_that_of_the_template_group(community: Any) -> None:
    assert community.groups.template_role("anna") == ""
    assert community.groups.template_role(OWNER) == "owner"
    group_id = community.groups.create("Co-authors", "template", "Club", default_role="coauthor")
    community.groups.add(group_id, "anna")
    assert community.groups.template_role("anna") == ""
    with sqlite3.connect(community.database.path) as connection:
        connection.execute("INSERT INTO _meta VALUES ('template_group_id', ?)", (group_id,))
    connection.close()
    assert community.groups.template_role("anna") == "coauthor"
    assert community.groups.template_role("bob") == ""
    community.groups.close(group_id)
    assert community.groups.template_role("anna") == ""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda g, _id: g.create("A", "nonsense"),
            r"unknown group type: nonsense \(known: template, chat, files",
        ),
        (lambda g, _id: g.create(" ", "chat"), "group name is required"),
        (lambda g, _id: g.create("a\nb", "chat"), "group name must be printable"),
        (lambda g, _id: g.create("x" * 201, "chat"), "at most 200"),
        (lambda g, _id: g.create("A", "chat", "", -1), "max members must be 0"),
        (lambda g, _id: g.create("A", "chat", default_role="owner"), "the role owner belongs"),
        (lambda g, _id: g.add("nowhere", "anna"), "group not found: nowhere"),
        (lambda g, _id: g.add(_id, ""), "peer id is required"),
        (lambda g, _id: g.remove("nowhere", "anna"), "group not found: nowhere"),
        (lambda g, _id: g.remove(_id, "anna"), "member not found: anna"),
        (lambda g, _id: g.remove(_id, OWNER), "the group's owner cannot be removed"),
        (lambda g, _id: g.set_role("nowhere", "anna", "x"), "group not found: nowhere"),
        (lambda g, _id: g.set_role(_id, "anna", "x"), "member not found: anna"),
        (lambda g, _id: g.set_role(_id, OWNER, "x"), "the group's owner cannot be given another role"),
        (lambda g, _id: g.set_role(_id, "anna", "owner"), "the role owner belongs"),
        (lambda g, _id: g.set_role(_id, "anna", " "), "role is required"),
        (lambda g, _id: g.send("nowhere", {}, "anna"), "group not found: nowhere"),
        (lambda g, _id: g.members("nowhere"), "group not found: nowhere"),
        (lambda g, _id: g.close("nowhere"), "group not found: nowhere"),
    ],
)
def test_what_is_refused_is_said(community: Any, call: Any, message: str) -> None:
    group_id = community.groups.create("Room", "chat")
    with pytest.raises(GroupError, match=message):
        call(community.groups, group_id)


def test_send_tells_and_stores_nothing(community: Any) -> None:
    group_id = community.groups.create("Room", "chat")
    community.groups.send(group_id, {"type": "hi"}, "anna")
    assert community.seen(MessageSent) == [MessageSent(group_id, "anna", {"type": "hi"})]
    assert community.rows.messages(group_id, 10) == []


def test_closing_deletes_the_rows_then_tells_once(community: Any) -> None:
    group_id = community.groups.create("Room", "files")
    other = community.groups.create("Other", "files")
    for one in (group_id, other):
        community.groups.add(one, "anna")
    left: list[int] = []

    def count(event: Any) -> None:
        if isinstance(event, GroupClosed):
            left.append(
                len(community.rows.members(event.group_id))
                + len([g for g in community.groups.list() if g.id == event.group_id])
            )

    community.bus.subscribe(count)
    community.groups.close(group_id)
    assert left == [0]
    assert community.seen(GroupClosed) == [GroupClosed(group_id)]
    assert members(community, other) == [(OWNER, "owner"), ("anna", "viewer")]
    with pytest.raises(GroupError):
        community.groups.close(group_id)


def test_close_context_closes_what_was_made_for_it(community: Any) -> None:
    first = community.groups.create("A", "template", "Club")
    second = community.groups.create("B", "chat", "Club")
    kept = community.groups.create("C", "chat", "Other")
    assert community.groups.close_context("Club") == (first, second)
    assert [group.id for group in community.groups.list()] == [kept]
    assert community.groups.close_context("Club") == ()


def test_a_volatile_group_takes_the_place_of_the_one_before(community: Any) -> None:
    stable = community.groups.create("A", "files")
    first = community.groups.create("B", "cluster")
    community.groups.add(first, "anna")
    second = community.groups.create("C", "cluster")
    assert [group.id for group in community.groups.list()] == [stable, second]
    assert community.seen(GroupClosed) == [GroupClosed(first)]
    assert community.rows.members(first) == []


def test_the_origin_of_a_change_is_told(community: Any) -> None:
    group_id = community.groups.create("A", "files", by=Actor("call-7"))
    assert DataChanged(("_groups",), "call-7") in community.events
    community.groups.add(group_id, "anna", Actor("window"))
    assert DataChanged(("_group_members",), "window") in community.events


def test_types_can_be_registered_with_handlers(community: Any) -> None:
    told: list[tuple[str, str]] = []
    kind = GroupType(
        "game",
        on_create=lambda group: told.append(("made", group.id)),
        on_close=lambda gid: told.append(("closed", gid)),
    )
    community.groups.types.register(kind)
    assert community.groups.types.names() == [
        "template",
        "chat",
        "files",
        "listen",
        "cluster",
        "data-federation",
        "game",
    ]
    group_id = community.groups.create("G", "game")
    community.groups.close(group_id)
    assert told == [("made", group_id), ("closed", group_id)]


def test_a_handler_that_refuses_undoes_the_group(community: Any) -> None:
    def refuse(_group: object) -> None:
        raise GroupError("no more games")

    community.groups.types.register(GroupType("game", on_create=refuse))
    with pytest.raises(GroupError, match="no more games"):
        community.groups.create("G", "game")
    assert community.groups.list() == []
    assert len(community.seen(GroupClosed)) == 1


def test_a_race_for_the_last_places_fills_them_and_no_more(community: Any) -> None:
    group_id = community.groups.create("G", "chat", "", 5)
    start = threading.Barrier(8)
    refused: list[str] = []

    def join(peer_id: str) -> None:
        start.wait()
        try:
            community.groups.add(group_id, peer_id)
        except GroupError:
            refused.append(peer_id)

    threads = [threading.Thread(target=join, args=(f"peer{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(community.groups.members(group_id)) == 5
    assert len(refused) == 4


def test_waiting_for_the_database_ends_with_the_calls_deadline(community: Any) -> None:
    group_id = community.groups.create("G", "chat")
    blocker = sqlite3.connect(community.database.path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises((CallKilled, StoreError)):
            community.groups.add(group_id, "anna", Actor("call-1", Deadline(0.2)))
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()
    assert members(community, group_id) == [(OWNER, "owner")]


class GroupModel(RuleBasedStateMachine):
    """Random operations against a dictionary of dictionaries."""

    groups = Bundle("groups")
    peers = st.sampled_from([OWNER, "anna", "bob", "carl", "dora"])
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, tuple[int, dict[str, str]]] = {}

    @initialize()
    def open(self) -> None:
        # A database in memory would not be the real thing; a shared file, emptied for each example, is.
        bus = EventBus()
        self.database = Database(self.folder / "data.db", bus=bus)
        self.service = Groups(self.database, bus, lambda: Caller(OWNER), lambda peer_id: peer_id)
        for group in self.service.list():
            self.service.close(group.id)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    @rule(target=groups, limit=st.integers(0, 3))
    def create(self, limit: int) -> str:
        group_id = self.service.create("G", "chat", "", limit)
        self.model[group_id] = (limit, {})
        return group_id

    @rule(group_id=groups, peer_id=peers)
    def add(self, group_id: str, peer_id: str) -> None:
        limit, joined = self.model[group_id]
        if peer_id == OWNER or peer_id in joined:
            self.service.add(group_id, peer_id)
        elif limit and len(joined) + 1 >= limit:
            with pytest.raises(GroupError, match="full"):
                self.service.add(group_id, peer_id)
        else:
            self.service.add(group_id, peer_id)
            joined[peer_id] = "viewer"

    @rule(group_id=groups, peer_id=peers)
    def remove(self, group_id: str, peer_id: str) -> None:
        joined = self.model[group_id][1]
        if peer_id in joined:
            self.service.remove(group_id, peer_id)
            del joined[peer_id]
        else:
            with pytest.raises(GroupError):
                self.service.remove(group_id, peer_id)

    @rule(group_id=groups, peer_id=peers, role=st.sampled_from(["coauthor", "viewer", "owner"]))
    def set_role(self, group_id: str, peer_id: str, role: str) -> None:
        joined = self.model[group_id][1]
        if peer_id in joined and role != "owner":
            self.service.set_role(group_id, peer_id, role)
            joined[peer_id] = role
        else:
            with pytest.raises(GroupError):
                self.service.set_role(group_id, peer_id, role)

    @rule(group_id=consumes(groups))
    def close(self, group_id: str) -> None:
        self.service.close(group_id)
        del self.model[group_id]
        with pytest.raises(GroupError, match="not found"):
            self.service.members(group_id)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "service"):
            return
        found = {g.id: [(m.peer_id, m.role) for m in self.service.members(g.id)] for g in self.service.list()}
        assert found == {
            group_id: [(OWNER, "owner"), *joined.items()] for group_id, (_limit, joined) in self.model.items()
        }


def test_membership_agrees_with_a_simple_model(tmp_path: Path) -> None:
    GroupModel.folder = tmp_path
    checked = GroupModel.TestCase
    checked.settings = settings(
        max_examples=nightly(8, 50),
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    checked().runTest()


def test_a_name_that_cannot_be_read_is_found_out_before_anything_is_written(community: Any) -> None:
    group_id = community.groups.create("Room", "chat")
    community.groups.add(group_id, "anna")
    before = members(community, group_id)

    def names(_peer: str) -> str:
        raise StoreError("data.db: busy")

    community.groups.name_of, known = names, community.groups.name_of
    for change in (
        lambda: community.groups.add(group_id, "bob"),
        lambda: community.groups.remove(group_id, "anna"),
        lambda: community.groups.set_role(group_id, "anna", "editor"),
    ):
        with pytest.raises(StoreError, match="busy"):
            change()
    community.groups.name_of = known
    assert members(community, group_id) == before
