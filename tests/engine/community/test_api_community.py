"""goop.group, goop.chat, goop.listen, goop.template and goop.transform, as scripts see them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from lua_engine.community.groups import Groups

OWNER = "12D3KooWowner"


def set_meta(community: Any, **values: str) -> None:
    with sqlite3.connect(community.database.path) as connection:
        connection.executemany("INSERT OR REPLACE INTO _meta VALUES (?, ?)", list(values.items()))
    connection.close()


@pytest.fixture
def template_group(community: Any) -> str:
    groups: Groups = community.groups
    group_id = groups.create("Co-authors", "template", "Clubhouse", default_role="coauthor")
    groups.add(group_id, "anna")
    set_meta(community, template_group_id=group_id)
    return group_id


# goop.group


@pytest.mark.usefixtures("template_group")
@pytest.mark.parametrize(("caller", "role"), [(OWNER, "owner"), ("anna", "coauthor"), ("stranger", "")])
def test_group_member_is_the_caller(script: Any, caller: str, role: str) -> None:
    source = (
        "return { goop.group.member.id, goop.group.member.role(), goop.group.is_member(), "
        "goop.group.owner() }"
    )
    assert script(source, caller) == [caller, role, role != "", OWNER]


@pytest.mark.usefixtures("template_group")
def test_a_script_that_rewrites_its_peer_fools_nobody(script: Any) -> None:
    source = """
      goop.peer.id, goop.self.id = goop.self.id, goop.peer.id
      goop.peer = { id = goop.group.owner() }
      return { goop.group.member.id, goop.group.member.role(), goop.group.is_member() }
    """
    assert script(source, "stranger") == ["stranger", "", False]


def test_group_management_as_the_guide_shows_it(script: Any, community: Any) -> None:
    set_meta(community, template_manifest='{"name": "Clubhouse"}')
    source = """
      local gid = goop.group.create("Room A", "template", goop.template.name, 10)
      goop.group.add(gid, "anna")
      goop.group.add(gid, "bob")
      goop.group.set_role(gid, "anna", "coauthor")
      goop.group.remove(gid, "bob")
      goop.group.send(gid, { type = "chat", text = "hi" })
      local members, groups = goop.group.members(gid), goop.group.list()
      goop.group.close(gid)
      return { members = members, group = groups[1], is_same = groups[1].id == gid,
        left = #goop.group.list(), types = goop.group.grouptypes() }
    """
    found = script(source, "stranger")
    assert found["members"] == [
        {"name": "Olga", "peer_id": OWNER, "role": "owner"},
        {"name": "Anna A.", "peer_id": "anna", "role": "coauthor"},
    ]
    assert found["group"]["name"] == "Room A"
    assert found["group"]["group_type"] == "template"
    assert (found["is_same"], found["left"]) == (True, 0)
    assert found["types"] == ["template", "chat", "files", "listen", "cluster", "data-federation"]
    sent = next(event for event in community.events if type(event).__name__ == "MessageSent")
    assert (sent.sender, sent.payload) == ("stranger", {"type": "chat", "text": "hi"})


def test_a_template_group_gives_the_default_role_of_its_manifest(script: Any, community: Any) -> None:
    set_meta(community, template_manifest='{"name": "Club", "default_role": "coauthor"}')
    source = """
      local roles = {}
      for i, context in ipairs { "Club", "Other" } do
        local gid = goop.group.create("G", "template", context)
        goop.group.add(gid, "anna")
        roles[i] = goop.group.members(gid)[2].role
      end
      local gid = goop.group.create("G", "chat", "Club")
      goop.group.add(gid, "anna")
      roles[3] = goop.group.members(gid)[2].role
      return roles
    """
    assert script(source) == ["coauthor", "viewer", "viewer"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('goop.group.create("A", "nonsense")', "unknown group type: nonsense"),
        (
            'goop.group.create("A", "chat", "x", 1.5)',
            "goop.group.create: max_members must be an integer, got 1.5",
        ),
        ('goop.group.create("A", "chat", "x", 0/0)', "goop.group.create: max_members must be an integer"),
        ('goop.group.create("A", "chat", "x", 1e300)', "max members must be 0 (unlimited) to"),
        ('goop.group.create("A")', "goop.group.create: type must be a string, got nil"),
        ('goop.group.add("x", "anna")', "group not found: x"),
        ('goop.group.add("x")', "goop.group.add: peer_id must be a string, got nil"),
        ('goop.group.remove(GID, "anna")', "member not found: anna"),
        ('goop.group.set_role(GID, "anna", "y")', "member not found: anna"),
        (
            'goop.group.set_role(GID, goop.self.id, "viewer")',
            "the group's owner cannot be given another role",
        ),
        ('goop.group.send("x", {})', "group not found: x"),
        ('goop.group.close("x")', "group not found: x"),
        ("goop.group.close(42)", "group not found: 42"),
    ],
)
def test_group_errors_are_raised_with_the_scripts_line(script: Any, source: str, message: str) -> None:
    text = script.error('GID = goop.group.create("G", "files")\n' + source)
    assert text.startswith("script.lua:3: ")
    assert message in text
    assert (
        script(f'GID = goop.group.create("G", "files")\nreturn {{ pcall(function() {source} end) }}')[0]
        is False
    )


# goop.chat


def test_chat_as_the_guide_shows_it(script: Any, community: Any) -> None:
    set_meta(community, template_manifest='{"name": "Clubhouse"}')
    source = """
      local room, err = goop.chat.create("Room Name", "description", 10, goop.template.name)
      local sent = goop.chat.send(room.id, "Hello everyone!")
      local state = goop.chat.state(room.id)
      local rooms = goop.chat.rooms()
      local closed = goop.chat.close(room.id)
      local gone, why = goop.chat.state(room.id)
      return { room, err == nil, sent == nil, state, rooms, closed == nil, gone == nil, why }
    """
    room, no_error, sent, state, rooms, closed, gone, why = script(source, "anna")
    assert (no_error, sent, closed, gone) == (True, True, True, True)
    assert room == {"id": room["id"], "name": "Room Name", "description": "description"}
    assert rooms == [{**room, "members": [{"peer_id": OWNER, "role": "owner", "name": "Olga"}]}]
    assert why == f"room not found: {room['id']}"
    (message,) = state.pop("messages")
    assert state == {**room, "members": [{"peer_id": OWNER, "role": "owner", "name": "Olga"}]}
    assert message == {
        "id": "1",
        "from": "anna",
        "from_name": "Anna A.",
        "text": "Hello everyone!",
        "timestamp": 1_000_000,
    }


def test_chat_failures_are_values_and_misuse_is_raised(script: Any) -> None:
    source = """
      local room, err = goop.chat.create(" ")
      return { room == nil, err, goop.chat.send("x", "hi"), goop.chat.close("x"), #goop.chat.rooms() }
    """
    assert script(source) == [True, "group name is required", "room not found: x", "room not found: x", 0]
    assert "goop.chat.send: text must be a string, got table" in script.error('goop.chat.send("x", {})')
    assert "goop.chat.create: max_members must be an integer" in script.error(
        'goop.chat.create("x", "", 0.5)'
    )


# goop.listen


def test_listen_as_the_guide_shows_it(script: Any, track_path: Path) -> None:
    source = f"""
      local group, err = goop.listen.create("My Session")
      local track = goop.listen.load({json.dumps(str(track_path))})
      return {{ group, track, err == nil, goop.listen.play() == nil, goop.listen.seek(3.5) == nil,
        goop.listen.pause() == nil, goop.listen.state() }}
    """
    group, track, *done, state = script(source)
    assert done == [True] * 4
    assert group == {"id": group["id"], "name": "My Session", "role": "host"}
    assert group["id"].startswith("listen-")
    assert track == {"name": "tune", "duration": 10.005, "bitrate": 128_000, "format": "mp3"}
    play_state = state.pop("play_state")
    assert state == {**group, "track": track, "listeners": []}
    assert (play_state["playing"], play_state["position"]) == (False, 3.5)
    assert play_state["updated_at"] > 1_600_000_000_000
    closing = "return { goop.listen.close() == nil, goop.listen.state() == nil, goop.listen.close() }"
    assert script(closing) == [
        True, True, "no listening session is open",
    ]  # fmt: skip


def test_listen_failures_are_values(script: Any) -> None:
    source = """
      local _, early = goop.listen.load("x.mp3")
      goop.listen.create()
      local again, why = goop.listen.create("B")
      local _, private = goop.listen.load("/etc/hostname.mp3")
      local _, missing = goop.listen.load("missing.mp3")
      return { early, again == nil, why, goop.listen.play(), goop.listen.seek(-1), private, missing }
    """
    assert script(source, "anna") == [
        "no listening session is open",
        True,
        "a listening session is already open: Listening Room",
        "no track is loaded",
        "position must be a number of seconds, 0 or more",
        "only the owner may load a file outside the site's shared folder",
        "file not found: missing.mp3",
    ]


# goop.template, goop.transform


def test_template_is_the_manifest_with_require_email(script: Any, community: Any) -> None:
    manifest = {
        "name": "Clubhouse",
        "icon": "🏠",
        "schemas": ["rooms"],
        "category": "community",
        "default_role": "coauthor",
        "require_email": False,
    }
    set_meta(community, template_manifest=json.dumps(manifest), template_require_email="1")
    assert script("return goop.template") == {**manifest, "require_email": True}
    set_meta(community, template_require_email="")
    assert script(
        "return { goop.template.require_email, goop.template.icon, goop.template.nothing == nil }"
    ) == [False, "🏠", True]
    assert script("local n = 0 for _ in pairs(goop.template) do n = n + 1 end return n") == 6
    assert script("goop.template.name = 'mine' return goop.template.name") == "mine"


def test_without_a_template_the_table_is_empty(script: Any) -> None:
    assert script(
        "return { next(goop.template) == nil, goop.template.name == nil, goop.nothing == nil }"
    ) == [True, True, True]


def test_a_damaged_manifest_is_said(script: Any, community: Any) -> None:
    set_meta(community, template_manifest="{")
    assert "goop.template: the stored manifest is damaged" in script.error("return goop.template")


@pytest.mark.parametrize(
    "use",
    ["goop.transform.list()", "goop.transform.apply_many({}, 1)", "goop.transform.x = 1", "goop.transform()"],
)
def test_transform_is_refused_with_the_scripts_line(script: Any, use: str) -> None:
    assert script.error(use) == "script.lua:2: goop.transform is not supported"
