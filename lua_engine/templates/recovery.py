"""Changes that were cut off: our own are finished or undone, those of others wait for the owner's word."""

from __future__ import annotations

from lua_engine.base.errors import KnownError
from lua_engine.base.events import ConfigChanged
from lua_engine.templates.change import Change
from lua_engine.templates.execution import Execution
from lua_engine.templates.journal import Journal
from lua_engine.templates.manifest import TemplateError
from lua_engine.templates.site_parts import SiteParts
from lua_engine.templates.undecided import UndecidedChange, undecided_change


class Recovery:
    """Of one open site. Thread-safe."""

    def __init__(self, parts: SiteParts, journal: Journal, execution: Execution) -> None:
        self._parts = parts
        self._journal = journal
        self._execution = execution

    def recover(self) -> tuple[str, ...]:
        """Finish or undo changes of our own that were cut off; answers what was done, in words. Raises
        nothing for what it cannot mend: it says so. A change of others is left alone: see :meth:`undecided`.
        """
        messages = tuple(self._recover_one(change) for change in self._journal.unfinished())
        known = {one.folder.name for one in (*self._journal.unfinished(), *self._journal.undecided())}
        marker = self._execution.marker()
        if marker and marker not in known:  # of a change that was cut off when all but this was done
            self._execution.clear_marker()
        return messages

    def has_unfinished(self) -> bool:
        """Was a change of our own cut off?"""
        return bool(self._journal.unfinished()) or (
            bool(self._execution.marker()) and not self._journal.undecided()
        )

    def undecided(self) -> tuple[UndecidedChange, ...]:
        """Unfinished changes that this user's console did not make, newest first; never carried out."""
        marker = self._execution.marker()
        return tuple(undecided_change(one, marker) for one in self._journal.undecided())

    def undo_undecided(self, change_id: str) -> None:
        """Put the files of such a change back as its folder has them, as far as nobody has changed them
        since.

        Raises :class:`KnownError`; nothing has moved then.
        """
        with self._execution.alone_with_site():
            change = self._journal.find_undecided(change_id)
            refusal = undecided_change(change, self._execution.marker()).refusal
            if not isinstance(change, Change) or refusal:
                raise TemplateError(f"this change cannot be undone: {refusal}")
            with self._execution.shut_gate():
                change.undo()
                self._parts.scripts.reload()
        self._parts.bus.publish(ConfigChanged())

    def drop_undecided(self, change_id: str) -> None:
        """Forget such a change; the site stays as it is."""
        with self._execution.alone_with_site():
            self._journal.drop(change_id)
            if self._execution.marker() == change_id:
                self._execution.clear_marker()

    def _recover_one(self, change: Change) -> str:
        record = change.record
        try:
            change.clear_temporaries()
            if self._execution.marker() != record.id:
                change.undo()
                return f"{record.title}: it was interrupted and has been undone; the site is as it was before"
            change.finish()
        except (KnownError, OSError) as error:
            return f"{record.title}: it was interrupted and cannot be undone: {error}"
        self._execution.clear_marker()
        return f"{record.title}: it was interrupted just before its end and has been finished"
