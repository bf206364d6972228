"""What "Saved calls" does: keeps calls as files, runs them, and makes expectations of what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from goop_console.tabs.calls.pages.asking import (
    caller_text,
    caller_words,
    choice_of,
    outcome_from,
    proposed_name,
    request_from,
    saved_of,
    target_words,
)
from goop_console.tabs.calls.pages.work import Work
from goop_console.tabs.calls.request import CallOutcome
from goop_console.tabs.calls.saved.edits import Edits
from goop_console.tabs.calls.saved.expecting import ExpectedValueError, expectation_words, offers, with_added, with_value
from goop_console.tabs.calls.saved.rows import SavedRow
from goop_console.tabs.calls.saved.view import SavedView
from goop_console.tabs.calls.stranger import STRANGER
from goop_console.tabs.calls.tester import Tester
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import CheckResult, Engine, Expectation, SavedCall

_MAX_DETAILS = 2_000


@dataclass(frozen=True, slots=True)
class Files:
    """One reading of the folder."""

    calls: tuple[SavedCall, ...]
    problems: tuple[str, ...]
    callers: tuple[str, ...]


def read_files(engine: Engine) -> Files:
    files = engine.saved_calls
    return Files(files.all(), tuple(one for one in files.problems() if ".call.json" in one), engine.matrix_callers())


class SavedPresenter(QObject):
    """Every change is written at once and can be undone; a run changes nothing in the site."""

    _ran = Signal(object)  # CheckResult, from the worker's thread

    def __init__(self, context: TabContext, tester: Tester, view: SavedView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._files = Files((), (), ())
        self._results: dict[str, CheckResult] = {}
        self._cancelled: threading.Event | None = None
        self._wanted = ""  # the call to choose when it is read
        self._wants_run = ""  # the call to run then: something else is expected of it
        self._edits = Edits(self._engine.saved_calls, self._work)
        self._folder = self._engine.site.console_dir / "calls"
        self._connect()
        self._view.folder.setText(".goop-console/calls/  ·  good in git")
        self._view.folder.setToolTip(str(self._folder))
        self.read()

    def _connect(self) -> None:
        view, editor, session = self._view, self._view.editor, self._context.session
        self._ran.connect(self._on_ran, Qt.ConnectionType.QueuedConnection)
        view.save_wanted.connect(self.ask_name)
        view.save_bar.saved.connect(self.save_current)
        view.run_wanted.connect(self.run)
        view.run_all_wanted.connect(self.run_all)
        view.cancel_wanted.connect(self.cancel)
        view.undo_wanted.connect(self.undo)
        view.open_wanted.connect(self.open_current)
        view.delete_wanted.connect(self.delete)
        view.chosen.connect(self._show_current)
        view.copy.clicked.connect(self._copy_path)
        view.result.expected.connect(self.expect)
        editor.renamed.connect(lambda name: self._change(name=name))
        editor.described.connect(lambda text: self._change(description=text))
        editor.caller_chosen.connect(lambda text: self._change(caller=text))
        editor.request_wanted.connect(self.take_request)
        editor.value_given.connect(self._on_value_given)
        editor.expectation_removed.connect(self._on_expectation_removed)
        self._tester.callers_changed.connect(self.read)
        session.groups_changed.connect(self.read)
        self._context.theme.changed.connect(self._on_theme_changed)

    def _on_theme_changed(self) -> None:
        self._view.set_colors(self._context.theme.colors)

    @property
    def is_settled(self) -> bool:
        return self._cancelled is None and self._work.is_settled

    # reading

    def read(self) -> None:
        """Read the files again: an editor or git may have changed them."""
        engine = self._engine
        self._work.run(lambda: read_files(engine), done=self._on_read, failed=lambda text: self._view.say(text, is_error=True))

    def _on_read(self, files: Files) -> None:
        kept = ((one, self._results.get(one.name)) for one in files.calls)
        self._results = {one.name: result for one, result in kept if result is not None and result.saved == one}
        self._files = files
        self._view.problems.say("\n".join(f"Damaged: {problem}" for problem in files.problems))
        self._show_rows()
        wanted, self._wants_run = self._wants_run, ""
        self._start(tuple(one for one in files.calls if one.name == wanted), is_quiet=True)

    def _show_rows(self) -> None:
        view, row = self._view, self._view.current()
        wanted, self._wanted = self._wanted or (row.saved.name if row is not None else ""), ""
        place = max(0, view.table.currentIndex().row())
        view.model.set_records([SavedRow(one, self._results.get(one.name)) for one in self._files.calls])
        if self._cancelled is None:
            view.show_idle(has_calls=bool(self._files.calls))
        names = [one.name for one in self._files.calls]
        if names:
            view.table.setCurrentIndex(view.model.index(names.index(wanted) if wanted in names else min(place, len(names) - 1), 0))
        self._show_current()

    def _show_current(self) -> None:
        row = self._view.current()
        if row is None:
            return
        saved = row.saved
        details = json.dumps(saved.argument, ensure_ascii=False, indent=1, default=str)[:_MAX_DETAILS]
        self._view.editor.show_call(saved, target_words(saved), f"{target_words(saved)}\n{details}", self._caller_choices())
        came = row.result.rehearsal if row.result is not None else None
        self._view.result.show_result(row.result, self._outcome(row), offers(came) if came is not None else ())

    def _caller_choices(self) -> list[tuple[str, str]]:
        choices = self._tester.callers()
        found = [(text, "member: " + caller_words(text)[0] if text.startswith("role:") else text) for text in self._files.callers]
        for one in choices:
            text = caller_text(one, choices)
            if text not in {known for known, _ in found}:
                found.append((text, one.title))
        return found

    def _outcome(self, row: SavedRow) -> CallOutcome | None:
        came = row.result.rehearsal if row.result is not None else None
        if came is None:
            return None
        role = _role_of(row.saved.caller)
        request = request_from(row.saved, choice_of(came.result.caller, role, self._tester.callers()))
        return outcome_from(request, came.result, came.diff, self._engine.settings.max_memory_mb * 1024 * 1024)

    # saving and changing

    def ask_name(self) -> None:
        """Ask under which name the current call is saved."""
        request = self._tester.current_request()
        if request is None:
            self._view.say("The form of the Call page cannot be sent as it stands: correct it there first.", is_error=True)
            return
        self._view.save_bar.ask(proposed_name(request, [one.name for one in self._files.calls]))

    def save_current(self, name: str) -> None:
        """Save what stands in the form of the call page as ``name``."""
        request = self._tester.current_request()
        if request is None:
            self._view.save_bar.error.say("The form of the Call page cannot be sent as it stands: correct it there first.")
            return
        if any(one.name.casefold() == name.casefold() for one in self._files.calls):
            self._view.save_bar.error.say(f"There is a saved call “{name}” already: choose another name.")
            return
        saved = saved_of(request, name, caller_text(request.caller, self._tester.callers()))

        def done(words: str) -> None:
            self._view.save_bar.hide()
            self._on_changed(name, words)

        self._edits.do(None, saved, f"“{name}” is saved", done, self._view.save_bar.error.say)

    def take_request(self) -> None:
        """The chosen call asks for what stands in the form of the call page."""
        request = self._tester.current_request()
        if request is None:
            self._view.editor.error.say("The form of the Call page cannot be sent as it stands: correct it there first.")
            return
        self._change(kind=request.kind, target=request.target, argument=saved_of(request, "", "").argument)

    def _change(self, **changes: object) -> None:
        row = self._view.current()
        if row is None:
            return
        after = replace(row.saved, **changes)  # type: ignore[arg-type]  # fields of SavedCall, each from its own widget
        if after == row.saved:
            return
        is_taken = any(one.name.casefold() == after.name.casefold() and one.name != row.saved.name for one in self._files.calls)
        if is_taken:
            self._view.editor.error.say(f"There is a saved call “{after.name}” already: choose another name.")
            return
        is_expectation = after == replace(row.saved, expect=after.expect)

        def done(words: str) -> None:
            if is_expectation and row.result is not None:
                self._results[after.name] = replace(row.result, saved=after)  # what came stays in view until it has run again
                self._wants_run = after.name
            self._on_changed(after.name, words)

        self._edits.do(row.saved, after, f"“{after.name}” is changed", done, self._say_failed)

    def _say_failed(self, text: str) -> None:
        self._view.editor.error.say(text)

    def _on_changed(self, name: str, words: str) -> None:
        self._view.editor.error.say("")
        self._wanted = name
        self._view.say(f"{words}. Ctrl+Z takes it back.")
        self.read()

    def delete(self) -> None:
        """Delete the chosen call; it can be brought back."""
        row = self._view.current()
        if row is None:
            return
        saved = row.saved

        def done(words: str) -> None:
            self._view.notice.tell("info", words, str(saved.path or ""), [("Undo", self.undo)])
            self.read()

        self._edits.do(saved, None, f"“{saved.name}” is deleted", done, self._say_failed)

    def undo(self) -> None:
        """Take the last change back."""

        def done(words: str, name: str) -> None:
            self._view.notice.hide()
            self._on_changed(name, words)
            self._view.say(words)

        self._edits.undo(done, lambda text: self._view.say(text, is_error=True))

    # expectations

    def expect(self, one: Expectation) -> None:
        """From now on ``one`` must hold of the chosen call."""
        row = self._view.current()
        if row is not None:
            self._change(expect=with_added(row.saved.expect, one))
            self._view.say(f"Expected: {expectation_words(one)}")

    def _on_value_given(self, place: int, text: str) -> None:
        row = self._view.current()
        if row is None or not 0 <= place < len(row.saved.expect):
            return
        try:
            changed = with_value(row.saved.expect[place], text)
        except ExpectedValueError as error:
            self._view.editor.error.say(str(error))
            return
        self._change(expect=(*row.saved.expect[:place], changed, *row.saved.expect[place + 1 :]))

    def _on_expectation_removed(self, place: int) -> None:
        row = self._view.current()
        if row is not None:
            self._change(expect=tuple(one for at, one in enumerate(row.saved.expect) if at != place))

    # running

    def run(self) -> None:
        """Run the chosen call."""
        row = self._view.current()
        if row is not None:
            self._start((row.saved,))

    def run_all(self) -> None:
        """Run every saved call."""
        self._start(self._files.calls)

    def _start(self, calls: Sequence[SavedCall], *, is_quiet: bool = False) -> None:
        if self._cancelled is not None or not calls:
            return
        engine, cancelled = self._engine, threading.Event()
        self._cancelled = cancelled
        if not is_quiet:
            self._view.show_running(f"0 of {len(calls)}" if len(calls) > 1 else "Running…")

        def work() -> tuple[CheckResult, ...]:
            results = []
            for call in calls:
                if cancelled.is_set():
                    break
                results.append(engine.run_check(call))
                self._ran.emit(results[-1])
            return tuple(results)

        self._work.run(work, done=lambda results: self._on_done(results, 0 if is_quiet else len(calls)), failed=self._on_failed)

    def _on_ran(self, result: CheckResult) -> None:
        if result.saved in self._files.calls:
            self._results[result.saved.name] = result
            self._show_rows()

    def _on_done(self, results: tuple[CheckResult, ...], total: int) -> None:
        self._cancelled = None
        self._results.update({one.saved.name: one for one in results if one.saved in self._files.calls})
        self._show_rows()
        if not total:
            return
        failed = [one for one in results if not one.passed]
        words = f"{len(results) - len(failed)} passed, {len(failed)} failed" + (f", {total - len(results)} not run" if len(results) < total else "")
        self._view.say(words if total > 1 else "Failed" if failed else "Passed", is_error=bool(failed))

    def _on_failed(self, text: str) -> None:
        self._cancelled = None
        self._show_rows()
        self._view.say(text, is_error=True)

    def cancel(self) -> None:
        """Begin no further call."""
        if self._cancelled is not None:
            self._cancelled.set()
            self._view.say("Cancelling after the call that runs now…")

    # ways out

    def open_current(self) -> None:
        """Show the chosen call on the call page: its last run when there is one, else its request."""
        row = self._view.current()
        if row is None:
            return
        outcome = self._outcome(row)
        if outcome is not None:
            self._tester.show_outcome(outcome)
            return
        self._tester.open_request(request_from(row.saved, self._who(row.saved.caller)))

    def _who(self, text: str) -> CallerChoice:
        """The caller that a file names, as the tester knows them; else one whom it does not know, and says so."""
        choices = self._tester.callers()
        named = next((one for one in choices if text in (one.id, caller_text(one, choices))), None)
        member = next((one for one in choices if f"role:{one.role}" == text), None)
        return named or member or CallerChoice(text, caller_words(text)[0], STRANGER)

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(str(self._folder))
        self._context.notify.info("Copied the folder's path")


def _role_of(text: str) -> str:
    """The role that a file names; empty where it names none."""
    return "owner" if text == "owner" else text.removeprefix("role:") if text.startswith("role:") else ""
