"""How Lua text is indented, as pure functions over lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

DEFAULT_UNIT: Final = "  "
_LOOKED_AT: Final = 1_000  # lines that tell how a text is indented
_INDENT: Final = re.compile(r"[ \t]*")
_OPENERS: Final = frozenset(("do", "then", "repeat", "function", "{", "(", "["))
_CLOSERS: Final = frozenset(("end", "until", "}", ")", "]"))
_CLOSING_LINE: Final = re.compile(r"[ \t]*(?:end|else|elseif|until|\}|\)|\])$")
_STARTS_CLOSED: Final = re.compile(r"[ \t]*(?:(?:end|else|elseif|until)(?![A-Za-z0-9_])|[\])}])")


def indent_of(line: str) -> str:
    """The white space ``line`` begins with."""
    found = _INDENT.match(line)
    return found[0] if found else ""


def detect_unit(text: str) -> str:
    """One level of indentation as the text has it: a tab, two or four spaces."""
    steps: Counter[str] = Counter()
    before = ""
    for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT]:
        if not line.strip():
            continue
        indent = indent_of(line)
        if indent.startswith("\t"):
            steps["\t"] += 1
        elif (width := abs(len(indent) - len(before))) in (2, 4):
            steps[" " * width] += 1
        before = indent
    return steps.most_common(1)[0][0] if steps else DEFAULT_UNIT


def opens_block(words: Sequence[str]) -> bool:
    """Whether the line after one with these keywords and signs sits one level deeper."""
    depth = 0
    for word in words:
        if word == "else":
            depth = max(1, depth)
        elif word == "elseif":  # its own "then" opens again
            depth = max(0, depth - 1)
        elif word in _OPENERS:
            depth += 1
        elif word in _CLOSERS:
            depth = max(0, depth - 1)
    return depth > 0


def indent_after(line: str, words: Sequence[str], unit: str) -> str:
    """The indentation of a new line below ``line``, which has the keywords and signs ``words``."""
    return indent_of(line) + unit if opens_block(words) else indent_of(line)


def one_less(indent: str, unit: str) -> str:
    """``indent`` without its last level."""
    if indent.endswith(unit):
        return indent[: -len(unit)]
    return indent[:-1] if indent.endswith("\t") else indent[: max(0, len(indent) - len(unit))]


def closing_indent(line: str, above: str, words: Sequence[str], unit: str) -> str | None:
    """Where ``line`` belongs when it was just completed to ``end``, ``else``, ``}``...; None leaves it.

    ``above`` is the nearest line over it that is not blank, ``words`` are its keywords and signs. A line that
    was indented by hand to another depth stays.
    """
    if not _CLOSING_LINE.match(line) or indent_of(line) != indent_after(above, words, unit):
        return None
    return indent_of(above) if opens_block(words) else one_less(indent_of(above), unit)


def starts_closed(line: str) -> bool:
    """Whether ``line`` begins by closing a block."""
    return _STARTS_CLOSED.match(line) is not None


def indented(lines: Sequence[str], unit: str) -> list[str]:
    """One level deeper; blank lines stay as they are."""
    return [unit + line if line.strip() else line for line in lines]


def dedented(lines: Sequence[str], unit: str) -> list[str]:
    """One level back, as far as there is indentation."""
    return [_dedented(line, unit) for line in lines]


def _dedented(line: str, unit: str) -> str:
    if line.startswith((unit, "\t")):
        return line[len(unit) if line.startswith(unit) else 1 :]
    width = len(indent_of(line)) if unit == "\t" else len(unit)
    return line[min(width, len(line) - len(line.lstrip(" "))) :]


def comment_toggled(lines: Sequence[str]) -> list[str]:
    """``-- `` in front of every line that is not blank; taken away when all of them have it."""
    filled = [line for line in lines if line.strip()]
    if not filled:
        return list(lines)
    if all(line.lstrip(" \t").startswith("--") for line in filled):
        return [re.sub(r"^([ \t]*)-- ?", r"\1", line) for line in lines]
    column = min(len(indent_of(line)) for line in filled)
    return [f"{line[:column]}-- {line[column:]}" if line.strip() else line for line in lines]
