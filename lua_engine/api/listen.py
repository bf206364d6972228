"""``goop.listen``: the site's one listening session. The console plays the sound; here are state and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lua_engine.api.acting import actor
from lua_engine.api.binding import Host, Param, fail, host_function
from lua_engine.base.errors import KnownError
from lua_engine.community.listen import ListenState
from lua_engine.community.tracks import Track

_NO_SESSION = "`no listening session is open`"
_NO_TRACK = "`no track is loaded`"


@host_function(
    "goop.listen.create",
    Param("name", "string", optional=True),
    returns='{id: string, name: string, role: "host"}|nil, string?',
    doc="Open the listening session. There is one at a time.",
    errors=("`a listening session is already open: NAME`",),
    example='local group, err = goop.listen.create("My Session")',
)
def create(host: Host, name: str | None = None) -> dict[str, str] | tuple[None, str]:
    try:
        session = host.services.listen.create(name or "Listening Room", actor(host))
    except KnownError as error:
        return fail(str(error))
    _note(host, "create", f"listening session {session.name}", "opened", "open", id=session.id)
    return {"id": session.id, "name": session.name, "role": "host"}


@host_function(
    "goop.listen.load",
    Param(
        "path",
        "string",
        doc="an MP3 file (absolute, or relative to the site's shared folder) or the http(s) URL of a stream",
    ),
    returns="{name: string, duration: number, bitrate: number, format: string}|nil, string?",
    doc="Load a track, stopped at its start; duration in s, bitrate in bit/s, both 0 for a stream. "
    "Calls of visitors load from the site's shared folder only, so that a script cannot look around on the "
    "owner's disk for them.",
    errors=(
        _NO_SESSION,
        "`file not found: NAME`",
        "`not an MP3 file: NAME`",
        "`only the owner may load a file outside the site's shared folder`",
    ),
    example='local track, err = goop.listen.load("/path/to/track.mp3")',
)
def load(host: Host, path: str) -> dict[str, Any] | tuple[None, str]:
    try:
        track = host.services.listen.load(path, anywhere=host.run.is_owner)
    except KnownError as error:
        return fail(str(error))
    _note(host, "load", f"track {track.name}", "put on", "put on", track=track.name)
    return _track(track)


@host_function(
    "goop.listen.play",
    returns="string?",
    doc="Play from the position, or from the start when the track is over.",
    errors=(_NO_SESSION, _NO_TRACK),
    example="goop.listen.play()",
)
def play(host: Host) -> str | None:
    return _done(host, "play", host.services.listen.play, "playing", ("started", "start"))


@host_function(
    "goop.listen.pause",
    returns="string?",
    doc="Stop at the current position.",
    errors=(_NO_SESSION, _NO_TRACK),
    example="goop.listen.pause()",
)
def pause(host: Host) -> str | None:
    return _done(host, "pause", host.services.listen.pause, "playing", ("paused", "pause"))


@host_function(
    "goop.listen.seek",
    Param("position", "number", doc="seconds from the start; past the end means the end"),
    returns="string?",
    doc="Move to a position.",
    errors=(_NO_SESSION, _NO_TRACK, "`position must be a number of seconds, 0 or more`"),
    example="goop.listen.seek(30.5)",
)
def seek(host: Host, position: float) -> str | None:
    return _done(
        host, "seek", lambda: host.services.listen.seek(position), f"to {position:g} s", ("moved", "move")
    )


@host_function(
    "goop.listen.close",
    returns="string?",
    doc="Close the session; on_group_close runs with its id.",
    errors=(_NO_SESSION,),
    example="goop.listen.close()",
)
def close(host: Host) -> str | None:
    return _done(
        host,
        "close",
        lambda: host.services.listen.close(actor(host)),
        "the listening session",
        ("closed", "close"),
    )


@host_function(
    "goop.listen.state",
    returns="table|nil, string?",
    doc="The session: id, name, role, track, play_state {playing, position in s, "
    "updated_at in ms} and listeners (peer ids); nil when none is open.",
    example="local session = goop.listen.state()",
)
def state(host: Host) -> dict[str, Any] | tuple[None, str] | None:
    try:
        found = host.services.listen.state(actor(host))
    except KnownError as error:
        return fail(str(error))
    return None if found is None else _session(found)


def _done(host: Host, name: str, action: Callable[[], None], what: str, verbs: tuple[str, str]) -> str | None:
    try:
        action()
    except KnownError as error:
        return str(error)
    _note(host, name, what, *verbs)
    return None


def _note(host: Host, action: str, what: str, did: str, would: str, **more: Any) -> None:
    host.run.effect("listen", f"{did} {what}", {"action": action, **more}, would=f"would {would} {what}")


def _session(found: ListenState) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": found.id,
        "name": found.name,
        "role": "host",
        "play_state": {"playing": found.playing, "position": found.position, "updated_at": found.updated_at},
        "listeners": list(found.listeners),
    }
    if found.track is not None:
        record["track"] = _track(found.track)
    return record


def _track(track: Track) -> dict[str, Any]:
    return {"name": track.name, "duration": track.duration, "bitrate": track.bitrate, "format": track.format}
