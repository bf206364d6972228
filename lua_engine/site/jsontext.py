"""JSON text that survives a load and a save in meaning:
key order, numbers as they were written, indentation.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

from lua_engine.base.strict_json import parse_json

_INDENT = re.compile(r"[\[{]\r?\n([ \t]+)\S")
_LONGEST_INT = 18  # digits that any 64-bit reader holds; longer ones stay text


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """A number that Python would write differently (``1.50``, ``1e400``, ``-0``), kept as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How a JSON text was laid out: ``indent`` is None for one line."""

    indent: str | None = "  "
    newline: str = "\n"
    ends_with_newline: bool = True


def parse(text: str) -> Any:
    """The tree of ``text``, strictly read. Raises :class:`JsonProblem`."""
    return parse_json(text, as_integer=_integer, as_real=_real)


def layout_of(text: str) -> Layout:
    """The layout of ``text``, so that a save looks like the file did."""
    found = _INDENT.search(text)
    return Layout(found.group(1) if found else None, "\r\n" if "\r\n" in text else "\n", text.endswith("\n"))


def render(tree: Any, layout: Layout) -> str:
    """``tree`` as JSON text in ``layout``."""
    pieces: list[str] = []
    _write(tree, layout, "", pieces)
    return "".join(pieces) + (layout.newline if layout.ends_with_newline else "")


def plain(tree: Any) -> Any:
    """``tree`` with every number literal as a Python number."""
    if isinstance(tree, NumberLiteral):
        # A literal without a dot or an exponent is an integer, however long.
        return float(tree.text) if set(tree.text) & set(".eE") or len(tree.text) > 4_000 else int(tree.text)
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    return tree


def quote(text: str) -> str:
    """``text`` as a JSON string: readable UTF-8, escapes only where half of a surrogate pair could not be
    encoded.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(text)
    return encode_basestring(text)


def _integer(text: str) -> Any:
    return int(text) if len(text) <= _LONGEST_INT and text != "-0" else NumberLiteral(text)


def _real(text: str) -> Any:
    value = float(text)
    return value if repr(value) == text else NumberLiteral(text)


def _write(tree: Any, layout: Layout, margin: str, pieces: list[str]) -> None:
    if isinstance(tree, dict):
        items = [(f"{quote(key)}: ", value) for key, value in tree.items()]
        _write_items("{", items, "}", layout, margin, pieces)
    elif isinstance(tree, (list, tuple)):
        _write_items("[", [("", value) for value in tree], "]", layout, margin, pieces)
    elif isinstance(tree, NumberLiteral):
        pieces.append(tree.text)
    elif isinstance(tree, str):
        pieces.append(quote(tree))
    else:
        pieces.append(json.dumps(tree, allow_nan=False))


def _write_items(
    opening: str, items: list[tuple[str, Any]], closing: str, layout: Layout, margin: str, pieces: list[str]
) -> None:
    pieces.append(opening)
    inner = margin + (layout.indent or "")
    for index, (prefix, value) in enumerate(items):
        if layout.indent is not None:
            pieces.append(("," if index else "") + layout.newline + inner)
        elif index:
            pieces.append(", ")
        pieces.append(prefix)
        _write(value, layout, inner, pieces)
    if items and layout.indent is not None:
        pieces.append(layout.newline + margin)
    pieces.append(closing)
