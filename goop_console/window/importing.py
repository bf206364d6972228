"""What the window needs when a site opens: the engine, imported in a thread, and then the tabs.

The tabs are imported on the Qt thread, in small parts between its events. PySide makes a class of Qt when it
is first touched, runs Python meanwhile, and is not prepared for another thread that touches it then: once the
program ended so, with a segmentation fault, while the tabs were imported in a thread and the window drew.
"""

from __future__ import annotations

import gc
from functools import cache
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal

# Each brings about ten modules, and none holds the window up: tests/console/shell/test_shell_start.py counts.
PARTS = [
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
    "tabs.site.view",
    "tabs.site.tab",
    "tabs.data.rows.rows_model",
    "tabs.data.rows.row_grid",
    "tabs.data.questions.checks_view",
    "tabs.data.tables.table_list",
    "tabs.data.rows.rows_presenter",
    "tabs.data.files.files_presenter",
    "tabs.data.rows.layouts",
    "tabs.data.presenter",
    "tabs.data.tab",
    "tabs.logs.display",
    "tabs.logs.histogram",
    "tabs.logs.detail_view",
    "tabs.logs.row_menu",
    "tabs.logs.tab",
    "tabs.groups.words",
    "tabs.groups.room_view",
    "tabs.groups.groups_presenter",
    "tabs.groups.tab",
    "tabs.templates.tiles",
    "tabs.templates.sentence_list",
    "tabs.templates.site_state",
    "tabs.templates.tab",
]


@cache
def import_engine() -> None:
    """The engine, once; on any thread."""
    import goop_console.quick_loop  # noqa: F401  # before SQLAlchemy, which imports asyncio
    from lua_engine import import_parts

    import_parts()


def import_part(part: str) -> None:
    """One of :data:`PARTS`, on the Qt thread."""
    import_module(f"goop_console.{part}")


@cache
def import_all() -> None:
    """All of it at once, on the Qt thread."""
    import_engine()
    for part in PARTS:
        import_part(part)
    keep()


def keep() -> None:
    """Code is never garbage. Looking through it again and again would hold up the window for some 50 ms each
    time.
    """
    gc.freeze()


class TabImporter(QObject):
    """Imports the tabs, part by part, after :meth:`start`."""

    done = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._left = list(reversed(PARTS))
        self._timer = QTimer(self)
        self._timer.setInterval(1)  # with 0 it would be idle work, which waits for everything else
        self._timer.timeout.connect(self._on_turn)

    @property
    def is_done(self) -> bool:
        return not self._left

    def start(self) -> None:
        """Begin, or go on; nothing happens when it is done."""
        if self._left:
            self._timer.start()

    def stop(self) -> None:
        """The window is closing."""
        self._timer.stop()

    def _on_turn(self) -> None:
        import_part(self._left.pop())
        if not self._left:
            self._timer.stop()
            keep()
            self.done.emit()
