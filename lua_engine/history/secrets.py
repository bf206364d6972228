"""Passwords, tokens and the like are not kept in the history: hidden by the names of their keys.

A value under such a key, in the params, the result, an effect or a changed row, becomes :data:`HIDDEN`; so
does the same text wherever else it stands in the call (SQL arguments, log lines, messages)::

    params {"user": "ann", "password": "hunter22"}, SQL args ("ann", "hunter22")
    ->     {"user": "ann", "password": "(hidden)"},          ("ann", "(hidden)")
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from lua_engine.calls.result import CallResult
from lua_engine.store.changes.diff import ChangedRow, DataDiff, TableDiff

HIDDEN = "(hidden)"
_NAME = re.compile(
    r"pass(?:word|wd|phrase|code|wort|e)?|pwd|pw|kennwort|wachtwoord|motdepasse"
    r"|secret|token|credentials?|authori[sz]ation|(?:api|private|access)_?-?key|pin|otp"
    r"|cookie|bearer|jwt|session_?id|cvc|cvv"
)
_HINT = re.compile(  # all have one of these
    "pass|pw|wort|woord|secret|token|credential|authori|key|pin|otp|cookie|bearer|jwt|session|cv[cv]",
    re.IGNORECASE,
)
_OTHER = re.compile("[^A-Za-z0-9]+")
_LONG_NAME = 200  # letters; what is longer is not remembered
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_SHORTEST = 4  # letters of a text that is looked for elsewhere: shorter ones stand everywhere by chance


def is_secret_name(name: str) -> bool:
    """Whether a key or a column of that name holds a secret: ``password``, ``userPassword``, ``API_KEY``."""
    return _is_secret(name) if len(name) <= _LONG_NAME else _judge(name)


def _judge(name: str) -> bool:
    if not _HINT.search(_OTHER.sub("", name)):
        return False
    words = [word.lower() for word in _PARTS.findall(name)]
    whole = "_".join(words)
    pairs = ["_".join(words[place : place + 2]) for place in range(len(words) - 1)]
    return any(_NAME.fullmatch(one) for one in (*words, *pairs, whole, whole.replace("_", "")))


_is_secret = lru_cache(maxsize=4096)(_judge)  # a result of 20 MB has the same few names 300,000 times


def without_secrets(result: CallResult) -> CallResult:
    """The call as it may be kept."""
    argument, diff = result.request.argument, result.diff
    named = [*_named(argument), *_named(result.value)]
    found = {*_texts_in(named), *_secrets_of(diff)}
    for effect in result.effects:
        found.update(_texts_in([*_named(effect.detail)]))
    if not found and not named and not _has_columns(diff):
        return result
    hide = _Hiding(found)
    return replace(
        result,
        request=replace(result.request, argument=hide.value(argument)),
        value=hide.value(result.value),
        error=None
        if result.error is None
        else replace(result.error, message=hide.text(result.error.message)),
        logs=tuple(replace(one, message=hide.text(one.message)) for one in result.logs),
        sql=tuple(
            replace(one, sql=hide.text(one.sql), args=tuple(map(hide.value, one.args))) for one in result.sql
        ),
        effects=tuple(
            replace(one, text=hide.text(one.text), detail=hide.value(one.detail)) for one in result.effects
        ),
        diff=DataDiff(tuple(hide.table(one) for one in diff.tables)),
    )


def parts_without_secrets(
    argument: Any, value: Any, diff: DataDiff, message: str
) -> tuple[Any, Any, DataDiff, str]:
    """The parts of a call for rows as they may be kept."""
    hide = _Hiding({*_texts_in([*_named(argument), *_named(value)]), *_secrets_of(diff)})
    kept = DataDiff(tuple(hide.table(one) for one in diff.tables))
    return hide.value(argument), hide.value(value), kept, hide.text(message)


def _has_columns(diff: DataDiff) -> bool:
    """Whether a column is a secret's, though no text stands there."""
    return any(is_secret_name(column) for table in diff.tables for column in table.columns)


def _named(value: Any) -> Iterator[Any]:
    """What stands under the secret names in ``value``."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            for key, inner in one.items():
                if is_secret_name(str(key)):
                    yield inner
                else:
                    todo.append(inner)
        elif isinstance(one, (list, tuple)):
            todo.extend(one)


def _texts_in(values: Sequence[Any]) -> Iterator[str]:
    """The texts in ``values``, which stand under secret names."""
    todo = list(values)
    while todo:
        one = todo.pop()
        if isinstance(one, str) and len(one) >= _SHORTEST:
            yield one
        elif isinstance(one, dict):
            todo.extend(one.values())
        elif isinstance(one, (list, tuple)):
            todo.extend(one)


def _secrets_of(diff: DataDiff) -> Iterator[str]:
    for table in diff.tables:
        rows = [*table.added, *table.removed]
        rows += [row for one in table.changed for row in (one.before, one.after)]
        for place, column in enumerate(table.columns):
            if is_secret_name(column):
                cells = (row[place] for row in rows)
                yield from (one for one in cells if isinstance(one, str) and len(one) >= _SHORTEST)


class _Hiding:
    """Hides known texts and what stands under secret names."""

    def __init__(self, texts: set[str]) -> None:
        longest_first = sorted(texts, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if texts else None

    def text(self, text: str) -> str:
        return text if self._known is None else self._known.sub(HIDDEN, text)

    def value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                key: HIDDEN if is_secret_name(str(key)) and inner is not None else self.value(inner)
                for key, inner in value.items()
            }
        return [self.value(one) for one in value] if isinstance(value, (list, tuple)) else value

    def table(self, table: TableDiff) -> TableDiff:
        secret = [is_secret_name(column) for column in table.columns]

        def row(cells: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(
                HIDDEN if is_secret and cell is not None else self.value(cell)
                for is_secret, cell in zip(secret, cells, strict=True)
            )

        def changed(one: ChangedRow) -> ChangedRow:
            return replace(one, before=row(one.before), after=row(one.after))

        return replace(
            table,
            added=tuple(map(row, table.added)),
            removed=tuple(map(row, table.removed)),
            changed=tuple(map(changed, table.changed)),
        )
