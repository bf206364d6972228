"""The actions of the grid, by key and in menus: those that cannot be done now are off and say why."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from goop_console.tabs.data.rows.grid_actions import GRID_ACTIONS, OF_A_RESULT
from goop_console.tabs.data.rows.grid_state import GridFacts
from goop_console.widgets.table import RecordTable

WhyNot = Callable[[str, GridFacts], str]


class GridMenus(QObject):
    """``changed`` when other actions can be done; ``why_not`` tells of each. ``is_of_statement``: the rows
    are the answer of a statement.
    """

    changed = Signal()

    def __init__(
        self, grid: RecordTable, run: Callable[[str], object], why_not: WhyNot, *, is_of_statement: bool
    ) -> None:
        super().__init__(grid)
        self._why_not = why_not
        self._grid = grid
        self._facts = GridFacts()
        self.actions: dict[str, QAction] = {}
        for name, text, keys in GRID_ACTIONS:
            if name in OF_A_RESULT or not is_of_statement:
                self._add(name, text, keys, run)
        selection, rows = grid.selectionModel(), grid.model()
        changes = (selection.selectionChanged, selection.currentChanged, rows.modelReset, rows.layoutChanged)
        for signal in (*changes, rows.rowsInserted, rows.rowsRemoved):
            signal.connect(lambda *_: self.enable())
        self.enable()

    def _add(self, name: str, text: str, keys: str, run: Callable[[str], object]) -> None:
        action = QAction(text, self._grid)
        action.triggered.connect(lambda: run(name))
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._grid.addAction(action)
        self.actions[name] = action

    def set_facts(self, facts: GridFacts) -> None:
        """What the grid does not know by itself."""
        self._facts = facts
        self.enable()

    def enable(self) -> None:
        """Look what can be done now."""
        for name, action in self.actions.items():
            reason = self.why_not(name)
            action.setEnabled(not reason)
            action.setToolTip(reason)
        self.changed.emit()

    def why_not(self, name: str) -> str:
        """Why the action ``name`` cannot be done just now; empty when it can."""
        return self._why_not(name, self._facts)

    def menu(self, groups: tuple[tuple[str, ...], ...]) -> QMenu:
        """A menu that is gone when it is closed."""
        self.enable()
        made = QMenu(self._grid)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.setToolTipsVisible(True)
        for names in groups:
            actions = [self.actions[name] for name in names if name in self.actions]
            if made.actions() and actions:
                made.addSeparator()
            made.addActions(actions)
        return made
