"""The listening session: one at a time, a group of type ``listen`` with a track and a play head, behind
``goop.listen``.

Time and state only: sound belongs to the console, which follows :class:`ListenChanged`.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, KnownError
from lua_engine.base.events import EventBus, ListenChanged
from lua_engine.community.group_types import GroupType
from lua_engine.community.groups import Groups
from lua_engine.community.tracks import Track, TrackError, load_track
from lua_engine.net.client import HttpClient
from lua_engine.net.errors import HttpError
from lua_engine.store.community.records import SERVICE, Actor

LISTEN = "listen"
ID_PREFIX = "listen-"
_SECONDS_TO_OPEN = 10.0


class ListenError(KnownError):
    """Something that needs a session or a track when there is none."""


@dataclass(frozen=True, slots=True)
class ListenState:
    """The session as it is now. ``position`` is in seconds, ``updated_at`` (milliseconds since the epoch)
    says when that was.
    """

    id: str
    name: str
    track: Track | None
    playing: bool
    position: float
    updated_at: int
    listeners: tuple[str, ...]  # peer ids, without the host


class ListenSession:
    """Thread-safe. ``shared`` is the folder that everybody's calls may load from; ``clock`` is monotonic, in
    seconds.
    """

    def __init__(
        self, groups: Groups, bus: EventBus, shared: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._groups = groups
        self._bus = bus
        self._shared = shared
        self._clock = clock
        self._lock = threading.Lock()
        self._session: tuple[str, str] | None = None  # id, name
        self._head = _PlayHead()
        groups.types.register(GroupType(LISTEN, on_close=self._on_group_closed))

    def copied(self, groups: Groups, bus: EventBus) -> ListenSession:
        """A session of its own among other groups, that begins where this one is now."""
        copy = ListenSession(groups, bus, self._shared, self._clock)
        with self._lock:
            copy._session, copy._head = self._session, self._head.copied()
        return copy

    def create(self, name: str, by: Actor = SERVICE) -> ListenState:
        """Open the session; refused while one is open. Sessions of an earlier run, whose state is lost, are
        closed.
        """
        with self._lock:
            if self._session is not None:
                raise ListenError(f"a listening session is already open: {self._session[1]}")
            self._session = ("", name)  # nobody else gets in between
        try:
            for group in self._groups.list(by):
                if group.group_type == LISTEN and group.id.startswith(ID_PREFIX):
                    self._groups.close(group.id, by)
            group_id = self._groups.create(name, LISTEN, id_prefix=ID_PREFIX, by=by)
        except BaseException:
            with self._lock:
                self._session = None
            raise
        with self._lock:
            self._session, self._head = (group_id, name), _PlayHead()
        self._bus.publish(ListenChanged("create"))
        return ListenState(group_id, name, None, False, 0.0, _now_ms(), ())

    def load(self, path: str, *, anywhere: bool) -> Track:
        """Put on a track, stopped at its beginning. ``anywhere``: the owner asks, so any file of this machine
        will do.
        """
        with self._lock:
            self._require_session()
        track = load_track(path, self._shared, anywhere=anywhere)
        with self._lock:
            self._require_session()
            self._head = _PlayHead(track)
        self._bus.publish(ListenChanged("load"))
        return track

    def sound_source(self, track: Track) -> str:
        """What a player may open for ``track``: its file, or where its stream's redirects end, every address
        checked again. Takes seconds; raises :class:`TrackError`.
        """
        if track.format != "stream":
            return track.source
        try:
            return HttpClient().find_end(track.source, deadline=Deadline(_SECONDS_TO_OPEN))
        except HttpError as error:
            raise TrackError(f"the stream cannot be played: {error}") from None
        except CallKilled:
            raise TrackError("the stream does not answer") from None

    def play(self) -> None:
        """Go on from the position; from the beginning when the track is over."""
        with self._lock:
            self._require_track().play(self._clock())
        self._bus.publish(ListenChanged("play"))

    def pause(self) -> None:
        with self._lock:
            self._require_track().pause(self._clock())
        self._bus.publish(ListenChanged("pause"))

    def seek(self, position: float) -> None:
        """Move to ``position`` seconds, at most to the end."""
        if not math.isfinite(position) or position < 0:
            raise ListenError("position must be a number of seconds, 0 or more")
        with self._lock:
            self._require_track().seek(position, self._clock())
        self._bus.publish(ListenChanged("seek"))

    def close(self, by: Actor = SERVICE) -> None:
        with self._lock:
            group_id = self._require_session()
        self._groups.close(group_id, by)  # _on_group_closed does the rest

    def state(self, by: Actor = SERVICE) -> ListenState | None:
        """The session, or ``None`` when there is none."""
        with self._lock:
            if self._session is None or not self._session[0]:
                return None
            (group_id, name), head, now = self._session, self._head, self._clock()
            playing, position = head.is_playing(now), head.position(now)
        listeners = tuple(
            member.peer_id for member in self._groups.members(group_id, by) if member.role != "owner"
        )
        return ListenState(group_id, name, head.track, playing, position, _now_ms(), listeners)

    def _on_group_closed(self, group_id: str) -> None:
        with self._lock:
            if self._session is None or self._session[0] != group_id:
                return
            self._session, self._head = None, _PlayHead()
        self._bus.publish(ListenChanged("close"))

    def _require_session(self) -> str:
        if self._session is None or not self._session[0]:
            raise ListenError("no listening session is open")
        return self._session[0]

    def _require_track(self) -> _PlayHead:
        self._require_session()
        if self._head.track is None:
            raise TrackError("no track is loaded")
        return self._head


class _PlayHead:
    """Where in a track we are. While it plays, the position follows the clock, up to the track's end."""

    def __init__(self, track: Track | None = None) -> None:
        self.track = track
        self._start = 0.0  # position when the clock showed _since
        self._since: float | None = None  # None: stopped

    def copied(self) -> _PlayHead:
        head = _PlayHead(self.track)
        head._start, head._since = self._start, self._since
        return head

    def position(self, now: float) -> float:
        moved = 0.0 if self._since is None else max(0.0, now - self._since)
        return min(self._start + moved, self._end())

    def is_playing(self, now: float) -> bool:
        return self._since is not None and self.position(now) < self._end()

    def play(self, now: float) -> None:
        position = self.position(now)
        self._start, self._since = (0.0 if position >= self._end() else position), now

    def pause(self, now: float) -> None:
        self._start, self._since = self.position(now), None

    def seek(self, position: float, now: float) -> None:
        self._since = now if self.is_playing(now) else None
        self._start = min(position, self._end())

    def _end(self) -> float:
        """The duration; a stream has no end."""
        return self.track.duration if self.track and self.track.duration > 0 else math.inf


def _now_ms() -> int:
    return int(time.time() * 1000)
