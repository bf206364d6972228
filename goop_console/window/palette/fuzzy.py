"""How well a few typed letters fit a name. Pure: no Qt.

Letters have to come in their order, not side by side. What begins a word, stands together or comes early
counts more, and of two names that fit alike the shorter one comes first::

    rank("ct", "create_task")  # 2 beginnings of words
    rank("ct", "contact")      # less: one beginning
    rank("tc", "create_task")  # None
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

_WORD: Final = 12  # a letter that begins a word
_NEXT: Final = 14  # a letter right after the one before it
_START: Final = 10  # the whole name begins with it
_LONG: Final = 0.05  # for each letter of the name
_BESIDE: Final = 1  # a word that is only in what stands beside the name
T = TypeVar("T")


def rank(typed: str, name: str, beside: str = "") -> float | None:
    """The higher the better; None when it does not fit. Words of ``typed`` are looked for each on its own, in
    ``name`` letter by letter, else as a whole in ``beside``.
    """
    total = 0.0
    for word in typed.casefold().split():
        found = _rank_word(word, name)
        if found is None and word in beside.casefold():
            found = _BESIDE
        if found is None:
            return None
        total += found
    return total - _LONG * len(name)


def best(typed: str, things: Iterable[T], texts: Callable[[T], tuple[str, str]], limit: int) -> list[T]:
    """The ``limit`` things that fit best, best first; in their own order where nothing is typed. ``texts``
    are a thing's name and what stands beside it.
    """
    if not typed.strip():
        return [one for _, one in zip(range(limit), things, strict=False)]
    could = _could_fit(typed)
    ranked = [
        (-score, place, one)
        for place, one in enumerate(things)
        if could(*texts(one)) and (score := rank(typed, *texts(one))) is not None
    ]
    ranked.sort(key=lambda entry: entry[:2])
    return [one for _, _, one in ranked[:limit]]


def _could_fit(typed: str) -> Callable[[str, str], bool]:
    """A quick look that leaves most names out."""
    words = typed.casefold().split()
    patterns = [re.compile(".*".join(map(re.escape, word)), re.DOTALL) for word in words]
    return lambda name, beside: all(
        pattern.search(name.casefold()) or word in beside.casefold()
        for word, pattern in zip(words, patterns, strict=True)
    )


def _rank_word(word: str, name: str) -> float | None:
    """The best of the ways to begin: a later one may be a word's beginning."""
    lower = name.casefold()
    starts = [at for at, letter in enumerate(lower) if letter == word[:1]]
    found = [score for at in starts[:8] if (score := _rank_from(word, name, lower, at)) is not None]
    return max(found, default=None)


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
