"""What of the log is asked for, as SQL.

A word is looked for in messages and actions, which have an index of three letters each, and in the names of
scripts and callers, which are few and stand in a table of their own. An index answers newest first at once,
an OR of two indexes does not. So each way to have all words becomes a query of its own (:class:`Branch`), and
their answers are merged::

    words ("anna", "late"), Anna is a caller, no name has "late"
    ->  texts MATCH '"late" "anna"'
        texts MATCH '"late"' AND caller_id IN ('12D3...')
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

_INDEXED: Final = 3  # letters: shorter words are looked for in every message
_MAX_CHOICES: Final = 3  # words that may be names: each makes up to three times as many queries


@dataclass(frozen=True, slots=True)
class Named:
    """Scripts and ids of callers that have a word in their names."""

    scripts: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to fit: ``match`` is a question to the index of texts (empty: none), ``condition`` on ``entries
    e``.
    """

    match: str
    condition: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Each field narrows; the ``not_`` ones leave out. ``words`` must all occur, in the message, the action
    or the name of the script or the caller; letters in either case. ``callers`` and ``calls`` are ids.
    ``real_only``: neither dry runs nor checks. Times are seconds since the epoch.
    """

    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    not_scripts: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    not_callers: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    not_calls: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    not_origins: tuple[str, ...] = ()
    real_only: bool = False
    since: float | None = None
    until: float | None = None

    @property
    def requested_names(self) -> tuple[str, ...]:
        """The words for which names are looked up."""
        return (*self.words, *self.not_words)

    def branches(self, named: Mapping[str, Named]) -> tuple[Branch, ...]:
        """The ways to fit; ``named`` says for each word which names have it."""
        nothing = Named()
        plain = [word for word in self.words if named.get(word, nothing) == nothing]
        choices = [_choices(word, named[word]) for word in self.words if word not in plain]
        rest = choices[_MAX_CHOICES:]
        condition, values = self._condition(named)
        for ways in rest:  # beyond these, asked of each entry that is found
            words, given = _any_of(ways)
            condition, values = f"{condition} AND {words}", (*values, *given)
        return tuple(_branch(plain, picked, condition, values) for picked in product(*choices[:_MAX_CHOICES]))

    def _condition(self, named: Mapping[str, Named]) -> tuple[str, tuple[Any, ...]]:
        """All but the words that must occur."""
        parts: list[str] = ["1"]
        values: list[Any] = []
        for column, names, word in (
            ("level", self.levels, "IN"),
            ("script", self.scripts, "IN"),
            ("script", self.not_scripts, "NOT IN"),
            ("caller_id", self.callers, "IN"),
            ("caller_id", self.not_callers, "NOT IN"),
            ("call_id", self.calls, "IN"),
            ("call_id", self.not_calls, "NOT IN"),
            ("origin", self.origins, "IN"),
            ("origin", self.not_origins, "NOT IN"),
        ):
            if names:
                parts.append(f"e.{column} {word} ({_marks(names)})")
                values.extend(names)
        if self.real_only:
            parts.append("e.is_dry = 0 AND e.origin <> 'check'")
        for sign, moment in ((">=", self.since), ("<", self.until)):
            if moment is not None:
                parts.append(f"e.time {sign} ?")
                values.append(moment)
        for word in self.not_words:
            text, given = _any_of(_choices(word, named.get(word, Named())))
            parts.append(f"NOT {text}")
            values.extend(given)
        return " AND ".join(parts), tuple(values)


Way = tuple[str, tuple[str, ...]]  # "text" and a word, or a column and its values


def _choices(word: str, named: Named) -> list[Way]:
    """The ways in which an entry has ``word``."""
    ways: list[Way] = [("text", (word,)), ("script", named.scripts), ("caller_id", named.callers)]
    return [way for way in ways if way[1]]


def _branch(plain: Sequence[str], picked: Sequence[Way], condition: str, values: tuple[Any, ...]) -> Branch:
    words = [*plain, *(names[0] for kind, names in picked if kind == "text")]
    parts, given = [condition], list(values)
    for word in words:
        if len(word) < _INDEXED:
            parts.append(_LIKE)
            given += [_pattern(word)] * 2
    for kind, names in picked:
        if kind != "text":
            parts.append(_named_in(kind))
            given.append(json.dumps(names))
    return Branch(match_of(words), " AND ".join(parts), tuple(given))


def match_of(words: Sequence[str]) -> str:
    """All of ``words`` that the index can find, as it is asked; empty for none."""
    quoted = [word.replace('"', '""') for word in words if len(word) >= _INDEXED]
    return " ".join(f'"{word}"' for word in quoted)


def _any_of(ways: Sequence[Way]) -> tuple[str, tuple[str, ...]]:
    parts: list[str] = []
    values: list[str] = []
    for kind, names in ways:
        parts.append(_LIKE if kind == "text" else _named_in(kind))
        values.extend([_pattern(names[0])] * 2 if kind == "text" else [json.dumps(names)])
    return f"({' OR '.join(parts)})", tuple(values)


_LIKE: Final = "(e.message LIKE ? ESCAPE '\\' OR e.action LIKE ? ESCAPE '\\')"


def _named_in(column: str) -> str:
    """A short word is in the names of thousands: their ids are one value, SQLite takes 32,766 of them."""
    return f"e.{column} IN (SELECT value FROM json_each(?))"


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _marks(names: Sequence[str]) -> str:
    return ", ".join("?" * len(names))
