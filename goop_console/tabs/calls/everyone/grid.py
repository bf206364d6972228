"""The grid as data: chosen calls, chosen callers, what came of each pair, and what was expected of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lua_engine import OUTCOME_WORDS, OUTCOMES, AccessCheck, CallerRef, Cell, Outcome, SavedCall

Place = tuple[str, CallerRef]  # name of the call, caller as a file says it


@dataclass(frozen=True, slots=True)
class Mark:
    """How a cell differs from what was expected. ``severity`` is ``error`` or ``warning``."""

    words: str
    severity: str


@dataclass(frozen=True, slots=True)
class Grid:
    """``check`` is the stored check that is shown, None for a grid that nobody saved yet."""

    calls: tuple[SavedCall, ...] = ()
    callers: tuple[CallerRef, ...] = ()
    cells: Mapping[Place, Cell] = field(default_factory=dict)
    check: AccessCheck | None = None

    @property
    def size(self) -> int:
        return len(self.calls) * len(self.callers)

    @property
    def is_complete(self) -> bool:
        """Every pair was run."""
        return bool(self.size) and all(
            (call.name, caller) in self.cells for call in self.calls for caller in self.callers
        )

    def cell(self, row: int, column: int) -> Cell | None:
        return self.cells.get((self.calls[row].name, self.callers[column]))

    def call(self, name: str) -> SavedCall | None:
        return next((one for one in self.calls if one.name == name), None)

    def with_calls(self, calls: Iterable[SavedCall]) -> Grid:
        """Other rows; cells of calls that stayed the same are kept, and the check is left."""
        kept = tuple(calls)
        same = {one.name for one in kept if one in self.calls}
        return Grid(
            kept, self.callers, {place: cell for place, cell in self.cells.items() if place[0] in same}
        )

    def with_callers(self, callers: Iterable[CallerRef]) -> Grid:
        """Other columns."""
        return Grid(self.calls, tuple(callers), self.cells)

    def with_cell(self, cell: Cell) -> Grid:
        return replace(self, cells={**self.cells, (cell.call, cell.caller): cell})

    def without_cells(self) -> Grid:
        return replace(self, cells={})

    def expected(self, cell: Cell) -> str:
        """What the check expects; empty when it says nothing of this pair."""
        return self.check.expected.get((cell.call, cell.caller), "") if self.check is not None else ""

    def mark(self, cell: Cell) -> Mark | None:
        """How ``cell`` differs from what was expected; None when it does not."""
        return mark_of(self.expected(cell), cell)

    def marks(self) -> list[tuple[Cell, Mark]]:
        """Every cell that differs, in the grid's order."""
        found = (self.cells.get((call.name, caller)) for call in self.calls for caller in self.callers)
        return [(cell, mark) for cell in found if cell is not None and (mark := self.mark(cell)) is not None]

    def outcomes(self) -> dict[Place, Outcome]:
        """What came, as a check expects it."""
        return {
            (call.name, caller): self.cells[call.name, caller].outcome
            for call in self.calls
            for caller in self.callers
        }


_NOW = {"refused": "now refused", "invalid": "now invalid input", "error": "now fails"}


def mark_of(expected: str, cell: Cell) -> Mark | None:
    """``now allowed!`` is an error for everybody but the owner: somebody may do what they may not. Input that
    was wrong and is taken now is no question of rights.
    """
    if expected == cell.outcome == "refused" and cell.overwrote:
        return Mark("refused too late!", "error")
    if not expected or expected == cell.outcome:
        return None
    if cell.outcome == "ok" and expected == "invalid":
        return Mark("now taken", "warning")
    if cell.outcome == "ok":
        return Mark("now allowed!", "warning" if cell.role == "owner" else "error")
    return Mark(_NOW[cell.outcome], "warning")


def grid_of(check: AccessCheck) -> Grid:
    """A stored check, nothing run yet."""
    return Grid(check.calls, check.callers, {}, check)


def summary(grid: Grid) -> str:
    """``12 ok, 5 refused, 2 invalid input, 1 failed``."""
    outcomes = [
        cell.outcome
        for place, cell in grid.cells.items()
        if place[1] in grid.callers and grid.call(place[0]) is not None
    ]
    counts = [(outcomes.count(one), one) for one in OUTCOMES]
    words = {**OUTCOME_WORDS, "error": "failed"}
    return ", ".join(f"{count} {words[one]}" for count, one in counts if count)
