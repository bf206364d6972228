"""Rows to a file and back: a choice of file, a look at what would happen, progress, cancel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.services.operations import Operation
from goop_console.tabs.data.copying import keys_of
from goop_console.tabs.data.rows_presenter import RowsPresenter
from goop_console.tabs.data.view import DataView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import (
    Deadline,
    Exported,
    ImportCheck,
    ImportFormat,
    KnownError,
    ReadCancelled,
    RowImport,
    UndoEntry,
    export_format,
)

SECONDS = 24 * 3600.0
_FILTERS = "CSV (*.csv);;JSON (*.json);;SQL (*.sql);;Excel workbook (*.xlsx)"
_IMPORT_FILTER = "CSV or JSON (*.csv *.tsv *.json *.jsonl)"
_SHOWN = 12


class FilesPresenter(QObject):
    """``imported`` when rows were added."""

    imported = Signal()
    _progressed = Signal(int)

    def __init__(self, context: TabContext, view: DataView, rows: RowsPresenter) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._view = view
        self._rows = rows
        self._what = ""
        self._deadline: Deadline | None = None
        self._operation: Operation | None = None
        self._progressed.connect(self._on_progressed)
        view.cancel.clicked.connect(self.cancel)

    @property
    def is_working(self) -> bool:
        return self._deadline is not None

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
        if query is None or self.is_working:
            return
        keys = None
        if only_selected and self._rows.has_keys:
            keys = keys_of(self._view.rows.keys, self._view.grid.selected_spans())
        try:
            kind = export_format(path)
        except KnownError as error:
            self._context.notify.error("Nothing was exported", str(error))
            return
        self._start(
            "Exported",
            lambda limit: self._data.export(query, path, kind, limit, self._progressed.emit, keys),
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
        if table is None or self.is_working:
            return
        kind: ImportFormat = "csv" if path.suffix.lower() in (".csv", ".tsv", ".txt") else "json"
        rows = self._data.import_of(table.name, path, kind, keep_ids=keep_ids)
        self._start(
            "Checked",
            lambda limit: rows.check(limit, self._progressed.emit),
            lambda check: self._ask(path, rows, check, keep_ids),
            "Nothing was imported",
        )

    def _ask(self, path: Path, rows: RowImport, check: ImportCheck, keep_ids: bool) -> None:
        table = self._rows.table
        dialog = ImportDialog(path, table.name if table is not None else "", check, keep_ids, self._view)
        dialog.submitted.connect(lambda skip_bad: self._add(rows, skip_bad))
        dialog.keep_ids.toggled.connect(lambda keep: self._check_again(dialog, path, keep))
        dialog.open()

    def _check_again(self, dialog: ImportDialog, path: Path, keep_ids: bool) -> None:
        dialog.reject()
        self.import_from(path, keep_ids=keep_ids)

    def _add(self, rows: RowImport, skip_bad: bool) -> None:
        owner = self._context.session.engine.owner
        self._start(
            "Imported",
            lambda limit: rows.run(owner, limit, self._progressed.emit, skip_bad=skip_bad),
            self._on_imported,
            "Nothing was imported",
        )

    def _on_imported(self, entry: UndoEntry | None) -> None:
        count = entry.rows if entry is not None else 0
        self._context.notify.info(f"Added {counted(count, 'row')} · Ctrl+Z undoes it")
        self.imported.emit()

    # parts

    def cancel(self) -> None:
        """End what is under way; nothing of it stays."""
        if self._deadline is not None:
            self._deadline.revoke()

    def _start(
        self, what: str, work: Callable[[Deadline], Any], done: Callable[[Any], None], failed_title: str
    ) -> None:
        deadline = self._deadline = Deadline(SECONDS)
        self._what = what
        self._view.cancel.show()

        def finished(found: Any) -> None:
            self._end()
            done(found)

        def failed(error: Exception) -> None:
            self._end()
            if isinstance(error, ReadCancelled) or deadline.is_over:
                self._context.notify.info("Cancelled: nothing was changed.")
            elif isinstance(error, KnownError):
                self._context.notify.error(failed_title, str(error))
            else:
                self._context.notify.exception(error)

        self._operation = self._context.operations.run_long(
            lambda: work(deadline), owner=self, done=finished, failed=failed
        )

    def _end(self) -> None:
        self._deadline = self._operation = None
        self._view.cancel.hide()
        self._rows.show_count()

    def _on_progressed(self, rows: int) -> None:
        if self._deadline is not None:
            self._view.set_count(f"{self._what} {counted(rows, 'row')} so far…")


class ImportDialog(QDialog):
    """``submitted(leave out what does not fit)``."""

    submitted = Signal(bool)

    def __init__(self, path: Path, table: str, check: ImportCheck, keep_ids: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name} into {table}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        good = check.rows - check.bad
        self.about = QLabel(
            f"{counted(good, 'row')} can be added"
            + (f", {counted(check.bad, 'row')} cannot:" if check.bad else ".")
            + ("" if check.bad else f"\nColumns: {', '.join(check.columns)}")
        )
        self.problems = QLabel(
            "\n".join(f"line {one.line}: {one.message}" for one in check.problems[:_SHOWN])
            + (f"\n… and {check.bad - _SHOWN:,} more" if check.bad > _SHOWN else "")
        )
        for label in (self.about, self.problems):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problems.setVisible(bool(check.problems))
        self.keep_ids = QCheckBox("Take _id, _created_at and _updated_at from the file")
        self.keep_ids.setChecked(keep_ids)
        self.skip = QCheckBox("Leave out the rows that do not fit")
        self.skip.setVisible(bool(check.bad))
        self.add = QPushButton(f"Add {counted(good, 'row')}")
        self.add.setProperty("role", "primary")
        self.add.setEnabled(bool(good) and not check.bad)
        self.skip.toggled.connect(lambda is_on: self.add.setEnabled(bool(good) and is_on))
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        self.add.clicked.connect(self._submit)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.add)
        box = QVBoxLayout(self)
        for widget in (self.about, self.problems, self.keep_ids, self.skip):
            box.addWidget(widget)
        box.addLayout(buttons)
        self.resize(520, 220)

    def _submit(self) -> None:
        self.accept()
        self.submitted.emit(self.skip.isChecked())
