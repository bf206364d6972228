"""The bracket that belongs to the one at the cursor; brackets in strings and comments do not count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtGui import QTextBlock, QTextDocument

from goop_console.widgets.code_editor.lua_lexer import lex_line
from goop_console.widgets.code_editor.text_units import from_utf16, has_surrogates, to_utf16

_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_BACK: Final = {closing: opening for opening, closing in _PAIRS.items()}
_FARTHEST: Final = 3_000  # lines looked at


def _brackets(block: QTextBlock, kinds: tuple[str, str]) -> list[tuple[str, int]]:
    """Brackets of ``kinds`` in ``block`` with their positions in the document."""
    text = block.text()
    if kinds[0] not in text and kinds[1] not in text:
        return []
    tokens, _ = lex_line(text, max(0, block.previous().userState()))
    is_wide = has_surrogates(text)
    base = block.position()
    return [
        (text[start], base + (to_utf16(text, start) if is_wide else start))
        for kind, start, end in tokens
        if kind == "operator" and end - start == 1 and text[start] in kinds
    ]


def _bracket_at(document: QTextDocument, position: int) -> tuple[str, int] | None:
    """A bracket just before or just after ``position``; the one before wins."""
    block = document.findBlock(position)
    text = block.text()
    index = (
        from_utf16(text, position - block.position()) if has_surrogates(text) else position - block.position()
    )
    for near in (index - 1, index):
        if 0 <= near < len(text) and (text[near] in _PAIRS or text[near] in _BACK):
            where = block.position() + to_utf16(text, near)
            kinds = _kinds(text[near])
            if (text[near], where) in _brackets(block, kinds):
                return text[near], where
    return None


def _kinds(char: str) -> tuple[str, str]:
    opening = char if char in _PAIRS else _BACK[char]
    return opening, _PAIRS[opening]


def _walk(block: QTextBlock, kinds: tuple[str, str], *, forward: bool) -> Iterator[tuple[str, int]]:
    for _ in range(_FARTHEST):
        if not block.isValid():
            return
        found = _brackets(block, kinds)
        yield from found if forward else reversed(found)
        block = block.next() if forward else block.previous()


def matching_brackets(document: QTextDocument, position: int) -> tuple[int, int | None] | None:
    """Positions of the bracket at the cursor and of its partner (None: it has none); None without a bracket
    there.
    """
    here = _bracket_at(document, position)
    if here is None:
        return None
    char, where = here
    forward = char in _PAIRS
    depth = 0
    for found, at in _walk(document.findBlock(where), _kinds(char), forward=forward):
        if (at < where) if forward else (at > where):
            continue
        depth += 1 if found == char else -1
        if depth == 0:
            return where, at
    return where, None
