"""Changes of saved calls: written at once, each with the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from goop_console.tabs.calls.pages.work import Work
from lua_engine import SavedCall, SavedCalls

Told = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Edit:
    """From ``before`` to ``after``; None: it was not there, or is not any more."""

    before: SavedCall | None
    after: SavedCall | None

    @property
    def name(self) -> str:
        """Of the call, as it is called before the edit if it was there."""
        one = self.before or self.after
        return one.name if one is not None else ""


class Edits:
    """Used from the Qt thread; the files are written off it."""

    def __init__(self, files: SavedCalls, work: Work) -> None:
        self._files = files
        self._work = work
        self._done: list[Edit] = []

    def do(self, before: SavedCall | None, after: SavedCall | None, words: str, done: Told, failed: Told) -> None:
        """Make the change; then ``done`` with ``words``, or ``failed`` with the reason."""
        edit = Edit(before, after)

        def on_done(_: None) -> None:
            self._done.append(edit)
            done(words)

        self._work.run(lambda: _write(self._files, edit.before, edit.after), done=on_done, failed=failed)

    def undo(self, done: Callable[[str, str], object], failed: Told) -> None:
        """Take the last change back; ``done`` is told what was, and the name of the call."""
        if not self._done:
            failed("There is nothing to undo.")
            return
        edit = self._done.pop()
        verb = "is deleted again" if edit.before is None else "is back" if edit.after is None else "is as it was"
        self._work.run(
            lambda: _write(self._files, edit.after, edit.before), done=lambda _: done(f"“{edit.name}” {verb}", edit.name), failed=failed
        )


def _write(files: SavedCalls, before: SavedCall | None, after: SavedCall | None) -> None:
    """The new file first: a change that fails loses nothing. Raises :class:`CheckError`."""
    if after is not None:
        files.save(after)
    if before is not None and (after is None or after.name != before.name):
        files.delete(before.name)
