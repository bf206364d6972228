"""What the engine tells, and the bus that carries it.

Events are frozen data. They are published after the fact (a write: after its commit), from whatever thread
did it; a subscriber that has a thread of its own (a window) must hand them over itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lua_engine.base.records import LogLine

_log = logging.getLogger("goop.events")


@dataclass(frozen=True, slots=True)
class Event:
    """Root of all events."""


@dataclass(frozen=True, slots=True)
class LogRecorded(Event):
    line: LogLine


@dataclass(frozen=True, slots=True)
class ScriptsChanged(Event):
    """The registry changed; ``names`` are the scripts concerned, as ``kind/name``."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one transaction did to a row: ``operation`` is "insert", "update" or "delete", ``sql`` the
    statement
    that did it last (empty: not known).
    """

    operation: str
    sql: str = ""


@dataclass(frozen=True, slots=True)
class DataChanged(Event):
    """Rows of ``tables`` (none: of any) changed and are committed; ``origin`` is a call id, ``"window"``,
    ``"external"`` or a service.

    ``keys`` says which rows, by table and rowid; a table that is not among them changed in many or unknown
    rows.
    """

    tables: tuple[str, ...]
    origin: str
    keys: Mapping[str, Mapping[int, RowChange]] = field(
        default_factory=lambda: MappingProxyType({}), compare=False
    )


@dataclass(frozen=True, slots=True)
class GroupClosed(Event):
    """``origin`` is the call that closed it, or a service; ``name`` what it was called."""

    group_id: str
    origin: str = field(default="", compare=False)
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class GroupsChanged(Event):
    """``what`` happened, in words with names: ``Anna joined Garden team``."""

    group_id: str
    what: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MessageSent(Event):
    """A group or chat message went out: ``payload`` is plain JSON data."""

    group_id: str
    sender: str
    payload: object


@dataclass(frozen=True, slots=True)
class ListenChanged(Event):
    """The listening session was made, loaded, played, paused, moved or closed."""

    action: str


@dataclass(frozen=True, slots=True)
class ConfigChanged(Event):
    """goop.json was saved or edited."""


@dataclass(frozen=True, slots=True)
class Goop2Changed(Event):
    """A Goop2 that runs this site came or went; ``address`` is where its pages are, empty for none."""

    address: str


@dataclass(frozen=True, slots=True)
class SiteFilesChanged(Event):
    """Files that visitors get changed on disk, told while a page is open: paths relative to the site root."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateChanged(Event):
    """Another template is installed now, or the same one again; ``template`` is its name, empty for none."""

    template: str


@dataclass(frozen=True, slots=True)
class StoreWaiting(Event):
    """A write waits for another program that is writing to data.db; and then, ``waiting`` False, it does not
    any more.
    """

    waiting: bool
    message: str


Subscriber = Callable[[Event], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Subscription:
    subscriber: Subscriber
    kinds: tuple[type[Event], ...]


class EventBus:
    """A thread-safe publish and subscribe. Subscribers run in the publisher's thread,
    in the order they came.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: tuple[_Subscription, ...] = ()
        self._subscribers: dict[type[Event], tuple[Subscriber, ...]] = {}  # of each kind that was published

    def subscribe(self, subscriber: Subscriber, *kinds: type[Event]) -> Callable[[], None]:
        """Have ``subscriber`` hear of events of these ``kinds``, without them of all; the answer takes it
        away again.
        """
        added = _Subscription(subscriber, kinds or (Event,))
        with self._lock:
            self._subscriptions, self._subscribers = (*self._subscriptions, added), {}

        def unsubscribe() -> None:
            with self._lock:
                self._subscriptions = tuple(one for one in self._subscriptions if one is not added)
                self._subscribers = {}

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Hand ``event`` to everybody; a subscriber that raises is logged and stops nobody else."""
        kind = event.__class__
        subscribers = self._subscribers.get(kind)
        if subscribers is None:
            with self._lock:
                found = (one.subscriber for one in self._subscriptions if issubclass(kind, one.kinds))
                subscribers = self._subscribers[kind] = tuple(found)
        for subscriber in subscribers:
            try:
                subscriber(event)
            except Exception:  # noqa: BLE001  # a subscriber is anybody's code
                _log.exception("a subscriber failed on %s", type(event).__name__)
