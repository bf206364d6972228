"""The gate of a site: calls go through it side by side; a change of the whole site has it for itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Thread-safe. A change that waits goes before calls that come after it."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._inside = 0
        self._is_shut = False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Be inside with others; waits while the gate is shut."""
        with self._state:
            self._state.wait_for(lambda: not self._is_shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._state:
                self._inside -= 1
                self._state.notify_all()

    @contextmanager
    def shut(self, seconds: float) -> Iterator[None]:
        """Be inside alone. Raises TimeoutError when those inside do not leave within ``seconds``."""
        end = time.monotonic() + seconds
        with self._state:
            if not self._state.wait_for(lambda: not self._is_shut, seconds):
                raise TimeoutError
            self._is_shut = True
            if not self._state.wait_for(lambda: not self._inside, max(0.0, end - time.monotonic())):
                self._open()
                raise TimeoutError
        try:
            yield
        finally:
            with self._state:
                self._open()

    def _open(self) -> None:
        self._is_shut = False
        self._state.notify_all()
