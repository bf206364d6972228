"""The clubhouse template: who opens, joins, talks and closes; rooms that close elsewhere; the command
`!rooms`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Actor

SCHEMA = Path(__file__).parents[2] / "resources/templates/clubhouse/schemas/rooms.json"
CLUB = "clubhouse"
MEMBERS_ONLY = "only members can do this: ask Mara to add you"
CREATORS_ONLY = "only co-authors can open rooms"
JOIN_FIRST = "join the room first"
WINDOW = Actor("window")


@pytest.fixture
def site(template_site: Callable[[str], Any]) -> Any:
    site = template_site("clubhouse")
    site.join("second_viewer", "viewer")
    return site


def new_room(site: Any, who: str = "coauthor", name: str = "Attic", **more: Any) -> int:
    return int(site.ask(who, CLUB, "create", name=name, **more)["id"])


def stored(site: Any, room_id: int) -> dict[str, Any]:
    return next(row for row in site.rows("rooms") if row["_id"] == room_id)


def listed(site: Any, who: str = "owner") -> list[str]:
    return [room["name"] for room in site.ask(who, CLUB, "list")["rooms"]]


def people(site: Any, room_id: int) -> list[str]:
    return [member["name"] for member in site.ask("owner", CLUB, "state", id=room_id)["members"]]


def chat_groups(site: Any) -> list[str]:
    return [room.id for room in site.engine.rooms.rooms(WINDOW)]


def test_the_seed_is_believable_and_runs_once(site: Any) -> None:
    assert listed(site) == ["Living room", "Workbench", "Quiet corner"]
    first = site.rows("rooms")[0]["_id"]
    assert len(site.ask("owner", CLUB, "state", id=first)["messages"]) == 2
    before = site.rows("rooms"), chat_groups(site)
    assert site.engine.calls.call("seed", caller=site.who("owner")).value == 0
    assert (site.rows("rooms"), chat_groups(site)) == before


def test_pages_reach_the_table_through_the_script_only() -> None:
    schema = json.loads(SCHEMA.read_text())
    assert set(schema["access"].values()) == {"owner"}
    assert set(schema["roles"]) == {"coauthor", "viewer"}
    assert not any(allowed for role in schema["roles"].values() for allowed in role.values())


# Opening rooms


@pytest.mark.parametrize("who", ["owner", "coauthor"])
def test_a_new_room(site: Any, who: str) -> None:
    room_id = new_room(site, who, " Attic\t ", description="Old\nboxes", max_members=5)
    row = stored(site, room_id)
    caller = site.who(who)
    assert (row["name"], row["description"], row["max_members"]) == ("Attic", "Old boxes", 5)
    assert (row["created_by"], row["created_by_name"], row["_owner"]) == (caller.id, caller.label, caller.id)
    group = site.engine.groups.get(row["group_id"], WINDOW)
    assert (group.group_type, group.context, group.max_members) == ("chat", "Clubhouse", 5)
    assert people(site, room_id) == ["Mara"] if who == "owner" else ["Mara", "Coauthor"]


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_who_opens_no_rooms(site: Any, who: str) -> None:
    before = site.rows("rooms"), chat_groups(site)
    assert site.refused(who, CLUB, "create", name="Mine") == CREATORS_ONLY
    assert (site.rows("rooms"), chat_groups(site)) == before


SEATS = "max_members must be a whole number, 0 (no limit) to 200"
BAD_ROOMS: list[tuple[dict[str, Any], str]] = [
    ({}, "name is required"),
    ({"name": ""}, "name is required"),
    ({"name": " \n"}, "name is required"),
    ({"name": 5}, "name must be text"),
    ({"name": ["a"]}, "name must be text"),
    ({"name": "ü" * 61}, "name must be at most 60 characters"),
    ({"name": "x" * 100_000}, "name must be at most 60 characters"),
    ({"name": "a", "description": True}, "description must be text"),
    ({"name": "a", "description": "x" * 301}, "description must be at most 300 characters"),
    ({"name": "a", "max_members": -1}, SEATS),
    ({"name": "a", "max_members": 201}, SEATS),
    ({"name": "a", "max_members": 1.5}, SEATS),
    ({"name": "a", "max_members": "5"}, SEATS),
    ({"name": "living ROOM"}, "there is a room living ROOM already"),
]


@pytest.mark.parametrize(("params", "message"), BAD_ROOMS)
def test_a_room_that_is_none(site: Any, params: dict[str, Any], message: str) -> None:
    before = site.rows("rooms"), chat_groups(site)
    assert site.refused("owner", CLUB, "create", **params) == message
    assert (site.rows("rooms"), chat_groups(site)) == before


def test_so_many_rooms(site: Any) -> None:
    for number in range(47):
        new_room(site, "owner", f"Room {number}")
    assert (
        site.refused("coauthor", CLUB, "create", name="One more")
        == "there are 50 rooms already: close one first"
    )


# Coming and going


def test_join_talk_leave(site: Any) -> None:
    room_id = new_room(site)
    for action in ("state", "send", "leave"):
        assert site.refused("viewer", CLUB, action, id=room_id, text="hello") == JOIN_FIRST
    assert site.ask("viewer", CLUB, "join", id=room_id) == {"status": "joined"}
    assert site.ask("viewer", CLUB, "join", id=room_id) == {"status": "joined"}
    assert people(site, room_id) == ["Mara", "Coauthor", "Viewer"]
    assert site.ask("viewer", CLUB, "send", id=room_id, text="  Hello <b>all</b>\nhow are you?  ") == {
        "status": "sent"
    }
    site.ask("coauthor", CLUB, "send", id=room_id, text="Fine")
    state = site.ask("viewer", CLUB, "state", id=room_id)
    assert [(message["from_name"], message["text"], message["mine"]) for message in state["messages"]] == [
        ("Viewer", "Hello <b>all</b>\nhow are you?", True),
        ("Coauthor", "Fine", False),
    ]
    assert state["members"][2] == {"name": "Viewer", "role": "viewer", "you": True}
    assert (state["room"]["joined"], state["room"]["can_close"], state["room"]["people"]) == (True, False, 3)
    assert site.ask("viewer", CLUB, "leave", id=room_id) == {"status": "left"}
    assert site.refused("viewer", CLUB, "state", id=room_id) == JOIN_FIRST
    assert people(site, room_id) == ["Mara", "Coauthor"]


def test_the_owner_is_in_every_room(site: Any) -> None:
    room_id = new_room(site)
    site.ask("owner", CLUB, "send", id=room_id, text="Nice")
    assert site.refused("owner", CLUB, "leave", id=room_id) == "the owner is in every room: close it instead"


@pytest.mark.parametrize("action", ["state", "join", "leave", "send", "close"])
def test_strangers_see_that_there_are_rooms_and_no_more(site: Any, action: str) -> None:
    room_id = new_room(site)
    before = site.rows("rooms"), people(site, room_id)
    assert site.refused("stranger", CLUB, action, id=room_id, text="let me in") == MEMBERS_ONLY
    assert (site.rows("rooms"), people(site, room_id)) == before
    answer = site.ask("stranger", CLUB, "list")
    assert answer["you"] == {"name": "Stranger", "role": "", "is_member": False, "can_create": False}
    assert listed(site, "stranger")[-1] == "Attic"
    told = json.dumps(answer)
    assert site.who("coauthor").id not in told
    assert "@example.org" not in told
    assert stored(site, room_id)["group_id"] not in told


def test_whoever_is_no_member_any_more_is_out(site: Any) -> None:
    room_id = new_room(site)
    site.ask("viewer", CLUB, "join", id=room_id)
    site.engine.groups.remove(site.engine.groups.template_group(WINDOW), site.who("viewer").id, WINDOW)
    assert site.refused("viewer", CLUB, "state", id=room_id) == MEMBERS_ONLY
    assert site.refused("viewer", CLUB, "send", id=room_id, text="still here") == MEMBERS_ONLY


def test_a_full_room(site: Any) -> None:
    room_id = new_room(site, "owner", max_members=2)
    site.ask("viewer", CLUB, "join", id=room_id)
    assert site.refused("second_viewer", CLUB, "join", id=room_id) == "the room is full"
    site.ask("viewer", CLUB, "leave", id=room_id)
    site.ask("second_viewer", CLUB, "join", id=room_id)


def test_one_seat_and_two_who_want_it(site: Any) -> None:
    room_id = new_room(site, "owner", max_members=2)
    together, answers = threading.Barrier(2), []

    def join(who: str) -> None:
        together.wait()
        answers.append(site.call(who, CLUB, "join", id=room_id).value)

    threads = [threading.Thread(target=join, args=(who,)) for who in ("viewer", "second_viewer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, answers)) == ["{'error': 'the room is full'}", "{'status': 'joined'}"]


# Talking


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "text is required"),
        ("", "text is required"),
        (" \n ", "text is required"),
        (5, "text must be text"),
        ({"type": "chat"}, "text must be text"),
        ("x" * 2001, "text must be at most 2000 characters"),
        ("x" * 1_000_000, "text must be at most 2000 characters"),
    ],
)
def test_messages_that_are_none(site: Any, text: Any, message: str) -> None:
    room_id = new_room(site)
    assert site.refused("coauthor", CLUB, "send", id=room_id, text=text) == message
    assert site.ask("coauthor", CLUB, "state", id=room_id)["messages"] == []


def test_nobody_floods_a_room(site: Any) -> None:
    room_id = new_room(site)
    for number in range(5):
        site.ask("coauthor", CLUB, "send", id=room_id, text=f"spam {number}")
    assert (
        site.refused("coauthor", CLUB, "send", id=room_id, text="spam")
        == "slowly: wait a few seconds before you say more"
    )
    site.ask("owner", CLUB, "send", id=room_id, text="Enough")
    assert len(site.ask("owner", CLUB, "state", id=room_id)["messages"]) == 6


# Closing


@pytest.mark.parametrize("who", ["owner", "coauthor"])
def test_the_owner_and_the_opener_close(site: Any, who: str) -> None:
    room_id = new_room(site)
    group_id = stored(site, room_id)["group_id"]
    assert site.ask(who, CLUB, "close", id=room_id) == {"status": "closed"}
    assert group_id not in chat_groups(site)
    assert listed(site) == ["Living room", "Workbench", "Quiet corner"]
    assert room_id not in [row["_id"] for row in site.rows("rooms")]
    for action in ("state", "join", "leave", "send", "close"):
        assert site.refused("owner", CLUB, action, id=room_id, text="hello") == "room not found"


def test_others_do_not_close(site: Any) -> None:
    room_id = new_room(site, "owner")
    site.ask("viewer", CLUB, "join", id=room_id)
    for who in ("viewer", "coauthor"):
        assert (
            site.refused(who, CLUB, "close", id=room_id)
            == "only the owner and whoever opened the room can close it"
        )
    assert stored(site, room_id)["group_id"] in chat_groups(site)


@pytest.mark.parametrize("how", ["groups", "rooms", "emit"])
def test_a_room_that_is_closed_elsewhere(site: Any, how: str) -> None:
    room_id = new_room(site)
    group_id = stored(site, room_id)["group_id"]
    if how == "groups":
        site.engine.groups.close(group_id, WINDOW)
    elif how == "rooms":
        site.engine.rooms.close(group_id, WINDOW)
    results = site.engine.calls.emit("on_group_close", group_id)
    assert [result.error for result in results] == [None]
    assert room_id not in [row["_id"] for row in site.rows("rooms")]
    assert len(site.rows("rooms")) == 3


def test_other_groups_close_without_harm(site: Any) -> None:
    before = site.rows("rooms")
    other = site.engine.groups.create("Files", "files", by=WINDOW)
    site.engine.groups.close(other, WINDOW)
    (result,) = site.engine.calls.emit("on_group_close", other)
    assert result.error is None
    assert site.rows("rooms") == before


def test_rows_without_a_group_are_cleared_away(site: Any) -> None:
    """The group went while Lua was off: nobody told the script."""
    site.engine.scripts.create("lose", "function", "function call(r) goop.orm('rooms'):insert(r.params) end")
    row = {"group_id": "gone", "name": "Ghost", "max_members": 0, "created_by": "x"}
    assert site.call("owner", "lose", None, **row).ok
    ghost = site.rows("rooms")[-1]["_id"]
    assert site.refused("owner", CLUB, "join", id=ghost) == "room not found"
    assert "Ghost" not in site.say("stranger", "!rooms")
    assert "Ghost" not in listed(site)
    assert len(site.rows("rooms")) == 3


def test_the_handler_tolerates_a_missing_table(site: Any) -> None:
    script = (
        (SCHEMA.parents[1] / "lua/functions/clubhouse.lua")
        .read_text()
        .replace('goop.orm("rooms")', 'goop.orm("no_such_table")')
    )
    site.engine.scripts.create("elsewhere", "function", script)
    results = site.engine.calls.emit("on_group_close", "anything")
    assert [(result.script, result.error) for result in results] == [("clubhouse", None), ("elsewhere", None)]


# Hostile parameters, and the command


@pytest.mark.parametrize("action", ["state", "join", "leave", "send", "close"])
def test_ids_that_are_none(site: Any, action: str) -> None:
    before = site.rows("rooms")
    for value in ("1", True, 1.5, 0, -1, 1e300, [1], {"__sql_expr": "1"}):
        assert (
            site.refused("owner", CLUB, action, id=value, text="x") == "id must be a whole number, 1 or more"
        ), value
    assert site.refused("owner", CLUB, action, text="x") == "id is required"
    assert site.refused("owner", CLUB, action, id=999_999, text="x") == "room not found"
    assert site.rows("rooms") == before


def test_actions_that_are_none(site: Any) -> None:
    assert "action parameter required" in site.refused("stranger", CLUB)
    assert "unknown action: kick" in site.refused("owner", CLUB, "kick")


def test_the_command(site: Any) -> None:
    reply = site.say("stranger", "!rooms")
    assert reply.splitlines()[0] == "3 rooms are open:"
    assert "  Living room: Everything and nothing. Shoes off, please. (1 person)" in reply
    site.ask("viewer", CLUB, "join", id=site.rows("rooms")[0]["_id"])
    assert "(2 people)" in site.say("owner", "!rooms")
    for row in site.rows("rooms"):
        site.ask("owner", CLUB, "close", id=row["_id"])
    assert site.say("viewer", "!rooms") == "No room is open. Co-authors can open one on the page."
