"""Passwords, tokens and the like are not kept in the history: hidden by the names of their keys.

A value under such a key, in the params, the result, an effect or a changed row, becomes :data:`HIDDEN`; so
does the same text wherever else it stands in the call (SQL arguments, log lines, messages)::

    params {"user": "ann", "password": "hunter22"}, SQL args ("ann", "hunter22")
    ->     {"user": "ann", "password": "(hidden)"},          ("ann", "(hidden)")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lua_engine.base.secret_names import HIDDEN, SHORTEST, is_secret_name, named_secrets, texts_in
from lua_engine.calls.result import CallResult
from lua_engine.store.changes.diff import ChangedRow, DataDiff, TableDiff


def without_secrets(result: CallResult) -> CallResult:
    """The call as it may be kept."""
    argument, diff = result.request.argument, result.diff
    named = [*named_secrets(argument), *named_secrets(result.value)]
    found = {*texts_in(named), *_secrets_of(diff)}
    for effect in result.effects:
        found.update(texts_in([*named_secrets(effect.detail)]))
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
    hide = _Hiding({*texts_in([*named_secrets(argument), *named_secrets(value)]), *_secrets_of(diff)})
    kept = DataDiff(tuple(hide.table(one) for one in diff.tables))
    return hide.value(argument), hide.value(value), kept, hide.text(message)


def _has_columns(diff: DataDiff) -> bool:
    """Whether a column is a secret's, though no text stands there."""
    return any(is_secret_name(column) for table in diff.tables for column in table.columns)


def _secrets_of(diff: DataDiff) -> Iterator[str]:
    for table in diff.tables:
        rows = [*table.added, *table.removed]
        rows += [row for one in table.changed for row in (one.before, one.after)]
        for place, column in enumerate(table.columns):
            if is_secret_name(column):
                cells = (row[place] for row in rows)
                yield from (one for one in cells if isinstance(one, str) and len(one) >= SHORTEST)


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
