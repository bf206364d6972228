"""What a listening session can play: the facts of an MP3 file, or a stream URL taken as it is."""

from __future__ import annotations

from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path

from lua_engine.base.errors import KnownError
from lua_engine.net.errors import HttpError
from lua_engine.net.policy import DEFAULT_PORTS, AddressPolicy

MAX_READS = 50_000
"""Half a minute of frames, from which the rest of a track is reckoned, takes 1,150 of them."""


class TrackError(KnownError):
    """A track that cannot be loaded; the message says why."""


@dataclass(frozen=True, slots=True)
class Track:
    """``duration`` is in seconds and ``bitrate`` in bit/s, both 0 when unknown (a stream). ``source`` is a
    path or a URL.
    """

    name: str
    duration: float
    bitrate: int
    format: str
    source: str


def load_track(path: str, shared: Path, *, anywhere: bool) -> Track:
    """The track at ``path``: a stream URL, an absolute path, or a path inside ``shared``.

    A file outside ``shared`` needs ``anywhere``: without it the answer is the same whether the file exists or
    not, so that a visitor's call cannot find out what is on the owner's disk.
    """
    if "://" in path:
        return _stream(path)
    if "\0" in path or not path:
        raise TrackError("path is not valid")
    try:
        real = (shared / path).resolve()
        is_inside = real.is_relative_to(shared.resolve())
    except (OSError, RuntimeError):  # a loop of links
        raise TrackError("path is not valid") from None
    if not (anywhere or is_inside):
        raise TrackError("only the owner may load a file outside the site's shared folder")
    return _mp3(real)


def _stream(url: str) -> Track:
    """A stream that the address policy of ``goop.http`` allows; its name is resolved when it is played."""
    if url.partition("://")[0].lower() not in DEFAULT_PORTS:
        raise TrackError("a stream must be an http:// or https:// URL")
    try:
        target = AddressPolicy().check_url(url)
    except HttpError as error:
        raise TrackError(f"stream URL: {error}") from None
    if f".{target.host.rstrip('.')}".endswith(".localhost"):
        raise TrackError(f"stream URL: address refused: {target.host} is a loopback address")
    if not url.isprintable():
        raise TrackError("stream URL is not valid")
    return Track(
        name=target.path.split("?")[0].rpartition("/")[2] or target.host,
        duration=0.0,
        bitrate=0,
        format="stream",
        source=url,
    )


def _mp3(path: Path) -> Track:
    """Read from the first audio frames; tags and the pictures in them are skipped, not loaded."""
    from tinytag import TinyTag, TinyTagException

    if path.suffix.lower() != ".mp3":
        raise TrackError(f"not an MP3 file: {path.name}")
    try:
        if not path.is_file():
            raise TrackError(f"file not found: {path.name}")
        with _BoundedFile(path.open("rb", buffering=0)) as file:
            tag = TinyTag.get("track.mp3", file, tags=False)
    except TinyTagException:
        raise TrackError(f"not an MP3 file: {path.name}") from None
    except OSError as error:
        raise TrackError(f"cannot read {path.name}: {error.strerror}") from None
    if tag.mime_type != "audio/mpeg" or not tag.duration or not tag.bitrate:
        raise TrackError(f"not an MP3 file: {path.name}")
    return Track(path.stem, round(tag.duration, 3), round(tag.bitrate * 1000), "mp3", str(path))


class _BoundedFile(BufferedReader):
    """A file of which so much can be read: tinytag looks for a frame through all of it, four
    bytes at a time, where there is none.
    """

    def __init__(self, raw: RawIOBase) -> None:
        super().__init__(raw)
        self._reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self._reads += 1
        if self._reads > MAX_READS:
            raise EOFError("no MP3 frame")
        return super().read(size)
