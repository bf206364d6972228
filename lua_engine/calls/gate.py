"""The gate of a site: calls go through it side by side; a change of the whole site has it for itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled


class Gate:
    """Thread-safe. A change that waits goes before calls that come after it."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._inside: dict[Deadline, str] = {}
        self._is_shut = False

    def enter(self, deadline: Deadline, name: str) -> None:
        """Be inside with others, until :meth:`leave`; waits while the gate is shut, but no longer than
        ``deadline``: then ``CallKilled``. ``name`` is the script's.
        """
        if not deadline.wait(lambda seconds: self._has_entered(seconds, deadline, name)):
            raise CallKilled(deadline.kind)

    def leave(self, deadline: Deadline) -> None:
        """Be outside again."""
        with self._state:
            del self._inside[deadline]
            if self._is_shut:
                self._state.notify_all()

    @contextmanager
    def shut(self, seconds: float) -> Iterator[None]:
        """Be inside alone. Raises TimeoutError, with the reason, when those inside do not leave within
        ``seconds``, and at once when one of them is paused: nobody knows for how long.
        """
        patience = Deadline(seconds)
        with self._state:
            if not self._state.wait_for(lambda: not self._is_shut, seconds):
                raise TimeoutError("another change of the site is under way")
            self._is_shut = True
        try:
            if not patience.wait(self._is_left):
                raise TimeoutError(f"calls are under way: {self._names()}")
            yield
        finally:
            with self._state:
                self._is_shut = False
                self._state.notify_all()

    def _has_entered(self, seconds: float, deadline: Deadline, name: str) -> bool:
        with self._state:
            if self._is_shut and not self._state.wait_for(lambda: not self._is_shut, seconds):
                return False
            self._inside[deadline] = name
            return True

    def _is_left(self, seconds: float) -> bool:
        with self._state:
            paused = [name for deadline, name in self._inside.items() if deadline.is_paused]
            if paused:
                raise TimeoutError(f"a call is paused in {', '.join(paused)}")
            return self._state.wait_for(lambda: not self._inside, seconds)

    def _names(self) -> str:
        with self._state:
            return ", ".join(sorted(set(self._inside.values())))
