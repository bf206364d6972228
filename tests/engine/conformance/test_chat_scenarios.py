"""goop.chat: rooms, members, messages."""

from __future__ import annotations

import pytest

from lua_engine.testing import Matching, Scenario, run_scenario

CHAT = [
    (
        "create",
        'local r, e = goop.chat.create("Room", "About", 10, "ctx") return { type(r.id), r.name, r.description, e == nil }',
        ["string", "Room", "About", True],
    ),
    (
        "rooms",
        'goop.chat.create("Room", "About", 0, "") local l = goop.chat.rooms() return { #l, l[1].name }',
        [1, "Room"],
    ),
    (
        "send answers nil",
        'local r = goop.chat.create("Room", "", 0, "") return goop.chat.send(r.id, "hi") == nil',
        True,
    ),
    (
        "state has messages",
        'local r = goop.chat.create("Room", "", 0, "") goop.chat.send(r.id, "hi") local m = goop.chat.state(r.id).messages[1] return { m.text, m.from == goop.peer.id, m.from_name, m.timestamp > 1e12 }',
        ["hi", True, "Owner", True],
    ),
    (
        "state keeps 100",
        'local r = goop.chat.create("Room", "", 0, "") for i = 1, 105 do goop.chat.send(r.id, "m" .. i) end local m = goop.chat.state(r.id).messages return { #m, m[1].text, m[100].text }',
        [100, "m6", "m105"],
    ),
    (
        "state of nothing",
        'local r, err = goop.chat.state("nope") return { r == nil, err }',
        [True, Matching("nope")],
    ),
    ("send to nothing", 'return goop.chat.send("nope", "x")', Matching("nope")),
    (
        "close",
        'local r = goop.chat.create("Room", "", 0, "") goop.chat.close(r.id) return #goop.chat.rooms()',
        0,
    ),
    ("close of nothing", 'return goop.chat.close("nope")', Matching("nope")),
]


@pytest.mark.parametrize(("name", "lua", "value"), CHAT)
def test_chat(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


FAILURES = [
    (
        "no name",
        'local r, err = goop.chat.create("") return { r == nil, err }',
        [True, "group name is required"],
    ),
    (
        "a long description",
        'local r, err = goop.chat.create("R", ("x"):rep(1001)) return { r == nil, err }',
        [True, "description must be at most 1000 characters"],
    ),
    (
        "a long message",
        'return goop.chat.send(goop.chat.create("R").id, ("x"):rep(16385))',
        "message is longer than 16 KB",
    ),
    (
        "a message that just fits",
        'return goop.chat.send(goop.chat.create("R").id, ("x"):rep(16384)) == nil',
        True,
    ),
    (
        "a group that is no room",
        'local r, err = goop.chat.state(goop.group.create("A", "files")) return { r == nil, err }',
        [True, Matching("room not found")],
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), FAILURES)
def test_chat_failures(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


def test_chat_wrong_use() -> None:
    run_scenario(
        Scenario(
            "half a member",
            lua='local r = goop.chat.create("R", "", 1.5)',
            error=Matching("goop.chat.create: max_members must be an integer, got 1.5"),
        )
    )
