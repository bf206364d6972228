"""What is said of a script that does not compile, where Lua's own words do not help."""

from __future__ import annotations

import pytest

from lua_engine.scripts.lint import CompileError, compile_source

CASES = [
    ("local x = “hello”", 1, 'the character “ U+201C, left double quotation mark (write ")'),
    ("\nprint(‘a’)", 2, "unexpected symbol: the character ‘ U+2018, left single quotation mark (write ')"),
    ("x = 1\nx = a – b", 2, "the character – U+2013, en dash (write -)"),
    ("local\u00a0x = 1", 1, "the character U+00A0, no-break space (an invisible character: remove it)"),
    ("x=1 \u200b y=2", 1, "the character U+200B, zero width space (an invisible character: remove it)"),
    ("local naïve = 1", 1, "the character ï U+00EF, latin small letter i with diaeresis (Lua's names have"),
    ("local x = `a`", 1, "the character ` U+0060, grave accent (write ')"),
    ("print('a’)", 1, "a typographic quote does not end a text"),
    ("x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> b\n", 2, "conflict marks of git: choose one side"),
    ('local s = "\\q"', 1, "invalid escape sequence near '\\q' (Goop2 reads \\q as q: write q, or \\\\)"),
    ("if a != b then end", 1, "(Lua writes ~= for not equal, and not for !)"),
    ("\nif a === b then end", 2, "near '=' (Lua writes == for equal)"),
    ("x = 1 // one", 1, "near '/' (Lua writes -- before a comment)"),
    ("/* one */", 1, "near '/' (Lua writes --[[ ]] around a comment)"),
    ("\n\nx += 1", 3, "near '+' (Lua has no +=: write a = a + b)"),
    ("t[1] -= 1", 1, "near '-' (Lua has no -=: write a = a - b)"),
    ("x++", 1, "near '+' (Lua has no ++: write a = a + 1)"),
    ("function f() {\n}", 1, "near '{' (Lua writes no braces: a block ends with end)"),
    ("if a && b then end", 1, "near '&' (Lua writes and for &&)"),
    ("if a || b then end", 1, "near '|' (Lua writes or for ||)"),
    ("x = a ? b : c", 1, "near '?' (Lua writes a and b or c for a ? b : c)"),
    ("x = 1\n\0", 2, "the character U+0000, not a character that Lua accepts (an invisible character"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "line", "words"), CASES, ids=[one[2][:40] for one in CASES])
def test_the_cause_is_named(source: str, line: int, words: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source("f.lua", source.encode())
    assert words in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize(
    "source", ["x = = 1", 'local s = "“ok”" x = = 1', "x = = 1\nlocal y = “a”", "-- ======= x\nx = ="]
)
def test_other_errors_are_lua_s_own(source: str) -> None:
    with pytest.raises(CompileError) as caught:
        compile_source("f.lua", source.encode())
    assert "unexpected symbol near" in caught.value.message
    assert "character" not in caught.value.message
