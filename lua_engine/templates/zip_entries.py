"""The entries of a zip file. Nothing that its directory claims is believed: not the sizes, not the number of
entries, not where they lie.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path

from lua_engine.site.inner_path import shown_path
from lua_engine.templates.entries import MAX_FILES, PIECE, Entry, refuse_number
from lua_engine.templates.manifest import TemplateError

_MAX_DIRECTORY = (
    2 * 1024 * 1024
)  # bytes: 2,000 files with names of 200 characters fit in; zipfile makes an object of every 46 bytes
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA takes as much memory as its header says


def zip_entries(source: Path, raw: io.FileIO) -> Generator[Entry, None, None]:
    """The entries of the zip file ``raw``; ``source`` is for messages. Raises :class:`TemplateError`, or what
    zipfile raises for damage.
    """
    with _BoundedReader(source, raw) as reader, _open(source, reader) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_FILES * 2:
            refuse_number(source, "files")
        # Entries that share their bytes make a small archive unpack, or just take time, without end.
        if sum(info.compress_size for info in infos) > os.fstat(raw.fileno()).st_size:
            raise TemplateError(
                f"{source}: its entries lie over each other, as in a zip bomb; the archive is refused"
            )
        for info in infos:
            yield _entry(source, archive, info)


def _open(source: Path, reader: io.BufferedReader) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(reader)
    except UnicodeDecodeError as error:
        raise TemplateError(
            f"{source}: the name {shown_path(error.object)} is not UTF-8; pack the archive again"
        ) from None


def _entry(source: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    name = _name(source, info)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise TemplateError(
            f"{source}: {shown_path(name)} is a link or a device; a template holds plain files only"
        )
    if info.flag_bits & _ENCRYPTED:
        raise TemplateError(
            f"{source}: {shown_path(name)} is encrypted; unpack the archive and choose the folder"
        )
    if name.endswith("/"):
        return Entry(name.removesuffix("/"), True)
    if info.compress_type not in _METHODS:
        raise TemplateError(
            f"{source}: {shown_path(name)} uses an unsupported compression; "
            "pack the archive with Deflate, or choose the folder"
        )
    return Entry(name, False, _pieces(archive, info))


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    size = 0
    with archive.open(info) as stream:
        while piece := stream.read(PIECE):
            size += len(piece)
            yield piece
    if size != info.file_size:
        raise zipfile.BadZipFile(f"{shown_path(info.filename)} has {size} bytes, not {info.file_size}")


def _name(source: Path, info: zipfile.ZipInfo) -> str:
    """The name as it was packed; zipfile's own is cut at a NUL. Without the flag, names are UTF-8 all the
    same (macOS) or refused.
    """
    name = info.orig_filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    packed = name.encode("cp437")
    try:
        return packed.decode()
    except UnicodeDecodeError:
        raise TemplateError(
            f"{source}: the name {shown_path(packed)} is not UTF-8; pack the archive again, or "
            "choose the folder"
        ) from None


class _BoundedReader(io.BufferedReader):
    """Refuses the reading of a directory that is out of all proportion, which zipfile would take into memory
    as a whole.
    """

    def __init__(self, source: Path, raw: io.FileIO) -> None:
        super().__init__(raw)
        self._source = source

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY:
            refuse_number(self._source, "files")
        return super().read(size)

    def seek(self, target: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_SET and target < 0:
            raise zipfile.BadZipFile("an entry starts before the archive does")
        return super().seek(target, whence)
