"""goop.group: the caller's role, and the groups of the site."""

from __future__ import annotations

import pytest

from lua_engine.testing import ANY, Matching, Scenario, SiteSpec, run_scenario
from tests.engine.conformance.sites import CLUB

GROUP = [
    (
        "types",
        "local t = goop.group.grouptypes() table.sort(t) return t",
        ["chat", "cluster", "data-federation", "files", "listen", "template"],
    ),
    ("create answers the id", 'return type(goop.group.create("A", "files", "ctx", 0))', "string"),
    (
        "the owner joins and comes first",
        'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") return goop.group.members(g)',
        ANY,
    ),
    (
        "list",
        'goop.group.create("A", "files") local l = goop.group.list() return { l[#l].name, l[#l].group_type }',
        ["A", "files"],
    ),
    ("owner id", "return goop.group.owner() == goop.self.id", True),
    (
        "add gives the default role",
        'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") return goop.group.members(g)[2].role',
        "viewer",
    ),
    (
        "set_role",
        'local g = goop.group.create("A", "files") goop.group.add(g, "p") goop.group.set_role(g, "p", "coauthor") return goop.group.members(g)[2].role',
        "coauthor",
    ),
    (
        "remove",
        'local g = goop.group.create("A", "files") goop.group.add(g, "p") goop.group.remove(g, "p") return #goop.group.members(g)',
        1,
    ),
    (
        "names of members",
        'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") return goop.group.members(g)[2].name',
        "Ann",
    ),
    (
        "close",
        'local g = goop.group.create("A", "files") goop.group.close(g) return pcall(goop.group.members, g)',
        ANY,
    ),
    (
        "template members are coauthors of the manifest's default role",
        "return goop.group.list()[1].name",
        "Club Co-authors",
    ),
]


GROUP_ERRORS = [
    ("unknown type", 'goop.group.create("A", "nope")', "nope"),
    ("unknown group", 'goop.group.close("nope")', "group not found: nope"),
    ("unknown group in add", 'goop.group.add("nope", "p")', "group not found: nope"),
    ("unknown member", 'goop.group.remove(goop.group.create("A", "files"), "nope")', "nope"),
    (
        "a full group",
        'local g = goop.group.create("A", "files", "", 1) goop.group.add(g, "p") goop.group.add(g, "q")',
        "full",
    ),
    ("misuse", "goop.group.create({})", "goop.group.create: name must be a string, got table"),
    ("misuse of max", 'goop.group.create("A", "files", "c", "x")', "must be a number, got string"),
]


@pytest.mark.parametrize(("name", "lua", "value"), GROUP)
def test_group(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, CLUB, lua=lua, value=value))


@pytest.mark.parametrize(("name", "lua", "error"), GROUP_ERRORS)
def test_group_errors(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, CLUB, lua=lua, error=Matching(f"^scenario.lua:2: .*{error}")))


def test_members_are_the_owner_first() -> None:
    lua = 'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") local m = goop.group.members(g) return { m[1].role, m[1].peer_id == goop.self.id, m[2].peer_id }'
    run_scenario(Scenario("members", CLUB, lua=lua, value=["owner", True, "peer-ann"]))


def test_send_and_close_are_announced() -> None:
    lua = 'local g = goop.group.create("A", "files") goop.group.send(g, { type = "chat", text = "hi" }) goop.group.close(g)'
    run_scenario(
        Scenario(
            "events",
            SiteSpec(),
            lua=lua,
            events=ANY and ["DataChanged", "GroupsChanged", "MessageSent", "DataChanged", "GroupClosed"],
        )
    )


MORE_ERRORS = [
    ("set_role in an unknown group", 'goop.group.set_role("nope", "p", "r")', "group not found: nope"),
    ("remove from an unknown group", 'goop.group.remove("nope", "p")', "group not found: nope"),
    ("send to an unknown group", 'goop.group.send("nope", {})', "group not found: nope"),
    (
        "set_role of an unknown member",
        'goop.group.set_role(goop.group.create("A", "files"), "nope", "r")',
        "member not found: nope",
    ),
    (
        "the owner's role",
        'goop.group.set_role(goop.group.create("A", "files"), goop.self.id, "viewer")',
        "the group's owner cannot be given another role",
    ),
    (
        "the role owner",
        'local g = goop.group.create("A", "files") goop.group.add(g, "p") goop.group.set_role(g, "p", "owner")',
        "the role owner belongs to the group's owner alone",
    ),
    (
        "removing the owner",
        'goop.group.remove(goop.group.create("A", "files"), goop.self.id)',
        "the group's owner cannot be removed",
    ),
    ("no name", 'goop.group.create("", "files")', "group name is required"),
    ("a negative limit", 'goop.group.create("A", "files", "", -1)', "max members must be 0"),
    ("half a member", 'goop.group.create("A", "files", "", 1.5)', "max_members must be an integer, got 1.5"),
    (
        "closing twice",
        'local g = goop.group.create("A", "files") goop.group.close(g) goop.group.close(g)',
        "group not found",
    ),
    (
        "a payload without a form",
        'goop.group.send(goop.group.create("A", "files"), print)',
        "cannot convert payload",
    ),
]


@pytest.mark.parametrize(("name", "lua", "error"), MORE_ERRORS)
def test_group_more_errors(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, CLUB, lua=lua, error=Matching(f"^scenario.lua:2: .*{error}")))
