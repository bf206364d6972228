"""What the debugger of the tab does: one session in view, its stops, steps and looks; off the Qt thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from goop_console.services.work import Work
from goop_console.tabs.scripts.debugging.again import again
from goop_console.tabs.scripts.debugging.looking import Looking
from goop_console.tabs.scripts.debugging.panel import DebugPanel
from goop_console.tabs.scripts.debugging.so_far import happened_text
from goop_console.tabs.scripts.debugging.words import recorded_words, result_words, state_words
from goop_console.tabs.scripts.debugging.writer import go_to_writer
from goop_console.tabs.tab import TabContext
from lua_engine import (
    Caller,
    DebugEnded,
    DebugError,
    DebugLogged,
    DebugOptions,
    DebugResumed,
    DebugSession,
    DebugStarted,
    DebugStopped,
    DebugValue,
    Event,
    Margin,
    Request,
    StackFrame,
    Stopped,
)

LIVE: Final = frozenset(("resume", "step_over", "step_into", "step_out", "pause", "stop"))
PAST: Final = frozenset(("step_back", "run_back"))


class DebugPresenter(QObject):
    """``shown`` asks the tab to show a line of a script; ``margin_changed`` hands the values over."""

    shown = Signal(str, int, bool, str)  # script key, line (0: nowhere), is the past, the text that runs
    margin_changed = Signal(str, object, bool)  # script key, Margin or None, whether the run is over
    opened = Signal()  # the panel is wanted
    sprang = Signal()  # a real call has come into view
    _event_received = Signal(object)

    def __init__(self, context: TabContext, panel: DebugPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self._panel = panel
        self._work = Work(context.operations, context.notify, self)
        self.session: DebugSession | None = None
        self.cursor: Callable[[], int] = lambda: 0
        """The line of the cursor, for running to it."""
        self._role = ""  # of the session's caller
        self.looking = Looking(context, panel, self)
        self.looking.frame_shown.connect(self._on_frame)
        self._is_closed = False
        self._event_received.connect(self._on_event_received, Qt.ConnectionType.QueuedConnection)
        kinds = (DebugStarted, DebugStopped, DebugResumed, DebugLogged, DebugEnded)
        self._unsubscribe = self._engine.bus.subscribe(self._on_event, *kinds)
        context.session.closing.connect(self.close)
        self._slide = QTimer(self)
        self._slide.setSingleShot(True)
        self._slide.setInterval(15)
        self._slide.timeout.connect(self._look_at_slider)
        panel.command.connect(self.command)
        panel.step_requested.connect(lambda _step: self._slide.start())
        panel.variables.write_requested.connect(self.find_write)

    # Sessions

    def start(
        self, request: Request, caller: Caller, *, is_dry: bool, options: DebugOptions | None = None
    ) -> None:
        """Debug a call; the panel opens. What ran before is stopped."""
        self.stop()
        work = partial(self._engine.debugger.start, request, caller, is_dry=is_dry, options=options)
        self.opened.emit()
        self._work.run(work, done=self._take, failed=self._panel.say)

    def start_call(self, call_id: str) -> None:
        """Debug a call of the history once more, as a dry run by the same caller."""
        self.stop()
        self.opened.emit()
        work = partial(again, self._engine, call_id)
        self._work.run(work, done=self._take, failed=self._panel.say)

    def show_held(self) -> None:
        """Bring a real call that stands into view, unless another session is under way."""
        for one in self._engine.debugger.sessions():
            if not one.call.is_dry and one.stopped is not None:
                self._adopt(one.id)
                self.opened.emit()
                if self.session is one:
                    self._show_stop(one.stopped)
                return

    def restart(self) -> None:
        """The same call on the same data."""
        self._run_again(self._engine.debugger.restart)

    def run_again_to_here(self) -> None:
        """The same, as far as the step that is looked at."""
        self._run_again(self._engine.debugger.run_again_to_here)

    def _run_again(self, way: Callable[[DebugSession], DebugSession]) -> None:
        session = self.session

        def done(made: DebugSession) -> None:
            self._take(made)
            if made.call.is_dry and not made.has_same_data:
                self._panel.say("It begins with the data of now: those of the first run are not kept")

        if session is not None:
            self._work.run(partial(way, session), done=done, failed=self._panel.say)

    def stop(self) -> None:
        """End the session in view; it answers as cancelled."""
        session = self.session
        if session is not None and session.state != "ended":
            session.stop()

    def end_of(self, key: str) -> None:
        """The script ``key`` is closed: a session of it ends."""
        session = self.session
        if session is not None and session.state != "ended" and self._key(session) == key:
            session.stop()

    def close(self) -> None:
        """The site is closed: end what runs, hear nothing more."""
        if not self._is_closed:
            self._is_closed = True
            self._unsubscribe()
            self.stop()

    @property
    def is_paused(self) -> bool:
        return self.session is not None and self.session.state == "paused"

    def _take(self, session: DebugSession) -> None:
        self.session = self.looking.session = session
        self._read_role(session)
        self._panel.say("")
        if session.stopped is not None:
            self._show_stop(session.stopped)
        elif session.state == "ended":
            self._on_ended()
        else:
            self._show_running()

    # Commands

    def command(self, name: str) -> None:
        """A button or a key."""
        session = self.session
        if name == "restart":
            self.restart()
        elif name == "again_to_here":
            self.run_again_to_here()
        elif session is None:
            self._panel.say("Nothing is debugged")
        elif name in LIVE:
            self._try(getattr(session, name))
        elif name in PAST:
            self._look(getattr(session, name))
        elif name == "run_to_cursor":
            line = self.cursor()
            self._try(lambda: session.run_to(line))
        elif name == "to_present":
            self._look(lambda: session.look_at(0))

    def find_write(self, value: DebugValue, _scope: str, holder: DebugValue | None) -> None:
        """Go back to where a variable was given the value that it has: who set it?"""
        session, frame = self.session, self.looking.frame
        if session is None:
            return
        if holder is not None:
            self._look(lambda: session.go_to_field_write(holder.ref, value.key, frame))
        else:
            self._look(lambda: session.go_to_write(value.name, frame))

    def find_write_of(self, path: str) -> None:
        """The same for a name with fields, as the script has it."""
        session, frame = self.session, self.looking.frame
        if session is not None:
            self._look(lambda: go_to_writer(session, path, frame))

    def _try(self, command: Callable[[], object]) -> None:
        try:
            command()
        except DebugError as error:
            self._panel.say(str(error))

    def _look(self, look: Callable[[], Stopped]) -> None:
        self._work.run(look, done=lambda _stopped: None, failed=self._panel.say)

    def _look_at_slider(self) -> None:
        session, line = self.session, self._panel.time_line
        if session is not None and self.is_paused:
            step = 0 if line.value() >= line.maximum() else line.value()
            self._look(lambda: session.look_at(step))

    # Events

    def _on_event(self, event: Event) -> None:
        """Runs in the call's thread."""
        self._event_received.emit(event)

    def _on_event_received(self, event: Any) -> None:
        if self._is_closed:
            return
        if isinstance(event, DebugStopped) and (self.session is None or self.session.id != event.session):
            self._adopt(event.session)
        if self.session is None or self.session.id != event.session:
            return
        if isinstance(event, DebugStopped):
            self._show_stop(event.stopped)
        elif isinstance(event, DebugResumed):
            self._show_running()
        elif isinstance(event, DebugLogged):
            self._panel.write(f"line {event.line}: {event.text}")
        elif isinstance(event, DebugEnded):
            self._on_ended()

    def _adopt(self, session_id: str) -> None:
        """A session that this tab did not start: a real call sprang the trap."""
        found = self._engine.debugger.session(session_id)
        if found is None or not found.is_trapped or found is self.session:
            return
        if self.session is not None and self.session.state != "ended":
            self._panel.say("A real call stands too: it comes into view when this one has ended")
            return
        self.session = self.looking.session = found
        self._read_role(found)
        self.opened.emit()
        self.sprang.emit()

    # What is shown

    def _show_running(self) -> None:
        session = self.session
        if session is not None:
            self._say_state(has_error=False)
            self._show_line(session, 0)

    def _show_stop(self, stopped: Stopped) -> None:
        session = self.session
        if session is None:
            return
        self._say_state(has_error=stopped.reason == "error")
        self._panel.say(stopped.note)
        self._panel.set_frames(stopped.frames, 1)
        recorded = stopped.recorded
        self._panel.set_steps(recorded.first, recorded.last, stopped.step, recorded_words(recorded))
        self._show_line(session, script_line(session, stopped.frames), is_past=bool(stopped.step))
        self.looking.show_frame(1)
        self._work.run(session.margin_so_far, done=self._on_margin, failed=self._panel.say)

    def _on_ended(self) -> None:
        session = self.session
        if session is None:
            return
        self._say_state(has_error=False)
        self._panel.set_frames((), 0)
        self._panel.variables.clear()
        self._show_line(session, 0)

        def read() -> tuple[str, str]:
            result = session.result(5.0)
            return result_words(result), happened_text(result.sql, result.logs, result.effects, result.diff)

        self._work.run(read, done=self._on_result, failed=self._panel.say)
        self.show_held()

    def _on_result(self, found: tuple[str, str]) -> None:
        session, (words, happened) = self.session, found
        lost = "It took another way this time and never came to that step. "
        is_lost = session is not None and session.took_another_way
        self._panel.say(f"{lost if is_lost else ''}The call ended: {words}")
        if session is not None:
            self._panel.happened.setPlainText(happened)
            self.margin_changed.emit(self._key(session), session.margin, True)

    def _on_margin(self, margin: Margin) -> None:
        if self.session is not None:
            self.margin_changed.emit(self._key(self.session), margin, False)

    def _say_state(self, *, has_error: bool) -> None:
        session = self.session
        if session is None:
            return
        is_ended = session.state == "ended"
        words = "Ended" if is_ended else state_words(session, self._role)
        stopped = session.stopped
        self._panel.set_state(
            words,
            is_paused=stopped is not None and not is_ended,
            has_session=not is_ended,
            can_go_back=stopped is not None and stopped.recorded.count > 0,
            has_error=has_error,
        )
        self._panel.buttons["restart"].setEnabled(True)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._panel.state, words))

    def _read_role(self, session: DebugSession) -> None:
        """The caller's role in the template's group: in the database, so not on the Qt thread."""
        peer_id = session.call.caller.id
        self._role = ""
        self._work.run(
            lambda: self._engine.peers.role_of(peer_id), done=self._on_role, failed=self._panel.say
        )

    def _on_role(self, role: str) -> None:
        self._role = role
        if self.session is not None:
            stopped = self.session.stopped
            self._say_state(has_error=stopped is not None and stopped.reason == "error")

    def _show_line(self, session: DebugSession, line: int, *, is_past: bool = False) -> None:
        if session.program is not None:  # else it has not begun
            self.shown.emit(self._key(session), line, is_past, session.program.script.text)

    def _on_frame(self, frame: StackFrame) -> None:
        session = self.session
        if session is not None and session.stopped is not None:
            self._show_line(session, script_line(session, (frame,)), is_past=bool(session.stopped.step))

    @staticmethod
    def _key(session: DebugSession) -> str:
        script = session.program.script if session.program is not None else None
        return f"{script.kind}/{script.name}" if script is not None else ""


def script_line(session: DebugSession, frames: Sequence[StackFrame]) -> int:
    """Where the first of the frames stands that is the script's, not a loaded text's; 0: nowhere."""
    source = session.chunk_name if session.program is not None else ""
    return next((one.line for one in frames if one.source == source), 0)
