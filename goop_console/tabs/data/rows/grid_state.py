"""Which actions of the grid can be done now, and why the others cannot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex

from goop_console.tabs.data.rows.grid_actions import COPIES, EDITS
from goop_console.tabs.data.rows.rows_model import RowsModel

_OF_ROWS = frozenset(
    {
        *(name for name in EDITS if name not in ("new", "paste-rows")),
        *("who", "peer", "filter-value", "facets", "sort-ascending", "sort-descending", "hide", "freeze"),
    }
)


@dataclass(frozen=True, slots=True)
class GridFacts:
    """What the grid does not know by itself: why nothing can be edited (empty: it can), and why it is not
    known who wrote a row.
    """

    why_not_edit: str = ""
    why_not_who: str = ""


class Grid(Protocol):
    """What is asked of the grid."""

    rows: RowsModel
    sort: list[tuple[str, bool]]

    def currentIndex(self) -> QModelIndex: ...

    def selectionModel(self) -> QItemSelectionModel: ...

    def hidden_columns(self) -> list[str]: ...

    def frozen_columns(self) -> Sequence[str]: ...

    @property
    def has_editable_selection(self) -> bool: ...


def why_not(grid: Grid, name: str, facts: GridFacts) -> str:
    """Why the action ``name`` cannot be done just now; empty when it can."""
    if name in EDITS and facts.why_not_edit:
        return facts.why_not_edit
    if name in _OF_ROWS and not grid.currentIndex().isValid():
        return "No row is chosen."
    if name in COPIES and not grid.selectionModel().hasSelection():
        return "Nothing is selected."
    if name == "who":
        return facts.why_not_who
    return _of_columns(grid, name)


def _of_columns(grid: Grid, name: str) -> str:
    reason, is_off = _REASONS.get(name, ("", lambda _grid: False))
    return reason if is_off(grid) else ""


def _nothing_editable(grid: Grid) -> bool:
    return not grid.has_editable_selection


# Each is asked for its own action only: some look at all columns, of which there may be 2,000.
_REASONS: dict[str, tuple[str, Callable[[Grid], bool]]] = {
    "edit": (
        "This column is not edited.",
        lambda grid: not grid.rows.is_editable(grid.currentIndex().column()),
    ),
    "null": ("No column that is edited is selected.", _nothing_editable),
    "fill": ("No column that is edited is selected.", _nothing_editable),
    "peer": (
        "The owner is not known to this site.",
        lambda grid: not grid.rows.owner_of(grid.currentIndex().row()),
    ),
    "filter-focus": ("There are no columns.", lambda grid: not grid.rows.columns),
    "unsorted": ("The rows are not sorted.", lambda grid: not grid.sort),
    "show-all": ("No column is hidden.", lambda grid: not grid.hidden_columns()),
    "unfreeze": ("No column is frozen.", lambda grid: not grid.frozen_columns()),
}
