"""Probes: what only a run can tell about Goop2, and that they change nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine.base.records import Origin
from lua_engine.calls.request import Request
from lua_engine.scripts.lint import CompileError, compile_probed, compile_source
from lua_engine.scripts.portability.probes import LEFT, TEXT, with_probes
from lua_engine.testing import Matching, Scenario, SiteSpec, open_site, run_scenario

NUMBERS = [
    ('local n = 123456789012345678 return "n" .. n', "123456789012345680"),
    ('return "n" .. 1/3', "0.3333333333333333"),
    ('local t = { x = 1234567.5 } return "n" .. t.x .. "!"', "1.2345675e+06"),
    ('return "n" .. 2^62', "4611686018427387904"),
]


@pytest.mark.parametrize(("lua", "text"), NUMBERS)
def test_a_number_that_goop2_joins_otherwise_is_noted(lua: str, text: str) -> None:
    result = run_scenario(Scenario("joined", lua=lua, value=Matching("^n")))
    assert [(one.id, one.what, one.line) for one in result.notes] == [
        ("number-text", f"`..` with the number {text}", 2)
    ]


OPERANDS = ["5", "0.5", "-3", "1e13", "99999.25", "#t", "t.name", "(t.name)", "t:get()"]


@pytest.mark.parametrize("operand", OPERANDS)
def test_other_numbers_and_texts_are_joined_alike(operand: str) -> None:
    lua = f"local t = {{ name = 'x', get = function() return 7 end }} return 'a' .. {operand} .. 'b'"
    assert run_scenario(Scenario(operand, lua=lua, value=Matching("^a.+b$"))).notes == ()


DEPTH = """
  local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end
  local x = f({}) return x
"""
PAIR = """
  local g
  local function f(n) if n == 0 then return 0 end return 1 + g(n - 1) end
  g = function(n) if n == 0 then return 0 end return 1 + f(n - 1) end
  local x = f({}) return x
"""
METHOD = """
  local T = {{}}
  function T:walk(n) if n == 0 then return 0 end return 1 + self:walk(n - 1) end
  local x = T:walk({}) return x
"""


@pytest.mark.parametrize("body", [DEPTH, PAIR, METHOD])
def test_recursion_deeper_than_goop2_allows_is_noted(body: str) -> None:
    deep = run_scenario(Scenario("deep", lua=body.format(127), value=127))
    assert [one.id for one in deep.notes] == ["recursion"]
    for depth in (126, 20):
        assert run_scenario(Scenario("fine", lua=body.format(depth), value=depth)).notes == ()


def test_a_tail_call_is_no_recursion() -> None:
    lua = "local function f(n) if n == 0 then return 0 end return f(n - 1) end return f(1000)"
    assert run_scenario(Scenario("tail", lua=lua, value=0)).notes == ()


NAMED = [
    ('local name return "a" .. name', "local 'name' (a nil value)"),
    ('return "a" .. nothing', "global 'nothing' (a nil value)"),
    ('local t = {} return "a" .. t.x .. "b"', "field 'x' (a nil value)"),
    ('local x function foo() return "a" .. x end local r = foo()', "upvalue 'x' (a nil value)"),
    ('local t = {} return t .. "a"', "local 't' (a table value)"),
    ('local b = true return b .. "a"', "local 'b' (a boolean value)"),
]


@pytest.mark.parametrize(("lua", "name"), NAMED)
def test_errors_of_joining_name_what_lua_names(lua: str, name: str) -> None:
    run_scenario(Scenario(name, lua=lua, error=f"scenario.lua:2: attempt to concatenate {name}"))


def test_metatables_are_asked_as_ever() -> None:
    lua = """
      local t = setmetatable({}, { __concat = function(a, b) return type(a) .. type(b) end })
      return { t .. "a", "a" .. t, 5 .. t, t .. t }
    """
    value = ["tablestring", "stringtable", "numbertable", "tabletable"]
    run_scenario(Scenario("__concat", lua=lua, value=value))


ARG = [
    ("local function f(...) return { arg.n, arg[1], arg[3] } end return f(1, nil, 3)", [3, 1, 3]),
    ("local function f(...) local g = function() return arg[1] end return g() end return f(2)", 2),
    ("local function f(...) local x = ... return arg == nil end return f(1)", True),
    ("local function f(...) local arg = { 7 } return arg[1] end return f(1)", 7),
    ("local function f(arg) return arg end return f(9)", 9),
    ("local function f(...) local t = { arg = 5 } return t.arg end return f(1)", 5),
]


@pytest.mark.parametrize(("lua", "value"), ARG)
def test_arg_is_there_for_functions_that_use_it(lua: str, value: object) -> None:
    run_scenario(Scenario("arg", lua=lua, value=value))


@pytest.mark.parametrize("source", ["local x = 1", "return ...", "x = = 1", 'return "a" .. "b"', "", "\xff"])
def test_where_there_is_nothing_to_watch_the_source_stays(source: str) -> None:
    assert with_probes(source.encode("latin-1")) is None


def test_lines_stay_where_they_are() -> None:
    source = b'#!lua\n-- x\nlocal function f(n)\n  return f(n .. "a")\nend\n\nerror("here")\n'
    assert compile_probed("f.lua", source).probed
    probed = with_probes(source[5:])
    assert probed is not None
    assert probed.count(b"\n") == source.count(b"\n")
    assert TEXT.encode() in probed
    assert LEFT.encode() in probed


def test_a_script_with_as_many_locals_as_there_may_be_still_compiles() -> None:
    source = "\n".join(f"local v{n} = {n}" for n in range(200)) + '\nreturn "a" .. v1\n'
    assert compile_probed("f.lua", source.encode()).probed is None


def test_errors_are_those_of_the_source() -> None:
    with pytest.raises(CompileError) as caught:
        compile_probed("f.lua", b'local x = "a" .. b\nx = = 2')
    assert caught.value.line == 2


PIECES = st.sampled_from(
    [
        *(
            'x = "a" .. b',
            "local function f(...) return arg end",
            "function f() return f() end",
            "t.x = 1 .. 2",
        ),
        *(
            "return f(a .. b, { c .. d })",
            "do local a <const> = 1 end",
            "if a .. b then end",
            "x = -a .. b ^ c",
        ),
        *(
            "for i = 1, #t .. '' do end",
            "goto done ::done::",
            "local t = { k = function() return t.k() end }",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=8).map("\n".join) | st.text(max_size=80))
def test_what_compiles_compiles_with_probes(source: str) -> None:
    data = source.encode("utf-8", "replace")
    try:
        compile_source("f.lua", data)
    except CompileError:
        return
    probed = with_probes(data)
    if probed is not None:
        compile_source("f.lua", probed)


def test_a_visitors_call_is_not_watched() -> None:
    source = 'function call(request) return "n" .. 1/3 end'
    with open_site(SiteSpec(functions={"joined": source})) as engine:
        request = Request.call("joined")
        watched = engine.calls.run(request, engine.owner)
        of_a_page = engine.calls.run(request, engine.owner, origin=Origin.PAGE)

    assert [one.id for one in watched.notes] == ["number-text"]
    assert of_a_page.notes == ()
    assert of_a_page.value == watched.value
