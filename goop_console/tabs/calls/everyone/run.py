"""One run of a grid or of stored checks, off the Qt thread; cells come as they are made."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.calls.everyone.grid import Grid
from lua_engine import AccessCheck, AccessResult, Cancellation, Cell, Engine


class EveryoneRun(QObject):
    """``work`` runs in a thread of its own; ``cell_finished`` is for queued connections. After ``cancel`` no
    further cell begins.
    """

    cell_finished = Signal(str, object)  # name of the check (empty for a grid that is none), Cell

    def __init__(
        self, engine: Engine, grid: Grid, checks: Sequence[AccessCheck] = (), parent: QObject | None = None
    ) -> None:
        """Runs ``checks``, or without any the ``grid`` itself."""
        super().__init__(parent)
        self.grid = grid
        self.checks = tuple(checks)
        self.total = sum(len(one.calls) * len(one.callers) for one in checks) if checks else grid.size
        self.done = 0
        self._engine = engine
        self._cancellation = Cancellation()

    @property
    def is_cancelled(self) -> bool:
        return self._cancellation.is_cancelled

    def cancel(self) -> None:
        """The cell under way ends too; answers at once."""
        self._cancellation.cancel()

    def work(self) -> tuple[AccessResult, ...]:
        """To the end, or to where it is cancelled; the results of the checks. Raises :class:`KnownError`."""
        if not self.checks:
            self._engine.checks.matrix(
                self.grid.calls,
                self.grid.callers,
                on_cell=lambda cell: self._emit("", cell),
                cancellation=self._cancellation,
            )
            return ()
        results = []
        for check in self.checks:
            if self.is_cancelled:
                break
            results.append(self._run(check))
        return tuple(results)

    def _run(self, check: AccessCheck) -> AccessResult:
        def emit(cell: Cell) -> None:
            self._emit(check.name, cell)

        return self._engine.checks.run_access(check, on_cell=emit, cancellation=self._cancellation)

    def _emit(self, check: str, cell: Cell) -> None:
        self.cell_finished.emit(check, cell)
