"""Parsing a text behind the editor, in a thread: what takes longer than a key may, as a text does in which
somebody has piled up brackets. Its colours come late; typing does not.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from PySide6.QtCore import QObject, QTimer

from lua_engine import LiveSyntax, Parsed

_QUIET_MS: Final = 200  # without a key, before it begins
_POLL_MS: Final = 20
_threads: Final = ThreadPoolExecutor(1, "colours")


class LateParsing:
    """Of one editor. ``done`` is told what was found of the text that ``text`` answered; ``start`` asks, and
    asks again after each edit.
    """

    def __init__(self, text: Callable[[], str], done: Callable[[Parsed], None], parent: QObject) -> None:
        self._text = text
        self._done = done
        self._future: Future[Parsed] | None = None
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Soon, when nobody types."""
        if self._future is not None:
            self._future.cancel()
            self._future = None
        self._timer.start(_QUIET_MS)

    def _go_on(self) -> None:
        if self._future is None:
            self._future = _threads.submit(LiveSyntax.parsed, self._text())
        if not self._future.done():
            self._timer.start(_POLL_MS)
            return
        found, self._future = self._future.result(), None
        self._done(found)
