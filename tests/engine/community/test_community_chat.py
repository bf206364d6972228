"""Chat rooms and their messages."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from lua_engine.base.events import GroupClosed, MessageSent
from lua_engine.community.chat import HISTORY, MAX_TEXT_BYTES, Message, Room
from lua_engine.community.groups import GroupError, Member


def test_a_room_is_a_group_of_type_chat(community: Any) -> None:
    room = community.chat.create("Lounge", "come in", 10, "Club")
    assert community.chat.rooms() == [Room(room.id, "Lounge", "come in")]
    group = community.groups.get(room.id)
    assert (group.group_type, group.context, group.max_members) == ("chat", "Club", 10)
    community.groups.create("no room", "files")
    assert len(community.chat.rooms()) == 1


def test_messages_are_stored_told_and_shown_in_order(community: Any) -> None:
    room = community.chat.create("Lounge")
    community.groups.add(room.id, "anna")
    community.chat.send(room.id, "hello", "anna")
    community.clock.now += 1.5
    community.chat.send(room.id, "héllo", "stranger")
    state = community.chat.state(room.id)
    assert state.room == Room(room.id, "Lounge", "")
    assert state.members == (Member("12D3KooWowner", "owner", "Olga"), Member("anna", "viewer", "Anna A."))
    assert state.messages == (
        Message("1", "anna", "Anna A.", "hello", 1_000_000),
        Message("2", "stranger", "stranger", "héllo", 1_001_500),
    )
    told = community.seen(MessageSent)
    assert [(event.group_id, event.sender, event.payload["text"]) for event in told] == [
        (room.id, "anna", "hello"), (room.id, "stranger", "héllo"),
    ]  # fmt: skip


def test_a_room_keeps_its_last_hundred_messages(community: Any) -> None:
    room, other = community.chat.create("A"), community.chat.create("B")
    community.chat.send(other.id, "stays", "anna")
    for number in range(HISTORY + 5):
        community.chat.send(room.id, str(number), "anna")
    messages = community.chat.state(room.id).messages
    assert [message.text for message in messages] == [str(number) for number in range(5, HISTORY + 5)]
    assert len(community.chat.state(other.id).messages) == 1
    with sqlite3.connect(community.database.path) as connection:
        assert connection.execute("SELECT count(*) FROM _chat_messages").fetchone() == (HISTORY + 1,)
    connection.close()


def test_direct_messages_of_goop2_are_left_alone(community: Any) -> None:
    with sqlite3.connect(community.database.path) as connection:
        connection.execute(
            "INSERT INTO _chat_messages(peer_id, from_id, content, ts) VALUES ('anna', 'anna', 'private', 1)"
        )
    connection.close()
    room = community.chat.create("A")
    community.chat.send(room.id, "x", "anna")
    assert [message.text for message in community.chat.state(room.id).messages] == ["x"]
    community.chat.close(room.id)
    assert [row.text for row in community.rows.messages("anna", 10)] == ["private"]


def test_closing_leaves_nothing_behind(community: Any) -> None:
    room = community.chat.create("A", "described")
    community.chat.send(room.id, "x", "anna")
    community.chat.close(room.id)
    assert community.seen(GroupClosed) == [GroupClosed(room.id)]
    assert community.rows.messages(room.id, 10) == []
    assert community.rows.descriptions() == {}
    assert community.chat.rooms() == []


def test_what_is_refused_is_said(community: Any) -> None:
    files = community.groups.create("F", "files")
    for room_id in ("nowhere", files):
        for call in (
            community.chat.state,
            community.chat.close,
            lambda gid: community.chat.send(gid, "x", "anna"),
        ):
            with pytest.raises(GroupError, match=f"room not found: {room_id}"):
                call(room_id)
    room = community.chat.create("A")
    with pytest.raises(GroupError, match="longer than 16 KB"):
        community.chat.send(room.id, "ä" * (MAX_TEXT_BYTES // 2 + 1), "anna")
    with pytest.raises(GroupError, match="description must be at most"):
        community.chat.create("A", "x" * 1001)
