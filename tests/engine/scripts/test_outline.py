from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.scripts.outline import actions, entry_points, tokens


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function call(r) return 1 end", ("call",)),
        ("function handle(a) end function call(r) end", ("call", "handle")),
        ("call = dispatch", ("call",)),
        ("call, handle = f, g", ("call", "handle")),
        ("a.b, call = 1, 2", ("call",)),
        ("_G.call = f", ("call",)),
        ("function _G.handle() end", ("handle",)),
        ("_ENV['handle'] = f x = 1", ("handle",)),
        ('_G["on_group_close"] = f', ("on_group_close",)),
        ("if x then function handle() end end", ("handle",)),
        ("do local call = 1 end function call() end", ("call",)),
        ("while x do local y = 1 end repeat z() until q call = 1", ("call",)),
        ("local a = function() if x then return end end function call() end", ("call",)),
        ("goop.on = {call}; on_group_close = function(id) end", ("on_group_close",)),
        ("#!x\nfunction call() end", ("call",)),
        ("for call in x do end handle = 1", ("handle",)),
        ("for call = 1, 2 do end", ()),
        ("local function call() end", ()),
        ("local call\nfunction call() end", ()),
        ("local a, call, b = 1\ncall = 2", ()),
        ("local call; _G.call = 2", ("call",)),
        ("local t = {call = 1, ['handle'] = 2}", ()),
        ("f({call = 1})", ()),
        ("local function setup() call = 1 end", ()),
        ("local x = (function() call = 1 end)()", ()),
        ("function f(call) end", ()),
        ("t.call = 1 t['call'] = 2 t._G.call = 3 t:call()", ()),
        ("function t.call() end function t:handle() end", ()),
        ("x = [[ function call() ]] --[==[ function handle() end ]] ]==] -- call = 1", ()),
        ('x = \'call = 1\' y = "\\" call = 1"', ()),
        ("local x = call == 1", ()),
        ("function callback() end handler = 1", ()),
        ("", ()),
    ],
)
def test_entry_points(source: str, expected: tuple[str, ...]) -> None:
    assert entry_points(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "local d = goop.route({ list = i(list), add = add, ['b c'] = goop.owner(x), })",
            ("list", "add", "b c"),
        ),
        ("goop.route{ one = f; two = g }", ("one", "two")),
        (
            "goop.route({ a = function(p) local x, y = 1, 2 return { z = 1, q = 2 } end, b = f(1, c), "
            "d = { e = 1, f = 2 } })",
            ("a", "b", "d"),
        ),
        ("local r = { one = 1 }\nr = { two = 2 }\nd = goop.route(r)", ("two",)),
        ("goop.route({ a = f }) goop.route({ b = f, a = g })", ("a", "b")),
        ("-- goop.route({ a = f })", ()),
        ("goop.route(unknown)", ()),
        ("goop.route(make())", ()),
        ("goop.route(", ()),
        ("goop.route", ()),
        ("goop.route({", ()),
        ("goop.route({ [k] = f, f, 'x' })", ()),
        ("goop.router({ a = 1 })", ()),
    ],
)
def test_actions(source: str, expected: tuple[str, ...]) -> None:
    assert actions(source) == expected


def test_tokens() -> None:
    found = [
        token.text for token in tokens("a.b=1.5e-3 ..[==[x]]]==] -- c\nx='d\\z  \n e' ~= 0x1p4 ::l:: f\"f\"")
    ]
    assert found == [
        "a",
        ".",
        "b",
        "=",
        "1.5e-3",
        "..",
        "x]]",
        "x",
        "=",
        "",
        "~=",
        "0x1p4",
        "::",
        "l",
        "::",
        "f",
        "f",
    ]


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
            "_G",
            "goop",
            "route",
            "if",
            "#",
        ),
        *("--", "--[[", "]]", "[=[", "'", '"', "\\", "\n", " "),
    ]
)


@given(st.lists(pieces, max_size=40))
def test_nothing_makes_it_fail(parts: list[str]) -> None:
    for separator in ("", " "):
        source = separator.join(parts)
        entry_points(source)
        actions(source)


@given(st.text(max_size=60))
def test_no_text_makes_it_fail(source: str) -> None:
    entry_points(source)
    actions(source)


def test_long_sources_end() -> None:
    # Each of these hung a quadratic scanner; the test's time-out is the check.
    for source in (
        *("[[" * 4_000, "--[[" * 3_000, "'\\" * 6_000, "{" * 12_000, "x={" * 4_000),
        *("goop.route(a)" * 800, "call," * 2_500, "do " * 4_000, "function call(" * 400, '"a\n' * 1_000),
    ):
        entry_points(source)
        actions(source)
