"""Making scripts and taking them away; what was taken away can be brought back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.scripts.files.new_form import NameTask
from goop_console.tabs.scripts.files.starts import COMMAND, FUNCTION, free_name, read_starts
from goop_console.tabs.scripts.record import key_of
from goop_console.tabs.scripts.text.disk import ReadText, delete_script
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted
from lua_engine import KnownError, ScriptInfo

_ICON = 20
READ_ONLY = "This site is open read-only: scripts cannot be changed."


@dataclass(frozen=True, slots=True)
class _Deleted:
    """``edited``: the editor's text if it was not saved, else None. ``trash``: where the file lies now."""

    info: ScriptInfo
    was: ReadText
    edited: str | None
    trash: Path


class FilesPresenter(QObject):
    """``made`` and ``deleted`` tell the script's key; ``left`` comes when the form was closed. The script
    deleted last can be brought back.
    """

    left = Signal()  # the form
    created = Signal(str)
    deleted = Signal(str)
    renamed = Signal(str, str)  # old key, new key

    def __init__(self, context: TabContext, view: ScriptsView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._under_way = 0
        self._submit: Callable[[str, str, str], None] = self._create
        self._edited: dict[
            str, str
        ] = {}  # by key: text that was not saved, for the editor of a script that came back
        can_edit = not self._engine.is_read_only
        view.list.new.setEnabled(can_edit)
        view.list.new.setToolTip("A new chat command or data function (Ctrl+N)" if can_edit else READ_ONLY)
        view.list.new_requested.connect(lambda: self.start_new())
        view.form.submitted.connect(lambda name, kind, text: self._submit(name, kind, text))
        view.form.given_up.connect(self.stop_new)

    @property
    def is_settled(self) -> bool:
        return not self._under_way

    # making

    def start_new(self, name: str = "", kind: str = COMMAND) -> None:
        """Show the form, for ``name`` if somebody asked for that script."""
        if self._refuse():
            return
        self._submit = self._create
        self._open_form()
        self._view.form.start(self._folders(), name, kind)
        self._run(lambda: read_starts(self._engine), self._view.form.set_starts, self._tell)

    def _open_form(self) -> None:
        self._view.form.set_infos(self._engine.scripts.all())
        self._view.show_form()

    def _folders(self) -> dict[str, str]:
        site = self._engine.site
        return {COMMAND: _shown(site.lua_dir, site.path), FUNCTION: _shown(site.functions_dir, site.path)}

    def start_duplicate(self, info: ScriptInfo, text: str) -> None:
        """Ask how the copy of ``info`` is called; it gets ``text``, which stands in the editor."""
        if self._refuse():
            return
        self._submit = self._create
        self._open_form()
        name = free_name(info.name, info.kind, self._engine.scripts.all())
        task = NameTask(f"Duplicate {info.name}", "Create copy", name, info.kind, text)
        self._view.form.start_task(self._folders(), task)

    def start_rename(self, info: ScriptInfo, text: str) -> None:
        """Ask for another name of ``info``."""
        if self._refuse():
            return
        self._submit = lambda name, _kind, _text: self.rename(info, name)
        self._open_form()
        task = NameTask(f"Rename {info.name}", "Rename", info.path.stem, info.kind, text)
        self._view.form.start_task(self._folders(), task)

    def _tell(self, error: KnownError) -> None:
        self._view.form.say(str(error))

    def _refuse(self) -> bool:
        if self._engine.is_read_only:
            self._context.notify.info(READ_ONLY)
        return self._engine.is_read_only

    def rename(self, info: ScriptInfo, name: str, *, is_undo: bool = False) -> None:
        """Give the file another name, and its goop.kv state with it."""
        engine = self._engine

        def done(answer: tuple[ScriptInfo, int]) -> None:
            renamed, calls = answer
            self.close_form()
            self.renamed.emit(key_of(info), key_of(renamed))
            more = f" {counted(calls, 'saved call')} still ask for {info.name}." if calls else ""
            text = f"Pages that call it by its old name have to be changed by hand.{more}"
            undo = [] if is_undo else [("Undo", lambda: self.rename(renamed, info.path.stem, is_undo=True))]
            self._view.notice.say("info", f"{info.name} is now {renamed.name}", text, undo)

        def work() -> tuple[ScriptInfo, int]:
            renamed = engine.scripts.rename(info, name)
            saved = [one for one in engine.checks.files.all() if one.request.target == info.name]
            return renamed, len(saved)

        self._run(work, done, self._tell)

    def stop_new(self) -> None:
        """Back to what was there."""
        self.close_form()
        self._view.list.tree.setFocus()

    def close_form(self) -> None:
        """Another script is shown instead."""
        if self._view.is_creating:
            self._view.hide_form()
            self.left.emit()

    def _create(self, name: str, kind: str, text: str) -> None:
        def done(info: ScriptInfo) -> None:
            self.close_form()
            self.created.emit(key_of(info))

        self._run(
            lambda: self._engine.scripts.create(name, kind, text),
            done,
            lambda error: self._view.form.say(str(error)),
        )

    # taking away

    def delete(self, info: ScriptInfo, document: ScriptDocument | None) -> None:
        """Delete the file of ``info``; ``document`` is what is open of it."""
        if self._engine.is_read_only:
            self._context.notify.info(READ_ONLY)
            return
        edited = document.editor.text() if document is not None and document.is_modified else None

        def done(answer: tuple[ReadText, Path]) -> None:
            self.deleted.emit(key_of(info))
            self._offer_undo(_Deleted(info, answer[0], edited, answer[1]))

        self._run(
            lambda: delete_script(self._engine, info),
            done,
            lambda error: self._context.notify.error(f"{info.name} was not deleted", str(error)),
        )

    def _offer_undo(self, one: _Deleted, failure: str = "") -> None:
        place = _shown(one.trash, self._engine.site.path)
        if one.was.is_exact:
            text, actions = failure or f"Its file lies in {place}.", [("Undo", lambda: self._undo(one))]
        else:
            text, actions = (
                f"It holds bytes that are not UTF-8, so only its file can be put back: {place}.",
                [],
            )
        self._view.notice.say("error" if failure else "info", f"{one.info.name} is deleted", text, actions)

    def _undo(self, one: _Deleted) -> None:
        self._view.notice.hide()

        def done(info: ScriptInfo) -> None:
            if one.edited is not None:
                self._edited[key_of(info)] = one.edited
            self.created.emit(key_of(info))

        self._run(
            lambda: self._engine.scripts.create(one.info.path.stem, one.info.kind, one.was.text),
            done,
            lambda error: self._offer_undo(one, f"It cannot be brought back: {error}"),
        )

    def take_edited(self, key: str) -> str | None:
        """The unsaved text of a script that was brought back, once."""
        return self._edited.pop(key, None)

    def _run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[KnownError], None]
    ) -> None:
        self._under_way += 1

        def on_done(answer: Any) -> None:
            self._under_way -= 1
            done(answer)

        def on_failed(error: Exception) -> None:
            self._under_way -= 1
            if isinstance(error, KnownError):
                failed(error)
            else:
                self._view.form.say("")
                self._context.notify.exception(error)

        self._context.operations.run(work, owner=self, done=on_done, failed=on_failed)


def _shown(path: Path, site: Path) -> str:
    """The path as a person of this site says it."""
    return (path.relative_to(site) if path.is_relative_to(site) else path).as_posix()
