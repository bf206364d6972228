"""What a script says about itself in its first lines (contract section 5)::

--- A weather lookup command
--- @rate_limit 10
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_RATE_DIGITS = 9

# A two-dash or misplaced annotation looks like one but is none: worth a word, since nothing else would tell.
_LOOKS_LIKE_RATE_LIMIT = re.compile(r"\s*--+\s*@rate_limit\b")

# Tags of EmmyLua, which editors read for completion: no mistakes of ours.
_EDITOR_TAGS = frozenset(
    (
        *(
            "alias",
            "async",
            "cast",
            "class",
            "deprecated",
            "diagnostic",
            "enum",
            "field",
            "generic",
            "meta",
            "module",
            "nodiscard",
        ),
        *(
            "operator",
            "overload",
            "package",
            "param",
            "private",
            "protected",
            "return",
            "see",
            "source",
            "type",
            "vararg",
            "version",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something about one line of a script; ``line`` counts from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Annotations:
    """``rate_limit`` None: the configured default applies; 0: unlimited."""

    description: str = ""
    rate_limit: int | None = None
    warnings: tuple[Note, ...] = field(default=())


def parse_annotations(source: str) -> Annotations:
    """The annotations of ``source``: its leading block of ``---`` lines, blank lines allowed between.

    The first line that is not ``@...`` is the description. A ``#!`` line before the block is passed over.
    """
    description, rate_limit = "", None
    warnings: list[Note] = []
    end = 0
    for number, text in _leading_block(source):
        end = number
        if not text.startswith("@"):
            description = description or text
            continue
        limit, complaint = _annotation(text)
        rate_limit = rate_limit if limit is None else limit
        if complaint:
            warnings.append(Note(number, complaint))
    warnings.extend(_stray(source, end))
    return Annotations(description, rate_limit, tuple(warnings))


def _leading_block(source: str) -> Iterator[tuple[int, str]]:
    """Line number and text (without ``---``) of each line in the leading block."""
    for number, line in enumerate(source.split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith("---"):
            yield number, stripped[3:].strip()
        elif stripped and not (number == 1 and line.startswith("#")):
            return


def _annotation(text: str) -> tuple[int | None, str]:
    """The rate limit in ``@...``, if it is one, and what is wrong with it."""
    name, *values = text[1:].split() or [""]
    if name == "rate_limit":
        value = values[0] if values else ""
        if value.isascii() and value.isdigit() and len(value) <= MAX_RATE_DIGITS:
            return int(value), ""
        return (
            None,
            f"@rate_limit needs a whole number of calls a minute (0: unlimited), got {value[:40]!r}; "
            "the default applies",
        )
    if name in _EDITOR_TAGS:
        return None, ""
    return None, f"unknown annotation @{name[:40]}; there is only @rate_limit"


def _stray(source: str, end: int) -> Iterator[Note]:
    """Lines after the leading block that look like a rate limit."""
    for number, line in enumerate(source.split("\n"), 1):
        if number <= end and line.strip().startswith("---"):
            continue
        if _LOOKS_LIKE_RATE_LIMIT.match(line):
            dashes = line.strip().startswith("---")
            why = (
                "is after the leading block of '---' lines"
                if dashes
                else "has two dashes, an annotation has three"
            )
            yield Note(
                number,
                f"this @rate_limit {why}, so it is ignored; write '--- @rate_limit N' at the top of the file",
            )
