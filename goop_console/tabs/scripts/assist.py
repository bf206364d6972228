"""Completion and "go to definition" for the scripts that are open; the engine answers off the Qt thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from goop_console.services.work import Work
from goop_console.tabs.scripts.documents import ScriptDocuments
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor.completion import Offer
from lua_engine import Completion, Kind, Place


class EditorAssist(QObject):
    """Answers what editors ask; an answer to an older text is dropped."""

    def __init__(self, context: TabContext, documents: ScriptDocuments, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self._context = context
        self._documents = documents
        self._work = Work(context.operations, context.notify, self)
        documents.opened.connect(self._watch)
        for document in documents.all():
            self._watch(document.key)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    def _watch(self, key: str) -> None:
        document = self._documents.get(key)
        if document is not None:
            editor = document.editor
            editor.completion_wanted.connect(lambda line, column: self._complete(key, line, column))
            editor.definition_wanted.connect(lambda line, column: self._define(key, line, column))

    def _complete(self, key: str, line: int, column: int) -> None:
        document = self._documents.get(key)
        if document is None:
            return
        language, editor, text = self._engine.language, document.editor, document.editor.text()
        kind: Kind = "function" if document.info.kind == "function" else "command"
        place, revision = editor.place(), editor.revision

        def show(found: tuple[Completion, ...]) -> None:
            if editor.revision == revision and editor.place() == place and editor.hasFocus():
                editor.completion.offer(
                    [Offer(one.text, one.kind, one.detail, one.doc, one.typed) for one in found]
                )

        self._work.run(lambda: language.complete(kind, text, line, column), done=show)

    def _define(self, key: str, line: int, column: int) -> None:
        document = self._documents.get(key)
        if document is None:
            return
        language, editor, text = self._engine.language, document.editor, document.editor.text()

        def show(found: Place | None) -> None:
            if found is None:
                self._context.notify.info("Nothing here is declared in this script")
            else:
                editor.go_to_line(found.line, found.column + 1)

        self._work.run(lambda: language.definition(text, line, column), done=show)
