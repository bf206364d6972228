"""The outline of a script."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lua_engine.language.script import ScriptText
from lua_engine.language.site_facts import SiteFacts
from lua_engine.language.symbols import symbols

_PIECES = (
    "local ",
    "function ",
    "f",
    "(",
    ")",
    " end ",
    "= ",
    "{",
    "}",
    "goop.route(",
    ",",
    "\n",
    "'",
    "é",
    ".",
)


def outline(source: str) -> list[tuple[int, str, str, int, int]]:
    script = ScriptText(source, "function", SiteFacts())
    return [(one.depth, one.kind, one.name, one.place.line, one.end_line) for one in symbols(script)]


def test_functions_handlers_and_actions() -> None:
    source = """
local function add(p)
  local inner = function() end
end
function M.sub:go() end
local list, x = function() end, 1
goop.route({
  add = add,
  ["rename all"] = function(p)
    return p
  end,
})
local named = { drop = goop.owner(add) }
goop.route(named)
local tools = { help = function() end }
call = function(r) end
function on_group_close(id) end
"""
    assert outline(source) == [
        (0, "function", "add", 2, 4),
        (1, "function", "inner", 3, 3),
        (0, "function", "M.sub:go", 5, 5),
        (0, "function", "list", 6, 6),
        (0, "action", "add", 8, 8),
        (0, "action", "rename all", 9, 11),
        (0, "action", "drop", 13, 13),
        (0, "function", "help", 15, 15),
        (0, "handler", "call", 16, 16),
        (0, "handler", "on_group_close", 17, 17),
    ]


def test_a_local_of_that_name_is_no_handler_and_half_a_text_has_an_outline() -> None:
    assert outline("local function call() end") == [(0, "function", "call", 1, 1)]
    assert outline("function a() end\nfunction b(\n") == [(0, "function", "a", 1, 1)]


@given(st.lists(st.sampled_from(_PIECES), max_size=25).map("".join))
def test_any_text_has_an_outline_in_order(source: str) -> None:
    found = outline(source)

    assert [line for *_, line, _ in found] == sorted(line for *_, line, _ in found)
    assert all(end >= line for *_, line, end in found)
