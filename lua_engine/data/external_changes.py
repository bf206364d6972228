"""What another program wrote: the rows that were read here are read again and compared; the others follow
(``store/external_rows.py``).
"""

from __future__ import annotations

import logging

from lua_engine.base.errors import KnownError
from lua_engine.base.events import DataChanged, Event, EventBus
from lua_engine.store.changes.seen_rows import SeenRows
from lua_engine.store.database import Database
from lua_engine.store.external_rows import ExternalRows
from lua_engine.store.tables.query import RowQuery
from lua_engine.store.tables.reading import RowReader

_TOGETHER = 500  # rows that are read while nobody of this process writes
_MAX_ADDED = 500  # rows past the highest that was there which are looked at

_log = logging.getLogger("goop.data")


class ExternalChanges:
    """Listens to the bus until it is closed; the look is made in the thread that tells of the write."""

    def __init__(self, bus: EventBus, database: Database, seen: SeenRows) -> None:
        self._database = database
        self._seen = seen
        self._reader = RowReader(database)
        database.own_writes = seen.own
        self._others: ExternalRows | None = None
        self._unsubscribe = bus.subscribe(self._on_event, DataChanged)

    def follow_all_rows(self) -> None:
        """Compare rows that nobody read too, from now on."""
        self._others = ExternalRows(self._database, self._seen)
        self._others.start()

    def settle(self) -> None:
        """Wait, not for ever, until what others have written by now is told."""
        if self._others is not None:
            self._others.settle()

    def close(self) -> None:
        self._unsubscribe()
        if self._others is not None:
            self._others.close()

    def look(self) -> None:
        """Read the rows that are kept again; what differs was somebody else."""
        for table, keys in self._seen.kept().items():
            try:
                self._look_at(table, keys)
            except KnownError as error:  # it is gone, or cannot be read: nothing can be said of it
                self._seen.forget(table)
                _log.info("what others wrote to %s is not known: %s", table, error)

    def _look_at(self, table: str, keys: list[int]) -> None:
        query, highest = RowQuery(table), self._seen.highest(table)
        for start in range(0, len(keys), _TOGETHER):
            part = keys[start : start + _TOGETHER]
            with self._database.no_own_writes():
                mark = self._seen.mark()
                found = self._reader.whole_rows(query, part)
                self._seen.note(table, found.columns, found.rows, mark, asked=part)
        if highest < 0:
            return
        with self._database.no_own_writes():
            mark, added = self._seen.mark(), range(highest + 1, highest + 1 + _MAX_ADDED)
            found = self._reader.whole_rows(query, added)
            self._seen.note(table, found.columns, found.rows, mark, highest=found.highest)

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, DataChanged):
            return
        is_external = event.origin == "external"
        if is_external:
            self.look()
        if self._others is not None:
            self._others.on_write(is_ours=not is_external)
