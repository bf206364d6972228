"""A visit is recorded as its page's calls, and is a test of the site afterwards."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine import (
    Caller,
    CallerRef,
    CallResult,
    Cancellation,
    CheckError,
    DirectRequest,
    Engine,
    Expectation,
    Request,
    Visit,
    VisitRecorder,
    VisitStep,
)
from lua_engine.checks.row_keys import RowKeys
from lua_engine.checks.visit_format import parse_visit, visit_text
from lua_engine.testing import SiteSpec, open_site

CARDS = """--- Cards
--- @rate_limit 0
local cards = goop.orm("cards")
local dispatch = goop.route({
  list = function() return { cards = cards:find({ order = "_id" }) } end,
  add = function(p)
    local id = cards:insert({ text = p.text })
    return { id = id, at = os.time(), made = os.date("!%Y-%m-%dT%H:%M:%SZ") }
  end,
  edit = function(p)
    if not p.id then return { error = "id required" } end
    cards:update(p.id, { text = p.text })
    return { status = "changed", id = p.id, title = p.text }
  end,
  login = function(p) return { welcome = true, token = p.password } end,
  drop = goop.owner(function() return cards:delete_where({ where = "1" }) end),
  spin = function() while true do end end,
})
function call(request) return dispatch(request) end
"""
SPEC = SiteSpec(
    functions={"cards": CARDS},
    schemas={"cards": {"system_key": True, "columns": [{"name": "text", "type": "text"}]}},
    rows={"cards": [{"text": "first"}]},
    peers=[Caller("peer-vic", "Vic")],
)
VIC = Caller("peer-vic", "Vic")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Engine]:
    with open_site(SPEC, tmp_path / "site") as engine:
        yield engine


def ask(site: Engine, recorder: VisitRecorder, action: str, **params: Any) -> Any:
    result = site.pages.call("cards", {"action": action, **params}, VIC)
    recorder.add(result)
    return result.value


def recorded(site: Engine, *asked: tuple[str, dict[str, Any]]) -> Visit:
    recorder = site.checks.recorder(VIC)
    for action, params in asked:
        ask(site, recorder, action, **params)
    return recorder.visit("Vic looks around")


def test_a_click_through_is_a_test_afterwards(site: Engine) -> None:
    visit = recorded(site, ("add", {"text": "new"}), ("edit", {}), ("drop", {}))
    assert visit.caller == "peer-vic"
    assert [step.expect for step in visit.steps] == [
        (Expectation("value_contains", "", {"id": 2}), Expectation("rows_added", "cards", 1)),
        (Expectation("invalid", "", "id required"), Expectation("no_rows_changed")),
        (visit.steps[2].expect[0], Expectation("no_rows_changed")),
    ]
    assert visit.steps[2].expect[0].kind == "refused"
    before = site.data.count("cards")
    result = site.checks.run_visit(visit)
    assert (result.passed, result.failures) == (True, ())
    assert site.data.count("cards") == before, "it runs on a copy"


def test_rows_that_the_visit_adds_are_followed_under_their_keys_of_today(site: Engine) -> None:
    recorder = site.checks.recorder(VIC)
    made = ask(site, recorder, "add", text="new")
    ask(site, recorder, "edit", id=made["id"], text="newer")
    visit = recorder.visit("adds")
    assert visit.steps[0].added == {"cards": (2,)}
    for _ in range(3):  # keys move on
        site.calls.call("cards", {"action": "add", "text": "other"}, caller=VIC)
    result = site.checks.run_visit(visit)
    assert result.failures == ()
    asked = result.steps[1].result
    assert isinstance(asked, CallResult)
    assert asked.request.argument["id"] == 6
    assert asked.value["id"] == 6


def test_a_changed_script_is_found(site: Engine) -> None:
    visit = recorded(site, ("add", {"text": "new"}), ("edit", {"id": 1, "text": "x"}))
    script = site.site.site_root / "lua/functions/cards.lua"
    script.write_text(CARDS.replace('"changed"', '"done"'))
    site.scripts.reload()
    result = site.checks.run_visit(visit)
    assert not result.passed
    (said,) = result.failures
    assert said.startswith("step 2, cards · edit: value: expected")
    assert "changed" in said


def test_a_page_that_polls_makes_no_long_visit(site: Engine) -> None:
    asked: list[tuple[str, dict[str, Any]]] = [("list", {})] * 20
    visit = recorded(site, *asked, ("add", {"text": "x"}), *asked)
    assert [step.request.action for step in visit.steps] == ["list", "add", "list"]


def test_secrets_are_hidden_and_a_run_says_where_one_is_needed(site: Engine) -> None:
    recorder = site.checks.recorder(VIC)
    ask(site, recorder, "login", password="hunter22")
    visit = recorder.visit("login")
    assert b"hunter22" not in visit_text(visit)
    assert "1 call with a secret" in recorder.notes[0]
    result = site.checks.run_visit(visit)
    assert "write a value for tests" in result.failures[0]
    step = VisitStep(Request.call("cards", {"action": "login", "password": "test"}), visit.steps[0].expect)
    assert site.checks.run_visit(Visit("login", (step,), CallerRef("peer-vic"))).failures == ()


def test_nothing_recorded_is_no_visit(site: Engine) -> None:
    recorder = site.checks.recorder(VIC)
    with pytest.raises(CheckError, match="asked for no data"):
        recorder.visit("nothing")
    assert recorder.notes == ()


def direct(site: Engine, recorder: VisitRecorder, operation: str, **body: Any) -> Any:
    """A call for rows without a script, by the owner, who may make them all."""
    result = site.pages.direct.made(DirectRequest(operation, {"table": "cards", **body}), site.owner)
    recorder.add_direct(result)
    return result.value


def test_rows_without_a_script_are_steps_too(site: Engine) -> None:
    recorder = site.checks.recorder(site.owner)
    direct(site, recorder, "describe")
    made = direct(site, recorder, "insert", data={"text": "new"})["id"]
    direct(site, recorder, "find", where="_id = ? AND text <> ?", args=[made, "x"])
    direct(site, recorder, "find", where="_id = ? AND text <> ?", args=[made, "x"])
    direct(site, recorder, "find", where="nope = 1")
    direct(site, recorder, "update", id=made, data={"text": "newer"})
    direct(site, recorder, "upsert")
    visit = parse_visit(visit_text(recorder.visit("rows")).decode(), "rows")
    assert [step.request.title for step in visit.steps] == [
        "describe cards",
        "insert cards",
        "find cards",
        "find cards",
        "update cards",
        "upsert cards",
    ]
    assert visit.steps[0].expect == (Expectation("ok"), Expectation("no_rows_changed"))
    assert visit.steps[1].expect[1] == Expectation("rows_added", "cards", 1)
    assert visit.steps[1].added == {"cards": (made,)}
    (row,) = visit.steps[2].expect[0].value
    assert (row["_id"], row["text"]) == (made, "new")
    assert "_created_at" not in row
    assert visit.steps[3].expect[0] == Expectation("error_says", "", "no such column: nope")
    assert visit.steps[5].expect[0].kind == "invalid"
    for _ in range(3):  # keys move on
        site.calls.call("cards", {"action": "add", "text": "other"}, caller=VIC)
    before = site.data.count("cards")
    result = site.checks.run_visit(visit)
    assert (result.passed, result.failures) == (True, ())
    assert site.data.count("cards") == before, "it runs on a copy"
    site.pages.direct("update", {"table": "cards", "id": 1, "data": {"text": "changed"}}, site.owner)
    site.pages.direct("add-column", {"table": "cards", "column": {"name": "extra"}}, site.owner)
    assert "missing" not in " ".join(site.checks.run_visit(visit).failures)


def test_what_a_visitor_may_not_do_is_expected_to_be_refused(site: Engine) -> None:
    recorder = site.checks.recorder(VIC)
    request = DirectRequest("count", {"table": "cards", "password": "hunter22"})
    recorder.add_direct(site.pages.direct.made(request, VIC))
    visit = recorder.visit("refused")
    assert visit.steps[0].expect[0].kind == "refused"
    assert b"hunter22" not in visit_text(visit)
    asked = Visit("refused", (VisitStep(DirectRequest("count", {"table": "cards"}), visit.steps[0].expect),))
    assert "expected refused, got ok" in site.checks.run_visit(asked).failures[0], "the owner may"


@pytest.mark.parametrize(
    ("step", "named"),
    [
        ('{"kind": "rows"}', "steps[0].operation is missing"),
        ('{"kind": "rows", "operation": "find", "function": "x"}', "steps[0].function"),
        ('{"kind": "rows", "operation": "find", "params": []}', "steps[0].params"),
        ('{"kind": "chat", "text": "!x"}', "steps[0].kind must be call or rows"),
    ],
)
def test_a_step_for_rows_that_is_none_is_named(step: str, named: str) -> None:
    with pytest.raises(CheckError, match=named.replace("[", "\\[").replace("]", "\\]")):
        parse_visit(f'{{"steps": [{step}]}}', "x")


def test_a_run_is_no_visitors_call(site: Engine) -> None:
    visit = recorded(site, ("list", {}))
    kept = site.history.count
    used = site.calls.last_minute()
    result = site.checks.run_visit(visit).steps[0].result
    assert result is not None
    assert (result.is_dry, result.is_real, result.origin.value) == (True, False, "check")
    assert (site.history.count, site.calls.last_minute()) == (kept, used)


def test_cancelled_in_the_middle_of_a_call(site: Engine) -> None:
    spin = VisitStep(Request.call("cards", {"action": "spin"}))
    ending = Cancellation()
    timer = threading.Timer(0.1, ending.cancel)
    timer.start()
    result = site.checks.run_visit(Visit("spins", (spin, spin)), cancellation=ending)
    timer.join()
    assert (result.steps, result.problem) == ((), "it was cancelled")


def test_files_of_visits(site: Engine) -> None:
    visit = recorded(site, ("add", {"text": "new"}), ("edit", {}))
    files = site.checks.files
    saved = files.save_visit(visit)
    assert saved.path is not None
    assert saved.path.name == "Vic looks around.visit.json"
    assert files.visits() == (saved,)
    with pytest.raises(CheckError, match="already"):
        files.refuse_visit("vic LOOKS around")
    (saved.path.parent / "bad.visit.json").write_text('{"steps": [{"function": "f", "expect": [{}]}]}')
    assert "bad.visit.json: steps[0].expect[0].kind must be one of" in files.problems()[0]
    files.delete_visit("Vic looks around")
    assert files.visits() == ()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "steps must be a list with a call in it"),
        ({"steps": [{"kind": "chat", "text": "!x"}]}, "steps\\[0\\].kind must be call"),
        ({"steps": [{"function": "f", "more": 1}]}, "steps\\[0\\].more is not a known key"),
        ({"steps": [{"function": "f", "added": {"t": ["a"]}}]}, "steps\\[0\\].added.t must be a list"),
        ({"steps": [{"function": "f"}], "version": 2}, "newer Goop Console"),
        ({"steps": [{"function": "f"}], "caller": ""}, "caller is empty"),
    ],
)
def test_a_file_that_is_none_names_the_key(body: dict[str, Any], message: str) -> None:
    with pytest.raises(CheckError, match=message):
        parse_visit(json.dumps(body), "x")


def test_only_what_is_called_an_id_is_one() -> None:
    keys = RowKeys()
    keys._now = {7: 9}
    given = {"id": 7, "card_id": 7, "cardId": 7, "ids": [7, 8], "count": 7, "rapid": 7, "void": 7, "_id": 7.0}
    assert keys.in_this_run(given) == {
        "id": 9, "card_id": 9, "cardId": 9, "ids": [9, 8], "count": 7, "rapid": 7, "void": 7, "_id": 9,
    }  # fmt: skip
