"""Copying the selection: in a thread, with progress, all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QByteArray, QObject

from goop_console.tabs.data.long_work import LongWork
from goop_console.tabs.data.rows.copying import (
    SECONDS,
    Copy,
    copied_text,
    copy_shown,
    keys_of,
    put_on_clipboard,
)
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import TEXT_FORMATS, Deadline, KnownError, RowKey


class CopyPresenter(QObject):
    """One copy at a time; a new one ends the one under way."""

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter, long: LongWork) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._long = long
        self._under_way: Deadline | None = None

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
            cut = copy_shown(grid, query.table, form, with_header=with_header)
            if cut:
                self._context.notify.info(f"Copied; {counted(cut, 'long value')} cut at 2,000 bytes.")
            return
        self._start(Copy(replace(query, fields=fields), keys, count, form, with_header or form == "csv"))

    def _start(self, job: Copy) -> None:
        if self._under_way is not None:
            self._under_way.revoke()

        def over() -> None:
            if self._under_way is deadline:
                self._under_way = None

        def copied(found: tuple[QByteArray, int]) -> None:
            over()
            text, rows = found
            put_on_clipboard(text)
            if rows > 1:
                self._context.notify.info(f"Copied {counted(rows, 'row')}.")

        def failed(error: Exception) -> None:
            over()
            if isinstance(error, KnownError):
                self._context.notify.error("Nothing was copied", str(error))
            else:
                self._context.notify.exception(error)

        deadline = self._under_way = self._long.run(
            lambda limit, tell: copied_text(self._data, job, limit, tell),
            words=lambda rows: f"Copying · {rows:,} of {counted(job.count, 'row')} so far",
            done=copied,
            failed=failed,
            cancelled=over,
            seconds=SECONDS,
        )
