"""What the window needs when a site opens: the engine, imported in a thread, and then the tabs.

First what the tab in view needs; it is shown, and the rest follows behind it: what only other tabs need of
the engine (SQLAlchemy, which takes longer than all that was before), in a thread, and those tabs.

The tabs are imported on the Qt thread, in small parts between its events. PySide makes a class of Qt when it
is first touched, runs Python meanwhile, and is not prepared for another thread that touches it then: once the
program ended so, with a segmentation fault, while the tabs were imported in a thread and the window drew.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.services.operations import Operations

FIRST = "scripts"
"""The tab that needs no more of the engine than :func:`import_engine` brings."""

# Each tab's; each part brings about ten modules, and none holds the window up:
# tests/console/shell/test_shell_start.py counts.
PARTS: dict[str, list[str]] = {
    "scripts": [
        "tabs.logs",
        "window.workspace",
        "widgets.code_editor.diagnostics",
        "widgets.code_editor.folding",
        "widgets.code_editor.gutter",
        "widgets.code_editor.editor",
        "tabs.scripts.text.document",
        "tabs.scripts.text.checking",
        "tabs.scripts.debugging.breakpoint_form",
        "tabs.scripts.debugging.panel",
        "tabs.scripts.debugging.presenter",
        "tabs.scripts.everywhere.found",
        "tabs.scripts.files.new_form",
        "widgets.records",
        "widgets.flow_layout",
        "tabs.scripts.everywhere.presenter",
        "tabs.scripts.dashboard.board",
        "tabs.scripts.presenter",
        "tabs.scripts.tab",
    ],
    "data": [
        "tabs.data.rows.rows_model",
        "tabs.data.rows.row_grid",
        "tabs.data.questions.checks_view",
        "tabs.data.tables.table_list",
        "tabs.data.rows.rows_presenter",
        "tabs.data.files.files_presenter",
        "tabs.data.rows.layouts",
        "tabs.data.presenter",
        "tabs.data.tab",
    ],
    "calls": [
        "tabs.calls.model.words",
        "tabs.calls.call.params_editor",
        "widgets.data_diff_model",
        "widgets.json_text",
        "tabs.calls.model.directory",
        "tabs.calls.call.presenter",
        "tabs.calls.everyone.callers_bar",
        "tabs.calls.everyone.view",
        "tabs.calls.everyone.page",
        "tabs.calls.fire.view",
        "tabs.calls.history.comparing",
        "tabs.calls.history.presenter",
        "tabs.calls.saved.editor",
        "tabs.visits.rows",
        "tabs.calls.saved.page",
        "tabs.calls.tab",
    ],
    "site": [
        "tabs.site.view",
        "tabs.site.tab",
    ],
    "logs": [
        "tabs.logs.display",
        "tabs.logs.histogram",
        "tabs.logs.detail_view",
        "tabs.logs.row_menu",
        "tabs.logs.tab",
    ],
    "groups": [
        "tabs.groups.words",
        "tabs.groups.room_view",
        "tabs.groups.groups_presenter",
        "tabs.groups.tab",
    ],
    "templates": [
        "tabs.templates.tiles",
        "tabs.templates.sentence_list",
        "tabs.templates.site_state",
        "tabs.templates.tab",
    ],
}


def tab_in_view(state: Mapping[str, Any]) -> str:
    """The tab that was in view when ``state`` was kept, in whatever shape that is; else the first."""
    current = state.get("current")
    return current if isinstance(current, str) and current in PARTS else FIRST


@cache
def import_engine() -> None:
    """What opening a site and the first tab need of the engine, once; on any thread."""
    import goop_console.quick_loop  # noqa: F401  # before SQLAlchemy, which imports asyncio
    from lua_engine import Engine, import_first_parts  # noqa: F401

    import_first_parts()


@cache
def import_rest() -> None:
    """What the other tabs need of it, once; on any thread."""
    import_engine()
    from lua_engine import import_parts

    import_parts()


def import_part(part: str) -> None:
    """One of :data:`PARTS`, on the Qt thread."""
    import_module(f"goop_console.{part}")


@cache
def import_all() -> None:
    """All of it at once, on the Qt thread."""
    import_rest()
    for parts in PARTS.values():
        for part in parts:
            import_part(part)
    keep()


def keep() -> None:
    """Code is never garbage. Looking through it again and again would hold up the window for some 50 ms each
    time.
    """
    gc.freeze()


class TabImporter(QObject):
    """Imports the engine and the tabs, part by part, after :meth:`start`; ``ready`` comes with each tab that
    can be made.
    """

    ready = Signal(str)

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._left = {
            tab_id: [part for part in reversed(parts) if f"goop_console.{part}" not in sys.modules]
            for tab_id, parts in PARTS.items()
        }
        self._is_started = self._is_ended = False
        self._has_engine = self._has_rest = False
        self._waits_after = ""
        self._timer = QTimer(self)
        self._timer.setInterval(1)  # with 0 it would be idle work, which waits for everything else
        self._timer.timeout.connect(self._on_turn)

    def is_ready(self, tab_id: str) -> bool:
        """Whether all that the tab is made of is imported."""
        return not self._left.get(tab_id)

    def start(self, first: str = FIRST, *, then_wait: bool = False) -> None:
        """Begin with the tab ``first``, or put it before the others; ``then_wait`` for :meth:`go_on` when it
        is ready, so that nothing delays its first look.
        """
        self.hurry(first)
        self._waits_after = first if then_wait else ""
        if self._is_started:
            self._run()
        else:
            self._is_started = True
            self._operations.run(import_engine, owner=self, done=lambda _: self._on_engine())

    def hurry(self, tab_id: str) -> None:
        """Somebody waits for that tab: it comes next."""
        if tab_id in self._left:
            self._left = {tab_id: self._left.pop(tab_id), **self._left}

    def stop(self) -> None:
        """The window is closing."""
        self._is_ended = True
        self._timer.stop()

    def go_on(self) -> None:
        """The tab in view is there: import the others."""
        self._waits_after = ""
        self._run()

    def _on_engine(self) -> None:
        self._has_engine = True
        self._run()

    def _run(self) -> None:
        if self._has_engine and not self._is_ended and not self._is_waiting:
            self._timer.start()

    @property
    def _is_waiting(self) -> bool:
        return bool(self._waits_after) and self.is_ready(self._waits_after)

    def _on_turn(self) -> None:
        tab_id = next((one for one, parts in self._left.items() if parts), "")
        if self._is_waiting or not tab_id:
            self._timer.stop()
        elif tab_id != FIRST and not self._has_rest:
            self._timer.stop()
            self._operations.run(import_rest, owner=self, done=self._on_rest)
        else:
            self._import_next(tab_id)

    def _on_rest(self, _: object) -> None:
        self._has_rest = True
        self._run()

    def _import_next(self, tab_id: str) -> None:
        parts = self._left[tab_id]
        import_part(parts.pop())
        if not parts:
            keep()
            self.ready.emit(tab_id)
