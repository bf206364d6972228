"""The registry of group types: what a group may be, and who wants to know when one is made or closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from lua_engine.store.community.records import GroupRow


@dataclass(frozen=True, slots=True)
class GroupType:
    """One type. Of a ``volatile`` one at most one group is hosted at a time: a new one closes the one before.

    ``on_create(group)`` runs when the group is stored, and undoes it by raising; ``on_close(group_id)`` runs
    when it is deleted.
    """

    name: str
    volatile: bool = False
    on_create: Callable[[GroupRow], None] | None = None
    on_close: Callable[[str], None] | None = None


BUILT_IN = (
    GroupType("template"),
    GroupType("chat"),
    GroupType("files"),
    GroupType("listen"),
    GroupType("cluster", volatile=True),
    GroupType("data-federation"),
)


class GroupTypes:
    """Thread-safe; keeps the order of registration."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._types = {group_type.name: group_type for group_type in BUILT_IN}

    def register(self, group_type: GroupType) -> None:
        """Add a type, or replace the one of that name (a service attaches its
        handlers to a built-in type).
        """
        with self._lock:
            self._types[group_type.name] = group_type

    def get(self, name: str) -> GroupType | None:
        with self._lock:
            return self._types.get(name)

    def names(self) -> list[str]:
        with self._lock:
            return list(self._types)
