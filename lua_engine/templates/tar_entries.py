"""The entries of a tar stream, packed with gzip or not: plain files and folders, in the ustar, GNU and pax
spellings, and nothing else.

The standard library's reader believes a header's claims about long names, takes damage for the end, and never
sees a gzip check sum. So this one reads block by block, within limits, to the last byte.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lua_engine.site.inner_path import shown_path
from lua_engine.templates.entries import MAX_FILES, PIECE, Entry, refuse_number
from lua_engine.templates.manifest import TemplateError

BLOCK = 512
_MAX_HEADERS = MAX_FILES * 6  # an entry may have two extensions before it, and folders are entries too
_MAX_EXTENSION = 64 * 1024
_EMPTY = bytes(BLOCK)
_FILE, _FOLDER, _LONG_NAME, _LONG_LINK, _PAX, _PAX_OF_ALL = b"07\0", b"5", b"L", b"K", b"xX", b"g"
_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"S": "a sparse file",
}


class DamagedTar(Exception):
    """The stream is no tar archive, or not a whole one; the message says what is wrong."""


class ByteStream(Protocol):
    """Answers up to ``size`` bytes, and none at the end only."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    size: int
    kind: bytes


def tar_entries(source: Path, stream: ByteStream) -> Generator[Entry, None, None]:
    """The entries of ``stream``; ``source`` is for messages. Raises :class:`TemplateError`;
    :class:`DamagedTar` for damage.
    """
    reader = _BlockReader(stream)
    name: bytes | None = None
    size: int | None = None
    for _ in range(_MAX_HEADERS):
        block = reader.take(BLOCK)
        if block == _EMPTY:
            reader.expect_end()
            return
        header = _header(block)
        if header.kind in _LONG_NAME:
            name = _extension(source, reader, header).rstrip(b"\0")
        elif header.kind in _LONG_LINK:
            _extension(source, reader, header)
        elif header.kind in _PAX + _PAX_OF_ALL:
            pax = _pax_records(source, _extension(source, reader, header), may_name=header.kind in _PAX)
            name, size = pax.get(b"path", name), _pax_size(pax, size)
        else:
            yield from _entry(
                source,
                reader,
                _Header(
                    header.name if name is None else name, header.size if size is None else size, header.kind
                ),
            )
            name = size = None
    refuse_number(source, "files")


def is_tar(block: bytes) -> bool:
    """Does a tar archive begin with ``block``?"""
    try:
        return len(block) == BLOCK and bool(_header(block))
    except DamagedTar:
        return False


def _entry(source: Path, reader: _BlockReader, header: _Header) -> Iterator[Entry]:
    if header.kind not in _FILE + _FOLDER:
        kind = _KINDS.get(header.kind, f"of the kind {shown_path(header.kind)}")
        raise TemplateError(
            f"{source}: {shown_path(header.name)} is {kind}; a template holds plain files only, "
            "never a link or a device"
        )
    try:
        name = header.name.decode()
    except UnicodeDecodeError:
        raise TemplateError(
            f"{source}: the name {shown_path(header.name)} is not UTF-8; "
            "pack the archive again, or choose the folder"
        ) from None
    # tar -C folder -cf x.tar . writes "./", "./a"
    is_folder = header.kind in _FOLDER or name.endswith("/")
    plain = name.removesuffix("/") if is_folder else name
    reader.begin(header.size)
    if not (is_folder and plain == "."):
        yield Entry(plain.removeprefix("./"), is_folder, reader.pieces())
    reader.end()


class _BlockReader:
    """Reads a stream to the byte; ``left`` bytes of the entry at hand are still to come."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._left = 0
        self._padding = 0

    def take(self, size: int) -> bytes:
        """Exactly ``size`` bytes."""
        found = bytearray()
        while len(found) < size:
            piece = self._stream.read(size - len(found))
            if not piece:
                raise DamagedTar("it is cut off")
            found += piece
        return bytes(found)

    def begin(self, size: int) -> None:
        self._left, self._padding = size, -size % BLOCK

    def pieces(self) -> Iterator[bytes]:
        """What is left of the entry."""
        while self._left:
            piece = self._stream.read(min(self._left, PIECE))
            if not piece:
                raise DamagedTar("it is cut off")
            self._left -= len(piece)
            yield piece

    def end(self) -> None:
        """Pass over what nobody wanted to read, and the padding."""
        for _ in self.pieces():
            pass
        self.take(self._padding)

    def expect_end(self) -> None:
        """Nothing but zeros may follow; reading them also checks the sum at the end of a gzip file."""
        while piece := self._stream.read(PIECE):
            if piece.count(0) != len(piece):
                raise DamagedTar("there is more after its end")


def _header(block: bytes) -> _Header:
    summed = sum(block[:148]) + 8 * 0x20 + sum(block[156:])
    if _number(block[148:156]) != summed:
        raise DamagedTar("a header's check sum is wrong")
    name, prefix = _text(block[:100]), _text(block[345:500])
    if prefix and block[257:263] == b"ustar\0":  # GNU's own spelling, "ustar  ", has other things there
        name = prefix + b"/" + name
    return _Header(name, _number(block[124:136]), block[156:157])


def _number(field: bytes) -> int:
    """Octal digits, or GNU's binary spelling of large numbers."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if not digits:
        return 0
    if not all(0x30 <= digit <= 0x37 for digit in digits):
        raise DamagedTar("a header has an invalid number")
    return int(digits, 8)


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]


def _extension(source: Path, reader: _BlockReader, header: _Header) -> bytes:
    if header.size > _MAX_EXTENSION:
        raise TemplateError(
            f"{source}: {shown_path(header.name)} has a description of {header.size} bytes; the "
            "archive is refused"
        )
    reader.begin(header.size)
    data = b"".join(reader.pieces())
    reader.end()
    return data


def _pax_records(source: Path, data: bytes, *, may_name: bool) -> dict[bytes, bytes]:
    """The records ``LENGTH KEY=VALUE`` that say something about the entry's name or content; times and owners
    do not.
    """
    found: dict[bytes, bytes] = {}
    while data:
        length = data[: data.find(b" ")]
        if (
            not length.isdigit()
            or len(length) > 5
            or not len(length) < int(length) <= len(data)
            or data[int(length) - 1] != 0x0A
        ):
            raise DamagedTar("a pax record is none")
        key, equals, value = data[len(length) + 1 : int(length) - 1].partition(b"=")
        if not equals:
            raise DamagedTar("a pax record is none")
        data = data[int(length) :]
        if key.startswith(b"GNU.sparse."):
            raise TemplateError(
                f"{source}: it holds a sparse file ({shown_path(key)}); a template holds plain files only"
            )
        if key in (b"path", b"size"):
            found[key] = value
    if found and not may_name:
        raise TemplateError(f"{source}: it gives all of its files one name or size; the archive is refused")
    return found


def _pax_size(records: dict[bytes, bytes], before: int | None) -> int | None:
    text = records.get(b"size")
    if text is None:
        return before
    if not text.isdigit() or len(text) > 20:
        raise DamagedTar("a pax size is not a number")
    return int(text)
