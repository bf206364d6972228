"""Texts that the editor cannot show whole within a moment: only their beginning is shown, for reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from goop_console.widgets.code_editor.long_lines import (
    MAX_LINE,
    MAX_ODD,
    MAX_VIEW,
    VIEW_LINES,
    heavy_view,
    heavy_words,
    is_too_long,
    weight,
)

MAX_TEXT: Final = 256 * 1024  # characters; a script that is to run has half of that at the most
MAX_LINES: Final = 30_000
_LIGHT: Final = MAX_VIEW // VIEW_LINES  # what a line may weigh, whatever those around it do
_SHOWN_OF_LINE: Final = (1_000, 120)  # characters; the second of a line with many odd ones


@dataclass(frozen=True, slots=True)
class CutText:
    """The beginning of a text, and in words why it is no more."""

    text: str
    reason: str


def cut_text(text: str) -> CutText | None:
    """None when the editor can have all of ``text``, whose lines end with ``\\n``."""
    lines = text[:MAX_TEXT].split("\n")
    long = next((number for number, line in enumerate(lines, 1) if is_too_long(line)), 0)
    heavy = heavy_view(lines)
    if len(text) <= MAX_TEXT and len(lines) <= MAX_LINES and not long and not heavy:
        return None
    most = _LIGHT if heavy else MAX_LINE
    shown = "\n".join(_begun(line, most) for line in lines[:MAX_LINES])
    if long:
        limit = f"{MAX_LINE:,}" if len(lines[long - 1]) > MAX_LINE else f"{MAX_ODD:,} odd"
        return CutText(shown, f"line {long} has more than {limit} characters")
    if heavy:
        return CutText(shown, heavy_words(heavy, len(lines)))
    if len(lines) > MAX_LINES:
        return CutText(shown, f"it has more than {MAX_LINES:,} lines")
    return CutText(shown, f"it has {len(text):,} characters, and {MAX_TEXT:,} can be shown")


def _begun(line: str, most: int) -> str:
    if weight(line) <= most:
        return line
    plain, odd = _SHOWN_OF_LINE
    return f"{line[: plain if weight(line[:plain]) <= _LIGHT else odd]}…"
