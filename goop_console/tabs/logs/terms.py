"""What is typed into the filter: words, phrases, patterns, and the same with a minus.

Example: ``late -dry "two words" /took \\d{4,} ms/`` asks for lines with *late*, with *two words* and where
the pattern fits, but without *dry*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRegularExpression

from goop_console.tabs.logs.entry import ID_LETTERS, LogEntry
from lua_engine import KnownError

_MAX_MATCHED = 4_096  # characters of a message that a pattern is tried on


class SlowPattern(KnownError):
    """A pattern that takes too long on some line."""


@dataclass(frozen=True, slots=True)
class Terms:
    """All in lower case but the patterns, which do not tell small letters from large ones anyway.

    ``problem`` says what is wrong with a pattern; it is left out then.
    """

    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    not_patterns: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.not_words or self.patterns or self.not_patterns)

    @property
    def is_slow(self) -> bool:
        """Patterns take their time: not for the Qt thread when there are many entries."""
        return bool(self.patterns or self.not_patterns)

    def pick(self, entries: list[LogEntry]) -> list[LogEntry]:
        """Those that fit. Raises :class:`SlowPattern`."""
        for word in self.words:
            entries = _with_word(word, entries)
        for word in self.not_words:
            entries = [entry for entry in entries if not entry.has(word)]
        return self.fitting(entries)

    def fitting(self, entries: list[LogEntry]) -> list[LogEntry]:
        """Those that fit the patterns alone. Raises :class:`SlowPattern`."""
        for pattern in self.patterns:
            fits = _matcher(pattern)
            entries = [entry for entry in entries if fits(_text_of(entry))]
        for pattern in self.not_patterns:
            fits = _matcher(pattern)
            entries = [entry for entry in entries if not fits(_text_of(entry))]
        return entries

    def judge(self) -> Callable[[str], bool]:
        """Whether a text fits the patterns alone. Raises :class:`SlowPattern`."""
        wanted = [_matcher(one) for one in self.patterns]
        unwanted = [_matcher(one) for one in self.not_patterns]
        return lambda text: all(fits(text) for fits in wanted) and not any(fits(text) for fits in unwanted)


def _with_word(word: str, entries: list[LogEntry]) -> list[LogEntry]:
    if len(word) < ID_LETTERS:
        return [entry for entry in entries if word in entry.haystack]
    return [entry for entry in entries if word in entry.haystack or word in entry.ids]


def _text_of(entry: LogEntry) -> str:
    record = entry.record
    return record.message or (record.call.action if record.call is not None else "")


def _matcher(pattern: str) -> Callable[[str], bool]:
    expression = _compiled(pattern)

    def fits(text: str) -> bool:
        found = expression.match(text[:_MAX_MATCHED])
        if not found.isValid():  # the matcher gives up by itself after some 50 ms
            raise SlowPattern(f"/{pattern}/ takes too long: say more exactly what repeats")
        return bool(found.hasMatch())

    return fits


def _compiled(pattern: str) -> QRegularExpression:
    made = QRegularExpression(pattern, QRegularExpression.PatternOption.CaseInsensitiveOption)
    made.optimize()
    return made


@lru_cache(maxsize=32)
def terms(text: str) -> Terms:
    """``text`` taken apart. A quote or pattern that is not closed runs to the end."""
    found: dict[str, list[str]] = {"words": [], "not_words": [], "patterns": [], "not_patterns": []}
    problem, rest = "", text.strip()
    while rest:
        is_not = rest.startswith("-") and len(rest) > 1 and not rest[1].isspace()
        kind, word, rest = _next(rest[1:] if is_not else rest)
        flaw = _flaw(word) if kind == "patterns" and word else ""
        problem = problem or flaw
        if word and not flaw:
            found[f"not_{kind}" if is_not else kind].append(word)
    return Terms(
        tuple(found["words"]),
        tuple(found["not_words"]),
        tuple(found["patterns"]),
        tuple(found["not_patterns"]),
        problem,
    )


def _next(text: str) -> tuple[str, str, str]:
    """The kind and the words of the first term, and what comes behind it."""
    if text.startswith('"'):
        word, _, rest = text[1:].partition('"')
        return "words", word.lower(), rest.lstrip()
    if text.startswith("/") and len(text) > 1:
        end = _end_of_pattern(text)
        return "patterns", text[1:end].replace("\\/", "/"), text[end + 1 :].lstrip()
    parts = text.split(None, 1)
    return "words", parts[0].lower(), parts[1] if len(parts) > 1 else ""


def _end_of_pattern(text: str) -> int:
    """Where the slash stands that ends the pattern which begins ``text``; its length when none does."""
    place = text.find("/", 1)
    while place > 0 and text[place - 1] == "\\":
        place = text.find("/", place + 1)
    return place if place > 0 else len(text)


def _flaw(pattern: str) -> str:
    made = QRegularExpression(pattern)
    if made.isValid():
        return ""
    return f"/{pattern}/ is no pattern: {made.errorString()} at character {made.patternErrorOffset()}"
