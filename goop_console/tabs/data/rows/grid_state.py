"""Which actions of the grid can be done now, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QItemSelectionModel, QModelIndex

from goop_console.tabs.data.rows.rows_model import RowsModel

EDITS = ("edit", "null", "fill", "form", "new", "duplicate", "paste", "paste-rows", "delete")
_OF_ROWS = frozenset(
    {
        *(name for name in EDITS if name not in ("new", "paste-rows")),
        *("who", "peer", "filter-value", "facets", "sort-ascending", "sort-descending", "hide", "freeze"),
    }
)
_COPIES = frozenset({"copy:text", "copy-headers", "copy:csv", "copy:json", "copy:sql", "copy:lua"})


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
    if name in _COPIES and not grid.selectionModel().hasSelection():
        return "Nothing is selected."
    if name == "who":
        return facts.why_not_who
    return _of_columns(grid, name)


def _of_columns(grid: Grid, name: str) -> str:
    place = grid.currentIndex().column()
    reasons = {
        "edit": (not grid.rows.is_editable(place), "This column is not edited."),
        "null": (not grid.has_editable_selection, "No column that is edited is selected."),
        "fill": (not grid.has_editable_selection, "No column that is edited is selected."),
        "peer": (not grid.rows.owner_of(grid.currentIndex().row()), "The owner is not known to this site."),
        "filter-focus": (not grid.rows.columns, "There are no columns."),
        "unsorted": (not grid.sort, "The rows are not sorted."),
        "show-all": (not grid.hidden_columns(), "No column is hidden."),
        "unfreeze": (not grid.frozen_columns(), "No column is frozen."),
    }
    is_off, reason = reasons.get(name, (False, ""))
    return reason if is_off else ""
