"""The message bus between visitors: what is sent to a peer waits in each mailbox that the peer has open."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

MAX_WAITING = 1_000
"""News that one mailbox holds; a listener that slow is cut off and comes back with a fresh look."""


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news for a page. ``kind`` is ``mq``, ``group`` or ``files``; ``data`` is JSON data."""

    kind: str
    data: Any


class Mailbox:
    """News for one peer, waited for by one listener. ``take`` and ``close`` are for any thread."""

    def __init__(self, peer_id: str) -> None:
        self.peer_id = peer_id
        self._news: deque[News] = deque()
        self._wake = threading.Condition()
        self._is_open = True

    @property
    def is_open(self) -> bool:
        return self._is_open

    def put(self, news: News) -> None:
        with self._wake:
            if len(self._news) >= MAX_WAITING:
                self._is_open = False
                self._news.clear()
            elif self._is_open:
                self._news.append(news)
            self._wake.notify_all()

    def take(self, seconds: float) -> News | None:
        """The next piece of news, or None after ``seconds`` without any, or when the mailbox is closed."""
        with self._wake:
            if not self._news and self._is_open:
                self._wake.wait(seconds)
            return self._news.popleft() if self._news else None

    def close(self) -> None:
        with self._wake:
            self._is_open = False
            self._wake.notify_all()


class Mailboxes:
    """The open mailboxes of a site's visitors. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: tuple[Mailbox, ...] = ()

    def open(self, peer_id: str) -> Mailbox:
        """A mailbox of ``peer_id``, until :meth:`drop`."""
        mailbox = Mailbox(peer_id)
        with self._lock:
            self._open = (*self._open, mailbox)
        return mailbox

    def drop(self, mailbox: Mailbox) -> None:
        mailbox.close()
        with self._lock:
            self._open = tuple(one for one in self._open if one is not mailbox)

    def peers(self) -> frozenset[str]:
        """Who listens."""
        return frozenset(mailbox.peer_id for mailbox in self._open)

    def owners(self) -> tuple[str, ...]:
        """Whose each open mailbox is."""
        return tuple(mailbox.peer_id for mailbox in self._open)

    def send(self, peer_id: str, news: News) -> bool:
        """Put ``news`` into every mailbox of ``peer_id``; whether there is one."""
        meant = [mailbox for mailbox in self._open if mailbox.peer_id == peer_id]
        for mailbox in meant:
            mailbox.put(news)
        return bool(meant)

    def send_all(self, news: News) -> None:
        """Put ``news`` into every mailbox."""
        for mailbox in self._open:
            mailbox.put(news)

    def close(self) -> None:
        """Close every mailbox."""
        with self._lock:
            mailboxes, self._open = self._open, ()
        for mailbox in mailboxes:
            mailbox.close()
