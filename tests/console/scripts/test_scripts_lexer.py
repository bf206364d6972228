"""The lexer, held against real Lua."""

from __future__ import annotations

from typing import Any

import lupa.lua52
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goop_console.widgets.code_editor.lua_lexer import NORMAL, Token, lex, lex_line

_PIECES = (
    *(
        "[",
        "]",
        "=",
        "[[",
        "]]",
        "[=[",
        "]=]",
        "[==[",
        "]==]",
        "-",
        "--",
        "---",
        "--[[",
        "--[=[",
        '"',
        "'",
        "\\",
        "\\\n",
        "\\z",
        "\\x41",
        "\\065",
    ),
    *(
        "\\n",
        "\\q",
        "\\300",
        "\n",
        " ",
        "\t",
        "x",
        "goop",
        ".",
        "..",
        "...",
        ":",
        "::",
        "1",
        "0x1F",
        "1e5",
        ".5",
        "return",
        "local",
        "end",
        "(",
        ")",
    ),
    *(
        "{",
        "}",
        ",",
        ";",
        "é",
        "🏠",
        "@rate_limit",
        "and",
        "not",
        "#",
        "~=",
        "function",
        "error",
        "if",
        "then",
    ),
)
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


def _runtime() -> Any:
    return lupa.lua52.LuaRuntime(
        unpack_returned_tuples=True, encoding=None, register_eval=False, register_builtins=False
    )


_LUA = _runtime()
_COMPILE = _LUA.eval("function(text) local f = load(text, '=x', 't'); return f and string.dump(f, true) end")


def _compiled(text: str) -> bytes | None:
    result = _COMPILE(text.encode())
    assert result is None or isinstance(result, bytes)
    return result


def _rebuilt(text: str, replace: dict[str, str]) -> str:
    lines = text.split("\n")
    out = []
    for line, tokens in zip(lines, lex(text), strict=True):
        out.append("".join(replace.get(one.kind, line[one.start : one.end]) for one in tokens))
    return "\n".join(out)


def _kinds(line: str) -> list[tuple[str, str]]:
    return [(one.kind, line[one.start : one.end]) for one in lex_line(line)[0] if one.kind != "space"]


@given(
    st.text(alphabet=st.characters(exclude_characters="\n"), max_size=80),
    st.sampled_from([0, 1, 2, 3, 4, 8, 9, 10, 11, 14, 15]),
)
def test_pieces_of_a_line_cover_it_without_gaps(line: str, state: int) -> None:
    tokens, _ = lex_line(line, state)
    assert "".join(line[one.start : one.end] for one in tokens) == line
    assert all(one.end > one.start for one in tokens)


@given(_SOUP)
def test_pieces_of_a_text_join_to_the_text(text: str) -> None:
    assert _rebuilt(text, {}) == text


@settings(max_examples=500, deadline=None)
@given(_SOUP)
def test_blanked_comments_are_what_lua_takes_for_comments(text: str) -> None:
    blank = {"comment": " ", "doc": " ", "annotation": " "}
    state = NORMAL
    for line in text.split("\n"):
        state = lex_line(line, state)[1]
    if state >= 8:  # an unfinished long bracket: an error that blanking would hide
        assert _compiled(text) is None
        return
    assert _compiled(text) == _compiled(_rebuilt(text, blank))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=16).map(lambda parts: "return " + "".join(parts)))
def test_what_compiles_has_no_invalid_piece(text: str) -> None:
    if _compiled(text) is not None:
        assert all(one.kind != "invalid" for line in lex(text) for one in line)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet='a[]=-"\\zn \n', max_size=20), st.integers(0, 3))
def test_a_long_bracket_is_one_string_wherever_lua_says_so(body: str, level: int) -> None:
    opening, closing = "[" + "=" * level + "[", "]" + "=" * level + "]"
    if closing in body + closing[:-1]:
        return
    text = f"{opening}{body}{closing}"
    assert _compiled("return " + text) is not None
    assert {one.kind for line in lex(text) for one in line} == {"string"}


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("--- Todo list", [("doc", "--- Todo list")]),
        ("--- @rate_limit 10", [("doc", "--- "), ("annotation", "@rate_limit"), ("doc", " 10")]),
        ("-- @rate_limit 10", [("comment", "-- @rate_limit 10")]),
        ("-----", [("comment", "-----")]),
        (
            "goop.orm('x')",
            [
                ("goop", "goop.orm"),
                ("operator", "("),
                ("string", "'"),
                ("string", "x"),
                ("string", "'"),
                ("operator", ")"),
            ],
        ),
        ("goop . log.info", [("goop", "goop . log.info")]),
        ("goop..x", [("goop", "goop"), ("operator", ".."), ("name", "x")]),
        (
            "my.goop.x",
            [("name", "my"), ("operator", "."), ("name", "goop"), ("operator", "."), ("name", "x")],
        ),
        ("goopy", [("name", "goopy")]),
        ("t.end_", [("name", "t"), ("operator", "."), ("name", "end_")]),
        (
            "string.format(x)",
            [
                ("builtin", "string"),
                ("operator", "."),
                ("function", "format"),
                ("operator", "("),
                ("name", "x"),
                ("operator", ")"),
            ],
        ),
        (
            "{ error = 1 }",
            [("operator", "{"), ("name", "error"), ("operator", "="), ("number", "1"), ("operator", "}")],
        ),
        ("error == 1", [("builtin", "error"), ("operator", "=="), ("number", "1")]),
        ("1..2", [("number", "1."), ("number", ".2")]),
        ("$x", [("invalid", "$"), ("name", "x")]),
    ],
)
def test_kinds_of_known_lines(line: str, kinds: list[tuple[str, str]]) -> None:
    assert _kinds(line) == kinds


def test_a_string_goes_on_after_a_backslash_and_after_z() -> None:
    text = '"one\\\ntwo\\z\n   \n  three" x'
    assert [[one.kind for one in line] for line in lex(text)] == [
        ["string", "string", "escape"],
        ["string", "escape"],
        ["string"],
        ["string", "string", "string", "space", "name"],
    ]


def test_an_unfinished_string_ends_with_its_line() -> None:
    assert lex_line('"open') == ([Token("string", 0, 1), Token("string", 1, 5)], NORMAL)
