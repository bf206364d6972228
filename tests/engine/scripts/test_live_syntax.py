"""Colours, brackets, folds and words of a text while it is edited; held against real Lua and against a fresh
reading.
"""

from __future__ import annotations

from typing import Any

import lupa.lua52
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine import Fold, LiveSyntax
from lua_engine.scripts import live_syntax

_PIECES = (
    *("[", "]", "=", "[[", "]]", "[=[", "]=]", "-", "--", "---", "--[[", "--[=[", '"', "'", "\\\\", "\\n"),
    *("\\x41", "\\065", "\n", " ", "x", "goop", ".", "..", ":", "1", "0x1F", "1e5", "return ", "local "),
    *(
        " end",
        "(",
        ")",
        "{",
        "}",
        ",",
        ";",
        "é",
        "🏠",
        " and ",
        " not ",
        "#",
        "~=",
        "function ",
        "if x then ",
    ),
)
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join)
_LUA = lupa.lua52.LuaRuntime(encoding=None, register_eval=False, register_builtins=False)
_COMPILE = _LUA.eval("function(text) local f = load(text, '=x', 't'); return f and string.dump(f, true) end")


def compiled(text: str) -> Any:
    return _COMPILE(text.encode())


def kinds(line: str) -> list[tuple[str, str]]:
    return [(kind, line[start:end]) for kind, start, end in LiveSyntax(line).spans(0, 0).get(0, [])]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("--- Todo list", [("doc", "--- Todo list")]),
        ("--- @rate_limit 10", [("doc", "--- @rate_limit 10"), ("annotation", "@rate_limit")]),
        ("-- @rate_limit 10", [("comment", "-- @rate_limit 10")]),
        ("-----", [("comment", "-----")]),
        (
            "goop.orm('x')",
            [("goop", "goop"), ("goop", "."), ("goop", "orm"), ("string", "'x'")],
        ),
        ("my.goop.x = y", []),
        ("goopy()", [("function", "goopy")]),
        ("string.format(x)", [("builtin", "string"), ("function", "format")]),
        ("x = { error = 1 }", [("number", "1")]),
        ("x = { f = function() end }", [("function", "f"), ("keyword", "function"), ("keyword", "end")]),
        ("x = error == 1", [("builtin", "error"), ("number", "1")]),
        ("goto a ::a::", [("keyword", "goto")]),
        ("function f() end", [("keyword", "function"), ("function", "f"), ("keyword", "end")]),
        ("x = 'a\\nb'", [("string", "'a\\nb'"), ("escape", "\\n")]),
        ("while true do break end", [("keyword", one) for one in ("while", "true", "do", "break", "end")]),
        ("x = nil --[[ a ]] y = 2", [("keyword", "nil"), ("comment", "--[[ a ]]"), ("number", "2")]),
        ('f("open', [("function", "f"), ("string", '"open')]),
        ('x = "\\q" .. "b"', [("string", '"\\q"'), ("string", '"b"')]),
        ("if x then", [("keyword", "if"), ("keyword", "then")]),
        ("end", [("keyword", "end")]),
        ("#!/usr/bin/lua", [("comment", "#!/usr/bin/lua")]),
    ],
)  # fmt: skip
def test_kinds_of_known_lines(line: str, found: list[tuple[str, str]]) -> None:
    assert kinds(line) == found


def test_long_strings_and_comments_go_over_lines() -> None:
    live = LiveSyntax("x = [[ one -- no\nif 'two'\n]] y = 1\n--[==[ a\nend ]] b\n]==] z = 2")

    assert live.spans(1, 1) == {1: [("string", 0, 8)]}
    assert live.spans(2, 2) == {2: [("string", 0, 2), ("number", 7, 8)]}
    assert live.spans(4, 5) == {4: [("comment", 0, 8)], 5: [("comment", 0, 4), ("number", 9, 10)]}


def test_a_string_that_is_still_being_typed_ends_with_its_line() -> None:
    """Else each quote turns the colours of everything below inside out."""
    rest = 'local a = "b"\nprint("c")\n'
    live = LiveSyntax("x = 1\n" + rest)
    before = live.spans(1, 2)
    for text in ('x = "', 'x = "he', 'x = "he said'):
        live.update(f"{text}\n{rest}")
        assert live.spans(0, 0)[0] == [("string", 4, len(text))]
        assert live.spans(1, 2) == before
    live.update(f'x = "he"\n{rest}')
    assert live.spans(0, 0)[0] == [("string", 4, 8)]
    assert live.spans(1, 2) == before


@settings(max_examples=300, deadline=None)
@given(st.lists(_SOUP, min_size=2, max_size=5))
def test_edited_is_as_read_anew(texts: list[str]) -> None:
    """For texts that compile; of others the parser may make this or that."""
    live = LiveSyntax()
    for text in texts:
        live.update(text)
        if compiled(text) is not None:
            assert live.spans(0, 99) == LiveSyntax(text).spans(0, 99)


