"""Files out of folders and archives from strangers, into memory, under hard limits; nothing is ever unpacked
to disk.

No claim of an archive is believed: sizes are counted while reading, names are checked one by one, and only
plain files are taken.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from lua_engine.site.atomic import sync_folder
from lua_engine.site.foreign import kind_flaw
from lua_engine.site.inner_path import shown_path
from lua_engine.templates.entries import Entry, NameGuard, left_out_as
from lua_engine.templates.folder_entries import folder_entries
from lua_engine.templates.gunzip import GunzipStream
from lua_engine.templates.manifest import TemplateError
from lua_engine.templates.tar_entries import BLOCK, DamagedTar, is_tar, tar_entries
from lua_engine.templates.zip_entries import zip_entries

MAX_ARCHIVE = 64 * 1024 * 1024  # bytes, packed
MAX_TOTAL = 64 * 1024 * 1024  # bytes, unpacked
MAX_FILE = 16 * 1024 * 1024
_HEADERS = 8 * 1024 * 1024  # bytes around the files in a tar stream, and what is left out of it
_LONGEST_REASON = 200  # characters; zipfile quotes names as long as they are
# What zipfile and zlib answer a file with that is not what it should be; struct.error to RuntimeError are
# zipfile's when a header is odd.
_DAMAGE = (
    zipfile.BadZipFile,
    DamagedTar,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,
    IndexError,
    OverflowError,
    RuntimeError,
)
_OTHERS = {
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ\0": "packed with xz",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
}


def read_files(path: Path) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of the folder or archive ``path`` by their inner path, and what was left out. Raises
    :class:`TemplateError`.

    One folder around everything in an archive is taken off.
    """
    if path.is_dir():
        return _collect(path, folder_entries(path))
    advice = "give a template's folder, .zip or .tar.gz"
    try:
        flaw = kind_flaw(path.stat().st_mode)
        if flaw:
            raise TemplateError(f"{path}: {flaw}; {advice}")
        with path.open("rb", buffering=0) as raw:
            if os.fstat(raw.fileno()).st_size > MAX_ARCHIVE:
                raise TemplateError(
                    f"{path}: larger than {MAX_ARCHIVE // 2**20} MB, the limit for a template"
                )
            with closing(_archive_entries(path, raw)) as entries:
                return _without_wrapper(*_collect(path, entries))
    except _DAMAGE as error:
        what = (str(error) or type(error).__name__)[:_LONGEST_REASON]
        raise TemplateError(f"{path}: the archive is damaged ({what}); get it again") from None
    except FileNotFoundError:
        raise TemplateError(f"{path}: no such file or folder; {advice}") from None
    except OSError as error:
        raise TemplateError(f"{path}: cannot be read: {error.strerror or error}") from error


def write_template(files: Mapping[str, bytes], folder: Path) -> None:
    """Write ``files`` as the new folder ``folder``, all or nothing. Raises :class:`TemplateError`, also when
    it exists and is not empty.
    """
    guard = NameGuard(folder)
    for name in files:
        guard.add(name)
    target = Path(os.path.realpath(folder))
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TemplateError(f"{folder}: exists and is not empty; choose another folder")
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_beside(files, target)
    except OSError as error:
        for parent in missing:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        raise TemplateError(f"{folder}: cannot be written: {error.strerror or error}") from error


def _write_beside(files: Mapping[str, bytes], target: Path) -> None:
    workshop = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}-"))
    try:
        built = workshop / "template"  # the workshop is this user's alone, a template is like any folder
        built.mkdir()
        for name, data in files.items():
            (built / name).parent.mkdir(parents=True, exist_ok=True)
            _write_synced(built / name, data)
        for here, _, _ in os.walk(built):
            sync_folder(Path(here))
        _put_in_place(built, target)
    finally:
        # What cannot be removed is hidden, and no part of any template.
        shutil.rmtree(workshop, ignore_errors=True)


def _put_in_place(built: Path, target: Path) -> None:
    was_there = target.is_dir()
    try:
        if was_there:
            target.rmdir()
        built.rename(target)
        sync_folder(target.parent)
    except OSError:
        if not built.exists():
            target.rename(built)
        if was_there and not target.exists():
            target.mkdir()
        raise


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _collect(source: Path, entries: Iterable[Entry]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    files: dict[str, bytes] = {}
    left_out: dict[str, None] = {}
    guard = NameGuard(source)
    total = 0
    for entry in entries:
        guard.add(entry.name, is_folder=entry.is_folder)
        hidden = left_out_as(entry.name, is_folder=entry.is_folder)
        if hidden:
            left_out[hidden] = None
        elif not entry.is_folder:
            data = _read(source, entry, MAX_TOTAL - total)
            total += len(data)
            files[entry.name] = data
    return files, tuple(left_out)


def _read(source: Path, entry: Entry, room: int) -> bytes:
    data = bytearray()
    for piece in entry.pieces:
        data += piece
        if len(data) > MAX_FILE:
            raise TemplateError(
                f"{source}: {shown_path(entry.name)} is larger than {MAX_FILE // 2**20} MB, "
                "the limit for a file of a template"
            )
        if len(data) > room:
            raise TemplateError(
                f"{source}: more than {MAX_TOTAL // 2**20} MB unpacked, the limit for a template"
            )
    return bytes(data)


def _without_wrapper(
    files: dict[str, bytes], left_out: tuple[str, ...]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    tops = {name.split("/")[0] for name in files}
    if "manifest.json" in files or len(tops) != 1:
        return files, left_out
    top = f"{tops.pop()}/"
    return {name.removeprefix(top): data for name, data in files.items()}, tuple(
        name.removeprefix(top) for name in left_out
    )


def _archive_entries(path: Path, raw: io.FileIO) -> Generator[Entry, None, None]:
    """By what is in the file; its name may say anything."""
    start = raw.read(BLOCK) or b""
    raw.seek(0)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return zip_entries(path, raw)
    if start.startswith(b"\x1f\x8b"):
        return tar_entries(path, GunzipStream(path, raw, MAX_TOTAL + _HEADERS))
    if is_tar(start):
        return tar_entries(path, raw)
    other = next((kind for magic, kind in _OTHERS.items() if start.startswith(magic)), "no archive")
    raise TemplateError(f"{path}: is {other}; a template comes as a folder, .zip or .tar.gz")
