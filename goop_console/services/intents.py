"""What a user wants done, as one named thing: its work, its words, and the way back.

An intent is made by a plain function (``add_member(engine, group, peer)``), so that every button, key and
menu that means the same does the same, says the same, and is taken back in the same way.

Example::

    intents.run(remove_member(engine, group, anna), failed=view.error.say)
    ...
    intents.undo()  # Ctrl+Z: Anna is back, with her role
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from goop_console.services.work import Work

MAX_UNDO = 100


@dataclass(frozen=True, slots=True)
class Intent:
    """``title`` names it in the present ("Remove Anna"), ``done_words`` when it is done ("Anna is removed").
    ``work`` runs in a thread, ``undo`` too; None: it cannot be undone.
    """

    title: str
    work: Callable[[], Any]
    done_words: str = ""
    undo: Callable[[], Any] | None = None
    detail: str = ""


class Intents(QObject):
    """Runs intents one page after another through ``work`` and remembers how to take them back."""

    done = Signal(object)  # Intent
    undone = Signal(object)  # Intent
    undo_changed = Signal()  # there is something else to take back, or nothing

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self._work = work
        self._stack: list[Intent] = []
        self._under_way: set[str] = set()

    @property
    def last(self) -> Intent | None:
        """What ``undo`` would take back."""
        return self._stack[-1] if self._stack else None

    def run(
        self,
        intent: Intent,
        *,
        done: Callable[[Any], object] | None = None,
        failed: Callable[[str], object],
        button: QWidget | None = None,
    ) -> None:
        """Do it; then ``done`` with what its work answers, or ``failed`` with the reason. The same one again,
        while it is under way, is not done twice.
        """
        if intent.title in self._under_way:
            return
        self._under_way.add(intent.title)

        def on_failed(reason: str) -> None:
            self._under_way.discard(intent.title)
            failed(reason)

        def on_done(value: Any) -> None:
            self._under_way.discard(intent.title)
            if intent.undo is not None:
                self._stack = [*self._stack, intent][-MAX_UNDO:]
                self.undo_changed.emit()
            if done is not None:
                done(value)
            self.done.emit(intent)

        self._work.run(intent.work, done=on_done, failed=on_failed, button=button)

    def undo(self, failed: Callable[[str], object], done: Callable[[Any], object] | None = None) -> None:
        """Take the last one back, then ``done`` with what its ``undo`` answers; one that cannot be undone now
        stays the last, and ``failed`` says why.
        """
        intent = self.last
        if intent is None or intent.undo is None or self._under_way:
            return
        self._under_way.add(intent.title)

        def on_failed(reason: str) -> None:
            self._under_way.discard(intent.title)
            failed(reason)

        def on_done(value: Any) -> None:
            self._under_way.discard(intent.title)
            self._stack = [one for one in self._stack if one is not intent]
            self.undo_changed.emit()
            if done is not None:
                done(value)
            self.undone.emit(intent)

        self._work.run(intent.undo, done=on_done, failed=on_failed)

    def forget(self) -> None:
        """What was done before can no longer be taken back."""
        self._stack = []
        self.undo_changed.emit()
