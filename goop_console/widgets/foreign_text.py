"""Text that somebody else wrote (names, cells, log lines, messages of scripts), made fit to be shown.

Two dangers, one place. Control characters and direction marks would act instead of being seen: a
right-to-left override turns the rest of a line around, so each is shown as a mark. And Qt lays out a line as
a whole: 200 KB without a line break hold the window for seconds, so what is laid out is cut, and says so.

Example: ``shown_line("a\\u202eb\\nc")`` is ``a⟨RLO⟩b⏎c``.
"""

from __future__ import annotations

import re

MAX_LINE = 500  # characters of one cell, label or button
MAX_TIP = 2_000  # characters of a tool tip
MAX_LINES = 40  # lines of a label or a tool tip
MAX_WORD = 80  # letters without a break in a tool tip; Qt breaks it at blanks only

# C0 and C1 controls, lone surrogates, and the characters of Unicode that turn or hide text.
_INVISIBLE = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f"
)
_MARKED = re.compile(f"[{_INVISIBLE}]")
_MARKED_IN_LINE = re.compile(f"\r\n|[\t\r\n{_INVISIBLE}]")
_JOINERS = re.compile("[\u200d\ufe0f]")  # parts of an emoji
_LETTERS = {
    0x200E: "LRM", 0x200F: "RLM", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0x200B: "ZWSP", 0xFEFF: "BOM",
}  # fmt: skip
_NAMES = {"\n": "⏎", "\r\n": "⏎", "\r": "␍", "\t": "⇥", "\x7f": "␡"}


def mark(found: str) -> str:
    """What is shown for one such character: ``␛`` for ESC, ``⟨RLO⟩`` for the right-to-left override."""
    if found in _NAMES:
        return _NAMES[found]
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else f"⟨{_LETTERS.get(code) or f'U+{code:04X}'}⟩"


def _mark(found: re.Match[str]) -> str:
    text = found[0]
    is_joiner = _JOINERS.fullmatch(text) is not None and found.start() > 0
    return text if is_joiner and found.string[found.start() - 1] > "\u203b" else mark(text)


def marked(text: str) -> str:
    """``text`` as it is, with line ends of one kind and a mark for each character that would act."""
    return _MARKED.sub(_mark, text.replace("\r\n", "\n").replace("\r", "␍\n"))


def shown_line(text: str, limit: int = MAX_LINE) -> str:
    """``text`` on one line of at most about ``limit`` characters; what is left out at its end is counted."""
    cut = _MARKED_IN_LINE.sub(_mark, text[:limit])
    return f"{cut}… ({len(text) - limit:,} more)" if len(text) > limit else cut


def shown_lines(text: str, limit: int = MAX_TIP, lines: int = MAX_LINES) -> str:
    """``text`` with its line breaks, at most about ``limit`` characters and ``lines`` lines."""
    start = text[:limit]
    kept = "\n".join(start.split("\n", lines)[:lines])
    cut = _MARKED.sub(_mark, kept.replace("\r\n", "\n").replace("\r", "␍"))
    left = len(text) - len(kept)
    return f"{cut}\n… ({left:,} more characters)" if left else cut


def shown_tip(text: str) -> str:
    """``text`` for a tool tip: as ``shown_lines``, long words broken, never read as HTML by Qt."""
    plain = "\n".join(_broken(line) for line in shown_lines(text).split("\n"))
    if "<" not in plain and "&lt;" not in plain:
        return plain
    from html import escape  # here: it reads all names of characters

    return f'<p style="white-space: pre-wrap">{escape(plain)}</p>'


def _broken(line: str) -> str:
    return line if len(line) <= MAX_WORD else "\n".join(_pieces(line))


def _pieces(line: str) -> list[str]:
    """``line`` in pieces of at most ``MAX_WORD`` characters, broken at a blank where there is one."""
    pieces = []
    while len(line) > MAX_WORD:
        at = line.rfind(" ", 1, MAX_WORD) + 1 or MAX_WORD
        pieces.append(line[:at])
        line = line[at:]
    return [*pieces, line]
