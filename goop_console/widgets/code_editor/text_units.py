"""Qt counts UTF-16 units in a text, Python counts characters: an emoji is two of the first and one of the
second.
"""

from __future__ import annotations

_ASTRAL = "\U00010000"


def has_surrogates(text: str) -> bool:
    """Whether the two counts differ in ``text``."""
    return not text.isascii() and bool(text) and max(text) >= _ASTRAL


def to_utf16(text: str, index: int) -> int:
    """The UTF-16 offset of ``text[index]``."""
    return index + sum(1 for char in text[:index] if char >= _ASTRAL)


def from_utf16(text: str, offset: int) -> int:
    """The index of the character at the UTF-16 ``offset``."""
    units = 0
    for index, char in enumerate(text):
        if units >= offset:
            return index
        units += 2 if char >= _ASTRAL else 1
    return len(text)
