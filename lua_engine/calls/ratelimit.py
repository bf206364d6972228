"""How often a visitor may call: a sliding window of 60 seconds, per peer and script, and globally (contract
section 5).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from lua_engine.calls.result import RateState

WINDOW = 60.0  # seconds


class RateLimiter:
    """Admits or refuses calls; thread-safe and exact to the call.

    Memory is bounded by the calls admitted in the last window: a peer that stopped calling leaves nothing
    behind.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # Every counted call, oldest first, and how many of them belong to each (peer, script).
        self._calls: deque[tuple[float, tuple[str, str]]] = deque()
        self._used: dict[tuple[str, str], int] = {}

    def admit(self, peer_id: str, script: str, per_peer_limit: int, global_limit: int) -> bool:
        """Whether this call may run now; an admitted call is counted, a refused one is not.

        ``per_peer_limit`` 0 (``@rate_limit 0``) skips both limits and counts nothing.
        """
        if per_peer_limit == 0:
            return True
        key = (peer_id, script)
        with self._lock:
            now = self._clock()
            self._forget_before(now - WINDOW)
            used = self._used.get(key, 0)
            if used >= per_peer_limit or len(self._calls) >= global_limit:
                return False
            self._calls.append((now, key))
            self._used[key] = used + 1
            return True

    def state(self, peer_id: str, script: str) -> tuple[int, int]:
        """How many calls count right now: of this peer to this script, and of everybody."""
        with self._lock:
            self._forget_before(self._clock() - WINDOW)
            return self._used.get((peer_id, script), 0), len(self._calls)

    def describe(
        self, peer_id: str, script: str, per_peer_limit: int, global_limit: int, *, counted: bool
    ) -> RateState:
        """Where that peer and everybody stand against the limits."""
        used, everybody = self.state(peer_id, script)
        return RateState(used, per_peer_limit, everybody, global_limit if per_peer_limit else 0, counted)

    def calls_last_minute(self) -> int:
        """The counted calls of the last 60 seconds."""
        with self._lock:
            self._forget_before(self._clock() - WINDOW)
            return len(self._calls)

    def reset(self) -> None:
        """Forget every call."""
        with self._lock:
            self._calls.clear()
            self._used.clear()

    def _forget_before(self, start: float) -> None:
        """Drop the calls at or before ``start``: one that is exactly a window old counts no more."""
        while self._calls and self._calls[0][0] <= start:
            _, key = self._calls.popleft()
            left = self._used[key] - 1
            if left:
                self._used[key] = left
            else:
                del self._used[key]
