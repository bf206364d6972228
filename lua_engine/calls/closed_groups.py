"""What follows when groups close: ``on_group_close`` of every data function, on a thread of its own.

A call that closed a group waits for the handlers only within its own time: a handler that never ends costs no
caller anything.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from lua_engine.base.deadline import Deadline

MAX_IN_A_ROW = 256
"""Handlers may close groups too. So many without a pause are a script that feeds itself: the rest is dropped.
"""


class ClosedGroups:
    """A queue of closed groups and the thread that tells the scripts.
    The thread is made at the first group.
    """

    def __init__(self, deliver: Callable[[str, str], object], complain: Callable[[str], None]) -> None:
        self._deliver = deliver
        self._complain = complain
        self._changed = threading.Condition()
        self._waiting: deque[tuple[str, str]] = deque()
        self._in_a_row = 0
        self._is_busy = False
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def add(self, group_id: str, origin: str = "") -> None:
        """A group was closed, by the call or service ``origin``."""
        with self._changed:
            if self._is_closed:
                return
            if self._in_a_row + len(self._waiting) >= MAX_IN_A_ROW:
                self._complain(
                    f"on_group_close: more than {MAX_IN_A_ROW} groups closed in a row; "
                    f"group {group_id} is not announced"
                )
                return
            self._waiting.append((group_id, origin))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="goop-closed-groups", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def wait(self, deadline: Deadline) -> bool:
        """Whether everything was delivered before ``deadline`` was over."""
        if not self._waiting and not self._is_busy:  # without the lock: what this thread added is seen
            return True
        return deadline.wait(self._is_idle)

    def _is_idle(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._is_busy, seconds)

    def close(self) -> None:
        """Drop what waits and join the thread; the handler that runs is to be cancelled by the caller."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_busy = False
                if not self._waiting:
                    self._in_a_row = 0
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
                if self._is_closed:
                    return
                self._is_busy = True  # first: who looks without the lock sees one or the other
                group_id, origin = self._waiting.popleft()
                self._in_a_row += 1
            self._deliver(group_id, origin)
