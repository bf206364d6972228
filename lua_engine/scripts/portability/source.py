"""The portability notes that a script's text is enough for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lua_engine.base.records import PortabilityNote
from lua_engine.scripts.lexer import value_of
from lua_engine.scripts.outline import entry_points
from lua_engine.scripts.portability.assignments import parallel_assignments
from lua_engine.scripts.portability.differences import note
from lua_engine.scripts.portability.text import ScriptText

Found = Iterator[tuple[str, int, str]]
"""Difference, index of the lexeme, the code that it is about."""

_GLOBALS = {
    "coroutine": "coroutine",
    "rawlen": "rawlen",
    "_ENV": "environment",
    "setfenv": "fenv",
    "getfenv": "fenv",
    "newproxy": "newproxy",
    "table.unpack": "table-unpack",
    "table.pack": "table-unpack",
    "os.difftime": "difftime",
}
_ESCAPE = re.compile(r"\\(?:(x[0-9a-fA-F]{0,2}|z)|.)", re.DOTALL)
_HEX_FLOAT = re.compile(r"0[xX][0-9a-fA-F]*[.pP]")
_EXPONENT = re.compile(r"\s*[-+]?(?:\d+[eE][-+]?\d+|0[xX][0-9a-fA-F]+[pP][-+]?\d+)\s*\Z")
_DATE = re.compile("%[acjUWx]")
_LOG = frozenset(("goop.log.info", "goop.log.warn", "goop.log.error"))
_DEFINES_CALL = re.compile(
    r"\bfunction\s+(?:_G\s*\.\s*)?call\s*\(|\bcall\b[^\n=]*=|\[\s*[\"']call[\"']\s*\]\s*="
)


def source_notes(source: str, *, is_function: bool) -> tuple[PortabilityNote, ...]:
    """What in ``source`` Goop2 does otherwise, by line. ``is_function``: a data function. Never fails."""
    text = ScriptText(source)
    found = {(one[0], text.line(one[1]), one[2]) for one in _found(text)}
    if is_function:
        found |= set(_entry_point(source))
    return tuple(note(*one) for one in sorted(found, key=lambda one: (one[1], one[0], one[2])))


def _found(text: ScriptText) -> Found:
    for index, word in enumerate(text.words):
        if word.kind == "name":
            for rule in _NAMES.get(word.raw, ()):
                yield from rule(text, index)
        elif word.kind == "string":
            yield from _string(word.raw, index)
        elif word.kind == "number" and _HEX_FLOAT.match(word.raw):
            yield "hex-float", index, f"`{word.raw[:40]}`"
    yield from parallel_assignments(text)


def _global(text: ScriptText, index: int) -> Found:
    name, after = text.chain(index)
    difference = _GLOBALS.get(name) or _GLOBALS.get(text.raw(index))
    if (
        difference is None
        or text.is_field(index)
        or _is_named(text, index)
        or _is_guarded(text, index, after)
    ):
        return
    is_whole = name in _GLOBALS or text.raw(index) == "coroutine"
    yield difference, index, f"`{name if is_whole else text.raw(index)}`"


def _is_named(text: ScriptText, index: int) -> bool:
    """A name of the script's own: declared here, or a key of a table."""
    return text.raw(index + 1) == "=" or text.raw(index - 1) in ("local", "function")


def _is_guarded(text: ScriptText, index: int, after: int) -> bool:
    """``table.unpack or unpack``, ``if rawlen then``: scripts that ask first whether there is one.

    ``index`` is where the name begins, ``after`` the index behind it.
    """
    before, behind = text.raw(index - 1), text.raw(after)
    if behind in ("or", "and", "then", "==", "~=") or before == "not":
        return True
    last = text.raw(after - 1)
    if before == "or" and text.raw(index - 2) == last:
        return True
    if before == "and" and text.raw(index - 2) in (last, text.raw(index)):
        return True
    return before == "(" and text.raw(index - 2) == "type"


def _break(text: ScriptText, index: int) -> Found:
    if text.is_field(index):
        return
    after = index + 1 + (text.raw(index + 1) == ";")
    if text.raw(after) not in ("end", "else", "elseif", "until", ""):
        yield "break", index, "`break` in the middle of a block"


def _metamethod(text: ScriptText, index: int) -> Found:
    if text.raw(index + 1) == "=":
        yield "pairs-metamethod", index, f"`{text.raw(index)}`"


