"""Fills the list: every script with what the board knows of it; without scripts, where they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.tabs.scripts.dashboard.board import Board
from goop_console.tabs.scripts.record import ScriptRecord
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext
from lua_engine import ScriptInfo

_PAUSE_MS: Final = 50


class ListPresenter(QObject):
    """``current()`` is the key of the script in view, or None. ``shown`` comes when the list was filled."""

    shown = Signal()

    def __init__(
        self,
        context: TabContext,
        view: ScriptsView,
        documents: ScriptDocuments,
        current: Callable[[], str | None],
    ) -> None:
        super().__init__(view)
        self._context, self._view, self._documents, self._current = context, view, documents, current
        self._engine = context.session.engine
        self._infos: Mapping[str, ScriptInfo] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.show)
        self.board = Board(context, self)
        self.board.changed.connect(self.show_soon)
        view.list.trials_requested.connect(self.board.show_trials)
        view.list.action_opened.connect(self._on_action)

    @property
    def is_settled(self) -> bool:
        return not self._timer.isActive() and self.board.is_settled and self._view.list.filter.is_settled

    def set_infos(self, infos: Mapping[str, ScriptInfo]) -> None:
        """The scripts there are."""
        self._infos = infos
        self.board.set_infos(infos)

    def record(self, key: str) -> ScriptRecord:
        """All that is known of a script."""
        return self.board.record(key, self._documents.get(key))

    def keys(self) -> list[str]:
        """Functions, then commands, then deleted files whose text is not saved, each by name."""
        gone = [one.key for one in self._documents.all() if one.key not in self._infos]
        return [*sorted(self._infos, key=lambda key: (not key.startswith("function/"), key)), *sorted(gone)]

    def show_soon(self) -> None:
        """Show it anew in a moment: changes come in bursts."""
        if not self._timer.isActive():
            self._timer.start()

    def show(self) -> None:
        """Show it anew."""
        self._timer.stop()
        keys, current = self.keys(), self._current()
        if not keys:
            self._show_empty()
            return
        self._view.list.set_lines(self.board.lines(map(self.record, keys)), current)
        self.shown.emit()
        self._view.show_scripts(has_current=current is not None)

    def _show_empty(self) -> None:
        site = self._engine.site
        folder, functions = (
            path.relative_to(site.path) if path.is_relative_to(site.path) else path
            for path in (site.lua_dir, site.functions_dir)
        )
        self._view.show_empty(
            "This site has no Lua scripts yet",
            f"Put data functions (with a global call(request)) into {functions.as_posix()}/ "
            f"and chat commands (with a global handle(args)) into {folder.as_posix()}/. "
            "They appear here as soon as they are saved.",
            "Look again" if self._engine.is_read_only else "New script…",
        )

    def _on_action(self, key: str, action: str) -> None:
        self._context.navigate("calls", function=self._infos[key].name, action=action)
