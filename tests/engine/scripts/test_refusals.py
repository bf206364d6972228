"""What a script's text shows of why it says no."""

from __future__ import annotations

import pytest

from lua_engine import Caller, Request, outcome_of
from lua_engine.scripts.refusals import is_about_caller
from lua_engine.testing.site import SiteSpec, open_site

MINE = "local function mine(row) return row._owner == goop.peer.id end\n"


@pytest.mark.parametrize(
    ("source", "about"),
    [
        ("if row._owner ~= goop.peer.id then return { error = 'nein' } end", True),
        ("if row['_owner'] ~= me then return { error = 'nein' } end", True),
        ("if not goop.group.is_member() then error('nein') end", True),
        ("if goop.group.member.role() == 'viewer' then return { ok = false, message = 'nein' } end", True),
        ("assert(row._owner == me, 'nein')", True),
        ("return mine(row) and 1 or { error = 'nein' }", True),
        ("if x then f() elseif not mine(row) then error('nein') end", True),
        ("if mine(row) then f() else return { error = 'nein' } end", True),
        ("if x then f() elseif mine(row) then g() else return { error = 'nein' } end", True),
        ("local allowed = mine(row)\nif not allowed then return { error = 'nein' } end", True),
        ("if not mine(row) then for i = 1, 2 do error('nein') end end", True),
        ("if title == '' then return { error = 'nein' } end", False),
        ("if mine(row) then if title == '' then error('nein') end end", False),
        ("assert(title, 'nein')", False),
        ("return title or { error = 'nein' }", False),
        ("return { error = 'nein' }", None),
        ("local t = 'ne' .. 'in'", None),
        ("if not mine(row) then return { error = 'ja' } end", None),
        ("if if if", None),
        ("if mine(row) then f(function() error('nein') end) end", None),
        ("assert(mine(row) and title, 'nein')", True),
        ("if title == '' then error('nein') end if not mine(row) then error('nein') end", True),
    ],
)
def test_the_nearest_condition_decides(source: str, about: bool | None) -> None:
    assert is_about_caller(MINE + source, "nein") is about


def test_a_script_made_to_take_long_has_no_answer() -> None:
    nested = "local f = function() " * 100 + "f() " * 2_000 + "end " * 100
    assert is_about_caller(nested + "if not mine then error('nein') end", "nein") is None


@pytest.mark.parametrize(
    "long",
    [
        "+".join(["'a'"] * 3_000),
        "f(" + ",".join(["'a'"] * 3_000) + ")",
        "assert(" + ",".join(["'a'"] * 3_000) + ")",
        "goop.peer.id and " + " and ".join(["'a'"] * 3_000),
    ],
    ids=["deep", "arguments", "asserted", "choices"],
)
def test_a_long_expression_is_read_once(long: str) -> None:
    """Climbing from each of its texts to the conditions over it took minutes, and the result waited."""
    source = f"if x then return {long} end\nif not mine(row) then error('nein') end"
    assert is_about_caller(MINE + source, "nein") is True


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("if request.params.owner ~= goop.peer.id then error('das gehört dir nicht') end", "refused"),
        ("if request.params.owner ~= goop.peer.id then return { error = 'nur für Anna' } end", "refused"),
        ("if not request.params.title then return { error = 'Titel fehlt' } end", "invalid"),
        ("goop.group.member.role() if not request.params.t then error('Titel fehlt') end", "invalid"),
        ("goop.group.member.role() error('Titel ' .. 'fehlt')", "refused"),
    ],
)
def test_words_of_any_language(body: str, outcome: str) -> None:
    with open_site(SiteSpec(functions={"t": f"function call(request)\n{body}\nend"})) as engine:
        result = engine.calls.run(Request.call("t", {}), Caller("12D3KooWStranger"), is_dry=True)
        assert outcome_of(result) == outcome
