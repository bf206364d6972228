"""What a script defines, found in its tokens without running it.

Good enough to show and to choose scripts by, never to decide what a visitor may do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lua_engine.scripts.lexer import lexemes, value_of

ENTRY_POINTS = ("call", "handle", "on_group_close")
_LONGEST_LIST = 64  # tokens of a list of names (call, handle = f, g) that are looked through


class Token(NamedTuple):
    """``kind``: ``name`` (keywords too), ``string`` (``text`` is its value, empty when it has escapes),
    ``number``, ``op``.
    """

    kind: str
    text: str


def tokens(source: str) -> Iterator[Token]:
    """The tokens of ``source``; anything unknown is an ``op`` of one character. Never fails."""
    for one in lexemes(source):
        yield Token(one.kind, value_of(one) if one.kind == "string" else one.raw)


_BLOCK_OPENERS = frozenset(("function", "do", "if", "repeat"))
_BLOCK_CLOSERS = frozenset(("end", "until"))
_BRACKETS = {"(": 1, "{": 1, "[": 1, ")": -1, "}": -1, "]": -1}


def _is_word(token: Token, words: frozenset[str]) -> bool:
    return token.kind == "name" and token.text in words


def _is_op(found: Sequence[Token], index: int, text: str) -> bool:
    return 0 <= index < len(found) and found[index] == ("op", text)


def entry_points(source: str) -> tuple[str, ...]:
    """Which of :data:`ENTRY_POINTS` the script makes global functions of, outside any function body.

    Knows ``function call(``, ``call = ``, ``_G.call = ``, ``_ENV["call"] = ``, and lists (``call, handle = f,
    g``); a ``local`` of that name hides it.
    """
    defined: set[str] = set()
    hidden: set[str] = set()
    found = tuple(tokens(source))
    for index, depth in _top_level_tokens(found):
        name = found[index].text
        if name not in ENTRY_POINTS:
            continue
        if word := _declared_by(found, index):
            hidden.update([name] if word == "local" and depth == 0 else [])
        elif _defines(found, index) and (
            name not in hidden or _is_op(found, index - 1, ".") or _is_op(found, index - 1, "[")
        ):
            defined.add(name)
    return tuple(name for name in ENTRY_POINTS if name in defined)


def _top_level_tokens(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Index and block depth of the tokens that are not in a function's body nor in brackets; a name after
    ``function`` counts as out.
    """
    blocks: list[str] = []
    functions = brackets = 0
    for index, token in enumerate(found):
        # The keyword "function" has opened its own block by the time its name comes.
        own = blocks[-1:] == ["function"] and _names_function(found, index)
        is_key = brackets == 1 and _is_op(found, index - 1, "[") and token.kind == "string"
        if functions == own and (brackets == 0 or is_key):
            yield index, len(blocks) - own
        if _is_word(token, _BLOCK_OPENERS):
            blocks.append(token.text)
            functions += token.text == "function"
        elif _is_word(token, _BLOCK_CLOSERS) and blocks:
            functions -= blocks.pop() == "function"
        elif token.kind == "op":
            brackets = max(0, brackets + _BRACKETS.get(token.text, 0))


def _names_function(found: Sequence[Token], index: int) -> bool:
    """Whether this is the name in ``function name(`` or ``function _G.name(``."""
    start = index - 2 if _is_op(found, index - 1, ".") else index
    return start > 0 and found[start - 1] == ("name", "function")


def _declared_by(found: Sequence[Token], index: int) -> str:
    """``local`` or ``for`` when the name is declared here (``local a, call``, ``local function call``, ``for
    call in``), else nothing.
    """
    start = index
    while (
        start >= 2
        and index - start < _LONGEST_LIST
        and _is_op(found, start - 1, ",")
        and found[start - 2].kind == "name"
    ):
        start -= 2
    words = [token.text for token in found[max(0, start - 2) : start] if token.kind == "name"]
    if words[-2:] == ["local", "function"]:
        return "local"
    return words[-1] if words[-1:] in (["local"], ["for"]) else ""


def _defines(found: Sequence[Token], index: int) -> bool:
    """Whether the name at ``index`` gets a value here as a global."""
    if _is_op(found, index - 1, "[") and found[index].kind == "string":
        return (
            _is_global_table(found, index - 2)
            and _is_op(found, index + 1, "]")
            and _is_op(found, index + 2, "=")
        )
    if found[index].kind != "name" or _is_op(found, index - 1, ":"):
        return False
    start = index
    if _is_op(found, index - 1, "."):
        if not _is_global_table(found, index - 2):
            return False
        start = index - 2
    if start > 0 and found[start - 1] == ("name", "function"):
        return _is_op(found, index + 1, "(")
    return _is_assigned(found, index)


def _is_global_table(found: Sequence[Token], index: int) -> bool:
    return (
        index >= 0
        and found[index] in (("name", "_G"), ("name", "_ENV"))
        and not _is_op(found, index - 1, ".")
    )


def _is_assigned(found: Sequence[Token], index: int) -> bool:
    """``name =`` or ``name, other =``."""
    at = index + 1
    while (
        _is_op(found, at, ",")
        and at - index < _LONGEST_LIST
        and at + 1 < len(found)
        and found[at + 1].kind == "name"
    ):
        at += 2
    return _is_op(found, at, "=")


def actions(source: str) -> tuple[str, ...]:
    """The action names given to ``goop.route``, in their order: the keys of ``goop.route({...})`` or of a
    table named there.
    """
    return tuple(dict.fromkeys(name for name, _ in routed(tuple(tokens(source)))))


def routed(found: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Name of each action that is given to ``goop.route``, and the index of the token that its handler begins
    with.
    """
    tables: dict[str, int] = {}  # where the table that a name was given last opens
    for index, token in enumerate(found):
        if token.kind != "name":
            continue
        if _is_op(found, index + 1, "=") and _is_op(found, index + 2, "{"):
            tables[token.text] = index + 2
        elif (
            token.text == "route"
            and _is_op(found, index - 1, ".")
            and index >= 2
            and found[index - 2] == ("name", "goop")
        ):
            yield from _entries(found, _route_table(found, index + 1, tables))


def _route_table(found: Sequence[Token], at: int, tables: Mapping[str, int]) -> int:
    """Index of the ``{`` of the table that is handed over at ``at``, or -1."""
    at += 1 if _is_op(found, at, "(") else 0
    if _is_op(found, at, "{"):
        return at
    return tables.get(found[at].text, -1) if at < len(found) and found[at].kind == "name" else -1


def _entries(found: Sequence[Token], opening: int) -> Iterator[tuple[str, int]]:
    """The string keys of the table constructor that opens at ``opening``,
    each with where its value begins.
    """
    depth = 0
    for index in range(opening, len(found)) if opening >= 0 else ():
        token = found[index]
        if depth == 1 and (
            _is_op(found, index - 1, "{") or _is_op(found, index - 1, ",") or _is_op(found, index - 1, ";")
        ):
            if token.kind == "name" and _is_op(found, index + 1, "="):
                yield token.text, index + 2
            elif (
                token == ("op", "[")
                and index + 1 < len(found)
                and found[index + 1].kind == "string"
                and _is_op(found, index + 2, "]")
            ):
                yield found[index + 1].text, index + 4
        depth += _step(token)
        if depth == 0:
            return


def _step(token: Token) -> int:
    """How the nesting of brackets and blocks changes at ``token``."""
    if token.kind == "op":
        return _BRACKETS.get(token.text, 0)
    if _is_word(token, _BLOCK_OPENERS):
        return 1
    return -1 if _is_word(token, _BLOCK_CLOSERS) else 0
