"""The table of the differences that are said, one row each (contract section 8a); all others are imitated.

Where a row is found: ``source`` in the script's text (:mod:`.source`), ``run`` by the call that meets it
(``guard.note`` in the VM). Some are found in both.
"""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine.base.records import PortabilityNote

HERE_ONLY = "Works here, not on Goop2"
THERE_ONLY = "Works on Goop2, not here"
OTHERWISE = "Goop2 does otherwise"


@dataclass(frozen=True, slots=True)
class Difference:
    """``what`` is the code that it is about, where no more is known; ``instead`` what to write for both."""

    id: str
    verdict: str
    what: str
    instead: str


_ROWS = (
    Difference("coroutine", HERE_ONLY, "`coroutine`", "a loop; Goop2 has no coroutine library"),
    Difference("load-text", HERE_ONLY, "`load` of a text", "`loadstring(text)`"),
    Difference(
        "table-unpack",
        HERE_ONLY,
        "`table.unpack`, `table.pack`",
        '`unpack(t)`; `{ n = select("#", ...), ... }`',
    ),
    Difference("rawlen", HERE_ONLY, "`rawlen`", "`#t`"),
    Difference("difftime", HERE_ONLY, "`os.difftime`", "subtract one time from the other"),
    Difference("pairs-metamethod", HERE_ONLY, "`__pairs`", "a method that answers an iterator"),
    Difference("rep-separator", HERE_ONLY, "`string.rep` with a separator", "`table.concat`"),
    Difference(
        "xpcall-arguments",
        HERE_ONLY,
        "`xpcall` with arguments",
        "`xpcall(function() return f(x) end, handler)`",
    ),
    Difference("escape", HERE_ONLY, r"an escape such as `\x41` or `\z`", r"a decimal escape such as `\065`"),
    Difference("hex-float", HERE_ONLY, "a hexadecimal number with a point or a `p`", "a decimal number"),
    Difference("break", HERE_ONLY, "`break` in the middle of a block", "`do break end`"),
    Difference("environment", HERE_ONLY, "`_ENV`", "a table of your own"),
    Difference(
        "recursion",
        HERE_ONLY,
        "calls nested deeper than 128",
        "a loop with a table as its stack; Goop2 ends the call with a stack overflow",
    ),
    Difference(
        "entry-point",
        HERE_ONLY,
        "an entry point that is not written as `function call(`",
        "`function call(request)`; Goop2 looks for just that text",
    ),
    Difference(
        "fenv",
        THERE_ONLY,
        "`setfenv`, `getfenv`",
        "hand the function a table; Lua 5.2 has no function environments",
    ),
    Difference("newproxy", THERE_ONLY, "`newproxy`", "a table with a metatable"),
    Difference(
        "parallel-assignment",
        OTHERWISE,
        "a parallel assignment of locals",
        "a third local; Goop2 gives the second variable the new value of the first",
    ),
    Difference(
        "number-text",
        OTHERWISE,
        "a number joined with `..`",
        "`tostring(n)` or `string.format`; Goop2 writes all its digits",
    ),
    Difference(
        "tonumber-exponent",
        OTHERWISE,
        "`tonumber` of a text such as 1e3",
        'a text with a point ("1.0e3"); Goop2 answers nil',
    ),
    Difference(
        "date-format",
        OTHERWISE,
        "`os.date` with `%a`, `%c`, `%j`, `%U`, `%W` or `%x`",
        "`%A`, `%d`, `%m`, `%Y`, `%H`, `%M`, `%S`; Goop2 writes another text for it",
    ),
    Difference(
        "gmatch-kept",
        HERE_ONLY,
        "an iterator of `gmatch` that is kept or called",
        "call `gmatch` in the `for` itself, or `match` with a place to begin at",
    ),
    Difference(
        "memory-count",
        HERE_ONLY,
        '`collectgarbage("count")`',
        "nothing: Goop2 answers nil",
    ),
    Difference("log-base", OTHERWISE, "`math.log` with a base", "`math.log(x) / math.log(base)`"),
    Difference(
        "log-pieces",
        OTHERWISE,
        "`goop.log` with more than one text",
        "join them with `..`; Goop2 writes the first alone",
    ),
)
DIFFERENCES = {row.id: row for row in _ROWS}

# The text alone tells: a call meets them by running the script at all.
AS_WRITTEN = frozenset(
    (
        *("escape", "hex-float", "break", "entry-point", "parallel-assignment"),
        *("environment", "fenv", "gmatch-kept"),
    )
)
# The text tells where they are named, the call that they are met.
IN_TEXT = frozenset(("coroutine", "table-unpack", "rawlen", "difftime"))


def note(difference: str, line: int, what: str = "") -> PortabilityNote:
    """A note about ``difference`` (the id of a row); ``what`` is the code that it is about."""
    row = DIFFERENCES[difference]
    return PortabilityNote(row.id, line, what or row.what, row.verdict, row.instead)
