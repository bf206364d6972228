"""Lua 5.2 text cut into coloured pieces, one line at a time.

A line is lexed from the state the line before left, so an editor re-reads only what changed. The pieces of a
line cover it without gaps; text that is no Lua at all still comes back whole, as ``invalid`` pieces.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

NORMAL: Final = 0
_QUOTES: Final = ('"', "'")
_LONG: Final = (
    8  # states from here on: 8 + 2 * level inside a long string, 9 + 2 * level inside a long comment
)

KEYWORDS: Final = frozenset(
    (
        *("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in"),
        *("local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"),
    )
)
BUILTINS: Final = frozenset(
    (
        *(
            "_G",
            "_VERSION",
            "assert",
            "error",
            "getmetatable",
            "ipairs",
            "load",
            "loadstring",
            "next",
            "pairs",
            "pcall",
            "print",
        ),
        *(
            "rawequal",
            "rawget",
            "rawlen",
            "rawset",
            "select",
            "setmetatable",
            "tonumber",
            "tostring",
            "type",
            "unpack",
            "xpcall",
        ),
        *("bit32", "coroutine", "math", "os", "string", "table"),
    )
)


class Token(NamedTuple):
    """A piece of one line, ``line[start:end]``.

    Kinds: space name keyword builtin goop function number string escape comment doc annotation operator
    invalid.
    """

    kind: str
    start: int
    end: int


_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\f\v]+)
    |(?P<comment>--)
    |(?P<long>\[=*\[)
    |(?P<number>0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*(?:[pP][+-]?[0-9]*)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]*)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<quote>["'])
    |(?P<operator>\.\.\.?|[=~<>]=|::|[-+*/%^\#<>=(){}\[\];:,.])
    |(?P<invalid>[^ \t\r\f\vA-Za-z0-9_"'=~<>:+*/%^\#(){}\[\];,.-]+|.)""",
    re.VERBOSE | re.DOTALL,
)
_GOOP: Final = re.compile(r"goop(?:[ \t]*\.[ \t]*[A-Za-z_][A-Za-z0-9_]*)*(?![A-Za-z0-9_])")
_CALLED: Final = re.compile(r"[ \t]*(?:[(\"'{]|\[=*\[)")
_ASSIGNED: Final = re.compile(r"[ \t]*=(?!=)")
_LONG_OPEN: Final = re.compile(r"\[(=*)\[")
_ANNOTATION: Final = re.compile(r"---[ \t]*(@[A-Za-z_]+)")
_PLAIN: Final = {quote: re.compile(rf"[^\\{quote}]+") for quote in _QUOTES}
_ESCAPE: Final = re.compile(r"""\\(?:[abfnrtv\\"']|x[0-9a-fA-F]{2}|[0-9]{1,3})""")
_BLANK: Final = re.compile(r"[ \t\r\f\v]*")


class _Line:
    """One line under the knife."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.position = 0
        # what stands before: "." or ":" makes a name a field, "" is the line's beginning, "x" anything else
        self.before = ""

    def emit(self, kind: str, end: int) -> None:
        if end > self.position:
            self.tokens.append(Token(kind, self.position, end))
            self.position = end

    def resume(self, state: int) -> int:
        """Finish what the line before left open."""
        if state >= _LONG:
            return self.long((state - _LONG) // 2, is_comment=bool(state & 1))
        if state in (3, 4):
            return self.skipped(_QUOTES[state - 3])
        return self.string(_QUOTES[state - 1])

    def long(self, level: int, *, is_comment: bool) -> int:
        """The rest of a long bracket; the state after it."""
        closing = "]" + "=" * level + "]"
        found = self.text.find(closing, self.position)
        self.emit(
            "comment" if is_comment else "string", len(self.text) if found < 0 else found + len(closing)
        )
        return _LONG + 2 * level + is_comment if found < 0 else NORMAL

    def skipped(self, quote: str) -> int:
        r"""White space after a ``\z``, which may go over line ends."""
        blank = _BLANK.match(self.text, self.position)
        self.emit("string", blank.end() if blank else self.position)
        if self.position == len(self.text):
            return 3 + _QUOTES.index(quote)
        return self.string(quote)

    def string(self, quote: str) -> int:
        """The rest of a quoted string; it goes on in the next line only after a backslash."""
        text, size = self.text, len(self.text)
        while self.position < size:
            plain = _PLAIN[quote].match(text, self.position)
            if plain:
                self.emit("string", plain.end())
            elif text[self.position] == quote:
                self.emit("string", self.position + 1)
                return NORMAL
            elif self.position + 1 == size:
                self.emit("escape", size)
                return 1 + _QUOTES.index(quote)
            elif text[self.position + 1] == "z":
                self.emit("escape", self.position + 2)
                return self.skipped(quote)
            else:
                self.escape()
        return NORMAL

    def escape(self) -> None:
        found = _ESCAPE.match(self.text, self.position)
        # a decimal escape past 255 is an error in Lua
        is_valid = found is not None and not (found[0][1:].isdigit() and int(found[0][1:]) > 255)
        self.emit("escape" if is_valid else "invalid", found.end() if found else self.position + 2)

    def comment(self) -> int:
        bracket = _LONG_OPEN.match(self.text, self.position + 2)
        if bracket:
            level = len(bracket[1])
            self.emit("comment", bracket.end())
            return self.long(level, is_comment=True)
        kind = "comment"
        if (
            self.text.startswith("---", self.position)
            and not self.text.startswith("----", self.position)
            and not self.before
        ):
            kind = "doc"
            annotation = _ANNOTATION.match(self.text, self.position)
            if annotation:
                self.emit("doc", annotation.start(1))
                self.emit("annotation", annotation.end())
        self.emit(kind, len(self.text))
        return NORMAL

    def name(self, word: str, end: int) -> None:
        if self.before not in (".", ":"):
            goop = _GOOP.match(self.text, self.position) if word == "goop" else None
            if goop:
                return self.emit("goop", goop.end())
            if word in KEYWORDS:
                return self.emit("keyword", end)
            if word in BUILTINS and not _ASSIGNED.match(self.text, end):  # { error = "..." } is a field
                return self.emit("builtin", end)
        return self.emit("function" if _CALLED.match(self.text, end) else "name", end)


def lex_line(text: str, state: int = NORMAL) -> tuple[list[Token], int]:
    """The pieces of ``text`` (one line, without its line break) and the state in
    which the next line begins.
    """
    line = _Line(text)
    state = line.resume(state) if state > NORMAL else NORMAL
    while state == NORMAL and line.position < len(text):
        state = _step(line)
    return line.tokens, state


def _step(line: _Line) -> int:
    found = _TOKEN.match(line.text, line.position)
    assert found is not None  # the last alternative takes any character
    kind = found.lastgroup
    state = NORMAL
    if kind == "comment":
        state = line.comment()
    elif kind == "long":
        line.emit("string", found.end())
        state = line.long(found.end() - found.start() - 2, is_comment=False)
    elif kind == "quote":
        line.emit("string", found.end())
        state = line.string(found[0])
    elif kind == "name":
        line.name(found[0], found.end())
    else:
        line.emit(kind or "invalid", found.end())
    if kind != "space":
        line.before = found[0] if found[0] in (".", ":") else "x"
    return state


def lex(text: str) -> list[list[Token]]:
    """The pieces of every line of ``text``."""
    state, lines = NORMAL, []
    for line in text.split("\n"):
        tokens, state = lex_line(line, state)
        lines.append(tokens)
    return lines
