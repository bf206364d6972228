"""What is shown of one file of a plan: its lines side by side, or why not. Pure: no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from goop_console.tabs.templates.entries import size_words
from goop_console.widgets.side_by_side import MAX_LINES, Row, compare
from lua_engine import FileChange

MAX_BYTES = 400_000  # of one side


@dataclass(frozen=True, slots=True)
class Comparison:
    """``reason`` says, instead of ``rows``, why there are none."""

    path: str
    rows: tuple[Row, ...] = ()
    reason: str = ""


def compare_file(change: FileChange) -> Comparison:
    """Slow for long files: not for the Qt thread."""
    sides = [side for side in (change.before, change.after) if side is not None]
    sizes = f"Now: {_size(change.before)}. Afterwards: {_size(change.after)}."
    if any(len(side) > MAX_BYTES for side in sides):
        return Comparison(change.path, reason=f"This file is too large to be compared here. {sizes}")
    try:
        before, after = (None if side is None else _text(side) for side in (change.before, change.after))
    except ValueError:
        return Comparison(change.path, reason=f"This is not text, so there are no lines to compare. {sizes}")
    if any(text is not None and text.count("\n") > MAX_LINES for text in (before, after)):
        return Comparison(change.path, reason=f"This file has too many lines to be compared here. {sizes}")
    return Comparison(change.path, compare(before or "", after or ""))


def _text(data: bytes) -> str:
    """Raises ValueError for what is no text."""
    if b"\0" in data:
        raise ValueError("a NUL byte")
    return data.decode("utf-8")


def _size(side: bytes | None) -> str:
    return "no file" if side is None else size_words(len(side))
