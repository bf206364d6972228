"""A gzip file as a stream of bounded length, whatever is in it."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

from lua_engine.templates.manifest import TemplateError

_CHUNK = 64 * 1024
_MAX_MEMBERS = 1_000  # some packers write one for every block; each may be empty, so they are counted
_GZIP = 16 + zlib.MAX_WBITS


class GunzipStream:
    """Reads the gzip file ``raw``, all of its members, and raises :class:`TemplateError` past ``limit``
    bytes.

    Raises ``zlib.error`` for damage (the check sum included) and ``EOFError`` for a file that is cut off.
    """

    def __init__(self, source: Path, raw: io.FileIO, limit: int) -> None:
        self._source = source
        self._raw = raw
        self._limit = limit
        self._total = 0
        self._members = 0
        self._waiting = b""
        self._member: zlib._Decompress | None = None

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; none at the end only."""
        while True:
            if self._member is None and not self._begin_member():
                return b""
            piece = self._unpack(size)
            if piece:
                self._count(len(piece))
                return piece

    def _begin_member(self) -> bool:
        if not self._waiting:
            self._waiting = self._raw.read(_CHUNK) or b""
        if self._members:  # zeros may fill the last block of a tape
            while self._waiting and not self._waiting.strip(b"\0"):
                self._waiting = self._raw.read(_CHUNK) or b""
        if not self._waiting:
            return False
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise TemplateError(
                f"{self._source}: put together from more than {_MAX_MEMBERS} gzip files; "
                "the archive is refused"
            )
        self._member = zlib.decompressobj(_GZIP)
        return True

    def _unpack(self, size: int) -> bytes:
        member = self._member
        assert member is not None
        chunk = self._waiting or self._raw.read(_CHUNK)
        piece = member.decompress(chunk or b"", size)
        if member.eof:
            self._waiting, self._member = member.unused_data, None
            return piece
        self._waiting = member.unconsumed_tail
        if not chunk and not piece:
            raise EOFError("it is cut off")
        return piece

    def _count(self, size: int) -> None:
        self._total += size
        if self._total > self._limit:
            raise TemplateError(
                f"{self._source}: more than {self._limit // 2**20} MB unpacked, the limit for a template"
            )
