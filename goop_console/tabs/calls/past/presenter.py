"""What "History" does: reads as far as it is scrolled, opens, repeats and compares calls."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from goop_console.tabs.calls.pages.asking import choice_of, outcome_from
from goop_console.tabs.calls.pages.work import Work
from goop_console.tabs.calls.past.comparing import Comparison, compare_records
from goop_console.tabs.calls.past.filter import HistoryFilter, HistoryPart, read_part
from goop_console.tabs.calls.past.model import entry_words
from goop_console.tabs.calls.past.view import PastView
from goop_console.tabs.calls.request import CallOutcome, CallRequest, request_of
from goop_console.tabs.calls.running import RunningCall, source_excerpt
from goop_console.tabs.calls.stranger import SOURCE, STRANGER
from goop_console.tabs.calls.tester import Tester
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.wording import counted
from lua_engine import CallerError, Engine, HistoryEntry, HistoryRecord


class PastPresenter(QObject):
    """One reading and one repeated call at a time."""

    def __init__(self, context: TabContext, tester: Tester, view: PastView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._filter = HistoryFilter()
        self._after: int | None = None
        self._is_reading = self._is_dirty = False
        self._running: RunningCall | None = None
        self._connect()
        self.read()

    def _connect(self) -> None:
        view = self._view
        view.filter_changed.connect(self._on_filter_changed)
        view.model.more_wanted.connect(self._read_more)
        view.opened.connect(self.open_current)
        view.again_wanted.connect(self.run_again)
        view.cancel_wanted.connect(self.cancel)
        view.compare_wanted.connect(self.compare)
        view.clear_wanted.connect(self._ask_clear)
        view.question.confirmed.connect(self.clear)
        self._tester.outcome_recorded.connect(lambda _: self.read())
        self._tester.callers_changed.connect(self._offer)
        self._context.session.scripts_changed.connect(lambda _: self._offer())
        self._context.theme.changed.connect(self._on_theme_changed)
        self._offer()

    def _on_theme_changed(self) -> None:
        self._view.set_colors(self._context.theme.colors)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled and self._running is None and self._view.search.is_settled

    # reading

    def _offer(self) -> None:
        engine, view = self._engine, self._view
        callers = [(one.id, one.title) for one in self._tester.callers()]
        self._work.run(lambda: sorted({one.name for one in engine.scripts()}), done=lambda names: view.offer(callers, names), failed=self._fail)

    def _on_filter_changed(self) -> None:
        self._filter = self._view.filter()
        self.read(is_new=True)

    def read(self, *, is_new: bool = False) -> None:
        """Read the newest entries; ``is_new``: others than before are wanted, the list begins anew."""
        if self._is_reading:
            self._is_dirty = True
            return
        self._is_reading, self._is_dirty = True, False
        engine, wanted = self._engine, self._filter

        def done(part: HistoryPart) -> None:
            self._is_reading = False
            if wanted == self._filter:
                self._show(part, is_new=is_new or self._after is None)
            if self._is_dirty or wanted != self._filter:
                self.read(is_new=True)

        def failed(text: str) -> None:
            self._is_reading = False
            self._fail(text)

        self._work.run(lambda: read_part(engine, wanted), done=done, failed=failed)

    def _show(self, part: HistoryPart, *, is_new: bool) -> None:
        view, model = self._view, self._view.model
        view.error.say("")
        chosen = [model.entry(row).id for row in view.table.rows()]
        if is_new:
            model.set_entries(part.entries, has_more=part.after is not None)
            self._after = part.after
        else:
            model.update(part.entries, has_more=part.after is not None)
        if is_new and chosen:
            row = model.row_of(chosen[0])
            if row >= 0:
                view.table.selectRow(row)
        self._say(part)

    def _say(self, part: HistoryPart) -> None:
        view, shown = self._view, self._view.model.rowCount()
        is_filtered = not self._filter.is_open
        view.show_entries(has_entries=shown > 0, is_filtered=is_filtered)
        if not shown:
            view.say("")
        elif is_filtered:
            view.say(f"{shown:,}{'+' if view.model.has_more else ''} of {counted(part.count, 'call')}")
        else:
            view.say(counted(part.count, "call"))

    def _read_more(self) -> None:
        engine, wanted, after = self._engine, self._filter, self._after

        def done(part: HistoryPart) -> None:
            if wanted == self._filter and after == self._after:
                self._after = part.after
                self._view.model.append(part.entries, has_more=part.after is not None)
                self._say(part)

        def failed(text: str) -> None:
            self._view.model.stop_asking()
            self._fail(text)

        self._work.run(lambda: read_part(engine, wanted, after), done=done, failed=failed)

    def _fail(self, text: str) -> None:
        self._view.error.say(text)

    # one call

    def open_current(self) -> None:
        """Show the current call on the call page, its request in the form."""
        entry = self._view.entry()
        if entry is None or len(self._view.table.rows()) != 1:
            return
        engine, choices = self._engine, self._tester.callers()
        limit = engine.settings.max_memory_mb * 1024 * 1024
        self._work.run(lambda: _stored(engine, entry.id, choices, limit), done=self._tester.show_outcome, failed=self._fail)

    def run_again(self) -> None:
        """Make the current call again, dry or for real as it was, as the same caller with the role that they have now."""
        entry = self._view.entry()
        if entry is None or self._running is not None or len(self._view.table.rows()) != 1:
            return
        self._view.error.say("")
        engine, choices = self._engine, self._tester.callers()
        self._work.run(lambda: _request_again(engine, entry, choices), done=self._start, failed=self._fail)

    def _start(self, request: CallRequest) -> None:
        if self._running is not None:
            return
        running = self._running = RunningCall(self._engine, request)
        self._view.show_running(f"Running {request.title} as {request.caller.title}…")

        def done(outcome: CallOutcome) -> None:
            self._end()
            self._tester.show_outcome(outcome)

        def failed(text: str) -> None:
            self._end()
            self._fail(f"The call could not be made: {text}")

        self._work.run(running.run, done=done, failed=failed)

    def _end(self) -> None:
        self._running = None
        self._view.show_idle()
        self.read()

    def cancel(self) -> None:
        """End the call that is repeated."""
        running = self._running
        if running is not None and not running.is_cancelled:
            running.is_cancelled = True
            self._view.say("Cancelling…")
            self._context.operations.run(running.cancel, owner=self, done=lambda _: None)

    # several calls

    def compare(self) -> None:
        """Compare the two chosen calls."""
        rows = self._view.table.rows()
        if len(rows) != 2:
            return
        engine = self._engine
        first, second = (self._view.model.entry(row).id for row in rows)

        def done(made: Comparison) -> None:
            self._view.show_comparison()
            self._view.compare.show_comparison(made)

        self._work.run(lambda: compare_records(engine.history.entry(first), engine.history.entry(second)), done=done, failed=self._fail)

    def _ask_clear(self) -> None:
        effect = "Every call of this site is forgotten, with its result. This cannot be undone. The site itself stays."
        self._view.question.ask("Clear the history?", effect)

    def clear(self) -> None:
        """Forget every call."""
        engine = self._engine
        self._work.run(engine.history.clear, done=lambda _: self.read(is_new=True), failed=self._fail)


def _stored(engine: Engine, entry_id: int, choices: tuple[CallerChoice, ...], limit: int) -> CallOutcome:
    """A stored call as the call page shows it. Raises :class:`StoreError`."""
    record: HistoryRecord = engine.history.entry(entry_id)
    entry, result = record.entry, record.result
    choice = replace(choice_of(result.caller, entry.role, choices), role=entry.role or STRANGER)
    request = request_of(result, choice, is_dry=entry.dry)
    excerpt = source_excerpt(engine, result.error) if result.error is not None else ()
    return outcome_from(request, result, record.diff, limit, excerpt, record.note)


def _request_again(engine: Engine, entry: HistoryEntry, choices: tuple[CallerChoice, ...]) -> CallRequest:
    """The request of a stored call, by who is known now. Raises :class:`CallerError`: without a resolved caller there is no call."""
    record = engine.history.entry(entry.id)
    known = next((one for one in choices if one.id == entry.caller.id), None)
    if known is None and entry.role:
        raise CallerError(f"{entry.caller.name} is not known any more: the call was not made again ({entry_words(entry)})")
    who = known or CallerChoice(entry.caller.id, entry.caller.name, STRANGER, source=SOURCE)
    if record.note:
        raise CallerError(f"The call was too large to be kept whole ({record.note}): open it, and run it from the form")
    return request_of(record.result, who, is_dry=entry.dry)
