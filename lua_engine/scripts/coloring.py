"""What each word of a Lua text is, for its colour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, Literal

from lua_engine.scripts.syntax import Node

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
_INDEXES: Final = frozenset(("dot_index_expression", "method_index_expression"))
_DOC: Final = re.compile(r"---(?!-)[ \t]*(@[A-Za-z_]+)?")
Text = Callable[[Node], str]


def colored(leaf: Node, text: Text, *, is_masked: bool) -> Iterator[tuple[ColorKind, int, int]]:
    """Kind, first and last byte of the parts of a leaf of the tree that have a colour. ``is_masked``: a
    string that does not end yet.
    """
    kind = leaf.type
    if kind == "string" or is_masked:
        yield from _string(leaf)
    elif kind == "comment":
        yield from _comment(leaf, text(leaf))
    elif kind == "hash_bang_line":
        yield "comment", leaf.start_byte, leaf.end_byte
    elif kind == "number":
        yield "number", leaf.start_byte, leaf.end_byte
    elif kind in KEYWORDS or kind == "break_statement":
        yield "keyword", leaf.start_byte, leaf.end_byte
    elif kind == "identifier":
        found = _name(leaf, text)
        if found is not None:
            yield found, leaf.start_byte, leaf.end_byte
    elif kind == "." and _is_of_goop(leaf.parent, text):
        yield "goop", leaf.start_byte, leaf.end_byte


def _string(leaf: Node) -> Iterator[tuple[ColorKind, int, int]]:
    """The string, with its escapes over it."""
    yield "string", leaf.start_byte, leaf.end_byte
    content = leaf.child_by_field_name("content")
    for one in content.children if content is not None else ():
        if one.type == "escape_sequence":
            yield "escape", one.start_byte, one.end_byte


def _comment(leaf: Node, text: str) -> Iterator[tuple[ColorKind, int, int]]:
    found = _DOC.match(text)
    if found is None or not _is_first_of_its_line(leaf):
        yield "comment", leaf.start_byte, leaf.end_byte
        return
    yield "doc", leaf.start_byte, leaf.end_byte
    if found[1]:
        width = leaf.children[0].end_byte - leaf.children[0].start_byte >> 1  # bytes of one "-"
        yield "annotation", leaf.start_byte + width * found.start(1), leaf.start_byte + width * found.end(1)


def _is_first_of_its_line(leaf: Node) -> bool:
    before = leaf.prev_sibling
    return before is None or before.end_point[0] < leaf.start_point[0]


def _name(leaf: Node, text: Text) -> ColorKind | None:
    name, parent = text(leaf), leaf.parent
    if name in KEYWORDS:  # where nothing fits, the parser takes a word of Lua for a name
        return "keyword"
    if parent is None:
        return None
    if parent.type in _INDEXES:
        if _is_of_goop(parent, text):
            return "goop"
        if parent.child_by_field_name("table") != leaf:
            return "function" if _is_called(parent) else None
    elif name == "goop":
        return "goop"
    if parent.type == "field" and parent.child_by_field_name("name") == leaf and parent.children[0] == leaf:
        return "function" if _is_function(parent.child_by_field_name("value")) else None
    if name in _BUILTINS:
        return "builtin"
    return "function" if _is_called(leaf) else None


def _is_called(node: Node) -> bool:
    """``node(...)``, or ``function node(...)``."""
    parent = node.parent
    while parent is not None and parent.type in _INDEXES and parent.parent is not None:
        if parent.parent.type not in ("function_call", "function_declaration", *_INDEXES):
            return False
        if parent.child_by_field_name("table") == node:
            return False
        node, parent = parent, parent.parent
    if parent is None or parent.type not in ("function_call", "function_declaration"):
        return False
    return parent.child_by_field_name("name") == node


def _is_function(value: Node | None) -> bool:
    return value is not None and value.type == "function_definition"


def _is_of_goop(node: Node | None, text: Text) -> bool:
    """A part of ``goop.kv.set``: the root of the chain is the name ``goop``."""
    while node is not None and node.type in _INDEXES:
        node = node.child_by_field_name("table")
    return node is not None and node.type == "identifier" and text(node) == "goop"
