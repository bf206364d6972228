"""Rows to a file and back: a choice of file, a look at what would happen, progress, cancel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from goop_console.tabs.data.editing.intents import ChosenRows, import_rows
from goop_console.tabs.data.editing.writing import Writing
from goop_console.tabs.data.files.import_dialog import ImportDialog
from goop_console.tabs.data.long_work import LongWork, Tell
from goop_console.tabs.data.rows.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import Deadline, Exported, ImportCheck, ImportFormat, KnownError, RowImport, export_format

_FILTERS = "CSV (*.csv);;JSON (*.json);;SQL (*.sql);;Excel workbook (*.xlsx)"
_IMPORT_FILTER = "CSV or JSON (*.csv *.tsv *.json *.jsonl)"


class FilesPresenter(QObject):
    """One file at a time."""

    working_changed = Signal()

    def __init__(
        self, context: TabContext, view: DataView, rows: RowsPresenter, long: LongWork, writing: Writing
    ) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._long = long
        self._writing = writing
        self._is_working = False

    # out

    def export(self, *, only_selected: bool = False) -> None:
        """Ask for a file and write the rows that are shown (or selected) to it."""
        query = self._rows.query
        if query is None:
            return
        name, chosen = QFileDialog.getSaveFileName(
            self._view, f"Export rows of {query.table}", f"{query.table}.csv", _FILTERS
        )
        if name:
            path = Path(name)
            ending = chosen.rpartition("*")[2].rstrip(")")
            self.export_to(path if path.suffix else path.with_suffix(ending), only_selected=only_selected)

    def export_to(self, path: Path, *, only_selected: bool = False) -> None:
        """Write the rows to ``path``."""
        query = self._rows.query
        if query is None or self._is_busy():
            return
        chosen = ChosenRows(self._view.rows.keys, self._view.grid.selected_spans()) if only_selected else None
        if chosen is not None and not self._rows.has_keys:
            self._context.notify.info(
                "Rows of a view cannot be told apart: filter them and export all, or copy what is selected."
            )
            return
        try:
            kind = export_format(path)
        except KnownError as error:
            self._context.notify.error("Nothing was exported", str(error))
            return
        self._start(
            "Exporting",
            lambda limit, tell: self._data.export(
                query, path, kind, limit, tell, chosen.listed() if chosen is not None else None
            ),
            self._on_exported,
            "Nothing was exported",
        )

    def _on_exported(self, done: Exported) -> None:
        cut = f" · {counted(done.cut, 'text')} cut at 32,767 characters" if done.cut else ""
        self._context.notify.info(f"Wrote {counted(done.rows, 'row')} to {done.path}{cut}")

    # in

    def import_rows(self) -> None:
        """Ask for a file and show what adding its rows would do."""
        table = self._rows.table
        if table is None:
            return
        name, _chosen = QFileDialog.getOpenFileName(
            self._view, f"Import rows into {table.name}", "", _IMPORT_FILTER
        )
        if name:
            self.import_from(Path(name))

    def import_from(self, path: Path, *, keep_ids: bool = False) -> None:
        """Check the rows of ``path``, then ask."""
        table = self._rows.table
        if table is None or self._is_busy():
            return
        name, kind = table.name, _import_format(path)

        def check(limit: Deadline, tell: Tell) -> tuple[RowImport, ImportCheck]:
            rows = self._data.import_of(name, path, kind, keep_ids=keep_ids)
            return rows, rows.check(limit, tell)

        self._start(
            "Checking",
            check,
            lambda found: self._ask(path, name, found[0], found[1], keep_ids),
            "Nothing was imported",
        )

    def _ask(self, path: Path, table: str, rows: RowImport, check: ImportCheck, keep_ids: bool) -> None:
        dialog = ImportDialog(path, table, check, keep_ids, self._view)
        engine, good = self._context.session.engine, check.rows - check.bad
        dialog.submitted.connect(
            lambda skip_bad: self._writing.run(
                import_rows(rows, good, lambda: engine.owner, skip_bad=skip_bad)
            )
        )
        dialog.keep_ids.toggled.connect(lambda keep: self._check_again(dialog, path, keep))
        dialog.open()

    def _check_again(self, dialog: ImportDialog, path: Path, keep_ids: bool) -> None:
        dialog.reject()
        self.import_from(path, keep_ids=keep_ids)

    # parts

    @property
    def why_busy(self) -> str:
        """Empty when a file can be read or written."""
        is_busy = "Another file is being read or written: wait for it, or cancel it."
        return is_busy if self._is_working else ""

    def _set_working(self, is_working: bool) -> None:
        self._is_working = is_working
        self.working_changed.emit()

    def _is_busy(self) -> bool:
        """It is said when another one has to wait."""
        if self._is_working:
            self._context.notify.info(self.why_busy)
        return self._is_working

    def _start(
        self,
        doing: str,
        work: Callable[[Deadline, Tell], Any],
        done: Callable[[Any], object],
        failed_title: str,
    ) -> None:
        self._set_working(True)

        def over(then: Callable[[], object]) -> None:
            self._set_working(False)
            then()

        def refuse(error: Exception) -> None:
            if isinstance(error, KnownError):
                self._context.notify.error(failed_title, str(error))
            else:
                self._context.notify.exception(error)

        self._long.run(
            work,
            words=lambda rows: f"{doing} · {counted(rows, 'row')} so far" if rows else f"{doing}…",
            done=lambda found: over(lambda: done(found)),
            failed=lambda error: over(lambda: refuse(error)),
            cancelled=lambda: over(lambda: self._context.notify.info("Cancelled: nothing was changed.")),
        )


def _import_format(path: Path) -> ImportFormat:
    return "csv" if path.suffix.lower() in (".csv", ".tsv", ".txt") else "json"
