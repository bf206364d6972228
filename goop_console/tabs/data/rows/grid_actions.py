"""What can be done with the rows of the grid: name, words, keys."""

from __future__ import annotations

GRID_ACTIONS: tuple[tuple[str, str, str], ...] = (
    ("copy:text", "Copy", ""),
    ("copy-headers", "Copy with headers", "Ctrl+Shift+C"),
    ("copy:csv", "Copy as CSV", ""),
    ("copy:json", "Copy as JSON", ""),
    ("copy:sql", "Copy as SQL INSERT", "Ctrl+Alt+C"),
    ("copy:lua", "Copy as Lua table", ""),
    ("edit", "Edit cell", "F2"),
    ("null", "Set to NULL", "Alt+Del"),
    ("fill", "Give all selected cells this value", "Ctrl+'"),
    ("form", "Edit row in a form", "Ctrl+E"),
    ("new", "New row", "Ins"),
    ("duplicate", "Duplicate row", "Ctrl+D"),
    ("paste", "Paste into cells", "Ctrl+V"),
    ("paste-rows", "Paste as new rows…", "Ctrl+Shift+V"),
    ("delete", "Delete rows", "Ctrl+Del"),
    ("who", "Who wrote this?", "Ctrl+I"),
    ("peer", "Show the owner of this row", ""),
    ("filter-value", "Only rows with this value", "Alt+="),
    ("facets", "Values of this column…", "Alt+Down"),
    ("filter-focus", "Filter this column", "Alt+Up"),
    ("sort-ascending", "Sort by this column", ""),
    ("sort-descending", "Sort by this column, last first", ""),
    ("unsorted", "Back to the table's own order", ""),
    ("hide", "Hide this column", ""),
    ("show-all", "Show all columns", ""),
    ("freeze", "Freeze the columns up to this one", ""),
    ("unfreeze", "Freeze no columns", ""),
)
COPIES = ("copy:text", "copy-headers", "copy:csv", "copy:json", "copy:sql", "copy:lua")
EDITS = ("edit", "null", "fill", "form", "new", "duplicate", "paste", "paste-rows", "delete")
_SORTS = ("sort-ascending", "sort-descending", "unsorted")
_COLUMNS = ("hide", "show-all", "freeze", "unfreeze")
OF_A_RESULT = frozenset((*COPIES, *_COLUMNS))
"""What can be done with the rows that a statement answered."""

GROUPS: tuple[tuple[str, ...], ...] = (
    COPIES,
    EDITS,
    ("who", "peer", "filter-value", "facets"),
    (*_SORTS, *_COLUMNS),
)
HEADER_GROUPS: tuple[tuple[str, ...], ...] = (("filter-focus", "facets"), _SORTS, _COLUMNS)
