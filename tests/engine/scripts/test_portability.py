"""Portability notes: what the text of a script tells. Each row was tried on gopher-lua 1.1.1."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lua_engine.scripts.portability.differences import DIFFERENCES
from lua_engine.scripts.portability.source import source_notes

CALL = "function call(request) end\n"
FOUND = [
    ("local f = coroutine.wrap(print)", "coroutine", "`coroutine.wrap`"),
    ("print(rawlen({}))", "rawlen", "`rawlen`"),
    ("return table.unpack(t)", "table-unpack", "`table.unpack`"),
    ("local p = table.pack(1, 2)", "table-unpack", "`table.pack`"),
    ("local d = os.difftime(a, b)", "difftime", "`os.difftime`"),
    ("_ENV.x = 1", "environment", "`_ENV`"),
    ("setfenv(1, {})", "fenv", "`setfenv`"),
    ("local e = getfenv()", "fenv", "`getfenv`"),
    ("local p = newproxy(true)", "newproxy", "`newproxy`"),
    ('load("return 1")', "load-text", "`load` of a text"),
    ("load [[return 1]]", "load-text", "`load` of a text"),
    ('print(("x"):rep(3, ","))', "rep-separator", "`string.rep` with a separator"),
    ('print(string.rep("x", f(1, 2), ","))', "rep-separator", "`string.rep` with a separator"),
    ("xpcall(f, print, 1)", "xpcall-arguments", "`xpcall` with arguments"),
    (r'local s = "\x41"', "escape", r"`\x41`"),
    ('local s = "a\\z\n  b"', "escape", r"`\z`"),
    ("local n = 0x1p4", "hex-float", "`0x1p4`"),
    ("local n = 0xA.8", "hex-float", "`0xA.8`"),
    ("while true do break print(1) end", "break", "`break` in the middle of a block"),
    ("setmetatable({}, { __pairs = f })", "pairs-metamethod", "`__pairs`"),
    ("mt.__ipairs = f", "pairs-metamethod", "`__ipairs`"),
    ('tonumber("1e3")', "tonumber-exponent", '`tonumber("1e3")`'),
    ('tonumber("0x1p4")', "tonumber-exponent", '`tonumber("0x1p4")`'),
    ('print(os.date("!%d %j"))', "date-format", "`os.date` with `%j`"),
    ('local k = collectgarbage("count")', "memory-count", '`collectgarbage("count")`'),
    ('local next_word = s:gmatch("%S+")', "gmatch-kept", "an iterator of `gmatch` that is kept or called"),
    ('words = f(1)[2]:gmatch("%S+") x = 1', "gmatch-kept", None),
    ('local it = ("a b"):gfind("%S")', "gmatch-kept", None),
    ('print(string.gmatch(s, "%S+")())', "gmatch-kept", None),
    ("math.log(8, 2)", "log-base", "`math.log` with a base"),
    ('goop.log.warn("a", 1)', "log-pieces", "`goop.log` with more than one text"),
    ("local a, b = 1, 2\na, b = b, a", "parallel-assignment", "`a, b = b, a`"),
    ("local a, b, c\na, b, c = 1, 2, a", "parallel-assignment", "`a, b, c = 1, 2, a`"),
    ("local function fib(a, b) a, b = b, a + b end", "parallel-assignment", "`a, b = b, a + b`"),
    ("for a, b in pairs(t) do a, b = b, a end", "parallel-assignment", "`a, b = b, a`"),
    ("local a, b\na, b = 1, (function() return a end)()", "parallel-assignment", None),
    ("function T:m(b) self, b = b, self end", "parallel-assignment", "`self, b = b, self`"),
    ("local a, b\na, t.x = 2, a", "parallel-assignment", "`a, t.x = 2, a`"),
    ("local a, b\nt.x, a = a, 2", "parallel-assignment", "`t.x, a = a, 2`"),
    ("local a, b\nt[f(1)].x, a = (a), 2", "parallel-assignment", "`t[f(1)].x, a = (a), 2`"),
    ("local a, b\na.next, b, a = b, a, c", "parallel-assignment", "`a.next, b, a = b, a, c`"),
    ("local a, b\na, a[1] = {}, 1", "parallel-assignment", "`a, a[1] = {}, 1`"),
    ("local a, b\na, g = 2, a", "parallel-assignment", "`a, g = 2, a`"),
]  # fmt: skip
NOT_FOUND = [
    "local unpack = table.unpack or unpack",
    "local unpack = unpack or table.unpack",
    "if rawlen then x = 1 end",
    "local co = coroutine and coroutine.create",
    'if type(coroutine) == "table" then x = 1 end',
    "if not setfenv then x = 1 end",
    "t.coroutine = 1 local u = { rawlen = 2 } print(t.rawlen, t:rawlen())",
    "-- coroutine.wrap\n--[[ rawlen ]] print('coroutine.wrap')",
    "a, b = b, a",  # globals
    "t[1], t[2] = t[2], t[1]",
    "t.a, t.b = t.b, t.a",
    "local a, b\na, b = a, a",
    "local a, b\nt.x, a = a + 0, 2",
    "local a, b\ng, a = a, 2",
    "local a, b\nt[a], a = 5, 2",
    "local a, b\na, t[a] = 2, 5",
    "local a, b\na.b.c, a = 1, 2",
    "local a, b\nlocal t = { a, b = 1, a }",
    "local a, b\nlocal t = { id = x.id, a = a, b = b }",
    "local a, b\nf { rows = all(x), a = a, b = b, [1] = x.y, b = b }",
    "local a, b\nreturn { t.x, a = a, 2 }",
    "local a, b = b, a",  # a declaration
    "local a, b\nlocal function swap() a, b = b, a end",  # locals of the function around it
    "local a, b\na, b = f(a, b)",
    "local a, b\na, b = 1, t.a",
    "local a, b\na, b = 1, { a = 2 }",
    "local a, b\na, b = a, 1",
    "while true do if x then break end end",
    "while true do break; end",
    "repeat break until true",
    r'local s = "\65\\x41\n\""',
    r"local s = [[\x41]]",
    "local n = 0xFF + 1e3 + 0.5",
    "load(function() end) loadstring('x') load(text)",
    'print(("x"):rep(3), string.rep("x", 3), t.rep(1, 2, 3))',
    "xpcall(f, function(a, b) return a, b end)",
    'tonumber("12") tonumber("1.0e3") tonumber(x) tonumber("ff", 16)',
    'os.date("!%Y-%m-%d %H:%M:%S %A %B %%j", 0) os.date() t.os.date("%j")',
    'collectgarbage() collectgarbage("collect")',
    'for w in s:gmatch("%S+") do end for k, v in string.gmatch(s, "(%w)=(%w)") do end',
    'local it, state = s:gmatch("%S+") local g = string.gmatch',
    'return s:gmatch("%S+")',
    'local t = { s:gmatch("%S+") } f(s:gmatch("x"))',
    "math.log(8) print(math.log)",
    'goop.log.info("a" .. f(1, 2))',
]


@pytest.mark.parametrize(("source", "difference", "what"), FOUND, ids=[one[0] for one in FOUND])
def test_a_difference_is_found_with_its_line(source: str, difference: str, what: str | None) -> None:
    (note,) = source_notes(f"{CALL}\n{source}\n", is_function=True)
    row = DIFFERENCES[difference]
    lines = source.count("\n") if "local a, b" in source else 0
    assert (note.id, note.line) == (difference, 3 + lines)
    assert what is None or note.what == what
    assert (note.verdict, note.instead) == (row.verdict, row.instead)
    assert str(note) == f"{row.verdict}: {note.what}, line {3 + lines}"


@pytest.mark.parametrize("source", NOT_FOUND)
def test_what_both_do_alike_is_not_noted(source: str) -> None:
    assert source_notes(f"{CALL}{source}\n", is_function=True) == ()


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("--- x\ncall = function(r) end", 2, "`call =`"),
        ("function  call(r) end", 1, "`function call(`"),
        ("function _G.call(r) end", 1, "`function _G.call(`"),
        ('_G["call"] = function() end', 1, '`["call"] =`'),
        ("call, x = f, g", 1, "`call, x =`"),
    ],
)
def test_an_entry_point_that_goop2_does_not_see(source: str, line: int, what: str) -> None:
    (note,) = source_notes(source, is_function=True)
    assert (note.id, note.line, note.what) == ("entry-point", line, what)
    assert source_notes(source, is_function=False) == ()


@pytest.mark.parametrize(
    "source", ["function call(r) end", "function call (r) end", "function handle(a) end", ""]
)
def test_an_entry_point_that_goop2_sees(source: str) -> None:
    assert source_notes(source, is_function=True) == ()


def test_every_row_says_what_to_write_instead() -> None:
    for row in DIFFERENCES.values():
        assert row.what
        assert row.instead
        assert row.verdict


WORDS = st.sampled_from(
    [
        *(
            "function",
            "end",
            "local",
            "a",
            "b",
            ",",
            "=",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            ".",
            ":",
            "..",
            '"x"',
        ),
        *("'\\x41'", "load", "rep", "goop", "log", "break", "do", "if", "then", "coroutine", "for", "call"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=60) | st.text(max_size=200))
def test_any_text_is_read_without_an_error(pieces: list[str] | str) -> None:
    source_notes(pieces if isinstance(pieces, str) else " ".join(pieces), is_function=True)


@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "function ",
        "f(a,b,",
        "a,b=",
        "load(",
        "function(a,b) local x a,b=b,a end ",
        "x, y = y, f(x)\n",
        "- ",
        "a.b",
    ],
)
def test_the_time_follows_the_length(piece: str) -> None:
    def seconds(size: int) -> float:
        begun = time.process_time()
        source_notes(piece * (size // len(piece)), is_function=True)
        return time.process_time() - begun

    seconds(4_000)
    short, long = min(seconds(8_000) for _ in range(3)), min(seconds(32_000) for _ in range(3))
    assert long < 4 * 3 * max(short, 0.001)  # a quadratic one would be at 16
