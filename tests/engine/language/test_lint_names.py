"""What the lint says of names, beside what a call does: a name that the lint says is not there is nil when the
script runs, and one that it is silent about is not.
"""

from __future__ import annotations

from typing import Final

import pytest

from lua_engine.language.lint import findings
from lua_engine.language.site_facts import SiteFacts
from lua_engine.testing import Matching, Scenario, SiteSpec, run_scenario

FACTS: Final = SiteFacts()
CALL: Final = "function call(request) {}\nend"

NIL: Final = {
    "a name that nobody gives": CALL.format("return type(nothing)"),
    "a library that is not there": CALL.format("return type(io)"),
    "a local that begins below": "function call() return type(helper) end\nlocal function helper() end",
    "a local of another block": CALL.format("do local a = 1 end return type(a)"),
    "a local of a loop, after it": CALL.format("for i = 1, 2 do end return type(i)"),
    "a local of a branch, in another": CALL.format("if false then local a = 1 else return type(a) end"),
    "a local beside itself": CALL.format("local a = type(a) return a"),
    "a function beside itself": CALL.format("local f = function() return type(f) end return f()"),
}
THERE: Final = {
    "a param": "function call(request) return type(request) end",
    "an upvalue": "local a = 1\nfunction call() return type(a) end",
    "a local in its until": CALL.format("repeat local a = 1 until type(a) == 'number' return 'number'"),
    "a local function in itself": CALL.format("local function f() return type(f) end return f()"),
    "self": "local T = {}\nfunction T:m() return type(self) end\nfunction call() return T:m() end",
    "a name that is made global": "count = 1 -- lint: ignore\nfunction call() return type(count) end",
    "a field of a local _ENV": CALL.format("local t = type local _ENV = { x = 1 } return t(x)"),
    "a member that the script makes": (
        "function string.trim(text) return text end\nfunction call() return type(string.trim('a')) end"
    ),
    "a member of a local": CALL.format("local string = { trim = type } return string.trim(1)"),
    "a member of a library": CALL.format("return type(table.concat({ 'a' }))"),
    "a label": CALL.format("goto done ::done:: return 'x'"),
    "a key": CALL.format("return type({ nothing = 1 })"),
}
FAILS: Final = {
    "a member that no library has": ("string.trim('a')", "there is no string.trim"),
    "what the sandbox leaves out": ("os.execute('ls')", "there is no os.execute"),
    "a misspelt member": ("table.inser({}, 1)", "there is no table.inser; did you mean table.insert?"),
    "a name that is called": ("nothing()", "nothing defines nothing"),
}
UNUSED: Final = {
    "never read": ("local a = 1", ["a is never read"]),
    "only written": ("local a a = 2", ["a is never read"]),
    "hidden by another": ("local a = 1 local a = 2 return a", ["a is never read"]),
    "read in its own value": ("local a = 1 local a = a return a", []),
    "called by itself alone": (
        "local function f(n) return f(n - 1) end",
        ["f is never called but by itself"],
    ),
    "called by itself and others": ("local function f(n) return n == 0 or f(n - 1) end return f(2)", []),
    "a param, a loop's variable": ("local function f(a) end for i = 1, 2 do f(i) end", []),
    "on purpose": ("local _, b = 1, 2 local _a = 1 return b", []),
    "used by a function": ("local a = 1 return function() a = a + 1 return a end", []),
}


def said(source: str, code: str) -> list[str]:
    return [one.message for one in findings(source, "function", FACTS) if one.code == code]


@pytest.mark.parametrize("name", NIL)
def test_what_is_nil_is_said(name: str) -> None:
    assert said(NIL[name], "unknown-global")
    run_scenario(Scenario(name, SiteSpec(functions={"f": NIL[name]}), call="f", value="nil"))


@pytest.mark.parametrize("name", THERE)
def test_of_what_is_there_nothing_is_said(name: str) -> None:
    assert said(THERE[name], "unknown-global") == []
    result = run_scenario(Scenario(name, SiteSpec(functions={"f": THERE[name]}), call="f"))
    assert result.value != "nil"


@pytest.mark.parametrize("name", FAILS)
def test_what_fails_is_said(name: str) -> None:
    body, words = FAILS[name]
    assert said(CALL.format(body), "unknown-global") == [words]
    spec = SiteSpec(functions={"f": CALL.format(body)})
    run_scenario(Scenario(name, spec, call="f", error=Matching("attempt to call")))


@pytest.mark.parametrize("name", UNUSED)
def test_what_nobody_reads(name: str) -> None:
    body, words = UNUSED[name]
    assert said(CALL.format(body), "unused-local") == words


def test_a_member_that_is_looked_for_first_may_be_called() -> None:
    body = "return string.trim and string.trim('a') or 'a'"
    assert said(CALL.format(body), "unknown-global") == []


def test_a_local_that_begins_too_late_is_named() -> None:
    source = "function call() return helper() end\nlocal function helper() end"
    assert said(source, "unknown-global") == ["helper is no local here: it begins in line 2; move it above"]
