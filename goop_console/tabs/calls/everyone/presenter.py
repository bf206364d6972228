"""What "Run as everyone" does: chooses calls and callers, runs the grid, shows each cell."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt

from goop_console.services.work import Work
from goop_console.tabs.calls.everyone.checks import Checks
from goop_console.tabs.calls.everyone.grid import Grid, summary
from goop_console.tabs.calls.everyone.proposal import calls_of
from goop_console.tabs.calls.everyone.run import EveryoneRun
from goop_console.tabs.calls.everyone.setup import Setup, read_setup
from goop_console.tabs.calls.everyone.view import EveryoneView
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.model.callers import choice_of, ref_of
from goop_console.tabs.calls.model.names import free_name, proposed_name
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.running import memory_limit, outcome_of_call
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import AccessCheck, AccessResult, CallerRef, Cell, SavedCall


class EveryonePresenter(QObject):
    """One run at a time. Every cell is a dry run on a copy of its own: nothing here changes the site."""

    def __init__(self, context: TabContext, tester: Tester, view: EveryoneView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._setup = Setup()
        self._peers: list[CallerRef] = []  # callers that were added by hand
        self._run: EveryoneRun | None = None
        self.checks = Checks(context, view, self._work, self)
        self._connect()
        self.read()

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        view.current_requested.connect(self.add_current)
        view.remove_requested.connect(self.remove_current)
        view.clear_requested.connect(lambda: self._set_grid(self.grid.with_calls(())))
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)
        view.open_requested.connect(self.open_cell)
        view.table.moved.connect(self._show_cell)
        view.callers.changed.connect(lambda: self._set_grid(self.grid.with_callers(view.callers.chosen())))
        view.callers.peer_added.connect(self._on_peer_added)
        view.saved_menu.aboutToShow.connect(self.fill_saved_menu)
        view.function_menu.aboutToShow.connect(self.fill_function_menu)
        self.checks.shown.connect(self._on_check_shown)
        self.checks.run_requested.connect(self.run_checks)
        self.checks.changed.connect(self.read)
        self._tester.callers_changed.connect(self.read)
        session.groups_changed.connect(self.read)
        session.scripts_changed.connect(lambda _: self._on_scripts_changed())
        session.template_changed.connect(lambda _: self.read())

    @property
    def grid(self) -> Grid:
        return self._view.model.grid

    @property
    def is_settled(self) -> bool:
        return self._run is None and self._work.is_settled

    # what there is to choose from

    def read(self) -> None:
        """Read callers, functions and files again."""
        engine = self._engine
        self._work.run(
            lambda: read_setup(engine),
            done=self._on_read,
            failed=lambda text: self._view.say(text, is_error=True),
        )

    def _on_read(self, setup: Setup) -> None:
        is_first, self._setup = not self._setup.callers, setup
        self._offer_callers()
        self.checks.set_files(setup.checks, setup.problems)
        self._view.add_saved.setEnabled(bool(setup.saved) and self._run is None)
        self._view.add_function.setEnabled(bool(setup.functions) and self._run is None)
        if is_first or (self.grid.check is None and not self.grid.cells and self._run is None):
            self._set_grid(self.grid.with_callers(self._view.callers.chosen()))

    def _offer_callers(self) -> None:
        choices, bar = self._tester.callers(), self._view.callers
        texts = {ref_of(one, choices): one for one in choices if one.role != "owner"}
        offered = [*self._setup.callers, *self._peers]
        if self.grid.check is not None:
            offered += self.grid.check.callers
        bar.offer(tuple(dict.fromkeys(offered)))
        bar.set_peers([(text, one) for text, one in texts.items() if text not in offered])

    def _on_peer_added(self, text: CallerRef) -> None:
        self._peers.append(text)
        self._offer_callers()
        self._set_grid(self.grid.with_callers(self._view.callers.chosen()))

    def fill_saved_menu(self) -> None:
        """The saved calls that there are, as they were last read."""
        menu = self._view.saved_menu
        menu.clear()
        for call in self._setup.saved:
            menu.addAction(call.name).triggered.connect(lambda _=False, call=call: self.add_calls((call,)))
        if len(self._setup.saved) > 1:
            menu.addSeparator()
            menu.addAction("All of them").triggered.connect(lambda: self.add_calls(self._setup.saved))

    def fill_function_menu(self) -> None:
        """The data functions that there are."""
        menu = self._view.function_menu
        menu.clear()
        for name in self._setup.functions:
            menu.addAction(name).triggered.connect(lambda _=False, name=name: self.add_function(name))

    # the calls

    def _names(self) -> list[str]:
        return [call.name for call in self.grid.calls]

    def add_calls(self, calls: tuple[SavedCall, ...]) -> None:
        """Add rows; one whose name is taken gets a number."""
        names, added = self._names(), []
        for call in calls:
            name = free_name(call.name, names)
            names.append(name)
            added.append(SavedCall(name, call.request))
        self._set_grid(self.grid.with_calls((*self.grid.calls, *added)))
        self._view.say(f"{counted(len(added), 'call')} added.")

    def add_current(self) -> None:
        """Add what stands in the form of the call page."""
        call = self._tester.current_call()
        if call is None:
            self._view.say(
                "The form on the Call page has an error: correct it there first.",
                is_error=True,
            )
            return
        self.add_calls((SavedCall(proposed_name(call.request, self._names()), call.request),))

    def add_function(self, name: str) -> None:
        """Add every action of a data function."""
        engine, names = self._engine, self._names()

        def done(found: tuple[tuple[SavedCall, ...], int]) -> None:
            calls, sampled = found
            self.add_calls(calls)
            if sampled:
                self._view.say(
                    f"{counted(len(calls), 'call')} added, {sampled} with made-up params: "
                    "point at a row's name to see them."
                )

        self._work.run(
            lambda: calls_of(engine, name, names),
            done=done,
            failed=lambda text: self._view.say(text, is_error=True),
        )

    def remove_current(self) -> None:
        """Take the call of the current row out."""
        row = self._view.table.currentIndex().row()
        if row >= 0 and self._run is None:
            self._set_grid(
                self.grid.with_calls(call for place, call in enumerate(self.grid.calls) if place != row)
            )

    def _set_grid(self, grid: Grid) -> None:
        if self._run is not None:
            return
        if grid.check is None:
            self._view.notice.hide()
        self._view.model.set_grid(grid)
        self._show_grid()

    def _show_grid(self) -> None:
        grid = self.grid
        if self._run is None:
            self._view.show_idle(can_run=bool(grid.size), can_save=grid.is_complete)
            size = f"{len(grid.calls)} × {len(grid.callers)} = {grid.size} cells" if grid.calls else ""
            self._view.say(summary(grid) if grid.cells else size)
        self._view.show_grid(has_calls=bool(grid.calls))
        self._show_cell()

    # running

    def run(self) -> None:
        """Run the grid that is shown; one that is a check is compared with what it expects."""
        if self.grid.size and self._run is None:
            self._start((self.grid.check,) if self.grid.check is not None else ())

    def run_checks(self, checks: tuple[AccessCheck, ...]) -> None:
        """Run stored checks, one after the other."""
        if self._run is None and checks:
            self._start(checks)

    def _start(self, checks: tuple[AccessCheck, ...]) -> None:
        grid, view = self.grid, self._view
        is_shown = not checks or any(grid.check is not None and one.name == grid.check.name for one in checks)
        run = self._run = EveryoneRun(self._engine, grid.without_cells(), checks, self)
        run.cell_finished.connect(self._on_cell, Qt.ConnectionType.QueuedConnection)
        if is_shown:
            view.notice.hide()
            view.model.set_grid(grid.without_cells(), is_running=True)
        view.show_running(0, run.total)
        self._show_cell()
        self._work.run_long(run.work, done=self._on_done, failed=self._on_failed)

    def _on_cell(self, check: str, cell: Cell) -> None:
        run = self._run
        if run is None:
            return
        run.done += 1
        if not run.is_cancelled:
            self._view.show_running(run.done, run.total)
        shown = self.grid.check.name if self.grid.check is not None else ""
        if check == shown:
            self._view.model.add_cell(cell)
            index = self._view.table.currentIndex()
            if index.isValid() and self._view.model.cell(index) is cell:
                self._show_cell()

    def cancel(self) -> None:
        """End the cell under way, and begin no other."""
        if self._run is not None:
            self._run.cancel()
            self._view.say("Cancelling…")

    def _on_done(self, results: tuple[AccessResult, ...]) -> None:
        run = self._end()
        self.checks.set_results(results)
        if run is not None and run.is_cancelled:
            self._view.say(f"Cancelled: {run.done} of {run.total} cells ran.")
        self.checks.run_if_wanted()

    def _on_failed(self, text: str) -> None:
        self._end()
        self._view.notice.say("error", "The calls could not be made", text)

    def _end(self) -> EveryoneRun | None:
        run, self._run = self._run, None
        self._view.model.set_grid(self.grid)
        self._show_grid()
        return run

    def _on_scripts_changed(self) -> None:
        self.read()
        if not self.checks.run_on_change() and self.grid.cells and self._run is None:
            self._view.say("A script changed since: run again (Ctrl+Enter).")

    # checks

    def _on_check_shown(self, grid: Grid) -> None:
        if self._run is None:
            self._view.model.set_grid(grid)
            self._offer_callers()
            self._view.callers.choose(grid.callers)
            self._show_grid()

    # one cell

    def _outcome(self, cell: Cell) -> CallOutcome | None:
        saved = self.grid.call(cell.call)
        if saved is None:
            return None
        caller = choice_of(cell.result.caller, cell.role, self._tester.callers())
        call = PreparedCall(saved.request, caller, is_dry=True)
        return CallOutcome(call, cell.result, memory_limit(self._engine))

    def _show_cell(self) -> None:
        cell = self._view.model.cell(self._view.table.currentIndex())
        outcome = self._outcome(cell) if cell is not None else None
        mark = self.grid.mark(cell) if cell is not None else None
        self._view.detail.show_outcome(outcome, mark.words if mark is not None else "")
        self._view.detail.setVisible(self._view.table.currentIndex().isValid())

    def open_cell(self) -> None:
        """Show the current cell on the call page; one that did not run yet only fills the form."""
        index = self._view.table.currentIndex()
        cell = self._view.model.cell(index)
        outcome = self._outcome(cell) if cell is not None else None
        if outcome is not None:
            self._open(outcome)
        elif index.isValid():
            choices = self._tester.callers()
            text = self.grid.callers[index.column()]
            who = next((one for one in choices if ref_of(one, choices) == text), None)
            if who is None:
                self._view.say("Run the grid first: it finds out who this caller is.", is_error=True)
            else:
                self._tester.open_call(PreparedCall(self.grid.calls[index.row()].request, who, is_dry=True))

    def _open(self, outcome: CallOutcome) -> None:
        engine = self._engine

        def read() -> CallOutcome:
            return outcome_of_call(engine, outcome.call, outcome.result)

        self._work.run(
            read, done=self._tester.show_outcome, failed=lambda text: self._view.say(text, is_error=True)
        )
