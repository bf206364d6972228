"""Making, saving and deleting script files. A deleted one goes to the console's own trash, never nowhere."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lua_engine.base.errors import SiteError
from lua_engine.scripts.entries import ScriptInfo
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.scripts.replacing import Replaced, ReplacingJournal
from lua_engine.scripts.scan import COMMAND, FUNCTION, SUFFIX, read_script
from lua_engine.scripts.versions import Versions
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import check_inside, make_own_folder

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class ScriptEdit:
    """What becomes of one script: ``was`` has to be its text on disk still, ``text`` is the new one."""

    info: ScriptInfo
    was: str
    text: str


class ScriptFiles:
    """The owner's hands on the script files of a site; every change is loaded before the answer."""

    def __init__(self, folder: SiteFolder, scripts: ScriptRegistry) -> None:
        self._folder = folder
        self._scripts = scripts
        self.versions = Versions(folder)
        self.replacing = ReplacingJournal(folder)

    def create(self, name: str, kind: str, text: str) -> ScriptInfo:
        """A new script. Raises :class:`SiteError` for a name that cannot be one or is taken."""
        if not _NAME.match(name):
            raise SiteError(f"{name!r} cannot be a script's name: 1 to 64 letters, digits, '_' and '-'")
        self._folder.refuse_when_gone()
        taken = self._named(name, kind)
        if taken is not None:
            raise SiteError(
                f"{name}: there is a {_word(kind)} of that name already ({taken.path.name}); "
                "choose another one"
            )
        path = (self._folder.functions_dir if kind == FUNCTION else self._folder.lua_dir) / f"{name}{SUFFIX}"
        check_inside(path, self._folder.path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, _encoded(path, text), exclusive=True)
        except FileExistsError as error:
            raise SiteError(f"{path}: there is a file of that name already; choose another one") from error
        except OSError as error:
            raise SiteError(f"{path.parent}: cannot be created: {error.strerror or error}") from error
        return self._loaded(path)

    def save(self, info: ScriptInfo, text: str) -> ScriptInfo:
        """Write a script (atomically) and load it; a text that does not compile is kept on disk, and the last
        good version answers.
        """
        self._folder.refuse_when_gone()
        check_inside(info.path, self._folder.path)
        before, _ = read_script(info.path, self._folder.path)
        after = _encoded(info.path, text)
        write_atomic(info.path, after)
        self._keep_version(info, before or None, after)
        return self._loaded(info.path)

    def _keep_version(self, info: ScriptInfo, before: bytes | None, after: bytes) -> None:
        try:
            self.versions.keep(info.kind, info.name, before, after)
        except SiteError as error:  # the script is saved; only its history has a gap
            self._scripts.log("warn", f"{info.name}: this version is not kept: {error}", info.name)

    def save_all(self, edits: Sequence[ScriptEdit]) -> None:
        """Write several scripts, all or none, and load them together. Raises :class:`SiteError` when one is
        not what it was, or cannot be written; then each has its old text. A program that is killed meanwhile
        leaves a journal, from which the next start gives them their old texts.
        """
        before = [self._bytes_of(edit) for edit in edits]
        after = [_encoded(edit.info.path, edit.text) for edit in edits]
        files = [
            Replaced(edit.info.path, was, data) for edit, was, data in zip(edits, before, after, strict=True)
        ]
        self.replacing.begin(files)
        self._write(files)
        self.replacing.end()
        for edit, was, data in zip(edits, before, after, strict=True):
            self._keep_version(edit.info, was, data)
        self._scripts.reload([edit.info.path for edit in edits])

    def _write(self, files: Sequence[Replaced]) -> None:
        written = list[Replaced]()
        try:
            for one in files:
                write_atomic(one.path, one.after)
                written.append(one)
        except SiteError as error:
            left = [reason for one in written if (reason := _put_back(one.path, one.before))]
            if left:  # the journal stays: the next start tries again
                raise SiteError(f"{error}; not put back: {'; '.join(left)}") from error
            self.replacing.end()
            raise

    def _bytes_of(self, edit: ScriptEdit) -> bytes:
        """What is on disk, byte for byte; bytes that are not UTF-8 would be lost, and are refused."""
        data, problem = read_script(edit.info.path, self._folder.path)
        if problem:
            raise SiteError(f"{edit.info.path}: {problem}")
        if data.decode() != edit.was:
            raise SiteError(f"{edit.info.path}: was changed meanwhile; look again")
        return data

    def rename(self, info: ScriptInfo, name: str) -> ScriptInfo:
        """Give a script another name, and its goop.kv state with it; where a script of the other kind shares
        the state, each has it then. Raises :class:`SiteError` for a name that cannot be one or is taken, and
        when a file cannot be moved; then nothing is.
        """
        if not _NAME.match(name):
            raise SiteError(f"{name!r} cannot be a script's name: 1 to 64 letters, digits, '_' and '-'")
        self._folder.refuse_when_gone()
        taken = self._named(name, info.kind)
        target = info.path.with_name(f"{name}{SUFFIX}")
        is_same = _is_same(target, info.path)
        if (taken is not None and taken.path != info.path) or (target.exists() and not is_same):
            raise SiteError(f"{name}: there is a {_word(info.kind)} of that name already; choose another one")
        check_inside(info.path.parent, self._folder.path)
        self._move_state(info, name)
        try:
            os.rename(info.path, target)
        except OSError as error:
            self._move_state(replace(info, path=target), info.path.stem)
            raise SiteError(f"{info.path}: cannot be renamed: {error.strerror or error}") from error
        try:
            self.versions.move(info.kind, info.name, name)
        except SiteError as error:  # the script is renamed; only its history is under the old name
            self._scripts.log("warn", f"{name}: earlier versions are not here: {error}", name)
        return self._loaded(target)

    def _move_state(self, info: ScriptInfo, name: str) -> None:
        """The state of ``info`` is of the script ``name`` from here on."""
        old = self._folder.state_dir / f"{info.path.stem}.json"
        new = old.with_name(f"{name}.json")
        if not old.is_file():
            return
        check_inside(old.parent, self._folder.path)
        if new.exists() and not _is_same(new, old):
            raise SiteError(f"{new}: there is goop.kv state of that name already; move it away first")
        is_shared = any(
            one.path.stem == info.path.stem and one.kind != info.kind for one in self._scripts.infos()
        )
        try:
            if is_shared:
                check_inside(old, self._folder.path)  # it is read
                write_atomic(new, old.read_bytes(), exclusive=True, follow=False)
            else:
                os.rename(old, new)
        except OSError as error:
            raise SiteError(f"{old}: cannot be renamed: {error.strerror or error}") from error

    def delete(self, info: ScriptInfo) -> Path:
        """Take a script away; answers where it lies in the trash. Raises :class:`SiteError` when it cannot be
        moved.
        """
        check_inside(info.path.parent, self._folder.path)
        trash = make_own_folder(self._folder.path, self._folder.console_dir.name, "trash")
        moment = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 1_000_000:06d}"
        target = trash / f"{moment}-{info.kind}-{info.path.name}"
        try:
            os.replace(info.path, target)
        except OSError as error:
            raise SiteError(f"{info.path}: cannot be deleted: {error.strerror or error}") from error
        self._scripts.reload()
        return target

    def _named(self, name: str, kind: str) -> ScriptInfo | None:
        def key(text: str) -> str:
            return text.lower() if kind == COMMAND else text

        return next(
            (info for info in self._scripts.infos() if info.kind == kind and key(info.name) == key(name)),
            None,
        )

    def _loaded(self, path: Path) -> ScriptInfo:
        for info in self._scripts.reload([path]):
            if info.path == path:
                return info
        raise SiteError(f"{path}: the script disappeared while it was being saved")


def _encoded(path: Path, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise SiteError(
            f"{path}: cannot be written: the text holds half of a surrogate pair, which is not a character"
        ) from None


def _put_back(path: Path, data: bytes) -> str:
    """Why a file cannot be what it was; empty when it is."""
    try:
        write_atomic(path, data)
    except SiteError as error:
        return str(error)
    return ""


def _is_same(one: Path, other: Path) -> bool:
    """The same file; also by another name where letters in either case are one."""
    return one.exists() and other.exists() and one.samefile(other)


def _word(kind: str) -> str:
    return "chat command" if kind == COMMAND else "data function"
