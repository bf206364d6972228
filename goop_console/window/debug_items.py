"""What the line at the bottom says of the debugger: an armed trap, and a real call that is held."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QToolButton

from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import elided

if TYPE_CHECKING:
    from goop_console.services.session import Session
    from lua_engine import DebugSession

_TICK_MS = 1_000


class DebugItems(QObject):
    """Two buttons of the line. ``armed`` disarms when it is pressed; ``held`` is the way to the call."""

    held_requested = Signal()

    def __init__(self, armed: QToolButton, held: QToolButton, parent: QObject) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._armed, self._held = armed, held
        self._script, self._until = "", 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        armed.clicked.connect(self._disarm)
        held.clicked.connect(self.held_requested)
        for button in (armed, held):
            set_look(button, "severity", "warning")

    def set_session(self, session: Session | None) -> None:
        """Follow ``session``; None: say nothing."""
        self._session = session
        self._on_armed("", 0.0)
        self._held.hide()
        if session is not None:
            session.debug_armed.connect(self._on_armed)
            session.debug_moved.connect(self._show_held)
            self._on_armed(*(session.engine.debugger.armed() or ("", 0.0)))
            self._show_held()

    def tick(self) -> None:
        """A second is over; the trap lapses with the last one."""
        left = int(self._until - time.time())
        if self._until and left < 0 and self._session is not None:
            self._session.engine.debugger.armed()  # it says so to everybody
            self._on_armed("", 0.0)
            return
        name = shown_line(elided(self._script.partition("/")[2], 24))
        text = f"The next real call of {name} stops ({left // 60}:{left % 60:02})"
        self._say(self._armed, text, "Armed in the debugger. Press to let the call pass instead.")

    def _on_armed(self, script: str, until: float) -> None:
        self._script, self._until = script, until
        self._armed.setVisible(bool(until))
        if until:
            self._timer.start()
            self.tick()
        else:
            self._timer.stop()

    def _disarm(self) -> None:
        if self._session is not None:
            self._session.engine.debugger.disarm()

    def _show_held(self) -> None:
        sessions = self._session.engine.debugger.sessions() if self._session is not None else ()
        texts = [text for one in sessions if (text := _held_words(one))]
        self._held.setVisible(bool(texts))
        if texts:
            tip = "\n".join([*texts, "A real call waits in the debugger, and its caller with it."])
            self._say(self._held, texts[0], tip)

    @staticmethod
    def _say(button: QToolButton, text: str, tip: str) -> None:
        button.setText(text.replace("&", "&&"))
        button.setAccessibleName(text)
        button.setToolTip(shown_tip(tip))


def _held_words(session: DebugSession) -> str:
    """``Paused: todo, line 12, called by Dmitri``; nothing for a dry run, which holds nobody."""
    stopped, program = session.stopped, session.program
    if session.call.is_dry or stopped is None or program is None:
        return ""
    name, who = (shown_line(elided(text, 24)) for text in (program.script.name, session.call.caller.name))
    return f"Paused: {name}, line {stopped.line}, called by {who}"
