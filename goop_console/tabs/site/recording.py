"""Recording a visit: begun and ended for one visitor at a time, saved as a file when it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from goop_console.preview.visitors import Visitor
from goop_console.services.work import Work
from goop_console.tabs.tab import TabContext
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.message_bar import MessageBar
from goop_console.widgets.wording import counted
from lua_engine import CheckError, Engine, Visit, VisitRecorder

_NONE = "The page asked for no data while it was recorded, so there is nothing to save."


@dataclass(frozen=True, slots=True)
class Saved:
    """A visit that was written, and what is not in it as it was."""

    visit: Visit
    notes: tuple[str, ...]


class Recording(QObject):
    """``changed`` when one begins or ends. ``run_requested`` and ``shown_requested`` name a visit."""

    changed = Signal()
    run_requested = Signal(str)
    shown_requested = Signal(str)

    def __init__(self, context: TabContext, bar: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self._bar = bar
        self._work = Work(context.operations, context.notify, self)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    def toggle(self, visitor: Visitor) -> None:
        """Begin, or end and save."""
        if visitor.recorder is not None:
            self.end(visitor)
            return
        engine, caller = self._engine, visitor.caller
        self._bar.dismiss()

        def begin(recorder: VisitRecorder) -> None:
            visitor.recorder = recorder
            self.changed.emit()

        self._work.run(lambda: engine.checks.recorder(caller), done=begin, failed=self._say_failed)

    def end(self, visitor: Visitor) -> None:
        """End the recording of ``visitor``, if there is one, and save it."""
        recorder, visitor.recorder = visitor.recorder, None
        if recorder is None:
            return
        self.changed.emit()
        if not recorder.count:
            self._bar.say("info", "Nothing was recorded", "\n".join([_NONE, *recorder.notes]))
            return
        engine, who = self._engine, visitor.name
        self._work.run(
            lambda: save_recording(engine, recorder, who), done=self._on_saved, failed=self._say_failed
        )

    def end_all(self, visitors: Iterable[Visitor]) -> list[Callable[[], object]]:
        """End every recording; each answer saves one of them, in whatever thread, without a word: the site is
        being closed, or the last visitor has gone.
        """
        saves: list[Callable[[], object]] = []
        for visitor in visitors:
            recorder, visitor.recorder = visitor.recorder, None
            if recorder is not None and recorder.count:
                saves.append(partial(save_recording, self._engine, recorder, visitor.name))
        return saves

    def _on_saved(self, saved: Saved) -> None:
        name = saved.visit.name
        text = "Run it again at any time: it is made on a copy of the site, and its answers are compared."
        self._bar.say(
            "ok",
            f"Recorded {counted(len(saved.visit.steps), 'call')}: {shown_line(name)}",
            "\n".join([text, *saved.notes]),
            (
                ("Run it now", lambda: self.run_requested.emit(name)),
                ("Show visits", lambda: self.shown_requested.emit(name)),
            ),
        )

    def _say_failed(self, text: str) -> None:
        self._bar.say("error", "The visit was not saved", text, can_copy=True)


def save_recording(engine: Engine, recorder: VisitRecorder, who: str) -> Saved:
    """Write what was recorded under a name that is free. Not for the Qt thread. Raises
    :class:`CheckError`.
    """
    files, wanted = engine.checks.files, visit_name(who, datetime.now())
    for number in range(1, 100):
        name = wanted if number == 1 else f"{wanted} ({number})"
        try:
            files.refuse_visit(name)
        except CheckError:
            if number < 99:  # the last one is said
                continue
            raise
        break
    return Saved(files.save_visit(recorder.visit(name)), recorder.notes)


def visit_name(who: str, when: datetime) -> str:
    """``Anna 2026-11-29 17.30``: what a file can be called."""
    plain = re.sub(r"[^\w .()+,-]+", " ", who)[:40].strip(" .(+,-_") or "Visitor"
    return f"{plain} {when:%Y-%m-%d %H.%M}"
