"""Copying the selection: in a thread, with progress, all of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from goop_console.services.operations import Operation
from goop_console.tabs.data.copying import SECONDS, Copy, copied_text, keys_of, shown_text
from goop_console.tabs.data.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import TEXT_FORMATS, Deadline, KnownError, RowKey

_TELL_SECONDS = 0.1


class CopyPresenter(QObject):
    """One copy at a time; a new one ends the one under way."""

    _progressed = Signal(int, int)  # rows so far, of

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._deadline: Deadline | None = None
        self._operation: Operation | None = None
        self._progressed.connect(self._on_progressed)
        view.cancel.clicked.connect(self.cancel)

    @property
    def is_copying(self) -> bool:
        return self._deadline is not None

    def copy(self, kind: str, *, with_header: bool = False) -> None:
        """Put the selection on the clipboard as ``kind``."""
        query, grid, model = self._rows.query, self._view.grid, self._view.rows
        form = next((one for one in TEXT_FORMATS if one == kind), None)
        places, spans = grid.selected_columns(), grid.selected_spans()
        if query is None or form is None or not places or not spans:
            return
        fields = tuple(model.columns[place].name for place in places)
        count = sum(last - first + 1 for first, last in spans)
        keys: Sequence[RowKey] | None = None
        if count < model.rowCount() and self._rows.has_keys:
            keys = keys_of(model.keys, spans)
        if count < model.rowCount() and not self._rows.has_keys:
            shown_text(grid, query.table, form, with_header=with_header)
            return
        self._start(Copy(replace(query, fields=fields), keys, count, form, with_header or form == "csv"))

    def cancel(self) -> None:
        """End the copy under way; the clipboard stays as it is."""
        if self._deadline is not None:
            self._deadline.revoke()
        if self._operation is not None:
            self._operation.cancel()
        self._finish()

    def _start(self, job: Copy) -> None:
        self.cancel()
        deadline = self._deadline = Deadline(SECONDS)
        last = 0.0

        def tell(rows: int) -> None:  # in the thread that copies
            nonlocal last
            if time.monotonic() - last >= _TELL_SECONDS:
                last = time.monotonic()
                self._progressed.emit(rows, job.count)

        self._operation = self._context.operations.run_long(
            lambda: copied_text(self._data, job, deadline, tell),
            owner=self,
            done=self._on_copied,
            failed=self._on_failed,
        )

    def _on_progressed(self, rows: int, count: int) -> None:
        if self._deadline is not None:
            self._view.cancel.show()
            self._view.set_count(f"Copying {rows:,} of {counted(count, 'row')}…")

    def _on_copied(self, found: tuple[str, int]) -> None:
        text, rows = found
        self._finish()
        QGuiApplication.clipboard().setText(text)
        if rows > 1:
            self._context.notify.info(f"Copied {counted(rows, 'row')}.")

    def _on_failed(self, error: Exception) -> None:
        self._finish()
        if isinstance(error, KnownError):
            self._context.notify.error("Nothing was copied", str(error))
        else:
            self._context.notify.exception(error)

    def _finish(self) -> None:
        was_copying, self._deadline, self._operation = self._deadline is not None, None, None
        self._view.cancel.hide()
        if was_copying:
            self._rows.show_count()
