"""What "Saved calls" does: reads the files, runs the calls, shows the results; what a person changes is in
``changing``.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QDesktopServices, QGuiApplication

from goop_console.services.work import Work
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.model.callers import caller_words, choice_of
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.running import memory_limit, outcome_of_call
from goop_console.tabs.calls.model.stranger import STRANGER
from goop_console.tabs.calls.saved.book import Book, Files, read_files
from goop_console.tabs.calls.saved.callers import choice_for, named_callers, role_of
from goop_console.tabs.calls.saved.changing import Changes
from goop_console.tabs.calls.saved.edits import Edits
from goop_console.tabs.calls.saved.expecting import offers
from goop_console.tabs.calls.saved.rows import SavedRow
from goop_console.tabs.calls.saved.runs import Runs
from goop_console.tabs.calls.saved.view import SavedView
from goop_console.tabs.tab import TabContext
from goop_console.tabs.visits.visits import Visits
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.json_line import json_line
from lua_engine import CallerError, CheckResult, SavedCall

_MAX_DETAILS = 2_000


class SavedPresenter(QObject):
    """Every change is written at once and can be undone; a run changes nothing in the site."""

    def __init__(self, context: TabContext, tester: Tester, view: SavedView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._book = Book()
        self._edits = Edits(self._engine.checks.files, self._work, self.read)
        self._changes = Changes(self._book, self._edits, tester, view)
        self._runs = Runs(self._engine, context.operations, context.notify, self)
        self._reading = 0  # counts readings and changes: only the newest reading is taken
        self._wanted = ""  # the call to choose when it is read
        self._undone = ""  # the call that a change was taken back of
        self._failed: tuple[str, str] | None = None  # what was not kept: the name that was typed, the reason
        self.visits = Visits(context, view, QDesktopServices.openUrl)
        self._connect()
        folder = self._engine.site.console_dir / "calls"
        self._view.show_folder(".goop-console/calls/  ·  good in git", str(folder))
        self._view.copy.clicked.connect(lambda: self._copy_path(str(folder)))

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        view.run_requested.connect(self.run)
        view.run_all_requested.connect(self.run_all)
        view.cancel_requested.connect(self.cancel)
        view.open_requested.connect(self.open_current)
        view.visits_requested.connect(lambda: self.visits.open())
        self.visits.changed.connect(self.read)
        view.chosen.connect(self._show_current)
        self._runs.checked.connect(self._on_checked)
        self._runs.ended.connect(self._on_ended)
        self._runs.failed.connect(self._on_run_failed)
        self._changes.put.connect(self._show_rows)
        self._changes.written.connect(self._on_written)
        self._changes.failed.connect(self._on_change_failed)
        self._changes.expected.connect(self._on_expected)
        self._changes.undone.connect(self._on_undone)
        self._tester.callers_changed.connect(self.read)
        session.groups_changed.connect(self.read)
        session.closing.connect(self._runs.close)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled and self._runs.is_settled and self.visits.is_settled

    # reading and showing

    def read(self) -> None:
        """Read the files again: an editor or git may have changed them."""
        if self._edits.is_busy:
            return  # it is read when everything is written
        self._reading += 1
        engine, number = self._engine, self._reading
        self._work.run(
            lambda: read_files(engine),
            done=lambda files: self._on_read(files, number),
            failed=self._say_failed,
        )

    def open_call(self, name: str) -> None:
        """Choose the saved call of that name, once the files are read."""
        self._wanted = name
        self.read()

    def _on_read(self, files: Files, number: int) -> None:
        if number != self._reading or self._edits.is_busy:
            return
        undone, self._undone = self._undone, ""
        self._book.take(files, kept=undone)
        self._view.show_problems(files.problems)
        self._view.show_visits(files.visits)
        wanted, self._wanted = self._wanted, ""
        self._show_rows(wanted)
        self._look_again(undone)
        if self._failed is not None:
            self._view.editor.say_failed(self._failed[1], self._failed[0])
            self._failed = None

    def _show_rows(self, wanted: str = "") -> None:
        row, rows = self._view.current(), self._book.rows()
        self._view.show_rows(rows, wanted or (row.saved.name if row is not None else ""))
        if not self._runs.is_running:
            self._view.show_idle(has_calls=bool(rows))
        self._show_current()

    def _show_current(self) -> None:
        row = self._view.current()
        if row is None:
            return
        saved, title = row.saved, row.saved.request.title
        callers = named_callers(self._book.files.callers, self._tester.callers())
        self._view.editor.show_call(
            saved,
            title,
            f"{json_line(title, _MAX_DETAILS)}\n{json_line(saved.request.argument, _MAX_DETAILS)}",
            callers,
        )
        result = row.result.result if row.result is not None else None
        self._view.result.show_row(row, self._outcome(row), offers(result) if result is not None else ())

    def _outcome(self, row: SavedRow) -> CallOutcome | None:
        result = row.result.result if row.result is not None else None
        if result is None:
            return None
        choice = choice_of(result.caller, role_of(row.saved.caller), self._tester.callers())
        call = PreparedCall(row.saved.request, choice, is_dry=True)
        return CallOutcome(call, result, memory_limit(self._engine))

    def _say_failed(self, text: str) -> None:
        self._view.say(text, is_error=True)

    # after a change

    def _on_written(self, name: str) -> None:
        self._wanted = name

    def _on_change_failed(self, name: str, typed: str, text: str) -> None:
        self._wanted, self._failed = name, (typed, text)

    def _on_expected(self, saved: SavedCall) -> None:
        self._look_again(saved.name)

    def _on_undone(self, name: str) -> None:
        self._undone = name

    def _look_again(self, name: str) -> None:
        """The last result of the call stays in view until there is a new one."""
        row = next((one for one in self._book.rows() if one.saved.name == name), None)
        if row is not None and row.result is not None:
            self._runs.look_again(row.saved)

    # running

    def run(self) -> None:
        """Run the chosen call."""
        row = self._view.current()
        if row is not None:
            self._start((row.saved,))

    def run_all(self) -> None:
        """Run every saved call."""
        self._start(self._book.calls)

    def _start(self, calls: tuple[SavedCall, ...]) -> None:
        if self._runs.is_running or not calls:
            return
        self._runs.start(calls)
        self._view.show_running("Running…" if len(calls) == 1 else f"Running {len(calls)} calls…")

    def _on_checked(self, result: CheckResult) -> None:
        if self._book.note(result):
            self._show_rows()
        if self._runs.progress:
            self._view.say(self._runs.progress)

    def _on_ended(self, results: tuple[CheckResult, ...], total: int) -> None:
        self._show_rows()
        failed = [one for one in results if not one.passed]
        left = f", {total - len(results)} not run" if len(results) < total else ""
        words = f"{len(results) - len(failed)} passed, {len(failed)} failed{left}"
        if total == 1 and results:
            words = "Failed" if failed else "Passed"
        elif total == 1:
            words = "Not run"
        self._view.say(words, is_error=bool(failed))

    def _on_run_failed(self, text: str) -> None:
        self._show_rows()
        self._say_failed(text)

    def cancel(self) -> None:
        """End the call under way, and begin no other."""
        if self._runs.cancel():
            self._view.say("Cancelling…")

    # ways out

    def open_current(self) -> None:
        """Show the chosen call on the call page: its last run when there is one, else its request."""
        row = self._view.current()
        if row is None:
            return
        outcome = self._outcome(row)
        if outcome is not None:
            self._open_outcome(outcome)
        else:
            self._open_request(row.saved)

    def _open_outcome(self, outcome: CallOutcome) -> None:
        engine = self._engine

        def read() -> CallOutcome:
            return outcome_of_call(engine, outcome.call, outcome.result)

        self._work.run(read, done=self._tester.show_outcome, failed=self._say_failed)

    def _open_request(self, saved: SavedCall) -> None:
        engine, choices = self._engine, self._tester.callers()

        def who() -> CallerChoice:
            try:
                return choice_for(engine, saved, choices)
            except CallerError:
                return CallerChoice(
                    saved.caller, caller_words(saved.caller)[0], STRANGER
                )  # nobody: the chip says so, and nothing runs

        self._work.run(
            who,
            done=lambda choice: self._tester.open_call(PreparedCall(saved.request, choice, is_dry=True)),
            failed=self._say_failed,
        )

    def _copy_path(self, folder: str) -> None:
        QGuiApplication.clipboard().setText(folder)
        self._context.notify.info("Copied the folder's path")
