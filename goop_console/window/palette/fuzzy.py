"""How well a few typed letters fit a name. Pure: no Qt.

Letters have to come in their order, not side by side. What begins a word, stands together or comes early
counts more, and of two names that fit alike the shorter one comes first::

    rank("ct", "create_task")  # 2 beginnings of words
    rank("ct", "contact")      # less: one beginning
    rank("tc", "create_task")  # None
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import Final, NamedTuple

_WORD: Final = 12  # a letter that begins a word
_NEXT: Final = 14  # a letter right after the one before it
_START: Final = 10  # the whole name begins with it
_LONG: Final = 0.05  # for each letter of the name
_MOST_STARTS: Final = 4
_BESIDE: Final = 1  # a word that is only in what stands beside the name


class Name(NamedTuple):
    """A name, made ready once for many questions. ``beside`` is what stands beside it."""

    text: str
    lower: str
    beside: str

    @classmethod
    def of(cls, text: str, beside: str = "") -> Name:
        return cls(text, text.casefold(), beside.casefold())


def rank(typed: str, name: Name) -> float | None:
    """The higher the better; None when it does not fit. Words of ``typed`` are looked for each on its own, in
    the name letter by letter, else as a whole in what stands beside it.
    """
    total = 0.0
    for word in typed.casefold().split():
        found = _rank_word(word, name)
        if found is None and word in name.beside:
            found = _BESIDE
        if found is None:
            return None
        total += found
    return total - _LONG * len(name.text)


def best(typed: str, names: Sequence[Name], limit: int) -> list[int]:
    """The places of the ``limit`` names that fit best, best first; the first ones where nothing is typed."""
    if not typed.strip():
        return list(range(min(limit, len(names))))
    ranked = [(-score, place) for place, name in enumerate(names) if (score := rank(typed, name)) is not None]
    return [place for _, place in nsmallest(limit, ranked)]


def _rank_word(word: str, name: Name) -> float | None:
    """The best of the ways to begin: a later one may be a word's beginning."""
    if not _has_letters(word, name.lower):
        return None
    best_score: float | None = None
    at = name.lower.find(word[0])
    for _ in range(_MOST_STARTS):
        score = _rank_from(word, name.text, name.lower, at)
        if score is None:
            break  # no later start fits either
        best_score = score if best_score is None else max(best_score, score)
        at = name.lower.find(word[0], at + 1)
        if at < 0:
            break
    return best_score


def _has_letters(word: str, lower: str) -> bool:
    """All of them, in their order."""
    at = 0
    for letter in word:
        at = lower.find(letter, at) + 1
        if not at:
            return False
    return True


def _rank_from(word: str, name: str, lower: str, start: int) -> float | None:
    score, last, at = 0.0, -2, start
    for letter in word:
        at = _place(letter, name, lower, at)
        if at < 0:
            return None
        score += 1 + (_WORD if _begins_word(name, at) else 0) + (_NEXT if at == last + 1 else 0)
        last, at = at, at + 1
    return score + (_START if start == 0 else 0)


def _place(letter: str, name: str, lower: str, at: int) -> int:
    """Where ``letter`` is, from ``at`` on: right there, else at a word's beginning, else anywhere."""
    first = lower.find(letter, at)
    if first in (-1, at):
        return first
    later = first
    while later >= 0:
        if _begins_word(name, later):
            return later
        later = lower.find(letter, later + 1)
    return first


def _begins_word(name: str, at: int) -> bool:
    """Example: the t of ``create_task`` and the T of ``createTask``."""
    if at == 0 or not name[at - 1].isalnum():
        return True
    return name[at].isupper() and not name[at - 1].isupper()
