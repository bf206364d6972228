"""Changes of saved calls: written one after the other, each with the way back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from goop_console.services.work import Work
from goop_console.tabs.calls.saved.intents import Edit
from goop_console.tabs.calls.saved.same import same_file
from lua_engine import KnownError, SavedCall, SavedCalls

Done = Callable[[], object]
Report = Callable[[str], object]


class Edits:
    """Used from the Qt thread; the files are written off it, in the order in which the changes were made.
    ``on_idle``: nothing is left to write.
    """

    def __init__(self, files: SavedCalls, work: Work, on_idle: Done) -> None:
        self._files = files
        self._work = work
        self._on_idle = on_idle
        self._done: list[Edit] = []
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_writing = False

    @property
    def is_busy(self) -> bool:
        """Something is being written."""
        return self._is_writing

    def do(self, edit: Edit, done: Done, failed: Report) -> None:
        """Make the change; then ``done``, or ``failed`` with the reason. What waits behind one that failed is
        not made.
        """

        def on_done() -> None:
            self._done.append(edit)
            done()

        self._queue(lambda: self._write(edit, on_done, failed))

    def undo(self, done: Callable[[str, str], object], failed: Report) -> None:
        """Undo the last change; ``done`` gets the words for it, and the name of the call."""
        self._queue(lambda: self._undo(done, failed))

    def _undo(self, done: Callable[[str, str], object], failed: Report) -> None:
        if not self._done:
            self._next(lambda: failed("There is nothing to undo."))
            return
        edit = self._done.pop()

        def on_failed(text: str, *, is_outdated: bool = False) -> None:
            if not is_outdated:
                self._done.append(edit)  # a full disk can be emptied; what somebody else wrote is theirs
            failed(text)

        self._write(
            edit.reversed(),
            lambda: done(edit.undone_words, edit.name),
            on_failed,
            lambda text: on_failed(text, is_outdated=True),
        )

    def _queue(self, begin: Callable[[], None]) -> None:
        self._waiting.append(begin)
        if not self._is_writing:
            self._is_writing = True
            self._waiting.popleft()()

    def _next(self, tell: Done) -> None:
        """``tell`` that something is done, then go on."""
        tell()
        if self._waiting:
            self._waiting.popleft()()
        else:
            self._is_writing = False
            self._on_idle()

    def _write(self, edit: Edit, done: Done, failed: Report, outdated: Report | None = None) -> None:
        def on_failed(text: str) -> None:
            self._waiting.clear()
            self._next(lambda: failed(text))

        def on_written(problem: str) -> None:
            if problem:
                self._waiting.clear()
            self._next(lambda: (outdated or failed)(problem) if problem else done())

        self._work.run(
            lambda: _write(self._files, edit.before, edit.after), done=on_written, failed=on_failed
        )


def _write(files: SavedCalls, before: SavedCall | None, after: SavedCall | None) -> str:
    """Nothing that somebody else wrote meanwhile is lost: then nothing happens, and the answer says so.
    Raises :class:`KnownError`.
    """
    problem = _outdated(files.all(), before, after)
    if not problem:
        _put(files, before, after)
    return problem


def _outdated(there: tuple[SavedCall, ...], before: SavedCall | None, after: SavedCall | None) -> str:
    if before is not None:
        now = next((one for one in there if one.name == before.name), None)
        if now is None or not same_file(now, before):
            what = "deleted or damaged" if now is None else "changed"
            return (
                f"“{before.name}” was {what} by another program meanwhile. Nothing was written; "
                "this is what is there now."
            )
    is_new = after is not None and (before is None or before.name != after.name)
    others = [one for one in there if before is None or one.name != before.name]
    if after is not None and is_new and any(one.name.casefold() == after.name.casefold() for one in others):
        return f"A saved call “{after.name}” exists: choose another name."
    return ""


def _put(files: SavedCalls, before: SavedCall | None, after: SavedCall | None) -> None:
    """The new file first: a change that fails loses nothing."""
    if (
        before is not None
        and after is not None
        and before.name != after.name
        and before.name.casefold() == after.name.casefold()
    ):
        _change_case(files, before, after)
        return
    if after is not None:
        files.save(after)
    if before is not None and (after is None or after.name != before.name):
        files.delete(before.name)


def _change_case(files: SavedCalls, before: SavedCall, after: SavedCall) -> None:
    """``add`` becomes ``Add``: on many disks both are one file, so the old one has to go first."""
    files.delete(before.name)
    try:
        files.save(after)
    except KnownError:
        files.save(before)
        raise
