"""What a script defines, found in its text without running it.

Good enough to show and to choose scripts by, never to decide what a visitor may do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lua_engine.scripts.lexer import lexemes, value_of
from lua_engine.scripts.syntax import Node, Syntax, children, syntax_of

ENTRY_POINTS = ("call", "handle", "on_group_close")
_GIVES_NAMES = frozenset(("function_declaration", "variable_declaration", "assignment_statement"))
_HOLDS_STATEMENTS = frozenset(
    (
        *("chunk", "block", "do_statement", "if_statement", "elseif_statement", "else_statement"),
        *("while_statement", "for_statement", "repeat_statement", "ERROR"),
    )
)


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
    syntax = syntax_of(source)
    defined: set[str] = set()
    hidden: set[str] = set()
    for node, depth in _statements(syntax.root):
        names = [one for target in _targets(node) if (one := _global_name(syntax, target))]
        if _is_local(node):
            hidden.update(name for name, _ in names if depth == 0)
        else:
            defined.update(name for name, is_plain in names if not is_plain or name not in hidden)
    return tuple(name for name in ENTRY_POINTS if name in defined)


def _statements(root: Node) -> Iterator[tuple[Node, int]]:
    """What may give a name its value, outside functions, in order; with how many blocks are around it."""
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if node.type in _GIVES_NAMES:
            yield node, depth
        elif node.type in _HOLDS_STATEMENTS:
            deeper = depth + (node.type != "ERROR" and node.parent is not None)
            waiting.extend((one, deeper) for one in reversed(node.named_children))


def _is_local(node: Node) -> bool:
    return node.type == "variable_declaration" or bool(node.children and node.children[0].type == "local")


def _targets(node: Node) -> list[Node]:
    """The names that a statement gives a value."""
    if node.type == "function_declaration":
        return children(node, "name")
    found = next((one for one in node.named_children if one.type == "assignment_statement"), node)
    names = next((one for one in found.named_children if one.type == "variable_list"), None)
    return children(names, "name") if names is not None else []


def _global_name(syntax: Syntax, target: Node) -> tuple[str, bool] | None:
    """``call``, and that it stands alone; ``_G.call`` and ``_ENV["call"]`` are the same without that."""
    if target.type == "identifier":
        return syntax.text(target), True
    table, name = target.child_by_field_name("table"), target.child_by_field_name("field")
    if table is None or name is None or syntax.text(table) not in ("_G", "_ENV"):
        return None
    content = name.child_by_field_name("content") if name.type == "string" else name
    return (syntax.text(content), False) if content is not None else None


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
