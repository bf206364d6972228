"""Run as everyone: the known policy, a broken one, and that everybody is who the cell says."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from lua_engine import (
    STRANGER_REF,
    AccessCheck,
    Caller,
    CallerError,
    CallerRef,
    Cancellation,
    Cell,
    DataChanged,
    Engine,
    Expectation,
    Request,
    SavedCall,
)
from lua_engine.testing import SiteSpec, open_site
from tests.engine.checks.conftest import saved

CALLS = [
    saved("list"),
    saved("add", params={"text": "x"}),
    saved("tidy"),
    saved("drop", params={"id": 1}),
    saved("broken"),
]
EVERYBODY = ("owner", "role:coauthor", "role:editor", "role:viewer", "stranger")
KNOWN = {
    "list": ("ok", "ok", "ok", "ok", "ok"),
    "add": ("ok", "ok", "ok", "ok", "refused"),
    "tidy": ("ok", "ok", "refused", "refused", "refused"),
    "drop": ("ok", "refused", "refused", "refused", "refused"),
    "broken": ("error",) * 5,
}
EXPECTED = {
    (call, caller): outcome
    for call, row in KNOWN.items()
    for caller, outcome in zip(EVERYBODY, row, strict=True)
}
CHECK = AccessCheck("policy", tuple(CALLS), EXPECTED)


def outcomes(cells: tuple[Cell, ...]) -> dict[tuple[str, str], str]:
    return {(cell.call, cell.caller): cell.outcome for cell in cells}


def change(site: Engine, before: str, after: str) -> None:
    path = site.site.functions_dir / "notes.lua"
    source = path.read_text()
    assert source.count(before) == 1
    path.write_text(source.replace(before, after))
    site.scripts.reload()


def test_everybody_who_can_be_asked_for(site: Engine) -> None:
    assert sorted(site.checks.callers()) == sorted(EVERYBODY)
    assert (site.checks.callers()[0], site.checks.callers()[-1]) == ("owner", "stranger")
    with open_site(SiteSpec(functions={"notes": "function call() end"})) as bare:
        assert bare.checks.callers() == ("owner", "stranger")


def test_the_matrix_finds_the_known_policy_and_changes_nothing(site: Engine) -> None:
    told: list[Cell] = []
    cells = site.checks.matrix(CALLS, EVERYBODY, on_cell=told.append)
    assert outcomes(cells) == EXPECTED
    assert tuple(told) == cells
    assert len(site.tables.page("notes").rows) == 2
    by_place = {(cell.call, cell.caller): cell for cell in cells}
    assert by_place["tidy", "owner"].result.diff.tables[0].row_count == 2
    assert by_place["tidy", "stranger"].reason == "co-authors only"
    assert by_place["drop", "role:viewer"].reason == "only the site owner can do this"
    assert [cell.role for cell in cells[:5]] == ["owner", "coauthor", "editor", "viewer", ""]


def test_a_policy_that_holds_passes(site: Engine) -> None:
    result = site.checks.run_access(CHECK)
    assert result.passed
    assert len(result.cells) == 25


@pytest.mark.parametrize(
    ("before", "after", "red"),
    [
        ("drop = goop.owner(function(p) notes:delete(p.id) return { status = \"deleted\" } end)",
         "drop = function(p) if goop.group.member.role() ~= 'editor' then goop.owner(function() end)() end "
         "return {} end", {("drop", "role:editor")}),
        ('if not goop.group.is_member() then error("members only", 0) end', "", {("add", "stranger")}),
        ('goop.group.member.role() ~= "coauthor" and ', "", {("tidy", "role:coauthor")}),
    ],
)  # fmt: skip
def test_a_mutated_policy_turns_exactly_that_cell_red(
    site: Engine, before: str, after: str, red: set[tuple[str, str]]
) -> None:
    change(site, before, after)
    result = site.checks.run_access(CHECK)
    assert not result.passed
    found = {
        (cell.call, cell.caller) for cell in (*result.newly_allowed, *result.newly_refused, *result.changed)
    }
    assert found == red


def test_the_owner_guard_removed_lets_everybody_else_in(site: Engine) -> None:
    change(site, "drop = goop.owner(function(p)", "drop = (function(p)")
    result = site.checks.run_access(CHECK)
    assert {(cell.call, cell.caller) for cell in result.newly_allowed} == {
        ("drop", caller) for caller in EVERYBODY[1:]
    }
    assert result.newly_refused == result.changed == ()


def test_a_refusal_that_comes_after_the_deed_fails(site: Engine) -> None:
    change(
        site,
        'if goop.group.member.role() ~= "coauthor"',
        'notes:delete(1)\n    if goop.group.member.role() ~= "coauthor"',
    )
    result = site.checks.run_access(CHECK)
    late = {("tidy", caller) for caller in ("role:editor", "role:viewer", "stranger")}
    assert {(cell.call, cell.caller) for cell in result.changed} == late
    assert not result.passed
    checked = site.checks.run(replace(saved("tidy"), caller=STRANGER_REF, expect=(Expectation("refused"),)))
    assert checked.failures == ("refused, but 1 row had been changed or removed by then",)


@pytest.mark.parametrize(
    ("calls", "expected", "problem"),
    [
        ((), {}, "nothing is expected of anything: say under expected who may"),
        (
            tuple(CALLS),
            {},
            "nothing is expected of list, add, tidy, drop, broken: say under expected who may",
        ),
        (
            tuple(CALLS[:2]),
            {("list", "owner"): "ok"},
            "nothing is expected of add: say under expected who may",
        ),
    ],
)
def test_a_check_that_expects_nothing_is_not_green(
    site: Engine, calls: tuple[SavedCall, ...], expected: dict[tuple[str, str], str], problem: str
) -> None:
    result = site.checks.run_access(AccessCheck("idle", calls, expected))
    assert (result.passed, result.problem) == (False, problem)


def test_a_guard_that_breaks_is_a_change(site: Engine) -> None:
    change(site, 'error("members only", 0)', "local x = nil + 1")
    result = site.checks.run_access(CHECK)
    assert [(cell.call, cell.caller, cell.outcome) for cell in result.changed] == [
        ("add", "stranger", "error")
    ]
    assert not result.passed


def test_a_matrix_is_cancelled_between_two_cells(site: Engine) -> None:
    told: list[Cell] = []
    ending = Cancellation()

    def hear(cell: Cell) -> None:
        told.append(cell)
        if len(told) == 3:
            ending.cancel()

    cells = site.checks.matrix(CALLS, EVERYBODY, on_cell=hear, cancellation=ending)
    assert list(cells) == told
    assert len(cells) == 3
    result = site.checks.run_access(CHECK, cancellation=ending)
    assert (result.passed, result.problem) == (False, "it was cancelled")


def test_nobody_falls_back_to_somebody_else(site: Engine) -> None:
    with pytest.raises(CallerError, match="no peer is called 'Zoe'"):
        site.checks.matrix(CALLS, ["owner", "Zoe"])
    with pytest.raises(CallerError, match="role"):
        site.calls.callers.resolve(CallerRef("role:"))
    with pytest.raises(
        CallerError, match="nobody can have the role queen: the template's group has coauthor, editor, viewer"
    ):
        site.calls.callers.resolve(CallerRef("role:queen"))
    bare_site = SiteSpec(functions={"notes": "function call() end"})
    with open_site(bare_site) as bare, pytest.raises(CallerError, match="nobody can have the role coauthor"):
        bare.calls.callers.resolve(CallerRef("role:coauthor"))


def test_a_role_is_a_member_who_has_it(site: Engine) -> None:
    assert site.calls.callers.resolve(CallerRef("role:coauthor")) == Caller(
        "peer-anna", "Anna", "anna@example.org"
    )
    assert site.calls.callers.resolve(CallerRef("role:owner")).id == site.owner.id
    first, second = (
        site.calls.callers.resolve(CallerRef("stranger")),
        site.calls.callers.resolve(CallerRef("stranger")),
    )
    assert first.id != second.id
    assert len(first.id) == len(site.owner.id)


KINDS = [
    "owner",
    "Anna",
    "Vic",
    "Siri",
    "Tessa",
    "peer-lurker",
    "role:coauthor",
    "role:viewer",
    "role:editor",
    "stranger",
]


@pytest.mark.parametrize("text", KINDS)
def test_everybody_is_the_same_in_every_way_to_call(site: Engine, text: str) -> None:
    """What the script sees agrees with the chip: live, dry, in the matrix and on the command line."""
    with sqlite3.connect(site.site.data_db) as goop2:
        goop2.execute(
            "INSERT INTO _peer_cache (peer_id, content, email) VALUES ('peer-siri', 'Siri', "
            "'siri@example.org')"
        )
        goop2.execute(
            "INSERT INTO _group_members (group_id, peer_id, role) SELECT id, 'peer-lurker', "
            "'viewer' FROM _groups"
        )
    goop2.close()
    site.bus.publish(DataChanged((), "external"))
    caller = (
        Caller("peer-lurker", "peer-lurker")
        if text == "peer-lurker"
        else site.calls.callers.resolve(CallerRef(text))
    )
    role = text.removeprefix("role:") if text.startswith("role:") else site.peers.role_of(caller.id)
    expected = {
        "id": caller.id,
        "label": caller.label,
        "email": caller.email,
        "role": role,
        "member": role != "",
        "owner": role == "owner",
    }
    if text == "owner":
        assert (caller.id, caller.label, caller.email) == (site.owner.id, site.owner.label, site.owner.email)
    who = {"action": "who"}
    assert site.calls.run(Request.call("notes", who), caller, is_dry=True).value == expected
    if text != "role:editor":  # nobody has that role: it exists in rehearsals only
        assert site.calls.call("notes", who, caller=caller).value == expected
        assert site.calls.run(Request.call("notes", who), caller, keeps_diff=True).value == expected
        assert on_the_command_line(site, caller) == expected
    if text not in ("peer-lurker", "stranger"):
        (cell,) = site.checks.matrix([saved("who")], [text])
        assert cell.result.value == expected
        assert (cell.role, cell.result.caller) == (role, caller)
    if text == "stranger":
        (cell,) = site.checks.matrix([saved("who")], [text])
        seen = cell.result
        assert seen.value == {**expected, "id": seen.caller.id}


def on_the_command_line(site: Engine, caller: Caller) -> Any:
    who = json.dumps({"id": caller.id, "label": caller.label, "email": caller.email})
    command = [
        sys.executable,
        "-m",
        "goop_console",
        "call",
        str(site.site.path),
        "notes",
        "--action",
        "who",
        "--as",
        who,
    ]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def test_the_same_policy_in_a_script_without_a_table_of_actions() -> None:
    guarded = SiteSpec(
        functions={"f": "local f = goop.owner(function() return 1 end)\nfunction call(r) return f(r) end"}
    )
    with open_site(guarded) as engine:
        call = replace(saved("x"), request=Request.call("f"))
        assert [cell.outcome for cell in engine.checks.matrix([call], ["owner", "stranger"])] == [
            "ok",
            "refused",
        ]
