"""What find and replace in all scripts does: looks while one types, and writes all the scripts or none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.services.work import Work
from goop_console.tabs.scripts.everywhere.found import Found, Source, read_sources, rewritten, search
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import ScriptEdit

_PAUSE_MS: Final = 120
_READ_ONLY: Final = "This site is open read-only: nothing can be replaced."


class Everywhere(QObject):
    """``unsaved()`` are the keys of scripts whose text is not saved. ``left`` comes when the page was closed,
    ``place_requested`` (key, line) when a place was chosen.
    """

    left = Signal()
    place_requested = Signal(str, int)

    def __init__(
        self, context: TabContext, view: ScriptsView, unsaved: Callable[[], Collection[str]]
    ) -> None:
        super().__init__(view)
        self._engine, self._view, self._unsaved = context.session.engine, view, unsaved
        self._page = view.everywhere
        self._work = Work(context.operations, context.notify, self)
        self._sources: tuple[Source, ...] = ()
        self._searches = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._search)
        self._page.search_requested.connect(self._timer.start)
        self._page.replace_requested.connect(self.replace)
        self._page.closed.connect(self.close)
        self._page.place_requested.connect(self._on_place)
        context.session.scripts_changed.connect(lambda _: self._read())

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled and not self._timer.isActive()

    def open(self, text: str) -> None:
        """Show the page; ``text`` is what is selected in a line of the editor."""
        self._view.show_everywhere()
        self._page.start(text)
        self._read()

    def close(self) -> None:
        """Back to the script."""
        self._view.hide_everywhere()
        self.left.emit()

    def _on_place(self, key: str, line: int) -> None:
        self._view.hide_everywhere()
        self.place_requested.emit(key, line)

    def _read(self) -> None:
        if not self._view.is_everywhere:
            return
        engine, unsaved = self._engine, frozenset(self._unsaved())

        def done(sources: tuple[Source, ...]) -> None:
            self._sources = sources
            self._search()

        self._work.run(lambda: read_sources(engine, unsaved), done=done)

    def _search(self) -> None:
        self._timer.stop()
        self._searches += 1
        number, sources = self._searches, self._sources
        query, replacement = self._page.query(), self._page.replacement.text()

        def done(found: Found) -> None:
            if number == self._searches:
                self._page.show_found(found)

        self._work.run(lambda: search(sources, query, replacement), done=done)

    # replacing

    def replace(self) -> None:
        """Replace the places that are ticked, in all their scripts or in none."""
        if self._engine.is_read_only:
            self._page.error.say(_READ_ONLY)
            return
        chosen = self._page.chosen()
        files = [(self._page.files[number], places) for number, places in chosen.items()]
        edits = [
            ScriptEdit(file.source.info, file.source.text, rewritten(file, places)) for file, places in files
        ]
        count = sum(len(places) for _, places in files)
        words = f"{counted(count, 'place')} in {counted(len(edits), 'script')}"
        self._write(edits, lambda: self._offer_undo(edits, words))

    def _write(self, edits: Sequence[ScriptEdit], done: Callable[[], None]) -> None:
        engine = self._engine
        self._work.run(
            lambda: engine.scripts.save_all(edits),
            done=lambda _: done(),
            failed=lambda reason: self._page.error.say(f"Nothing was replaced. {reason}"),
            button=self._page.replace,
        )

    def _offer_undo(self, edits: Sequence[ScriptEdit], words: str) -> None:
        notice = self._view.notice
        back = [ScriptEdit(one.info, one.text, one.was) for one in edits]

        def undo() -> None:
            notice.hide()
            self._work.run(
                lambda: self._engine.scripts.save_all(back),
                done=lambda _: notice.say("ok", f"Undone: {words} are as they were"),
                failed=lambda reason: notice.say("error", "Nothing was undone", reason),
            )

        notice.say("ok", f"Replaced {words}", "", [("Undo", undo)])