@settings(max_examples=400, deadline=None)
@given(_SOUP)
def test_what_is_coloured_as_a_comment_is_one_to_lua(text: str) -> None:
    if compiled(text) is None:
        return
    lines = text.split("\n")
    for number, spans in LiveSyntax(text).spans(0, len(lines)).items():
        data = lines[number].encode("utf-16-le")
        for kind, start, end in reversed(spans):
            if kind in ("comment", "doc"):
                data = data[: 2 * start] + b" \0" * (end - start) + data[2 * end :]
        lines[number] = data.decode("utf-16-le")
    assert compiled("\n".join(lines)) == compiled(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f|(a[1])", (1, 6)),
        ("f(a[1])|", (6, 1)),
        ("f(a[1|])", (5, 3)),
        ("f('(' |)", (6, 1)),
        ("x = '|('", None),
        ("f|(", (1, None)),
        ("-- [[ ]]|", None),
        ("x = '🏠' y = |{}", (13, 14)),
        ("f(function() if x then |{ end)", (23, None)),
        ("x = {{1}, |{2}}", (10, 12)),
    ],
)
def test_brackets_find_their_partners(text: str, found: tuple[int, int | None] | None) -> None:
    at = len(text[: text.index("|")].encode("utf-16-le")) // 2
    assert LiveSyntax(text.replace("|", "")).brackets(at) == found


def test_lines_of_comments_fold() -> None:
    source = (
        "-- a\n-- b\n-- c\nx = 1 -- d\n-- e\n\n-- f\n-- g\nfunction f()\n  -- h\n  --- i\nend\n--[[\n]]\n-- j"
    )

    assert LiveSyntax(source).folds() == {
        0: Fold(0, 2),
        6: Fold(6, 7),
        8: Fold(8, 10),
        9: Fold(9, 10),
        12: Fold(12, 13),
    }
    assert LiveSyntax(source).folds(1, 2) == {}
    assert LiveSyntax("-- a\n-- b").folds(0, 0) == {0: Fold(0, 1)}


def test_folds_are_blocks_tables_and_long_texts() -> None:
    source = "function f()\n  if x then\n    y()\n  end\nend\nt = {\n  1,\n}\ns = [[\nab\n]]\nz = { 1 }\n"

    assert LiveSyntax(source).folds() == {
        0: Fold(0, 3), 1: Fold(1, 2), 5: Fold(5, 6), 8: Fold(8, 10),
    }  # fmt: skip
    assert LiveSyntax(source).folds(2, 6) == {5: Fold(5, 6)}


def test_words_of_a_line_leave_strings_and_comments_out() -> None:
    text = "if x == 'then' then -- do\nfoo({"
    live = LiveSyntax(text)

    assert live.words(0, 25) == ["if", "==", "then"]
    assert live.words(26, len(text)) == ["(", "{"]


def test_a_text_made_to_take_long_stays_plain() -> None:
    live = LiveSyntax("[[" * 20_000)
    assert live.is_plain
    assert live.spans(0, 1) == {}
    live.update("local x = 1")
    assert not live.is_plain
    assert live.spans(0, 0)[0][0] == ("keyword", 0, 5)


def test_what_took_too_long_is_read_when_nobody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveSyntax("local x = 1\nlocal y = 2\n")
    monkeypatch.setattr(live_syntax, "_EDIT_SECONDS", -1.0)
    text = "-- a comment that is longer than before\n" * 400 + "local x = 'one'\nlocal y = 2\n"
    live.update(text)
    assert live.is_behind
    assert live.spans(401, 401) == {401: [("keyword", 0, 5), ("number", 10, 11)]}  # moved along
    live.take(LiveSyntax.parsed("another text"))
    assert live.is_behind
    live.take(LiveSyntax.parsed(text))

    assert not live.is_behind
    assert live.spans(0, 500) == LiveSyntax(text).spans(0, 500)


def test_a_key_does_not_parse_from_scratch_what_was_too_slow_for_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once: 6 ms of each key went into a tree that was thrown away."""
    text, parsed = "local x = 1\n" * 20, list[bytes]()
    parse = live_syntax.parse_masked

    def noted(data: bytes, *rest: Any, **more: Any) -> Any:
        parsed.append(data)
        return parse(data, *rest, **more)

    monkeypatch.setattr(live_syntax, "parse_masked", noted)
    monkeypatch.setattr(live_syntax, "_FIRST_SECONDS", -1.0)
    live = LiveSyntax()
    live.update(text)
    assert live.is_behind
    assert len(parsed) == 1

    live.update(text + "x")
    assert live.is_behind
    assert len(parsed) == 1

    live.update("local y = 2\n")  # much shorter: it may go now
    assert not live.is_behind
    assert live.spans(0, 0)[0][0] == ("keyword", 0, 5)


@given(
    st.text(alphabet="ab\n🏠", max_size=300),
    st.integers(0, 300),
    st.integers(0, 3),
    st.text("ab🏠", max_size=3),
)
def test_an_edit_is_found_to_the_unit(text: str, at: int, gone: int, put: str) -> None:
    old = (text * 9).encode("utf-16-le")
    new = (text[:at] + put + text[at + gone :] + text * 8).encode("utf-16-le")
    start, old_end, new_end = live_syntax._difference(old, new)
    assert old[:start] == new[:start]
    assert old[old_end:] == new[new_end:]
    assert start == min(old_end, new_end) or old[start : start + 2] != new[start : start + 2]
    assert start == min(old_end, new_end) or old[old_end - 2 : old_end] != new[new_end - 2 : new_end]
