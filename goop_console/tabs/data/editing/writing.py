"""Carries out what changes rows: in a thread of its own, with progress, said when it is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.data.editing.intents import WriteRows
from goop_console.tabs.data.long_work import LongWork
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from lua_engine import KnownError, UndoEntry

_TAKING_BACK = "Taking back what was written…"


class Writing(QObject):
    """``written`` after each, whether it changed anything or not."""

    written = Signal()

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter, long: LongWork) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._rows = rows
        self._long = long

    def run(
        self,
        intent: WriteRows,
        *,
        done: Callable[[UndoEntry | None], object] = lambda _entry: None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Do it; ``failed`` instead of a bar above the grid that says the reason."""

        def finish(entry: UndoEntry | None) -> None:
            done(entry)
            words = intent.done_words(entry)
            if words:
                self._context.notify.info(words)
            self._read_again(intent)
            self.written.emit()

        self._long.run(
            intent.work,
            words=intent.progress_words,
            ending_words=_TAKING_BACK,
            done=finish,
            failed=failed or (lambda error: self.refuse(intent.failed_title, error)),
            cancelled=lambda: self._context.notify.info("Cancelled: nothing was changed."),
        )

    def refuse(self, title: str, error: Exception) -> None:
        """Say above the grid why nothing was written."""
        if isinstance(error, KnownError):
            self._view.notice.say("error", title, str(error))
        else:
            self._context.notify.exception(error)

    def _read_again(self, intent: WriteRows) -> None:
        """At once, not only when the change comes round."""
        keys = [key for key in intent.keys if isinstance(key, int)]
        if keys:
            self._rows.mark_changed(keys)
            self._rows.follow()
