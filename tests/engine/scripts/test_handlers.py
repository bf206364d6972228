"""What is found out about actions without running them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.scripts.handlers import ActionInfo, action_infos

HELPERS = """
local owner = goop.owner
local function admin(fn) return goop.owner(fn) end
local function ready(fn) return function(p) init() return fn(p) end end
local function check(_, p) return p.title, p["due"] end
local function create(params)
  local title = check("x", params)
  local wanted = params
  return { title = title, state = wanted.state, action = params.action, note = other.note }
end
local M = {}
function M.edit(p) return p.id, p.title.size end
M.drop = function(p) return p.id end
local function loops(p) return loops(p), p.id end
"""
CREATE = ("title", "due", "state")


@pytest.mark.parametrize(
    ("handler", "is_guarded", "fields"),
    [
        ("create", False, CREATE),
        ("ready(create)", False, CREATE),
        ("goop.owner(create)", True, CREATE),
        ("goop.owner(ready(create))", True, CREATE),
        ("ready(goop.owner(create))", True, CREATE),
        ("owner(create)", True, CREATE),
        ("admin(create)", True, CREATE),
        ("M.edit", False, ("id", "title")),
        ("M.drop", False, ("id",)),
        ("loops", False, ("id",)),
        ("function(p) if p.a then return p.b end for i = 1, 2 do end return p.c end", False, ("a", "b", "c")),
        ("goop.owner(function(p) return p.a end)", True, ("a",)),
        ("function() return params.x end", False, ()),
        ("unknown", False, ()),
        ("make('x')", False, ()),
        ("goop.ownership(create)", False, CREATE),
    ],
)
def test_a_handler_is_followed_to_its_function(
    handler: str, is_guarded: bool, fields: tuple[str, ...]
) -> None:
    source = (
        f"{HELPERS}\nlocal dispatch = goop.route({{ it = {handler}, "
        f"other = function(p) return p.other end }})"
    )
    assert action_infos(source) == (
        ActionInfo("it", is_guarded, fields),
        ActionInfo("other", False, ("other",)),
    )


@pytest.mark.parametrize(
    ("source", "fields"),
    [
        ("function call(request) return request.params.x, request.params['y'] end", ("x", "y")),
        ("function call(request)\n local p = request.params\n return p.x, request.caller.id end", ("x",)),
        ("local function go(p) return p.x end function call(r) return go(r.params) end", ("x",)),
        ("call = function(r) return r.params.x end", ("x",)),
    ],
)
def test_a_function_without_a_route_has_one_entry(source: str, fields: tuple[str, ...]) -> None:
    assert action_infos(source) == (ActionInfo("", False, fields),)


def test_a_key_of_a_table_names_nothing() -> None:
    source = (
        "local function create(p) return p.x end local t = { create = other } goop.route({ create = create })"
    )
    assert action_infos(source) == (ActionInfo("create", False, ("x",)),)


def test_a_chat_command_has_none() -> None:
    assert action_infos("function handle(args) return args end") == ()


pieces = st.sampled_from(
    [
        *(
            "function",
            "call",
            "end",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "=",
            ",",
            "local",
            ".",
            "goop",
            "owner",
            "route",
            "if",
            "a",
            "p",
            "return",
        ),
        *("--", "[[", "'x'", "\n", "params"),
    ]
)


@given(st.lists(pieces, max_size=60))
def test_nothing_makes_it_fail(parts: list[str]) -> None:
    action_infos(" ".join(parts))


def test_long_sources_end() -> None:
    # Each of these hung a quadratic reading; the test's time-out is the check.
    many = ", ".join(f"a{number} = w(f)" for number in range(1_000))
    body = "return 1 " * 2_000
    for source in (
        f"local function w(fn) {body} end local function f(p) {'p.x ' * 2_000} end goop.route({{ {many} }})",
        *(
            "function " * 4_000,
            "function(" * 2_000,
            "function f(a" + ",a" * 4_000,
            "a." * 4_000,
            "a = a " * 3_000,
        ),
        "goop.route({ x = " + "f(" * 4_000,
    ):
        action_infos(source)
