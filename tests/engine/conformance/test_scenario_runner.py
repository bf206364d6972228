"""The runner that script authors get: it says what was expected and what came, and never lets a wrong result
pass.
"""

from __future__ import annotations

import pytest

from lua_engine.testing import ANY, Matching, Scenario, ScenarioFailure, SiteSpec, run_scenario, run_scenarios
from tests.engine.conformance.sites import BLOG, EMPTY, P

GOOD = [
    Scenario("value", lua="return { 1, 2.5, true, { a = 'x' } }", value=[1, 2.5, True, {"a": "x"}]),
    Scenario("a number is a number", lua="return 5", value=5.0),
    Scenario("any", lua="return os.time()", value=ANY),
    Scenario("error", lua='error("oops")', error="scenario.lua:2: oops"),
    Scenario("error by pattern", lua='error("oops")', error=Matching("oops$")),
    Scenario(
        "kind",
        SiteSpec(lua={"timeout_seconds": 1}),
        lua="while true do end",
        error="script timed out",
        kind="timeout",
    ),
    Scenario(
        "chat",
        SiteSpec(commands={"hi": "function handle(a) return 'Hi ' .. a end"}),
        chat="!hi Bo",
        value="Hi Bo",
    ),
    Scenario("rows", BLOG, lua=P + "posts:delete(1) posts:delete(2)", rows={"posts": [{"title": "C"}]}),
    Scenario("no rows", EMPTY, lua="return 1", rows={"posts": []}, events=[], logs=[]),
]

WRONG = [
    (
        Scenario("value", lua="return { a = 1 }", value={"a": 2}),
        r"value: value:\n  expected \{'a': 2\}\n  got      \{'a': 1\}",
    ),
    (Scenario("more keys", lua="return { a = 1, b = 2 }", value={"a": 1}), "value"),
    (Scenario("true is not 1", lua="return true", value=1), "got      True"),
    (Scenario("1 is not true", lua="return 1", value=True), "got      1"),
    (Scenario("longer", lua="return { 1, 2 }", value=[1]), "expected"),
    (Scenario("an error nobody expected", lua='error("oops")'), "script: scenario.lua:2: oops"),
    (Scenario("no error", lua="return 5", error="oops"), r"got      '\(no error\) 5'"),
    (Scenario("another error", lua='error("a")', error="b"), "expected 'b'"),
    (Scenario("another kind", lua='error("a", 0)', error="a", kind="timeout"), "kind of error"),
    (Scenario("logs", lua='goop.log.info("a")', logs=[("info", "b")]), "logs"),
    (Scenario("more logs", lua='goop.log.info("a") goop.log.info("b")', logs=[("info", "a")]), "logs"),
    (Scenario("rows", BLOG, lua="return 1", rows={"posts": [{"title": "A"}]}), "rows of posts"),
    (Scenario("rows are left", BLOG, lua="return 1", rows={"posts": []}), "rows of posts"),
    (Scenario("events", EMPTY, lua=P + 'posts:insert({ title = "T" })', events=[]), "DataChanged"),
]


@pytest.mark.parametrize("scenario", GOOD, ids=lambda scenario: scenario.name)
def test_what_holds_passes(scenario: Scenario) -> None:
    run_scenario(scenario)


@pytest.mark.parametrize(
    ("scenario", "message"), WRONG, ids=lambda part: part.name if isinstance(part, Scenario) else ""
)
def test_what_does_not_hold_is_told(scenario: Scenario, message: str) -> None:
    with pytest.raises(ScenarioFailure, match=message):
        run_scenario(scenario)


def test_many_are_counted_up_to_the_first_that_fails() -> None:
    assert run_scenarios(GOOD[:3]) == 3
    with pytest.raises(ScenarioFailure):
        run_scenarios([GOOD[0], WRONG[0][0]])


def test_expectations_read_well() -> None:
    assert repr(ANY) == "ANY"
    assert repr(Matching("x")) == "Matching(pattern='x')"
