"""The trap for the next real call of a script: armed here, and what happens when it springs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from goop_console.services.work import Work
from goop_console.tabs.scripts.debugging.panel import DebugPanel
from goop_console.tabs.tab import TabContext
from goop_console.widgets.foreign_text import shown_line
from lua_engine import DebugArmed, Event


class TrapPresenter(QObject):
    """``changed`` when another script is armed, or none; ``armed`` is its key (``function/todo``)."""

    changed = Signal(str)
    _event_received = Signal(str)

    def __init__(self, context: TabContext, panel: DebugPanel, parent: QObject) -> None:
        super().__init__(parent)
        engine = context.session.engine
        self._debugger = engine.debugger
        self._panel = panel
        self._work = Work(context.operations, context.notify, self)
        armed = self._debugger.armed()
        self.armed = armed[0] if armed is not None else ""
        self._event_received.connect(self._on_event_received, Qt.ConnectionType.QueuedConnection)
        context.session.closing.connect(engine.bus.subscribe(self._on_event, DebugArmed))

    def arm(self, key: str) -> None:
        """Stop in the next real call of a script."""
        self._run(lambda: self._debugger.arm(key))
        name = shown_line(key.partition("/")[2], 60)
        self._panel.say(f"The next real call of {name} will stop at its first line, within 5 minutes")

    def toggle(self, key: str) -> None:
        """Arm, or let the next call pass."""
        if self.armed == key:
            self._run(self._debugger.disarm)
            self._panel.say("")
        else:
            self.arm(key)

    def _run(self, work: Callable[[], None]) -> None:
        self._work.run(work, failed=self._panel.say)

    def _on_event(self, event: Event) -> None:
        """Runs in any thread."""
        if isinstance(event, DebugArmed):
            self._event_received.emit(event.script if event.until else "")

    def _on_event_received(self, key: str) -> None:
        self.armed = key
        self.changed.emit(key)
