"""Earlier versions of the script in view, and two texts brought together, in the editor's place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from goop_console.services.work import Work
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.scripts.text.line_ends import without_returns
from goop_console.tabs.scripts.text.merging import MOST_LINES, Part, merge
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext
from lua_engine import ScriptVersion


class PastPresenter(QObject):
    """``current`` is the document in the editor."""

    def __init__(
        self,
        context: TabContext,
        view: ScriptsView,
        documents: ScriptDocuments,
        current: Callable[[], ScriptDocument | None],
    ) -> None:
        super().__init__(view)
        self._scripts = context.session.engine.scripts
        self._view, self._documents, self._current = view, documents, current
        self._notify = context.notify
        self._work = Work(context.operations, context.notify, self)
        self._versions: tuple[ScriptVersion, ...] = ()
        self._text: tuple[int, str] = (-1, "")
        self._merging: tuple[ScriptDocument, str] | None = None
        view.header.past_requested.connect(self.show_versions)
        view.versions.wanted.connect(self._show_version)
        view.versions.restore_requested.connect(self._restore)
        view.versions.closed.connect(view.show_editor)
        view.merge.chosen.connect(self._take_merged)
        view.merge.closed.connect(view.show_editor)
        view.merge_requested.connect(self._merge)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    def show_versions(self) -> None:
        """List what was saved of the script in view."""
        document = self._current()
        if document is None or document.disk is None:
            return
        info = document.info

        def show(found: tuple[ScriptVersion, ...]) -> None:
            if self._current() is document:
                self._versions, self._text = found, (-1, "")
                self._view.show_versions(info.name, found)

        self._work.run(lambda: self._scripts.versions(info), done=show)

    def _show_version(self, row: int) -> None:
        document = self._current()
        if document is None or not 0 <= row < len(self._versions):
            return
        info, version = document.info, self._versions[row]

        def show(raw: str) -> None:
            if self._current() is document and self._view.versions.list.currentRow() == row:
                self._text = (row, without_returns(raw))
                self._view.versions.show_text(self._text[1], document.editor.text(), info.name)

        self._work.run(lambda: self._scripts.version_text(info, version), done=show)

    def _restore(self, row: int) -> None:
        document = self._current()
        if document is None or self._text[0] != row or document.editor.isReadOnly():
            return
        document.editor.replace_text(self._text[1])
        self._view.show_editor()

    # two texts

    def _merge(self) -> None:
        """Bring the editor's text and the one on disk together."""
        document = self._current()
        if document is None or document.theirs is None or document.disk is None:
            return
        base, mine = without_returns(document.disk), document.editor.text()
        theirs = document.theirs
        if max(text.count("\n") for text in (base, mine, theirs)) > MOST_LINES:
            self._notify.info(f"The texts are too long to be merged here (more than {MOST_LINES:,} lines)")
            return
        self._merging = (document, theirs)

        def show(parts: tuple[Part, ...]) -> None:
            if self._current() is document and document.theirs == theirs:
                self._view.show_merge(parts)

        self._work.run(lambda: merge(base, mine, without_returns(theirs)), done=show)

    def _take_merged(self, text: str) -> None:
        if self._merging is None:
            return
        document, theirs = self._merging
        self._merging = None
        self._view.show_editor()
        if document.theirs == theirs:
            self._documents.take_merged(document, text)
