"""Carrying out a prepared change: alone with the site, with no call running, all or nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import KnownError
from lua_engine.base.events import ConfigChanged, DataChanged, GroupsChanged, TemplateChanged
from lua_engine.store.community import template_meta, template_rows
from lua_engine.store.community.template_rows import TemplateSwap
from lua_engine.templates.change import Change
from lua_engine.templates.journal import Journal
from lua_engine.templates.journal_record import ConfigRecord
from lua_engine.templates.manifest import TemplateError
from lua_engine.templates.plan import InstallPlan
from lua_engine.templates.site_parts import SiteParts
from lua_engine.templates.staging import Staged

if TYPE_CHECKING:
    from lua_engine.scripts.entries import Script

KEEP_BACKUPS = 10
_COPY_SECONDS = 300.0  # a large template's rows may take their time
LOCK_SECONDS = 5.0  # of waiting for another program that writes; calls wait meanwhile
_WAIT_FOR_CALLS = 70.0  # the longest that a call may take, and a little more


class Execution:
    """Of one open site: one change at a time. The marker in the database is the id of the change whose rows
    are in it while its files may not all be in place.
    """

    def __init__(self, parts: SiteParts, journal: Journal) -> None:
        self._parts = parts
        self._journal = journal
        self._lock = threading.Lock()

    @contextmanager
    def alone_with_site(self) -> Iterator[None]:
        """No other change of this site is made meanwhile, here or by another console."""
        if self._parts.database.read_only:
            raise TemplateError(f"{self._parts.folder.path} is open for reading only")
        if not self._lock.acquire(blocking=False):
            raise TemplateError("another change of this site is under way; wait until it is done")
        try:
            with self._parts.locked():
                yield
        finally:
            self._lock.release()

    @contextmanager
    def shut_gate(self) -> Iterator[None]:
        """No call runs meanwhile."""
        try:
            with self._parts.alone(_WAIT_FOR_CALLS):
                yield
        except TimeoutError as error:
            raise TemplateError(f"{error}; nothing was changed, try again in a moment") from None

    def carry_out(
        self,
        change: Change,
        plan: InstallPlan,
        edits: Mapping[str, bytes | None],
        config: tuple[ConfigRecord, ...],
        staged: Staged,
    ) -> None:
        """Make the change, then tell everybody. Raises only while nothing is changed yet, or everything has
        been taken back.
        """
        prepared = change.prepare(edits, config)
        listening = self._parts.scripts.functions_with("on_group_close")
        with self.shut_gate():
            self._apply(prepared, staged)
            self._parts.scripts.reload()
        self._afterwards(prepared.finish)
        if staged.swap is not None:
            self._afterwards(self.clear_marker)
        self._afterwards(lambda: self._journal.clean(KEEP_BACKUPS))
        self._publish(plan, staged.swap, listening)

    def _apply(self, prepared: Change, staged: Staged) -> None:
        """The write lock is had before a file moves: who cannot have it has changed nothing."""
        try:
            if staged.swap is None:
                prepared.apply()
                return
            with self._parts.database.system_write(
                Deadline(_COPY_SECONDS),
                origin="template",
                incoming=staged.database,
                lock_seconds=LOCK_SECONDS,
            ) as connection:
                prepared.apply()
                template_rows.swap_in(connection, staged.swap, prepared.record.id)
        except BaseException:
            prepared.undo()
            raise

    def _afterwards(self, step: Callable[[], None]) -> None:
        """The change holds: what cannot be tidied now is told, and done at the next start."""
        try:
            step()
        except (KnownError, OSError) as error:
            self._parts.scripts.log("warn", f"tidying after a change of the site: {error}")

    def clear_marker(self) -> None:
        with self._parts.database.system_write(origin="template") as connection:
            template_rows.clear_marker(connection)

    def _publish(self, plan: InstallPlan, swap: TemplateSwap | None, listening: Sequence[Script]) -> None:
        bus = self._parts.bus
        bus.publish(ConfigChanged())
        if swap is None:
            return
        bus.publish(DataChanged((), "template"))
        present = {
            (script.name, script.version) for script in self._parts.scripts.functions_with("on_group_close")
        }
        gone = [script for script in listening if (script.name, script.version) not in present]
        for group in plan.closed:
            for script in gone:
                self._parts.farewell(script, group.id)
            self._parts.groups.publish_closed(group.id, group.group_type, group.name)
        for group_id in (*swap.bring, *swap.refresh):
            bus.publish(GroupsChanged(group_id))
        bus.publish(TemplateChanged(plan.template))

    def marker(self) -> str:
        return template_meta.marker(self._parts.database)
