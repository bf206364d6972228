"""All opened scripts: read, checked while typing, saved, and kept in step with the disk. Files and Lua stay
off the Qt thread.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from goop_console.tabs.scripts.record import consequence, key_of, kind_of
from goop_console.tabs.scripts.text.checking import Checked, checked
from goop_console.tabs.scripts.text.cutting import cut_text
from goop_console.tabs.scripts.text.disk import ReadText, SaveOutcome, read_text, save_text
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.line_ends import without_returns
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor import EditorPane
from goop_console.widgets.code_editor.separators import can_be_shown
from lua_engine import KnownError, ScriptInfo

CHECK_MS: Final = 80


class ScriptDocuments(QObject):
    """``changed`` tells that a document has another state, ``loaded`` that its text is there, ``dropped``
    that it is no more.
    """

    changed = Signal(str)  # key
    loaded = Signal(str)
    dropped = Signal(str)
    opened = Signal(str)  # it has an editor
    saved = Signal(str)  # and it compiles

    def __init__(self, context: TabContext, pane: EditorPane, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = context.session.engine
        self._pane = pane
        self._documents: dict[str, ScriptDocument] = {}
        self._under_way = 0
        self._unchecked: set[str] = set()
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(CHECK_MS)
        self._check_timer.timeout.connect(self._check)

    # asking

    @property
    def is_settled(self) -> bool:
        return not self._under_way and not self._check_timer.isActive()

    def get(self, key: str) -> ScriptDocument | None:
        """The document, if it was opened."""
        return self._documents.get(key)

    def all(self) -> tuple[ScriptDocument, ...]:
        return tuple(self._documents.values())

    def modified(self) -> tuple[ScriptDocument, ...]:
        return tuple(one for one in self._documents.values() if one.is_modified)

    # reading

    def open(self, info: ScriptInfo) -> ScriptDocument:
        """The document of ``info``; its text follows (``loaded``) when it is opened for the first time."""
        document = self._documents.get(key_of(info))
        if document is None:
            document = ScriptDocument(info, self._pane.new_editor())
            document.editor.setReadOnly(True)
            self._documents[document.key] = document
            self.opened.emit(document.key)
            document.editor.edited.connect(lambda: self._on_edited(document))
            document.editor.document().modificationChanged.connect(lambda _: self.changed.emit(document.key))
            self._read(document)
        elif document.disk is None:
            self._read(document)
        return document

    def set_infos(self, infos: Mapping[str, ScriptInfo]) -> None:
        """What the engine knows now: documents follow, those of deleted scripts go unless they hold unsaved
        text.
        """
        for key, document in tuple(self._documents.items()):
            if key in infos:
                document.set_info(infos[key])
                self._pane.show_problems(document.editor)
                self._read(document)
            elif document.is_modified:
                document.is_gone, document.theirs = True, None
            elif not document.is_saving:
                self._drop(document)

    def look_at_disk(self) -> None:
        """Read every opened script again; the engine tells of no change when a broken text only got another
        broken text.
        """
        for document in self._documents.values():
            if document.disk is not None and not document.is_gone:
                self._read(document)

    def forget(self, document: ScriptDocument) -> None:
        """Give up a document whose file is gone, with its text."""
        if document.key in self._documents:
            self._drop(document)

    def _drop(self, document: ScriptDocument) -> None:
        del self._documents[document.key]
        self._unchecked.discard(document.key)
        document.editor.filling.give_up()
        self._pane.drop_editor(document.editor)
        self.dropped.emit(document.key)

    def _read(self, document: ScriptDocument) -> None:
        if document.is_reading or document.is_saving:
            document.was_missed = True
            return
        document.is_reading, document.was_missed = True, False
        self._under_way += 1
        engine, info = self._engine, document.info
        self._context.operations.run(
            lambda: read_text(engine, info),
            owner=self,
            done=lambda found: self._on_read(document, found),
            failed=lambda error: self._on_not_read(document, error),
        )

    def _on_read(self, document: ScriptDocument, found: ReadText) -> None:
        if document.disk is None and self._documents.get(document.key) is document:
            document.when_shown(found.shown, lambda: self._on_first_read(document, found))
            return
        document.is_reading = False
        if not self._end(document):
            return
        if not document.is_saving:
            self._compare(document, found)
        self.changed.emit(document.key)
        self._read_again(document)

    def _on_first_read(self, document: ScriptDocument, found: ReadText) -> None:
        """All of its text is in the editor."""
        document.is_reading = False
        if not self._end(document):
            return
        self._load(document, found)
        self.loaded.emit(document.key)
        self._unchecked.add(document.key)
        self._check_timer.start()
        self.changed.emit(document.key)
        self._read_again(document)

    def _load(self, document: ScriptDocument, found: ReadText) -> None:
        refusal = self._refusal(found)
        document.load(found.text, found.shown, can_edit=not refusal, is_cut=found.cut is not None)
        document.message = refusal or ("The file is write-protected" if found.is_protected else "")
        self._pane.show_problems(document.editor)

    def _refusal(self, found: ReadText) -> str:
        """Why a text cannot be edited; empty when it can."""
        if self._engine.is_read_only:
            return "Read only: this site is open for reading only"
        if not found.is_exact:
            return "Read only: the file holds bytes that are not UTF-8"
        if found.cut is not None:
            return f"Read only, and only its beginning: {found.cut.reason}"
        return "" if can_be_shown(found.text) else "Read only: the file holds U+FDD2, U+FDD3 or U+FDD4"

    def _compare(self, document: ScriptDocument, found: ReadText) -> None:
        """The disk holds ``found`` now."""
        raw = found.text
        if raw == document.disk:
            document.theirs = None
        elif document.editor.text() == without_returns(raw):
            document.agree(raw)
        elif document.is_cut or (found.cut is not None and not document.editor.is_modified):
            self._load(document, found)
        elif not document.editor.is_modified:
            document.take(raw)
            document.message, document.is_message_bad = "Reloaded: changed on disk", False
            document.set_info(document.info)
            self._pane.show_problems(document.editor)
        else:
            document.theirs = raw

    def _on_not_read(self, document: ScriptDocument, error: Exception) -> None:
        document.is_reading = False
        if not self._end(document):
            return
        if not isinstance(error, KnownError):
            self._context.notify.exception(error)
        document.message, document.is_message_bad = str(error), True
        self.changed.emit(document.key)
        self._read_again(document)

    def _read_again(self, document: ScriptDocument) -> None:
        if document.was_missed and not document.is_saving:
            self._read(document)

    # a text that changed on disk while it was edited here

    def keep_mine(self, document: ScriptDocument) -> None:
        """The next save writes over what is on disk."""
        if document.theirs is not None:
            document.agree(document.theirs)
            self.changed.emit(document.key)

    def load_theirs(self, document: ScriptDocument) -> None:
        """Take the text on disk; Ctrl+Z brings the edited one back."""
        if document.theirs is not None:
            theirs = ReadText(document.theirs, is_exact=True, cut=cut_text(without_returns(document.theirs)))
            if theirs.cut is None:
                document.take(theirs.text)
            else:
                self._load(document, theirs)
            document.set_info(document.info)
            self._pane.show_problems(document.editor)
            self.changed.emit(document.key)

    def take_merged(self, document: ScriptDocument, text: str) -> None:
        """The editor has ``text`` now, made of both; the next save writes it over what is on disk."""
        document.editor.replace_text(text)
        document.message, document.is_message_bad = "Merged: Ctrl+S writes it, Ctrl+Z takes it back", False
        self.keep_mine(document)

    def restore(self, document: ScriptDocument, text: str, base: str) -> None:
        """Put back what was typed over ``base``; when the disk has another text since, it is asked whose."""
        document.editor.replace_text(text)
        if document.disk not in (None, base):
            document.theirs, document.disk = document.disk, base
        self.changed.emit(document.key)

    # checking

    def _on_edited(self, document: ScriptDocument) -> None:
        if document.disk is None or document.key not in self._documents:
            return
        if document.message and not document.is_saving:
            document.message, document.is_message_bad = "", False  # it spoke of another text
            self.changed.emit(document.key)
        self._unchecked.add(document.key)
        self._check_timer.start()

    def _check(self) -> None:
        keys, self._unchecked = self._unchecked, set()
        for key in keys:
            document = self._documents.get(key)
            if document is not None and not document.is_modified:
                document.set_info(document.info)
                self._pane.show_problems(document.editor)
            if document is not None:
                self._check_one(document)

    def _check_one(self, document: ScriptDocument) -> None:
        if document.is_cut:
            return
        engine, name, text = self._engine, document.info.name, document.editor.text()
        kind = kind_of(document.info)
        revision = document.editor.revision
        self._under_way += 1
        self._context.operations.run(
            lambda: checked(engine, name, kind, text),
            owner=self,
            done=lambda found: self._on_checked(document, revision, found),
            failed=lambda error: self._on_not_checked(document, error),
        )

    def _on_checked(self, document: ScriptDocument, revision: int, found: Checked) -> None:
        if self._end(document) and revision == document.editor.revision:
            if document.is_modified:
                document.set_errors(found.problems)
            document.set_findings(found.findings)
            self._pane.show_problems(document.editor)

    def _on_not_checked(self, document: ScriptDocument, error: Exception) -> None:
        self._end(document)
        self._context.notify.exception(error)

    # saving

    def save(self, document: ScriptDocument, *, in_spite: bool = False) -> None:
        """Write the text; a text on disk that nobody has seen is not written over, nor is a write-protected
        file, but ``in_spite`` of that.
        """
        if document.is_saving or document.disk is None or document.editor.isReadOnly():
            return
        engine, info, raw, known = (
            self._engine,
            document.info,
            document.raw_text(),
            None if document.is_gone else document.disk,
        )
        document.is_saving, document.message, document.is_message_bad = True, "Saving…", False
        document.save_began, document.trial = time.perf_counter(), None
        document.editor.gutter.set_verdict(0)
        self._under_way += 1
        self.changed.emit(document.key)
        self._context.operations.run(
            lambda: save_text(engine, info, raw, known, in_spite=in_spite),
            owner=self,
            done=lambda outcome: self._on_saved(document, raw, outcome),
            failed=lambda error: self._on_not_saved(document, error),
        )

    def _on_saved(self, document: ScriptDocument, raw: str, outcome: SaveOutcome) -> None:
        document.is_saving = False
        if not self._end(document):
            return
        document.is_protected = outcome.is_protected
        if outcome.is_protected:
            document.message, document.is_message_bad = "Not saved: the file is write-protected", True
        elif outcome.info is None:
            document.theirs = outcome.theirs
            document.message, document.is_message_bad = "Not saved: the file was changed on disk", True
        else:
            document.is_gone = False
            document.agree(raw)
            document.set_info(outcome.info)
            document.message, document.is_message_bad = (
                saved_words(outcome.info),
                outcome.info.problem is not None,
            )
            self._pane.show_problems(document.editor)
            if outcome.info.problem is None:
                self.saved.emit(document.key)
        self.changed.emit(document.key)
        self._read_again(document)

    def _on_not_saved(self, document: ScriptDocument, error: Exception) -> None:
        document.is_saving = False
        self._end(document)
        document.message, document.is_message_bad = "Not saved", True
        if isinstance(error, KnownError):
            document.message = f"Not saved: {getattr(error, 'reason', '') or error}"
            self._context.notify.error(
                f"{document.info.name} was not saved", f"{error}\nYour text is still in the editor."
            )
        else:
            self._context.notify.exception(error)
        self.changed.emit(document.key)
        self._read_again(document)

    def _end(self, document: ScriptDocument) -> bool:
        """One piece of work less under way; whether the document is still here."""
        self._under_way -= 1
        return self._documents.get(document.key) is document


def saved_words(info: ScriptInfo) -> str:
    """How a save ended."""
    if info.problem is None:
        return "Saved · live"
    where = f"broken at line {info.problem.line}" if info.problem.line else f"broken ({info.problem.message})"
    said = consequence(info)
    return f"Saved · {where}: {said[0].lower()}{said[1:]}"