def _call(text: ScriptText, index: int) -> Found:
    """Calls whose arguments tell."""
    name, after = text.chain(index)
    if text.is_field(index):
        if text.raw(index) == "rep" and text.raw(index - 1) == ":" and len(text.arguments(index + 1)) > 1:
            yield "rep-separator", index, "`string.rep` with a separator"
        return
    if name == "goop.log" and text.raw(after) == ".":
        name, after = f"{name}.{text.raw(after + 1)}", after + 2
    judge = _CALLS.get(name)
    if judge is not None and text.raw(index - 1) != "function":
        yield from judge(text, index, text.arguments(after))


def _more_than(count: int, difference: str, what: str) -> Callable[[ScriptText, int, list[int]], Found]:
    def judge(_text: ScriptText, index: int, arguments: list[int]) -> Found:
        if len(arguments) > count:
            yield difference, index, what

    return judge


def _loads_text(text: ScriptText, index: int, arguments: list[int]) -> Found:
    if arguments and text[arguments[0]].kind == "string":
        yield "load-text", index, "`load` of a text"


def _reads_exponent(text: ScriptText, index: int, arguments: list[int]) -> Found:
    if len(arguments) == 1 and text[arguments[0]].kind == "string":
        value = value_of(text[arguments[0]])
        if _EXPONENT.match(value):
            yield "tonumber-exponent", index, f'`tonumber("{value.strip()[:30]}")`'


def _formats_date(text: ScriptText, index: int, arguments: list[int]) -> Found:
    if arguments and text[arguments[0]].kind == "string":
        found = _DATE.search(value_of(text[arguments[0]]).replace("%%", ""))
        if found:
            yield "date-format", index, f"`os.date` with `{found.group()}`"


def _counts_memory(text: ScriptText, index: int, arguments: list[int]) -> Found:
    if arguments and text[arguments[0]].kind == "string" and value_of(text[arguments[0]]) == "count":
        yield "memory-count", index, '`collectgarbage("count")`'


_CALLS: dict[str, Callable[[ScriptText, int, list[int]], Found]] = {
    "string.rep": _more_than(2, "rep-separator", "`string.rep` with a separator"),
    "xpcall": _more_than(2, "xpcall-arguments", "`xpcall` with arguments"),
    "math.log": _more_than(1, "log-base", "`math.log` with a base"),
    "load": _loads_text,
    "tonumber": _reads_exponent,
    "os.date": _formats_date,
    "collectgarbage": _counts_memory,
    **dict.fromkeys(_LOG, _more_than(1, "log-pieces", "`goop.log` with more than one text")),
}


def _keeps_iterator(text: ScriptText, index: int) -> Found:
    """Goop2's iterator wants the second value of ``gmatch``, which only ``for`` hands on."""
    behind = text.closing.get(index + 1, len(text)) + 1
    if text.raw(index + 1) != "(" or not text.is_field(index):
        return
    start = _start_of_chain(text, index)
    is_kept = text.raw(start - 1) == "=" and text.raw(start - 3) != "," and text.raw(behind) != ","
    if is_kept or text.raw(behind) == "(":
        yield "gmatch-kept", index, f"an iterator of `{text.raw(index)}` that is kept or called"


def _start_of_chain(text: ScriptText, at: int) -> int:
    """Where ``a.b(c)[d]:e`` begins, whose last name is at ``at``."""
    while text.is_field(at):
        at -= 2
        while at in text.opening:
            at = text.opening[at]
            if not text.is_name(at - 1) and at - 1 not in text.opening:
                return at
            at -= 1
    return at


def _string(raw: str, index: int) -> Found:
    if "\\" not in raw or raw.startswith("["):
        return
    for escape in _ESCAPE.finditer(raw):
        if escape.group(1):
            yield "escape", index, f"`{escape.group()}`"
            return


_NAMES: dict[str, tuple[Callable[[ScriptText, int], Found], ...]] = {
    "break": (_break,),
    **dict.fromkeys(("__pairs", "__ipairs"), (_metamethod,)),
    **dict.fromkeys(
        ("string", "rep", "xpcall", "math", "load", "tonumber", "goop", "collectgarbage"), (_call,)
    ),
    **dict.fromkeys((name.partition(".")[0] for name in _GLOBALS), (_global,)),
    "os": (_global, _call),
    **dict.fromkeys(("gmatch", "gfind"), (_keeps_iterator,)),
}


def _entry_point(source: str) -> Iterator[tuple[str, int, str]]:
    """Goop2 searches the text for an entry point, with one blank or none before the bracket."""
    if "call" not in entry_points(source) or "function call(" in source or "function call (" in source:
        return
    found = _DEFINES_CALL.search(source)
    line = source.count("\n", 0, found.start()) + 1 if found else 0
    yield "entry-point", line, f"`{' '.join(found.group().split())}`" if found else ""
