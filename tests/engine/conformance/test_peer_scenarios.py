"""goop.peer, goop.self: who calls."""

from __future__ import annotations

import pytest

from lua_engine import Caller
from lua_engine.testing import Scenario, run_scenario
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
