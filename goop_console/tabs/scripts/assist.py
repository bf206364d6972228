"""What the editors of open scripts ask: completion, what a word is, where it is declared and used, another
name for it. The engine answers off the Qt thread; an answer to an older text is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from goop_console.services.work import Work
from goop_console.tabs.scripts.record import kind_of
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.tabs.tab import TabContext
from goop_console.widgets.code_editor import EditorPane
from goop_console.widgets.code_editor.completion import Offer
from goop_console.widgets.code_editor.places_bar import ListedPlace
from goop_console.widgets.code_editor.rename_field import write_name
from lua_engine import Completion, Place

T = TypeVar("T")


class EditorAssist(QObject):
    """For all documents that are opened."""

    def __init__(
        self, context: TabContext, documents: ScriptDocuments, pane: EditorPane, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine = context.session.engine
        self._context = context
        self._documents = documents
        self._pane = pane
        self._work = Work(context.operations, context.notify, self)
        documents.opened.connect(self._watch)
        for document in documents.all():
            self._watch(document.key)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    def _watch(self, key: str) -> None:
        document = self._documents.get(key)
        if document is None:
            return
        editor = document.editor

        def ask(then: Callable[[ScriptDocument, int, int], None]) -> Callable[[int, int], None]:
            def asked(line: int, column: int) -> None:
                if self._documents.get(key) is document:
                    then(document, line, column)

            return asked

        editor.completion_requested.connect(ask(self._complete))
        editor.hover_requested.connect(ask(self._hover))
        editor.definition_requested.connect(ask(self._define))
        editor.references_requested.connect(ask(self._refer))
        editor.rename_requested.connect(lambda _line, _column: self._start_rename(document))
        editor.rename.name_requested.connect(lambda name: self._rename(document, name))

    def _ask(
        self,
        document: ScriptDocument,
        question: Callable[[], T],
        answer: Callable[[T], None],
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Take the answer only while the text is the one that was asked about."""
        editor, revision = document.editor, document.editor.revision

        def show(found: T) -> None:
            if editor.revision == revision and self._documents.get(document.key) is document:
                answer(found)

        self._work.run(question, done=show, failed=failed)

    def _complete(self, document: ScriptDocument, line: int, column: int) -> None:
        language, editor, text = self._engine.language, document.editor, document.editor.text()
        kind, place = kind_of(document.info), editor.place()

        def show(found: tuple[Completion, ...]) -> None:
            if editor.place() == place and editor.hasFocus():
                editor.completion.offer(
                    [Offer(one.text, one.kind, one.detail, one.doc, one.typed) for one in found]
                )

        self._ask(document, lambda: language.complete(kind, text, line, column), show)

    def _hover(self, document: ScriptDocument, line: int, column: int) -> None:
        language, editor, text = self._engine.language, document.editor, document.editor.text()
        kind, asked = kind_of(document.info), editor.hover.place
        wrong = [one.message for one in editor.problems if one.line == line and one.covers(column)]

        def show(found: str) -> None:
            if editor.hover.place == asked:
                editor.hover.show_about("\n\n".join([*wrong, found] if found else wrong))

        self._ask(document, lambda: language.hover(kind, text, line, column), show)

    def _define(self, document: ScriptDocument, line: int, column: int) -> None:
        language, editor, text = self._engine.language, document.editor, document.editor.text()

        def find() -> Place | str:
            """A handle that is already where it is declared leads on to its table."""
            place, table = language.definition(text, line, column), language.table_at(text, line, column)
            is_there = place is not None and place.line == line and place.column <= column <= place.end_column
            return place if place is not None and not is_there else table or place or ""

        def show(found: Place | str) -> None:
            if isinstance(found, Place):
                editor.go_to_line(found.line, found.column + 1)
            elif found:
                self._context.navigate("data", table=found)
            else:
                self._context.notify.info("Nothing here is declared in this script")

        self._ask(document, find, show)

    def _refer(self, document: ScriptDocument, line: int, column: int) -> None:
        language, text = self._engine.language, document.editor.text()

        def show(found: tuple[Place, ...]) -> None:
            if not found:
                self._context.notify.info("There is no name at the cursor")
                return
            lines = text.split("\n")
            first = found[0]
            name = lines[first.line - 1][first.column : first.end_column]
            listed = [ListedPlace(one.line, one.column + 1, lines[one.line - 1]) for one in found]
            current = [
                at
                for at, one in enumerate(found)
                if one.line == line and one.column <= column <= one.end_column
            ]
            self._pane.places_bar.open(name, listed, current[0] if current else 0)

        self._ask(document, lambda: language.references(text, line, column), show)

    def _start_rename(self, document: ScriptDocument) -> None:
        if not document.editor.isReadOnly():
            document.editor.rename.open()

    def _rename(self, document: ScriptDocument, name: str) -> None:
        language, editor, text = self._engine.language, document.editor, document.editor.text()
        line, column = editor.place_in_characters()

        def write(found: tuple[Place, ...]) -> None:
            write_name(editor, [(one.line, one.column, one.end_column) for one in found], name)
            editor.rename.leave()

        self._ask(
            document, lambda: language.rename(text, line, column, name), write, failed=editor.rename.say
        )
