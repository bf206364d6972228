"""goop.peer, goop.self, goop.owner, goop.route, goop.group, goop.chat, goop.listen, goop.commands, goop.log."""

from __future__ import annotations

import pytest

from lua_engine import Caller
from lua_engine.testing import ANY, Matching, Scenario, SiteSpec, run_scenario
from tests.engine.conformance.sites import ANN, BO, CLUB, STRANGER

WHO = "return { goop.peer.id == goop.self.id, goop.peer.label, goop.peer.email, goop.group.member.role(), goop.group.is_member(), goop.group.member.id == goop.peer.id }"


@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        ("owner", [True, "Owner", "owner@example.org", "owner", True, True]),
        (ANN, [False, "Ann", "ann@example.org", "coauthor", True, True]),
        (BO, [False, "Bo", "", "", False, True]),
        (STRANGER, [False, "Xaver", "x@example.org", "", False, True]),
        (Caller("peer-ann"), [False, "Ann", "ann@example.org", "coauthor", True, True]),
        (Caller("nobody"), [False, "nobody", "", "", False, True]),
    ],
)
def test_who_calls(caller: Caller | str, seen: list[object]) -> None:
    run_scenario(Scenario("who", CLUB, lua=WHO, caller=caller, value=seen))


@pytest.mark.parametrize(("caller", "error"), [("owner", None), (ANN, "only the site owner can do this"), (STRANGER, "only the site owner can do this")])
def test_owner(caller: Caller | str, error: str | None) -> None:
    run_scenario(Scenario("owner", CLUB, lua='return goop.owner(function(a, b) return a .. b end)("x", "y")', caller=caller, value="xy" if error is None else ANY, error=error))


ROUTE = [
    ("a handler gets params", '{ a = function(p) return p.x end }', {"action": "a", "x": 5}, 5, None),
    ("an unknown action", "{}", {"action": "a"}, ANY, "unknown action: a"),
    ("no action", "{}", {}, ANY, "action parameter required"),
    ("no function", "{ a = 1 }", {"action": "a"}, ANY, "action a is not a function"),
    ("a numeric action", "{}", {"action": 5}, ANY, "unknown action: 5"),
]


@pytest.mark.parametrize(("name", "table", "params", "value", "error"), ROUTE)
def test_route(name: str, table: str, params: dict[str, object], value: object, error: str | None) -> None:
    run_scenario(Scenario(name, lua=f"return goop.route({table})(request)", params=params, value=value, error=error))


def test_route_and_owner_misuse() -> None:
    run_scenario(Scenario("route", lua="goop.route(5)", error=Matching("goop.route: handlers must be a table, got number")))
    run_scenario(Scenario("owner", lua="goop.owner(5)", error=Matching("goop.owner: fn must be a function, got number")))


GROUP = [
    ("types", "local t = goop.group.grouptypes() table.sort(t) return t", ["chat", "cluster", "data-federation", "files", "listen", "template"]),
    ("create answers the id", 'return type(goop.group.create("A", "files", "ctx", 0))', "string"),
    ("the owner joins and comes first", 'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") return goop.group.members(g)', ANY),
    ("list", 'goop.group.create("A", "files") local l = goop.group.list() return { l[#l].name, l[#l].group_type }', ["A", "files"]),
    ("owner id", "return goop.group.owner() == goop.self.id", True),
    ("add gives the default role", 'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") return goop.group.members(g)[2].role', "viewer"),
    ("set_role", 'local g = goop.group.create("A", "files") goop.group.add(g, "p") goop.group.set_role(g, "p", "coauthor") return goop.group.members(g)[2].role', "coauthor"),
    ("remove", 'local g = goop.group.create("A", "files") goop.group.add(g, "p") goop.group.remove(g, "p") return #goop.group.members(g)', 1),
    ("names of members", 'local g = goop.group.create("A", "files") goop.group.add(g, "peer-ann") return goop.group.members(g)[2].name', "Ann"),
    ("close", 'local g = goop.group.create("A", "files") goop.group.close(g) return pcall(goop.group.members, g)', ANY),
    ("template members are coauthors of the manifest's default role", "return goop.group.list()[1].name", "Club Co-authors"),
]

