"""Parsing a text behind the editor, in a thread: what takes longer than a key may, as a text does in which
somebody has piled up brackets. Its colours come late; typing does not.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Final

from PySide6.QtCore import QObject, QTimer

from lua_engine import LiveSyntax, Parsed

_QUIET_MS: Final = 200  # without a key, before it begins
_POLL_MS: Final = 20


class LateParsing:
    """Of one editor. ``done`` is told what was found of the text that ``text`` answered; ``start`` asks, and
    asks again after each edit.
    """

    def __init__(self, text: Callable[[], str], done: Callable[[Parsed], None], parent: QObject) -> None:
        self._text = text
        self._done = done
        self._work: _Work | None = None
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Soon, when nobody types."""
        self._timer.start(_QUIET_MS)

    def _go_on(self) -> None:
        if self._work is None:
            self._work = _Work(self._text())
            self._work.start()
        if self._work.is_alive():
            self._timer.start(_POLL_MS)
            return
        work, self._work = self._work, None
        if work.text != self._text():  # it is of an earlier text
            self._timer.start(0)
        elif work.found is not None:
            self._done(work.found)


class _Work(Thread):
    """One text; half a second of the processor at the most. Nobody waits for it when the window closes."""

    def __init__(self, text: str) -> None:
        super().__init__(name="colours", daemon=True)
        self.text = text
        self.found: Parsed | None = None

    def run(self) -> None:
        self.found = LiveSyntax.parsed(self.text)
