"""How far a change of the site is, and giving it up."""

from __future__ import annotations

import threading

TOO_LATE = 4  # from this step on the change is being made


class Cancelled(Exception):
    """Raised from the progress of an installation that nobody wants any more."""


class Progress:
    """Written by the worker's thread, read by the Qt thread; a call raises :class:`Cancelled` when that is
    wanted and not too late.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = ("", 0, 0)
        self._is_cancelled = False

    def __call__(self, text: str, step: int, steps: int) -> None:
        with self._lock:
            if self._is_cancelled and step < TOO_LATE:
                raise Cancelled
            self._now = (text, step, steps)

    def cancel(self) -> None:
        with self._lock:
            self._is_cancelled = True

    @property
    def now(self) -> tuple[str, int, int]:
        """What is done, the step, and how many there are; no steps before the first call."""
        with self._lock:
            return self._now
