"""goop.listen: one session, its track and its time."""

from __future__ import annotations

import pytest

from lua_engine.testing import ANY, Matching, Scenario, run_scenario
from tests.engine.conformance.sites import STRANGER

LISTEN = [
    (
        "create",
        'local g = goop.listen.create("S") return { g.name, g.role, g.id:sub(1, 7) }',
        ["S", "host", "listen-"],
    ),
    (
        "no session",
        "return { goop.listen.play(), goop.listen.pause(), goop.listen.close() }",
        [Matching("."), Matching("."), Matching(".")],
    ),
    (
        "a stream",
        'goop.listen.create("S") local t = goop.listen.load("http://radio.example/stream.mp3") return t.name ~= nil',
        True,
    ),
    (
        "play and seek",
        'goop.listen.create("S") goop.listen.load("http://radio.example/x.mp3") goop.listen.play() goop.listen.seek(30.5) local s = goop.listen.state().play_state return { s.playing, s.position >= 30 }',
        ANY,
    ),
    (
        "close",
        'goop.listen.create("S") return { goop.listen.close() == nil, goop.listen.state() == nil }',
        ANY,
    ),
]


@pytest.mark.parametrize(("name", "lua", "value"), LISTEN)
def test_listen(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


STREAM = 'goop.listen.create("A") goop.listen.load("http://radio.example/x.mp3") '
NONE, NO_TRACK = "no listening session is open", "no track is loaded"
FAILURES = [
    (
        "two sessions",
        'goop.listen.create("A") local r, err = goop.listen.create("B") return { r == nil, err }',
        [True, "a listening session is already open: A"],
    ),
    (
        "nothing open",
        "return { goop.listen.play(), goop.listen.pause(), goop.listen.seek(1), goop.listen.close() }",
        [NONE] * 4,
    ),
    (
        "load with nothing open",
        'local r, err = goop.listen.load("http://radio.example/x") return { r == nil, err }',
        [True, NONE],
    ),
    (
        "no track",
        'goop.listen.create("A") return { goop.listen.play(), goop.listen.pause(), goop.listen.seek(1) }',
        [NO_TRACK] * 3,
    ),
    (
        "no such file",
        'goop.listen.create("A") local r, err = goop.listen.load("nope.mp3") return { r == nil, err }',
        [True, "file not found: nope.mp3"],
    ),
    (
        "no stream",
        'goop.listen.create("A") local r, err = goop.listen.load("ftp://x") return { r == nil, err }',
        [True, "a stream must be an http:// or https:// URL"],
    ),
    (
        "before the beginning",
        STREAM + "return goop.listen.seek(-1)",
        "position must be a number of seconds, 0 or more",
    ),
    ("nowhere", STREAM + "return goop.listen.seek(0 / 0)", "position must be a number of seconds, 0 or more"),
    ("state without a session", "return goop.listen.state() == nil", True),
    (
        "a paused head stands still",
        STREAM
        + "goop.listen.play() goop.listen.pause() goop.listen.seek(30.5) local s = goop.listen.state().play_state return { s.playing, s.position }",
        [False, 30.5],
    ),
    ("a session without a name has one", 'return goop.listen.create().name ~= ""', True),
]


@pytest.mark.parametrize(("name", "lua", "value"), FAILURES)
def test_listen_failures(name: str, lua: str, value: object) -> None:
    run_scenario(Scenario(name, lua=lua, value=value))


def test_a_visitor_cannot_look_around_on_the_disk() -> None:
    lua = 'goop.listen.create("A") local a, e = goop.listen.load("/etc/hostname.mp3") local b, f = goop.listen.load("/nope/x.mp3") return { a == nil, b == nil, e == f, e }'
    refused = "only the owner may load a file outside the site's shared folder"
    run_scenario(Scenario("visitor", lua=lua, caller=STRANGER, value=[True, True, True, refused]))
