"""Files out of folders and archives from strangers, into memory, under hard limits; nothing is ever unpacked to disk.

No claim of an archive is believed: sizes are counted while reading, names are checked one by one, and only plain files are taken.
"""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from lua_engine.site.atomic import write_atomic
from lua_engine.templates.manifest import TemplateError

MAX_FILES = 2_000
MAX_TOTAL = 64 * 1024 * 1024  # bytes, unpacked; also of the archive itself
MAX_FILE = 16 * 1024 * 1024
MAX_NAME = 200  # characters of a path
MAX_DEPTH = 16
_PIECE = 1024 * 1024
_LEFT_OUT = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))})
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, EOFError, NotImplementedError, ValueError)


def read_files(path: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of the folder or archive ``path`` by their inner path, and what was left out. Raises :class:`TemplateError`.

    One folder around everything in an archive is taken off.
    """
    if path.is_dir():
        return _collect(path, _folder_files(path))
    if not path.is_file():
        raise TemplateError(f"{path}: no such file or folder; give a template's folder, .zip or .tar.gz")
    try:
        if path.stat().st_size > MAX_TOTAL:
            raise TemplateError(f"{path}: larger than {MAX_TOTAL // 2**20} MB, which no template may be")
        files, left_out = _collect(path, _archive_files(path))
    except _BROKEN as error:
        raise TemplateError(f"{path}: the archive is damaged, or none that is known ({error or type(error).__name__}); get it again") from None
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror or error}") from error
    return _without_wrapper(files), left_out


def write_template(files: Mapping[str, bytes], folder: Path) -> None:
    """Write ``files`` as the new folder ``folder``, all or nothing. Raises :class:`TemplateError` when it exists and is not empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TemplateError(f"{folder}: exists and is not empty; choose another folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    except OSError as error:
        raise TemplateError(f"{folder.parent}: cannot be written: {error.strerror or error}") from error
    try:
        made = workshop / "template"
        for name, data in files.items():
            target = made / name
            target.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(target, data)
        if folder.is_dir():
            folder.rmdir()
        made.rename(folder)
    except OSError as error:
        raise TemplateError(f"{folder}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _collect(path: Path, found: Iterator[tuple[str, IO[bytes]]]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    seen: dict[str, str] = {}
    total = count = 0
    for name, stream in found:
        count += 1
        if count > MAX_FILES:
            raise TemplateError(f"{path}: more than {MAX_FILES} files, which no template may have")
        _check_name(path, name)
        _check_clash(path, name, seen)
        if _is_left_out(name):
            left_out.append(name)
            continue
        data = _read(path, name, stream, total)
        total += len(data)
        files[name] = data
    return files, tuple(left_out)


def _read(path: Path, name: str, stream: IO[bytes], total: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > MAX_FILE:
            raise TemplateError(f"{path}: {_shown(name)} is larger than {MAX_FILE // 2**20} MB")
        if total + size > MAX_TOTAL:
            raise TemplateError(f"{path}: more than {MAX_TOTAL // 2**20} MB unpacked, which no template may be")
        pieces.append(piece)
    return b"".join(pieces)


def _check_name(path: Path, name: str) -> None:
    """Refuse what is no plain relative path, here or on another system."""
    def refuse(why: str) -> None:
        raise TemplateError(f"{path}: the name {_shown(name)} {why}; a template with such a name is refused")

    parts = name.split("/")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        refuse("is an absolute path")
    if "\\" in name:
        refuse("has a backslash in it")
    if any(part in ("", ".", "..") for part in parts):
        refuse("leads elsewhere ('..', '.' or an empty part)")
    if not name.isprintable() or any(char in '<>:"|?*' for char in name):
        refuse("has characters that no file name may have everywhere")
    if len(name) > MAX_NAME or len(parts) > MAX_DEPTH:
        refuse(f"is longer than {MAX_NAME} characters or deeper than {MAX_DEPTH} folders")
    if any(part.endswith((".", " ")) or part.split(".")[0].strip().lower() in _RESERVED for part in parts):
        refuse("cannot be a file's name on Windows")


def _check_clash(path: Path, name: str, seen: dict[str, str]) -> None:
    """Two names that are one on some system, or a file where another needs a folder."""
    folded = _folded(name)
    if folded in seen:
        raise TemplateError(f"{path}: {_shown(name)} and {_shown(seen[folded])} are one file where letter case does not count, or twice there")
    parts = folded.split("/")
    for depth in range(1, len(parts)):
        outer = "/".join(parts[:depth])
        if seen.get(outer, "").count("/") == depth - 1 and outer in seen:
            raise TemplateError(f"{path}: {_shown(seen[outer])} is a file, and {_shown(name)} needs a folder of that name")
    if any(other.startswith(f"{folded}/") for other in seen):
        raise TemplateError(f"{path}: {_shown(name)} is a file, and other files need a folder of that name")
    seen[folded] = name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())


def _is_left_out(name: str) -> bool:
    return any(part.startswith(".") or part.lower() in _LEFT_OUT for part in name.split("/"))


def _without_wrapper(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {name.split("/")[0] for name in files}
    if "manifest.json" in files or len(tops) != 1:
        return files
    top = tops.pop()
    return {name.removeprefix(f"{top}/"): data for name, data in files.items()}


def _folder_files(folder: Path) -> Iterator[tuple[str, IO[bytes]]]:
    for here, folders, names in os.walk(folder, onerror=_raise):
        folders.sort()
        for name in sorted((*folders, *names)):
            place = Path(here, name)
            mode = place.lstat().st_mode
            inner = place.relative_to(folder).as_posix()
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise TemplateError(f"{folder}: {_shown(inner)} is a link or no plain file; a template holds plain files only")
            try:
                inner.encode()
                with place.open("rb") as stream:
                    yield inner, stream
            except UnicodeEncodeError:
                raise TemplateError(f"{folder}: {_shown(inner)}: the name is not UTF-8; rename the file") from None
            except OSError as error:
                raise TemplateError(f"{place}: cannot be read: {error.strerror or error}") from error
        folders[:] = [name for name in folders if not name.startswith(".")]


def _raise(error: OSError) -> None:
    raise TemplateError(f"{error.filename}: cannot be read: {error.strerror or error}") from error


def _archive_files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if zipfile.is_zipfile(path):
        yield from _zip_files(path)
    else:
        yield from _tar_files(path)


def _zip_files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_FILES * 2:
            raise TemplateError(f"{path}: more than {MAX_FILES} files, which no template may have")
        for info in infos:
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.orig_filename.split("\0")[0] != info.filename.rstrip("\0") and os.sep == "/":
                raise TemplateError(f"{path}: the name {_shown(info.orig_filename)} is not a plain one")
            if info.is_dir():
                _check_name(path, info.filename.rstrip("/"))
                continue
            if kind not in (0, stat.S_IFREG):
                raise TemplateError(f"{path}: {_shown(info.filename)} is a link or a device; a template holds plain files only")
            if info.flag_bits & 0x1:
                raise TemplateError(f"{path}: {_shown(info.filename)} is encrypted; unpack the archive and give the folder")
            with archive.open(info) as stream:
                yield info.filename, stream


def _tar_files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        unpacked: IO[bytes] = _Bounded(path, gzip.GzipFile(fileobj=raw)) if is_gzip else raw  # type: ignore[assignment]  # a reader is all tarfile asks for
        with tarfile.open(fileobj=unpacked, mode="r|", errors="strict") as archive:
            for count, member in enumerate(archive):
                if count > MAX_FILES * 2:
                    raise TemplateError(f"{path}: more than {MAX_FILES} files, which no template may have")
                if member.isdir():
                    _check_name(path, member.name.rstrip("/").removeprefix("./") or "x") if member.name not in (".", "./") else None
                    continue
                if not member.isreg() or member.issparse():
                    raise TemplateError(f"{path}: {_shown(member.name)} is a link or a device; a template holds plain files only")
                stream = archive.extractfile(member)
                if stream is None:
                    raise TemplateError(f"{path}: {_shown(member.name)} cannot be read")
                yield member.name.removeprefix("./"), stream


class _Bounded:
    """A stream of at most ``MAX_TOTAL`` bytes and the headers around them, whatever is behind it."""

    def __init__(self, path: Path, stream: gzip.GzipFile) -> None:
        self._path = path
        self._stream = stream
        self._left = MAX_TOTAL + MAX_FILES * 4096

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(_PIECE if size < 0 else size)
        self._left -= len(data)
        if self._left < 0:
            raise TemplateError(f"{self._path}: more than {MAX_TOTAL // 2**20} MB unpacked, which no template may be")
        return data


def _shown(name: str) -> str:
    text = name.encode("utf-8", "replace").decode()
    return repr(text if len(text) <= 80 else text[:80] + "...")
