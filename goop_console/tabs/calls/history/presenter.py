"""What "History" does: reads as far as it is scrolled, opens, repeats and compares calls."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from goop_console.services.work import Work
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.history.comparing import Comparison, compare_records
from goop_console.tabs.calls.history.filter import HistoryFilter, HistoryPart, read_part
from goop_console.tabs.calls.history.view import HistoryView
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.running import keep_outcome, start_call
from goop_console.tabs.calls.model.stored import call_again, stored_outcome
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import Caller, CallHandle, CallResult, Origin

_SOON_MS = 400  # pages may call many times a second


class HistoryPresenter(QObject):
    """One reading and one repeated call at a time."""

    def __init__(self, context: TabContext, tester: Tester, view: HistoryView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._filter = HistoryFilter()
        self._after: int | None = None
        self._is_reading = self._is_dirty = self._begins_anew = False
        self._is_stale = False  # a page called since the last reading began
        self._is_unread = False  # the last reading failed, and the error line says so
        self._met: dict[str, str] = {}  # callers of the entries that were read: names, and what finds them
        self._met_scripts: set[str] = set()
        self._scripts: tuple[str, ...] = ()
        self._count = 0
        self._running: CallHandle | None = None
        self._connect()
        self.read(is_new=True)

    def _connect(self) -> None:
        view = self._view
        view.filter_changed.connect(self._on_filter_changed)
        view.model.more_requested.connect(self._read_more)
        view.opened.connect(self.open_current)
        view.again_requested.connect(self.run_again)
        view.debug_requested.connect(self.debug)
        view.cancel_requested.connect(self.cancel)
        view.compare_requested.connect(self.compare)
        view.clear_requested.connect(self._ask_clear)
        view.question.confirmed.connect(self.clear)
        self._tester.outcome_recorded.connect(lambda _: self.read())
        self._tester.callers_changed.connect(self._offer)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SOON_MS)
        self._soon.timeout.connect(self.read)
        self._context.session.call_finished.connect(self._on_call_finished)
        self._context.session.scripts_changed.connect(lambda _: self._read_scripts())
        self._read_scripts()

    @property
    def is_settled(self) -> bool:
        is_still = self._work.is_settled and not self._soon.isActive()
        return is_still and self._running is None and self._view.search.is_settled

    # reading

    def _on_call_finished(self, result: CallResult) -> None:
        """A visitor's page called; its call is kept a moment after it has ended."""
        if result.origin is not Origin.PAGE:
            return
        self._is_stale = True
        if self._view.isVisible() and not self._soon.isActive():
            self._soon.start()

    def catch_up(self) -> None:
        """Read what pages called while something else was in view."""
        if self._is_stale:
            self.read()

    def _read_scripts(self) -> None:
        engine = self._engine

        def work() -> tuple[set[str], tuple[Caller, ...]]:
            return {
                *(one.name for one in engine.scripts.all()),
                *engine.history.scripts(),
            }, engine.history.callers()

        def done(found: tuple[set[str], tuple[Caller, ...]]) -> None:
            self._scripts, callers = tuple(found[0]), found[1]
            self._met.update((one.name, one.label or one.id) for one in callers)
            self._offer()

        self._work.run(work, done=done, failed=self._fail)

    def _offer(self) -> None:
        """Who can be filtered by: who may call now, and who is no longer known but called; the same of
        scripts.
        """
        now = self._tester.callers()
        names = {one.name for one in now}
        gone = [
            (self._met[name], f"{name} (not known now)") for name in sorted(self._met) if name not in names
        ]
        self._view.offer(
            [*((one.id, one.title) for one in now), *gone], sorted({*self._scripts, *self._met_scripts})
        )

    def _meet(self, part: HistoryPart) -> None:
        self._met.update((entry.caller.name, entry.caller.label or entry.caller.id) for entry in part.entries)
        self._met_scripts.update(entry.script for entry in part.entries if entry.script)
        self._offer()

    def _on_filter_changed(self) -> None:
        self._filter = self._view.filter()
        self.read(is_new=True)

    def read(self, *, is_new: bool = False) -> None:
        """Read the newest entries; ``is_new``: others than before are wanted, the list begins anew."""
        self._begins_anew |= is_new
        self._is_stale = False
        self._is_dirty = self._is_reading
        if self._is_reading:
            return
        self._is_reading = True
        engine, wanted, begins_anew = self._engine, self._filter, self._begins_anew
        self._begins_anew = False

        def done(part: HistoryPart) -> None:
            self._is_reading = False
            if wanted == self._filter:
                self._show(part, is_new=begins_anew)
            if self._is_dirty:
                self.read()

        def failed(text: str) -> None:
            self._is_reading = False
            self._begins_anew |= begins_anew
            self._is_unread = True
            self._fail(text)
            if not self._view.model.rowCount():
                self._view.show_unreadable()
            if self._is_dirty:
                self.read()

        self._work.run(lambda: read_part(engine, wanted), done=done, failed=failed)

    def _show(self, part: HistoryPart, *, is_new: bool) -> None:
        view, model = self._view, self._view.model
        if self._is_unread:
            self._is_unread = False
            view.error.say("")
        chosen = [model.entry(row).id for row in view.table.rows()]
        if is_new:
            model.set_entries(part.entries, has_more=part.after is not None)
        if is_new or model.update(part.entries, has_more=part.after is not None):
            self._after = part.after
            view.table.choose([row for row in map(model.row_of, chosen) if row >= 0])
        self._meet(part)
        self._say(part)

    def _say(self, part: HistoryPart) -> None:
        self._count = part.count
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
                self._meet(part)
                self._say(part)
            else:
                self._view.model.stop_asking()  # the list began anew meanwhile

        def failed(text: str) -> None:
            self._view.model.stop_asking()
            self._fail(text)

        self._work.run(lambda: read_part(engine, wanted, after), done=done, failed=failed)

    def _fail(self, text: str) -> None:
        """Say what went wrong, until the next thing is tried; an empty ``text`` takes it away."""
        self._view.error.say(text)

    def _say_choose(self, what: str) -> None:
        """A key was pressed that is for so many calls."""
        if self._running is None:
            self._view.say(f"Choose {what} in the list first.")

    # one call

    def open_current(self) -> None:
        """Show the current call on the call page, its request in the form."""
        entry = self._view.entry()
        if entry is None:
            self._say_choose("one call")
            return
        self._fail("")
        engine, choices = self._engine, self._tester.callers()
        self._work.run(
            lambda: stored_outcome(engine, engine.history.entry(entry.id), choices),
            done=self._tester.show_outcome,
            failed=self._fail,
        )

    def run_again(self) -> None:
        """Make the current call again, dry or for real as it was, as the same caller with the role that they
        have now.
        """
        entry = self._view.entry()
        if self._running is not None:
            return
        if entry is None:
            self._say_choose("one call")
            return
        self._fail("")
        engine, choices = self._engine, self._tester.callers()
        self._work.run(lambda: call_again(engine, entry.id, choices), done=self._start, failed=self._fail)

    def debug(self) -> None:
        """The current call as a dry run in the debugger."""
        entry = self._view.entry()
        if entry is None:
            self._say_choose("one call")
        else:
            self._context.navigate("scripts", debug_call=entry.call_id)

    def _start(self, call: PreparedCall) -> None:
        if self._running is not None:
            return
        engine = self._engine
        self._running = start_call(engine, call)
        self._view.show_running(f"Running {call.title} as {call.caller.title}…")

        def done(outcome: CallOutcome) -> None:
            self._end()
            self._tester.show_outcome(outcome)

        def failed(text: str) -> None:
            self._end()
            self._fail(f"The call could not be made: {text}")

        self._work.follow(
            self._running, lambda result: keep_outcome(engine, call, result), done=done, failed=failed
        )

    def _end(self) -> None:
        self._running = None
        self._view.show_idle()
        self.read()

    def cancel(self) -> None:
        """End the call that is repeated."""
        if self._running is not None:
            self._running.cancel()
            self._view.say("Cancelling…")

    # several calls

    def compare(self) -> None:
        """Compare the two chosen calls."""
        rows = self._view.table.rows()
        if len(rows) != 2:
            self._say_choose("two calls")
            return
        self._fail("")
        engine = self._engine
        first, second = (self._view.model.entry(row).id for row in rows)

        def done(comparison: Comparison) -> None:
            self._view.show_comparison()
            self._view.compare.show_comparison(comparison)

        self._work.run(
            lambda: compare_records(engine.history.entry(first), engine.history.entry(second)),
            done=done,
            failed=self._fail,
        )

    def _ask_clear(self) -> None:
        what = (
            f"{counted(self._count, 'call')} will be forgotten, with every result: "
            "all of this site, not only those in view."
        )
        effect = f"{what} This cannot be undone. The site itself stays."
        self._view.question.ask("Clear the history?", effect)

    def clear(self) -> None:
        """Forget every call."""
        engine = self._engine
        self._work.run(engine.history.clear, done=lambda _: self.read(is_new=True), failed=self._fail)
