"""Recorded visits: read, run again, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtWidgets import QWidget

from goop_console.services.intents import Intent, Intents
from goop_console.services.work import Work
from goop_console.tabs.tab import TabContext
from goop_console.tabs.visits.dialog import VisitsDialog
from goop_console.tabs.visits.rows import VisitRow
from goop_console.widgets.foreign_text import shown_line
from lua_engine import Cancellation, Engine, Visit, VisitResult


@dataclass(frozen=True, slots=True)
class _Files:
    """One reading: the visits, the files that are none, and what peers are called."""

    visits: tuple[Visit, ...]
    problems: tuple[str, ...]
    names: dict[str, str]


class Visits(QObject):
    """The dialog is made when it is first asked for. ``open_url`` opens a file of a visit; ``changed`` when
    one was deleted, or is there again.
    """

    changed = Signal()
    _ran = Signal(object)  # VisitResult, from the worker's thread

    def __init__(self, context: TabContext, parent: QWidget, open_url: Callable[[QUrl], bool]) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self._parent = parent
        self._open_url = open_url
        self._work = Work(context.operations, context.notify, self)
        self._intents = Intents(self._work)
        self._intents.undone.connect(lambda _intent: self._on_changed("It is there again."))
        self._results: dict[str, VisitResult] = {}
        self._visits: tuple[Visit, ...] = ()
        self._names: dict[str, str] = {}
        self._cancellation: Cancellation | None = None
        self._wanted = ""
        self._runs_wanted = False
        self.dialog: VisitsDialog | None = None
        self._ran.connect(self._on_ran, Qt.ConnectionType.QueuedConnection)
        context.session.closing.connect(self.cancel)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled and self._cancellation is None

    def open(self, name: str = "", *, runs: bool = False) -> None:
        """Show the dialog, with the visit of that name chosen; ``runs``: and run it."""
        self._wanted, self._runs_wanted = name, runs
        if self.dialog is None:
            self.dialog = self._made()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        self.read()

    def _made(self) -> VisitsDialog:
        dialog = VisitsDialog(self._parent)
        dialog.run_requested.connect(self.run)
        dialog.run_all_requested.connect(self.run_all)
        dialog.cancel_requested.connect(self.cancel)
        dialog.delete_requested.connect(self.delete)
        dialog.undo_requested.connect(self.undo)
        dialog.file_requested.connect(self._open_file)
        return dialog

    def read(self) -> None:
        """Read the files again: an editor may have changed them."""
        engine = self._engine
        self._work.run(lambda: _read(engine), done=self._on_read, failed=self._say)

    def _on_read(self, read: _Files) -> None:
        known = {one.name: one for one in self._visits}
        self._visits, self._names = read.visits, read.names
        for visit in self._visits:  # what came of a visit that is another one by now is forgotten
            if known.get(visit.name) != visit:
                self._results.pop(visit.name, None)
        if self.dialog is None:
            return
        self.dialog.error.say("\n".join(read.problems[:4]))
        self._show()
        wanted, self._wanted = self._wanted, ""
        if wanted:
            self.dialog.visits.choose(wanted)
        runs, self._runs_wanted = self._runs_wanted, False
        if runs:
            self.run()
        self.dialog.visits.setFocus()

    def _show(self) -> None:
        if self.dialog is not None:
            rows = [
                VisitRow(one, self._results.get(one.name), self._names.get(one.caller, ""))
                for one in self._visits
            ]
            self.dialog.show_visits(rows)

    # Running

    def run(self) -> None:
        """Run the chosen visit."""
        row = self.dialog.visits.current() if self.dialog is not None else None
        if row is not None:
            self._run((row.visit,))

    def run_all(self) -> None:
        self._run(self._visits)

    def cancel(self) -> None:
        """End the call under way, and begin no other."""
        if self._cancellation is not None:
            self._cancellation.cancel()

    def _run(self, visits: Sequence[Visit]) -> None:
        if self._cancellation is not None or not visits or self.dialog is None:
            return
        checks, ran, ending = self._engine.checks, self._ran, Cancellation()
        self._cancellation = ending
        first = shown_line(visits[0].name, 60)
        self.dialog.show_running(f"Running {first if len(visits) == 1 else f'{len(visits)} visits'} …")

        def work() -> None:
            for visit in visits:
                result = checks.run_visit(visit, cancellation=ending)
                if ending.is_cancelled:
                    return
                ran.emit(result)

        self._work.run_long(work, done=lambda _: self._on_done(), failed=self._on_failed)

    def _on_ran(self, result: VisitResult) -> None:
        self._results[result.visit.name] = result
        self._show()

    def _on_done(self) -> None:
        ending, self._cancellation = self._cancellation, None
        if self.dialog is not None:
            self.dialog.show_running("")
            self.dialog.state.setText("Cancelled" if ending is not None and ending.is_cancelled else "")

    def _on_failed(self, text: str) -> None:
        self._on_done()
        self._say(text)

    # Files

    def delete(self) -> None:
        """Delete the file of the chosen visit; Ctrl+Z writes it again."""
        row = self.dialog.visits.current() if self.dialog is not None else None
        if row is None:
            return
        files, visit = self._engine.checks.files, row.visit
        intent = Intent(
            f"Delete {visit.name}",
            lambda: files.delete_visit(visit.name),
            f"{shown_line(visit.name, 60)} is deleted. Ctrl+Z brings it back.",
            undo=lambda: files.save_visit(visit),
        )
        self._intents.run(intent, done=lambda _: self._on_changed(intent.done_words), failed=self._say)

    def undo(self) -> None:
        """Bring back what was deleted last."""
        last = self._intents.last
        if last is not None:
            self._intents.undo(self._say)

    def _on_changed(self, words: str) -> None:
        if self.dialog is not None:
            self.dialog.notice = words
        self.changed.emit()
        self.read()

    def _open_file(self) -> None:
        row = self.dialog.visits.current() if self.dialog is not None else None
        path = row.visit.path if row is not None else None
        if path is not None and not self._open_url(QUrl.fromLocalFile(str(path))):
            self._say(f"No program opened {path}")

    def _say(self, text: str) -> None:
        if self.dialog is not None:
            self.dialog.error.say(text)


def _read(engine: Engine) -> _Files:
    files = engine.checks.files
    problems = tuple(one for one in files.problems() if ".visit.json" in one)
    return _Files(files.visits(), problems, {peer.id: peer.name for peer in engine.peers.all()})
