"""Stored checks: shown, saved, deleted, run again, and told when somebody may do what they may not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from goop_console.services.intents import Intent, Intents
from goop_console.services.work import Work
from goop_console.tabs.calls.everyone import intents
from goop_console.tabs.calls.everyone.grid import Grid, grid_of, mark_of
from goop_console.tabs.calls.everyone.view import EveryoneView
from goop_console.tabs.calls.model.callers import caller_words
from goop_console.tabs.calls.model.names import free_name
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import AccessCheck, AccessResult, Cell

if TYPE_CHECKING:
    from goop_console.widgets.message_bar import Action

_WATCH = "calls.run_checks_when_scripts_change"
_MAX_TOLD = 6


class Checks(QObject):
    """The files of the checks, and the last result of each."""

    shown = Signal(object)  # Grid
    run_requested = Signal(object)  # tuple[AccessCheck, ...]
    changed = Signal()  # the files are others

    def __init__(self, context: TabContext, view: EveryoneView, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._files = context.session.engine.checks.files
        self._view = view
        self._panel = view.checks
        self._intents = Intents(work)
        self._checks: tuple[AccessCheck, ...] = ()
        self._results: dict[str, AccessResult] = {}
        self._is_due = False  # a script changed and the checks did not run since
        self._is_automatic = False
        self._replaced = ""  # the name that a person was asked about
        self._confirmed = ""  # the name under which failures are expected, as a person was asked
        self._last_name = ""
        self._panel.watch.setChecked(context.settings.get(_WATCH, False) is True)
        self._connect()

    def _connect(self) -> None:
        panel = self._panel
        panel.shown.connect(self.show)
        panel.run_requested.connect(self._on_run_requested)
        panel.run_all_requested.connect(lambda: self.run_requested.emit(self._checks))
        panel.delete_requested.connect(self.delete)
        panel.watch_changed.connect(lambda is_on: self._context.settings.set(_WATCH, is_on))
        self._view.undo_requested.connect(self.undo)
        self._view.save_requested.connect(self.ask_name)
        self._view.save_bar.saved.connect(self.save)

    def find(self, name: str) -> AccessCheck | None:
        return next((one for one in self._checks if one.name == name), None)

    def set_files(self, checks: Sequence[AccessCheck], problems: Sequence[str]) -> None:
        """What the folder has now; a check that was edited has no result any more."""
        known = {one.name: one for one in self._checks}
        self._checks = tuple(checks)
        self._results = {
            one.name: self._results[one.name]
            for one in checks
            if one.name in self._results and known.get(one.name) == one
        }
        self._panel.set_checks(checks, self._results)
        self._let_go()
        if problems:
            self._view.notice.say(
                "error",
                f"{counted(len(problems), 'damaged check')}: correct or delete the file",
                "\n".join(problems),
            )

    def _let_go(self) -> None:
        """The grid of a check whose file is gone stays, as one that is no check."""
        if self.find(self._last_name) is None:
            self._last_name = ""
        grid = self._view.model.grid
        if grid.check is not None and self.find(grid.check.name) is None:
            self.shown.emit(Grid(grid.calls, grid.callers, grid.cells))

    # showing and running

    def show(self, name: str) -> None:
        """Bring the check into the grid, with the cells of its last run."""
        check = self.find(name)
        if check is None:
            return
        self._last_name = name
        result, grid = self._results.get(name), grid_of(check)
        for cell in result.cells if result is not None else ():
            grid = grid.with_cell(cell)
        self._view.notice.hide()
        self.shown.emit(grid)
        if result is not None:
            self._notify(result)

    def _on_run_requested(self, name: str) -> None:
        check = self.find(name)
        if check is not None:
            self.show(name)
            self.run_requested.emit((check,))

    def run_on_change(self) -> bool:
        """A script changed: run everything, when the switch is on; answers whether it will be."""
        if not self._panel.watch.isChecked():
            return False
        self._is_due = True
        self.run_if_wanted()
        return True

    def run_if_wanted(self) -> None:
        """Run what a change of a script has left to do."""
        if self._is_due and self._checks and not self._panel.is_running:
            self._is_due, self._is_automatic = False, True
            self.run_requested.emit(self._checks)

    def set_results(self, results: Sequence[AccessResult]) -> None:
        """Checks have run."""
        self._results.update({one.check.name: one for one in results})
        self._panel.set_checks(self._checks, self._results)
        shown = self._view.model.grid.check
        for result in results:
            if shown is not None and shown.name == result.check.name:
                self._notify(result)
            if self._is_automatic and not result.passed:
                self._context.notify.error(
                    f"Check “{result.check.name}” failed after a script changed", _summary_of(result)
                )
        self._is_automatic = False

    def _notify(self, result: AccessResult) -> None:
        name, notice = result.check.name, self._view.notice
        if result.problem:
            notice.say("error", f"“{name}” did not finish", result.problem)
        elif result.passed:
            notice.say(
                "ok", f"“{name}” passed", f"{counted(len(result.cells), 'cell')} came out as expected."
            )
        else:
            is_bad = any(
                (mark := mark_of(expected_of(result, cell), cell)) is not None and mark.severity == "error"
                for cell in result.newly_allowed
            )
            actions: list[Action] = [
                ("Show the first", self._go_to_first),
                ("Accept the new policy", lambda: self.accept(result)),
            ]
            notice.say("error" if is_bad else "warning", f"“{name}” failed", _summary_of(result), actions)

    def _go_to_first(self) -> None:
        """Choose the first cell that changed."""
        model, table = self._view.model, self._view.table
        first = next(iter(model.grid.marks()), None)
        if first is not None:
            index = model.index_of(first[0])
            table.setCurrentIndex(index)
            table.setFocus()

    def accept(self, result: AccessResult) -> None:
        """What came is what is expected from now on."""
        expected = {(cell.call, cell.caller): cell.outcome for cell in result.cells}
        check = AccessCheck(
            result.check.name, result.check.calls, expected, description=result.check.description
        )
        self._save(intents.accept_policy(self._files, check, result.check), result.cells)

    # files

    def ask_name(self) -> None:
        """Ask for the name of a new check."""
        if self._view.model.grid.is_complete and not self._panel.is_running:
            grid, self._replaced, self._confirmed = self._view.model.grid, "", ""
            function = next((call.request.target for call in grid.calls if call.request.target), "everyone")
            names = [one.name for one in self._checks]
            self._view.save_bar.ask(self._last_name or free_name(f"{function} policy", names))

    def save(self, name: str) -> None:
        """Keep the grid as a check; a name that is taken is asked about once."""
        grid, old = self._view.model.grid, self.find(name)
        if not grid.is_complete:
            self._view.save_bar.error.say("Run every cell first: their outcomes are what the check expects.")
            return
        if old is not None and self._replaced != name:
            self._replaced = name
            self._view.save_bar.error.say(f"A check “{name}” exists: press Save again to replace it.")
            return

        failing = [one for one in grid.outcomes().values() if one in ("error", "invalid")]
        if failing and self._confirmed != name:
            self._confirmed = name
            self._view.save_bar.error.say(
                f"{counted(len(failing), 'cell')} came out as an error or as invalid input: most likely the "
                "params are wrong. Press Save again to expect just that."
            )
            return

        check = AccessCheck(name, grid.calls, grid.outcomes())
        cells = tuple(grid.cells[place] for place in grid.outcomes())
        self._save(intents.save_check(self._files, check, old), cells)

    def _save(self, intent: Intent, cells: Sequence[Cell]) -> None:
        """``cells`` are what the check was made of: its last result."""

        def done(saved: AccessCheck) -> None:
            self._view.save_bar.hide()
            self._results[saved.name] = AccessResult(saved, tuple(cells))
            self._replace(saved)
            self.show(saved.name)
            self._view.notice.say("ok", intent.done_words, str(saved.path), [("Undo", self.undo)])

        self._intents.run(intent, done=done, failed=self._say_failed)

    def delete(self, name: str) -> None:
        """Delete a check; it can be brought back."""
        check = self.find(name)
        if check is None:
            return
        intent = intents.delete_check(self._files, check)

        def done(_: None) -> None:
            self.changed.emit()
            self._view.notice.say("info", intent.done_words, intent.detail, [("Undo", self.undo)])

        self._intents.run(intent, done=done, failed=self._say_failed)

    def undo(self) -> None:
        """Take the last change of a check back."""
        last = self._intents.last
        if last is None:
            self._view.say("There is nothing to undo.", is_error=True)
            return

        def done(restored: AccessCheck | None) -> None:
            if restored is not None:  # its calls came out as they did: only what is expected is another
                ran = self._results.pop(restored.name, None)
                if ran is not None and ran.check.calls == restored.calls:
                    self._results[restored.name] = AccessResult(restored, ran.cells)
                self._replace(restored)
                self.show(restored.name)
            self.changed.emit()
            self._view.notice.hide()
            self._view.say(f"Undone: {last.title}")

        self._intents.undo(self._say_failed, done)

    def _replace(self, saved: AccessCheck) -> None:
        """Show ``saved`` at once; the folder is read again too."""
        others = [one for one in self._checks if one.name != saved.name]
        self._checks = tuple(sorted((*others, saved), key=lambda one: one.name.casefold()))
        self._panel.set_checks(self._checks, self._results)
        self._panel.choose(saved.name)
        self.changed.emit()

    def _say_failed(self, text: str) -> None:
        if self._view.save_bar.isVisible():
            self._view.save_bar.error.say(text)
        else:
            self._view.notice.say("error", "It did not work", text)


def expected_of(result: AccessResult, cell: Cell) -> str:
    """What the check of ``result`` expects of ``cell``."""
    return result.check.expected.get((cell.call, cell.caller), "")


def _summary_of(result: AccessResult) -> str:
    """The cells that changed, those of a call on one line."""
    if result.problem:
        return result.problem
    groups: dict[tuple[str, str], list[str]] = {}
    for cell in (*result.newly_allowed, *result.newly_refused, *result.changed):
        mark = mark_of(expected_of(result, cell), cell)
        words = mark.words if mark is not None else cell.outcome
        groups.setdefault((words, cell.call), []).append(caller_words(cell.caller)[0].lower())
    lines = [f"{words} {call} as {', '.join(callers)}" for (words, call), callers in groups.items()]
    more = [f"… and {len(lines) - _MAX_TOLD} more"] if len(lines) > _MAX_TOLD else []
    return "\n".join([*lines[:_MAX_TOLD], *more])
