"""What each word of a Lua text is, for its colour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, Literal

from lua_engine.scripts.syntax import Node
from lua_engine.scripts.tree_walk import Leaf, children_from

ColorKind = Literal[
    "keyword", "builtin", "goop", "function", "number", "string", "escape", "comment", "doc", "annotation"
]
KEYWORDS: Final = frozenset(
    [
        "and",
        "break",
        "do",
        "else",
        "elseif",
        "end",
        "false",
        "for",
        "function",
        "goto",
        "if",
        "in",
        "local",
        "nil",
        "not",
        "or",
        "repeat",
        "return",
        "then",
        "true",
        "until",
        "while",
    ]
)
_BUILTINS: Final = frozenset(
    [
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
        "bit32",
        "coroutine",
        "math",
        "os",
        "string",
        "table",
    ]
)
_MOST_ESCAPES: Final = 1_000  # in one string, of a page
_DEEPEST: Final = 20  # dots in a row that are looked at
_INDEXES: Final = frozenset(("dot_index_expression", "method_index_expression"))
_DOC: Final = re.compile(r"---(?!-)[ \t]*(@[A-Za-z_]+)?")
Text = Callable[[Node], str]


def colored(
    found: Leaf, text: Text, within: tuple[int, int], *, is_masked: bool, is_first: bool
) -> Iterator[tuple[ColorKind, int, int]]:
    """Kind, first and last byte of the parts of a leaf of the tree that have a colour. ``is_masked``: a
    string that does not end yet; ``is_first``: no other leaf stands before it in its line; ``within``: the
    bytes that matter.
    """
    leaf = found.node
    kind = leaf.type
    if kind == "string" or is_masked:
        yield from _string(leaf, *within)
    elif kind == "comment":
        yield from _comment(leaf, text(leaf), is_first=is_first)
    elif kind == "hash_bang_line":
        yield "comment", leaf.start_byte, leaf.end_byte
    elif kind == "number":
        yield "number", leaf.start_byte, leaf.end_byte
    elif kind in KEYWORDS or kind == "break_statement":
        yield "keyword", leaf.start_byte, leaf.end_byte
    elif kind == "identifier":
        of_name = _name(found, text)
        if of_name is not None:
            yield of_name, leaf.start_byte, leaf.end_byte
    elif kind == "." and _is_of_goop(found.parent, text):
        yield "goop", leaf.start_byte, leaf.end_byte


def _string(leaf: Node, start: int, end: int) -> Iterator[tuple[ColorKind, int, int]]:
    """The string, with its escapes over it."""
    yield "string", leaf.start_byte, leaf.end_byte
    content = leaf.child_by_field_name("content")
    for one in islice(children_from(content, start), _MOST_ESCAPES) if content is not None else ():
        if one.start_byte >= end:
            return
        if one.type == "escape_sequence":
            yield "escape", one.start_byte, one.end_byte


def _comment(leaf: Node, text: str, *, is_first: bool) -> Iterator[tuple[ColorKind, int, int]]:
    found = _DOC.match(text)
    if found is None or not is_first:
        yield "comment", leaf.start_byte, leaf.end_byte
        return
    yield "doc", leaf.start_byte, leaf.end_byte
    if found[1]:
        width = leaf.children[0].end_byte - leaf.children[0].start_byte >> 1  # bytes of one "-"
        yield "annotation", leaf.start_byte + width * found.start(1), leaf.start_byte + width * found.end(1)


def _name(found: Leaf, text: Text) -> ColorKind | None:
    leaf, parent = found.node, found.parent
    name = text(leaf)
    if name in KEYWORDS:  # where nothing fits, the parser takes a word of Lua for a name
        return "keyword"
    if parent is None:
        return None
    if parent.type in _INDEXES:
        if _is_of_goop(parent, text):
            return "goop"
        if parent.child_by_field_name("table") != leaf:
            return "function" if _is_called(parent, found.above[:-1][-_DEEPEST:]) else None
    elif name == "goop":
        return "goop"
    if parent.type == "field" and parent.child_by_field_name("name") == leaf and parent.children[0] == leaf:
        return "function" if _is_function(parent.child_by_field_name("value")) else None
    if name in _BUILTINS:
        return "builtin"
    return "function" if _is_called(leaf, found.above[-_DEEPEST:]) else None


def _is_called(node: Node, above: Sequence[Node]) -> bool:
    """``node(...)``, or ``function node(...)``; ``above``: what it is in, the nearest last."""
    rest = list(above)
    while len(rest) > 1 and rest[-1].type in _INDEXES:
        parent = rest.pop()
        if rest[-1].type not in ("function_call", "function_declaration", *_INDEXES):
            return False
        if parent.child_by_field_name("table") == node:
            return False
        node = parent
    if not rest or rest[-1].type not in ("function_call", "function_declaration"):
        return False
    return rest[-1].child_by_field_name("name") == node


def _is_function(value: Node | None) -> bool:
    return value is not None and value.type == "function_definition"


def _is_of_goop(node: Node | None, text: Text) -> bool:
    """A part of ``goop.kv.set``: the root of the chain is the name ``goop``."""
    for _ in range(_DEEPEST):
        if node is None or node.type not in _INDEXES:
            break
        node = node.child_by_field_name("table")
    return node is not None and node.type == "identifier" and text(node) == "goop"
