"""What Lua's compiler means, where its own words do not tell a script's author: typographic characters, marks
of a merge, escapes that only Goop2 knows.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from lua_engine.base.lua_lines import lua_lines
from lua_engine.scripts.lexer import Lines, lexemes

_MARK = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?:[ \r]|$)", re.MULTILINE)
_OPENING = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
_ESCAPE = re.compile(r"invalid escape sequence near '(\\.)")
_BYTE = re.compile(r"near char\((\d+)\)")
_QUOTES = frozenset("“”„‘’‚")
_INSTEAD = {
    **dict.fromkeys("“”„‟«»", 'write "'),
    **dict.fromkeys("‘’‚‛`´", "write '"),
    **dict.fromkeys("–—−‐‑", "write -"),
    "…": "write ...",
    "×": "write *",
    "÷": "write /",
    "≠": "write ~=",
    "≤": "write <=",
    "≥": "write >=",
}
_FOREIGN = (
    ("!", re.compile("!"), "Lua writes ~= for not equal, and not for !"),
    ("=", re.compile("==="), "Lua writes == for equal"),
    ("/", re.compile("//"), "Lua writes -- before a comment"),
    ("/", re.compile(r"/\*"), "Lua writes --[[ ]] around a comment"),
    *(
        (sign, re.compile(rf"[\w\]]\s*{re.escape(sign)}="), f"Lua has no {sign}=: write a = a {sign} b")
        for sign in ("+", "-", "*", "/")
    ),
    ("+", re.compile(r"\+\+"), "Lua has no ++: write a = a + 1"),
    ("{", re.compile(r"\)\s*\{"), "Lua writes no braces: a block ends with end"),
    ("&", re.compile("&&"), "Lua writes and for &&"),
    ("|", re.compile(r"\|\|"), "Lua writes or for ||"),
    ("?", re.compile(r"\?"), "Lua writes a and b or c for a ? b : c"),
)
"""The sign that the compiler stops at, what the line has, and what to write."""


def explained(message: str, line: int, source: str) -> tuple[str, int]:
    """``message`` and ``line`` of the compiler in words that help, where there are any."""
    lines = Lines(source)
    opening = _OPENING.search(source)
    if opening is not None and _MARK.search(source, opening.end()):
        return (
            "conflict marks of git: choose one side and remove the lines <<<<<<<, ======= and >>>>>>>",
            lines.line_of(opening.start()),
        )
    if found := _ESCAPE.search(message):
        escape = found.group(1)
        return f"{message} (Goop2 reads {escape} as {escape[1:]}: write {escape[1:]}, or \\\\)", line
    if "unfinished string" in message and not _QUOTES.isdisjoint(_line(source, line)):
        return f"{message} (a typographic quote does not end a text: write \" or ')", line
    if "near char(" in message or "near '`'" in message:
        odd = next((one for one in lexemes(source) if one.kind == "op" and _is_odd(one.raw)), None)
        byte = _BYTE.search(message)
        if odd is not None and odd.raw == "\N{REPLACEMENT CHARACTER}" and byte is not None:
            words = f"byte {byte[1]} is not UTF-8 text: save the script as UTF-8"
            return f"{message.partition(' near ')[0]}: {words}", lines.line_of(odd.start)
        if odd is not None:
            return f"{message.partition(' near ')[0]}: {_character(odd.raw)}", lines.line_of(odd.start)
    if "\0" in source and source.count("\n", 0, source.index("\0")) + 1 == line:
        return f"{message.partition(' near ')[0]}: {_character(chr(0))}", line
    advice = _of_another_language(message, _line(source, line))
    return f"{message} ({advice})" if advice else message, line


def _of_another_language(message: str, text: str) -> str:
    """What Lua writes for what the line has from JavaScript or C; empty when nothing is known."""
    for sign, pattern, advice in _FOREIGN:
        if message.endswith(f"near '{sign}'") and pattern.search(text):
            return advice
    return ""


def _is_odd(character: str) -> bool:
    return not character.isascii() or character == "`"


def _line(source: str, line: int) -> str:
    return next(islice(lua_lines(source), line - 1, line), "")


def _character(character: str) -> str:
    name = unicodedata.name(character, "").lower() or "not a character that Lua accepts"
    shown = character if character.isprintable() and not character.isspace() else ""
    instead = _INSTEAD.get(character)
    if instead is None:
        is_invisible = character.isspace() or not character.isprintable()
        instead = (
            "an invisible character: remove it" if is_invisible else "Lua's names have ASCII letters only"
        )
    shown = f"{shown} " if shown else ""
    return f"the character {shown}U+{ord(character):04X}, {name} ({instead})"
