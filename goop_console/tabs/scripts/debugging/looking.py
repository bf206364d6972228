"""What a paused call is asked: the variables of a frame, watches, the console, a value under the pointer.

A row of the tree may be gone when its entries come: the call has been stepped on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from goop_console.services.work import Work
from goop_console.tabs.scripts.debugging.panel import DebugPanel
from goop_console.tabs.scripts.debugging.so_far import happened_text
from goop_console.tabs.tab import TabContext
from lua_engine import DebugSession, DebugValue, Evaluation, StackFrame, SuspendedCoroutine


class Looking(QObject):
    """``session`` is the one in view. Everything is asked off the Qt thread."""

    frame_shown = Signal(object)  # a person chose it: a StackFrame

    def __init__(self, context: TabContext, panel: DebugPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._panel = panel
        self._work = Work(context.operations, context.notify, self)
        self.session: DebugSession | None = None
        self.frame = 1
        """The chosen one, 1 is the innermost."""
        self._suspended: tuple[SuspendedCoroutine, ...] = ()
        self._watches: list[str] = []
        panel.frame_chosen.connect(self._on_frame)
        panel.evaluate_requested.connect(self.evaluate)
        panel.watch_added.connect(self.add_watch)
        panel.watch_removed.connect(self.remove_watch)
        panel.variables.page_requested.connect(self._on_page_requested)
        panel.variables.change_requested.connect(self._on_change_requested)

    @property
    def is_paused(self) -> bool:
        return self.session is not None and self.session.state == "paused"

    def show_frame(self, frame: int) -> None:
        """Read the variables of a frame, the watches in it, and what the call did so far."""
        session = self.session
        self.frame = frame
        if session is None:
            return

        def read() -> tuple[Any, ...]:
            suspended = session.coroutines()
            scopes = (
                ("Locals", session.locals(frame)),
                ("Upvalues", session.upvalues_of(frame)),
                ("Globals", tuple(one for one in session.globals() if not one.is_given)),
            )
            watched = [(text, answer_text(session.evaluate(text, frame))) for text in self._watches]
            happened = happened_text(session.sql(), session.logs(), session.effects(), session.diff())
            return suspended, scopes, watched, happened

        self._work.run(read, done=self._on_read, failed=self._on_not_read)

    def value_of(self, text: str, done: Callable[[str], None]) -> None:
        """What a name or a field is in the chosen frame; ``done`` hears nothing when there is no such."""
        session, frame = self.session, self.frame
        if session is None or not self.is_paused:
            return

        def on_value(found: Evaluation) -> None:
            if self.is_paused and not found.error:
                done(f"{text} = {answer_text(found)}")
            elif self.is_paused and found.is_not_kept:
                done(found.error)

        self._work.run(lambda: session.peek(text, frame), done=on_value, failed=lambda _reason: None)

    def evaluate(self, text: str, with_host: bool) -> None:
        """Evaluate in the chosen frame; the answer is a line of the console."""
        session, frame = self.session, self.frame
        if session is None:
            return
        self._panel.write(f"> {text}")
        self._work.run(
            lambda: session.evaluate(text, frame, with_host=with_host),
            done=self._on_evaluated,
            failed=self._panel.write,
        )

    def add_watch(self, text: str) -> None:
        """Evaluate this at each stop."""
        if text not in self._watches:
            self._watches.append(text)
        self._read_again()

    def remove_watch(self, row: int) -> None:
        """Do not evaluate it any more."""
        if 0 <= row < len(self._watches):
            del self._watches[row]
            self._panel.watches.takeItem(row)

    # Parts

    def _on_frame(self, frame: int) -> None:
        chosen = next((one for one in self._frames() if one.id == frame), None)
        if chosen is not None:
            self.frame_shown.emit(chosen)
            self.show_frame(frame)

    def _frames(self) -> list[StackFrame]:
        stopped = self.session.stopped if self.session is not None else None
        suspended = [frame for one in self._suspended for frame in one.frames]
        return [*stopped.frames, *suspended] if stopped is not None else []

    def _read_again(self) -> None:
        if self.is_paused:
            self.show_frame(self.frame)

    def _on_read(self, found: tuple[Any, ...]) -> None:
        self._suspended, scopes, watched, happened = found
        stopped = self.session.stopped if self.session is not None else None
        if stopped is not None:
            self._panel.set_frames(stopped.frames, self.frame, self._suspended)
            self._panel.variables.set_scopes(scopes)
            self._panel.set_watches(watched)
            self._panel.happened.setPlainText(happened)

    def _on_not_read(self, reason: str) -> None:
        if self.is_paused and self.frame > 1:  # perhaps one of a coroutine that an evaluation has resumed
            self.show_frame(1)
        elif self.is_paused:  # else the call went on meanwhile
            self._panel.say(reason)

    def _on_page_requested(self, ref: int, first: int, item: Any) -> None:
        session, tree = self.session, self._panel.variables
        if session is not None:
            self._work.run(
                lambda: session.children(ref, first),
                done=lambda page: tree.add_page(item, first, page) if isValid(item) else None,
                failed=lambda reason: self._panel.say(reason) if isValid(item) else None,
            )

    def _on_evaluated(self, found: Evaluation) -> None:
        self._panel.write(answer_text(found))
        self._read_again()

    def _on_change_requested(self, value: DebugValue, scope: str, holder: DebugValue | None) -> None:
        self._panel.ask_value(value, lambda text: self._change(value, scope, holder, text))

    def _change(self, value: DebugValue, scope: str, holder: DebugValue | None, text: str) -> None:
        session, frame = self.session, self.frame
        if session is None:
            return

        def change() -> Evaluation:
            if holder is not None:
                return session.set_field(holder.ref, value.key, text, frame)
            if scope == "Globals":
                return session.set_global(value.name, text, frame)
            return session.set_local(value.name, text, frame)

        self._work.run(change, done=self._on_changed, failed=self._panel.say)

    def _on_changed(self, found: Evaluation) -> None:
        self._panel.say(found.error)
        self._read_again()


def answer_text(found: Evaluation) -> str:
    """An answer on one line: its values, or why there are none."""
    if found.error:
        return found.error
    return ", ".join(one.text for one in found.values) or "nothing"
