"""Unfinished changes that this program did not make: shown, and undone or dropped when their owner says
so.
"""

from __future__ import annotations

from dataclasses import dataclass

from lua_engine.base.errors import KnownError
from lua_engine.templates.change import Change
from lua_engine.templates.change_paths import changed_file, changed_folder
from lua_engine.templates.journal import DamagedChange

_SHOWN_TITLE = 120  # characters


@dataclass(frozen=True, slots=True)
class UndecidedChange:
    """An unfinished change from another machine (or an older build, or another user). ``files`` are
    ``(path, "added" | "replaced" | "removed")``; ``refusal`` says why it cannot be undone, empty when it can.
    ``created_at`` is in seconds since the epoch, 0 when unknown.
    """

    id: str
    title: str
    created_at: float
    files: tuple[tuple[str, str], ...] = ()
    settings: tuple[str, ...] = ()  # the keys of goop.json that it changes
    refusal: str = ""

    @property
    def summary(self) -> str:
        """One sentence for a message."""
        what = f"an unfinished change from another machine: {self.title}"
        if not self.title:
            what = f"a change that cannot be read ({self.refusal})"
        return f"This folder holds {what}. It is not carried out."


def undecided_change(change: Change | DamagedChange, marker: str) -> UndecidedChange:
    """What is shown of ``change``; ``marker`` is the id that the database holds of a change just
    committed.
    """
    if isinstance(change, DamagedChange):
        return UndecidedChange(change.folder.name, "", 0.0, refusal=change.problem)
    record = change.record
    return UndecidedChange(
        record.id,
        _plain(record.title),
        record.created_at,
        tuple((one.path, _action(one.before, one.after)) for one in record.files),
        tuple(one.key for one in record.config),
        _refusal(change, marker),
    )


def _refusal(change: Change, marker: str) -> str:
    if marker == change.record.id:
        return "it is in place already, the database too; drop it to keep the site as it is"
    try:
        for one in change.record.files:
            changed_file(change.site, one.path)
            change.before(one.path)
        for name in change.record.folders:
            changed_folder(change.site, name)
    except KnownError as error:
        return str(error)
    return ""


def _plain(title: str) -> str:
    """A title that may be anybody's: one line of letters that are seen."""
    shown = "".join(one if one.isprintable() else "\ufffd" for one in title[:_SHOWN_TITLE])
    return shown + ("…" if len(title) > _SHOWN_TITLE else "") or "(no title)"


def _action(before: str | None, after: str | None) -> str:
    if before is None:
        return "added"
    return "removed" if after is None else "replaced"
