"""goop.route and goop.owner."""

from __future__ import annotations

import pytest

from lua_engine import Caller
from lua_engine.testing import ANY, Matching, Scenario, run_scenario
from tests.engine.conformance.sites import ANN, CLUB, STRANGER


@pytest.mark.parametrize(
    ("caller", "error"),
    [
        ("owner", None),
        (ANN, "only the site owner can do this"),
        (STRANGER, "only the site owner can do this"),
    ],
)
def test_owner(caller: Caller | str, error: str | None) -> None:
    run_scenario(
        Scenario(
            "owner",
            CLUB,
            lua='return goop.owner(function(a, b) return a .. b end)("x", "y")',
            caller=caller,
            value="xy" if error is None else ANY,
            error=error,
        )
    )


ROUTE = [
    ("a handler gets params", "{ a = function(p) return p.x end }", {"action": "a", "x": 5}, 5, None),
    ("an unknown action", "{}", {"action": "a"}, ANY, "unknown action: a"),
    ("no action", "{}", {}, ANY, "action parameter required"),
    ("no function", "{ a = 1 }", {"action": "a"}, ANY, "action a is not a function"),
    ("a numeric action", "{}", {"action": 5}, ANY, "action parameter required"),
]


@pytest.mark.parametrize(("name", "table", "params", "value", "error"), ROUTE)
def test_route(name: str, table: str, params: dict[str, object], value: object, error: str | None) -> None:
    run_scenario(
        Scenario(name, lua=f"return goop.route({table})(request)", params=params, value=value, error=error)
    )


def test_route_and_owner_misuse() -> None:
    run_scenario(
        Scenario(
            "route", lua="goop.route(5)", error=Matching("goop.route: handlers must be a table, got number")
        )
    )
    run_scenario(
        Scenario(
            "owner", lua="goop.owner(5)", error=Matching("goop.owner: fn must be a function, got number")
        )
    )


MISSING = [
    ("no request", "return (goop.route({})())", "request.params missing"),
    ("a request without params", "return (goop.route({})({}))", "request.params missing"),
    ("an empty action", 'return (goop.route({})({ params = { action = "" } }))', "action parameter required"),
]


@pytest.mark.parametrize(("name", "lua", "error"), MISSING)
def test_route_missing_parts(name: str, lua: str, error: str) -> None:
    run_scenario(Scenario(name, lua=lua, error=error))


FORGED = [
    "goop.peer = { id = goop.self.id }",
    "goop.self.id = goop.peer.id",
    "goop.peer.id = goop.self.id",
    "goop.group.member.role = function() return 'owner' end",
    "rawset(goop.group.member, 'id', goop.self.id)",
]


@pytest.mark.parametrize("forgery", FORGED)
def test_owner_decides_by_the_real_caller(forgery: str) -> None:
    lua = f"local f = goop.owner(function() return 1 end) {forgery} return (f())"
    run_scenario(Scenario(forgery, CLUB, lua=lua, caller=ANN, error="only the site owner can do this"))
    run_scenario(Scenario(forgery, CLUB, lua=lua, value=1))
