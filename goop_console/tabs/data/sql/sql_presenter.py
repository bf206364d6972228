"""Runs the statements of the SQL page off the Qt thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from goop_console.services.operations import Operation
from goop_console.tabs.data.editing.intents import write_sql
from goop_console.tabs.data.rows.copying import copy_shown
from goop_console.tabs.data.sql.sql_view import SqlView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import (
    Deadline,
    KnownError,
    Page,
    ReadCancelled,
    SqlPreview,
    SqlResult,
    TableInfo,
)

T = TypeVar("T")
SECONDS = 10.0
WRITE_SECONDS = 5.0
MAX_HISTORY = 100
_READERS = ("select", "with", "values", "explain", "pragma")


class SqlPresenter(QObject):
    """``written`` after a statement that changed rows."""

    written = Signal()

    def __init__(self, context: TabContext, view: SqlView) -> None:
        super().__init__(view)
        self._context = context
        self._data = context.session.engine.data
        self._sql = self._data.sql
        self._view = view
        self._deadline: Deadline | None = None
        self._operation: Operation | None = None
        self._preview: SqlPreview | None = None
        self.history: list[str] = []
        view.run_requested.connect(self.run)
        view.plan_requested.connect(self.explain)
        view.cancel_requested.connect(self.cancel)
        view.commit_requested.connect(self.commit)
        view.drop_requested.connect(self._drop)
        view.grid.command.connect(self._on_command)
        if context.session.engine.is_read_only:
            view.writing.setEnabled(False)
            view.writing.setToolTip("The site is open for reading only.")

    @property
    def is_running(self) -> bool:
        return self._deadline is not None

    def set_tables(self, tables: Sequence[TableInfo]) -> None:
        """Whose names are completed."""
        names = [table.name for table in tables]
        self._view.editor.set_names(names + [one.name for table in tables for one in table.columns])

    def set_history(self, statements: Sequence[str]) -> None:
        """Statements of earlier days, the newest first."""
        self.history = list(statements)[:MAX_HISTORY]
        self._view.set_history(self.history)

    def run(self) -> None:
        """Run the statement; one that writes is shown first."""
        sql = self._view.editor.toPlainText().strip()
        if not sql or self.is_running:
            return
        self._remember(sql)
        if self._view.writing.isChecked() and not sql.lower().startswith(_READERS):
            self._start(lambda limit: self._sql.preview(sql, limit), self._on_previewed, WRITE_SECONDS)
        else:
            self._start(lambda limit: self._sql.read(sql, limit), self._on_read)

    def explain(self) -> None:
        """Say how the statement would be run."""
        sql = self._view.editor.toPlainText().strip()
        if sql and not self.is_running:
            self._start(lambda limit: self._sql.plan(sql, limit), self._on_planned)

    def commit(self) -> None:
        """Make the changes that are shown."""
        preview = self._preview
        if preview is not None and not self.is_running:
            intent = write_sql(self._data, preview)
            self._start(
                lambda limit: intent.work(limit, lambda _rows: None),
                lambda entry: self._on_written(intent.done_words(entry)),
                WRITE_SECONDS,
            )

    def cancel(self) -> None:
        """End the statement under way."""
        if self._deadline is not None:
            self._deadline.revoke()

    def _drop(self) -> None:
        self._preview = None
        self._view.show_grid()
        self._view.say("Nothing was changed.")

    def _start(
        self, work: Callable[[Deadline], T], done: Callable[[T], None], seconds: float = SECONDS
    ) -> None:
        deadline = self._deadline = Deadline(seconds)
        self._view.set_running(True)
        self._view.say("Running…")

        def finished(found: T) -> None:
            self._end()
            done(found)

        self._operation = self._context.operations.run_long(
            lambda: work(deadline), owner=self, done=finished, failed=self._on_failed
        )

    def _end(self) -> None:
        self._deadline = self._operation = None
        self._view.set_running(False)

    def _on_failed(self, error: Exception) -> None:
        self._end()
        self._view.show_grid()
        if isinstance(error, ReadCancelled):
            self._view.say("Cancelled.")
        elif isinstance(error, KnownError):
            self._view.say(str(error), is_error=True)
        else:
            self._view.say("The statement failed.", is_error=True)
            self._context.notify.exception(error)

    def _on_read(self, result: SqlResult) -> None:
        page = Page(_unique(result.columns), tuple(range(len(result.rows))), result.rows, False)
        self._view.rows.show_page(TableInfo("result", "view", ()), page)
        self._view.grid.set_widths({})
        self._view.show_grid()
        more = " (there are more: add a LIMIT or a WHERE)" if result.is_cut else ""
        self._view.say(f"{counted(len(result.rows), 'row')}{more} in {result.seconds * 1000:.0f} ms")

    def _on_planned(self, lines: Sequence[str]) -> None:
        self._view.show_words("\n".join(lines))
        self._view.say("How SQLite would run it")

    def _on_previewed(self, preview: SqlPreview) -> None:
        self._preview = preview
        if not preview.rows:
            self._view.show_grid()
            self._view.say("The statement would change no row.")
            return
        self._view.changes.show_changes(preview.tables)
        self._view.show_changes()
        self._view.say(f"{counted(preview.rows, 'row')} would change. Nothing is written yet.")

    def _on_written(self, words: str) -> None:
        self._preview = None
        self._view.show_grid()
        self._view.say(words)
        self.written.emit()

    def _remember(self, sql: str) -> None:
        self.history = [sql, *(one for one in self.history if one != sql)][:MAX_HISTORY]
        self._view.set_history(self.history)

    def _on_command(self, name: str) -> None:
        """Copying from the result; nothing else can be done with it."""
        kind = "text" if name == "copy-headers" else name.removeprefix("copy:")
        if name.startswith("copy"):
            copy_shown(self._view.grid, "result", kind, with_header=name == "copy-headers")


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """``a, a`` becomes ``a, a (2)``: a column is found by its name."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)
