"""Keys of rows that a visit added: when it is made again, its rows get other keys, and later calls mean them.

    recorded   add -> {"id": 17}, then  move {"id": 17, "column": "done"}
    run later  add -> {"id": 23}, so    move {"id": 23, "column": "done"} is what is asked

A number is a key only where its name says so: ``id``, ``_id``, ``card_id``, ``ids``.
"""

from __future__ import annotations

import re
from typing import Any

from lua_engine.checks.visit import Added
from lua_engine.store.changes.diff import DataDiff

_COMPARED = re.compile(
    r"""["`\[]?([A-Za-z_]\w*)["`\]]?\s*(?:==?|<>|!=|<=?|>=?|IN\s*\()\s*\?""", re.IGNORECASE
)
_KEY = re.compile(r"(?:.*[_a-z])?(?:_id|Id|_ids|Ids|ID)\Z|_?ids?\Z")


def added_keys(diff: DataDiff) -> dict[str, tuple[int, ...]]:
    """The keys of the rows that a call added, by table, in their order; only those that are numbers."""
    found = {}
    for table in diff.tables:
        if table.key not in table.columns or table.left_out:
            continue
        place = table.columns.index(table.key)
        keys = tuple(row[place] for row in table.added)
        if keys and all(isinstance(key, int) for key in keys):
            found[table.table] = keys
    return found


class RowKeys:
    """What the recorded keys are called in this run. One number in two tables is taken for the newest row."""

    def __init__(self) -> None:
        self._now: dict[int, int] = {}

    def learn(self, recorded: Added, diff: DataDiff) -> None:
        """A step added rows again: its first one is the first one of the record, and so on."""
        made = added_keys(diff)
        for table, keys in recorded.items():
            if len(made.get(table, ())) == len(keys):
                self._now.update(zip(keys, made[table], strict=True))

    def in_question(self, params: Any) -> Any:
        """The params of a call with the keys of today; also ``args`` that a ``where`` compares with a key:
        ``{"where": "_id = ?", "args": [17]}``.
        """
        found = self.in_this_run(params)
        if not isinstance(found, dict):
            return found
        where, args = found.get("where"), found.get("args")
        if not isinstance(where, str) or not isinstance(args, list):
            return found
        names = _COMPARED.findall(where)
        if len(names) != len(args) or where.count("?") != len(args):
            return found
        return found | {"args": [self.in_this_run(one, name) for one, name in zip(args, names, strict=True)]}

    def in_this_run(self, value: Any, name: str = "") -> Any:
        """``value`` with the keys that its rows have now."""
        if isinstance(value, dict):
            return {key: self.in_this_run(inner, str(key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.in_this_run(inner, name) for inner in value]
        is_key = isinstance(value, (int, float)) and not isinstance(value, bool) and _KEY.match(name)
        return self._now.get(int(value), value) if is_key and value == value // 1 else value