GROUP_ERRORS = [
    ("unknown type", 'goop.group.create("A", "nope")', "nope"),
    ("unknown group", 'goop.group.close("nope")', "group not found: nope"),
    ("unknown group in add", 'goop.group.add("nope", "p")', "group not found: nope"),
    ("unknown member", 'goop.group.remove(goop.group.create("A", "files"), "nope")', "nope"),
    ("a full group", 'local g = goop.group.create("A", "files", "", 1) goop.group.add(g, "p") goop.group.add(g, "q")', "full"),
    ("misuse", "goop.group.create(5)", "goop.group.create: name must be a string, got number"),
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
    run_scenario(Scenario("events", SiteSpec(), lua=lua, events=ANY and ["DataChanged", "GroupsChanged", "MessageSent", "DataChanged", "GroupClosed"]))


CHAT = [
    ("create", 'local r, e = goop.chat.create("Room", "About", 10, "ctx") return { type(r.id), r.name, r.description, e == nil }', ["string", "Room", "About", True]),
    ("rooms", 'goop.chat.create("Room", "About", 0, "") local l = goop.chat.rooms() return { #l, l[1].name }', [1, "Room"]),
    ("send answers nil", 'local r = goop.chat.create("Room", "", 0, "") return goop.chat.send(r.id, "hi") == nil', True),
    ("state has messages", 'local r = goop.chat.create("Room", "", 0, "") goop.chat.send(r.id, "hi") local m = goop.chat.state(r.id).messages[1] return { m.text, m.from == goop.peer.id, m.from_name, m.timestamp > 1e12 }', ["hi", True, "Owner", True]),
    ("state keeps 100", 'local r = goop.chat.create("Room", "", 0, "") for i = 1, 105 do goop.chat.send(r.id, "m" .. i) end local m = goop.chat.state(r.id).messages return { #m, m[1].text, m[100].text }', [100, "m6", "m105"]),
    ("state of nothing", 'local r, err = goop.chat.state("nope") return { r == nil, err }', [True, Matching("nope")]),
    ("send to nothing", 'return goop.chat.send("nope", "x")', Matching("nope")),
    ("close", 'local r = goop.chat.create("Room", "", 0, "") goop.chat.close(r.id) return #goop.chat.rooms()', 0),
    ("close of nothing", 'return goop.chat.close("nope")', Matching("nope")),
]

LISTEN = [
    ("create", 'local g = goop.listen.create("S") return { g.name, g.role, g.id:sub(1, 7) }', ["S", "host", "listen-"]),
    ("no session", "return { goop.listen.play(), goop.listen.pause(), goop.listen.close() }", [Matching("."), Matching("."), Matching(".")]),
    ("a stream", 'goop.listen.create("S") local t = goop.listen.load("http://radio.example/stream.mp3") return t.name ~= nil', True),
    ("play and seek", 'goop.listen.create("S") goop.listen.load("http://radio.example/x.mp3") goop.listen.play() goop.listen.seek(30.5) local s = goop.listen.state().play_state return { s.playing, s.position >= 30 }', ANY),
    ("close", 'goop.listen.create("S") return { goop.listen.close() == nil, goop.listen.state() == nil }', ANY),
]


@pytest.mark.parametrize(("name", "lua", "value"), CHAT + LISTEN)
def test_chat_and_listen(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


def test_log_levels_and_print() -> None:
    lua = 'goop.log.info("a", 1, nil, true) goop.log.warn("b") goop.log.error("c") print("d", 2)'
    run_scenario(Scenario("log", lua=lua, logs=[("info", "a 1 nil true"), ("warn", "b"), ("error", "c"), ("info", "d\t2")]))


def test_commands() -> None:
    site = SiteSpec(commands={"b": "--- Two\nfunction handle() end", "a": "--- One\nfunction handle() end"})
    lua = 'local c = goop.commands() return { #c, "!" .. c[1], c[1] .. "?", c[1] .. c[2], tostring(c[2]), c[2].name, c[2].description }'
    run_scenario(Scenario("commands", site, lua=lua, value=[2, "!a", "a?", "ab", "b", "b", "Two"]))


BASE = [
    ("unpack", "return { unpack({ 1, 2, 3 }, 2) }", [2, 3]),
    ("loadstring", 'return loadstring("return 1 + 1")()', 2),
    ("table.getn", "return table.getn({ 1, 2 })", 2),
    ("table.maxn", "return table.maxn({ [10] = 1, x = 2 })", 10),
    ("math.mod", "return math.mod(7, 3)", 1),
    ("integral division prints as in Lua 5.1", "return tostring(10 / 2)", "5"),
    ("%d of a fraction", 'return string.format("%d", 3.5)', "3"),
    ("goto", "local n = 0 for i = 1, 5 do if i % 2 == 0 then goto continue end n = n + i ::continue:: end return n", 9),
    ("os.date", 'return os.date("!%Y-%m-%d", 0)', "1970-01-01"),
    ("os.time", "return os.time({ year = 2000, month = 1, day = 1, hour = 12 }) > 9e8", True),
    ("math.random is seeded per VM", "math.randomseed(42) local a = math.random(1000) math.randomseed(42) return a == math.random(1000)", True),
]


@pytest.mark.parametrize(("name", "lua", "value"), BASE)
def test_base_library(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))
