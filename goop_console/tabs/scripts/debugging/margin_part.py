"""Puts what runs computed, and what calls reach, behind the lines of the scripts that are open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from goop_console.tabs.scripts.debugging.margin import LineNotes, notes_of_coverage, notes_of_run
from goop_console.tabs.scripts.debugging.running_text import RunningText
from goop_console.tabs.scripts.debugging.values_page import ValuesPage
from goop_console.tabs.scripts.text.documents import ScriptDocuments
from goop_console.widgets.code_editor.editor import CodeEditor
from lua_engine import Margin, ScriptCoverage


class MarginPart(QObject):
    """``current`` answers the key of the script in view. A text that is edited loses its notes: they are of
    other lines.
    """

    def __init__(
        self,
        documents: ScriptDocuments,
        running: RunningText,
        page: ValuesPage,
        current: Callable[[], str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._running = running
        running.created.connect(self._watch_running)
        self._documents = documents
        self._page = page
        self._current = current
        self._runs: dict[str, Margin] = {}
        self._are_over: set[str] = set()  # of those scripts the run has ended
        self._coverage: dict[str, ScriptCoverage] = {}

    @property
    def has_coverage(self) -> bool:
        return bool(self._coverage)

    def watch(self, key: str, editor: CodeEditor) -> None:
        """A script was opened."""
        editor.place_changed.connect(lambda line, _column: self._show_rounds(key, line))
        editor.edited.connect(lambda: self._on_edited(key))
        self._show(key)

    def _watch_running(self, editor: CodeEditor) -> None:
        editor.place_changed.connect(lambda line, _column: self._show_rounds(self._running.key, line))

    def set_run(self, key: str, margin: Margin | None, is_over: bool) -> None:
        """What a run of a script computed, so far or to its end; in place of what calls reach."""
        (self._are_over.add if is_over else self._are_over.discard)(key)
        if margin is None:
            self._runs.pop(key, None)
        else:
            self._runs[key] = margin
        self._show(key)
        editor = self._editor(key)
        if editor is not None:
            self._show_rounds(key, editor.place()[0])

    def set_coverage(self, scripts: tuple[ScriptCoverage, ...]) -> None:
        """What calls reach of every script, in place of what runs computed; nothing: take it away."""
        self._coverage = {one.script: one for one in scripts}
        self._runs.clear()
        self._show_all()

    def clear(self) -> None:
        """Nothing stands behind any line."""
        self._coverage.clear()
        self._runs.clear()
        self._page.show_nothing()
        self._show_all()

    def _show_all(self) -> None:
        for document in self._documents.all():
            self._show(document.key)

    def _show(self, key: str) -> None:
        editor = self._editor(key)
        if editor is None:
            return
        notes = LineNotes()
        if key in self._runs:
            notes = notes_of_run(self._runs[key], is_over=key in self._are_over)
        elif key in self._coverage:
            notes = notes_of_coverage(self._coverage[key])
        editor.set_line_values(notes.texts, notes.missed)

    def _show_rounds(self, key: str, line: int) -> None:
        margin = self._runs.get(key)
        if margin is not None and key == self._current():
            self._page.show_line(line, margin.line(line))

    def _on_edited(self, key: str) -> None:
        if self._running.key == key:  # what is shown is not what was edited
            return
        had_run, had_coverage = self._runs.pop(key, None), self._coverage.pop(key, None)
        if had_run or had_coverage:
            self._page.show_nothing()
            self._show(key)

    def _editor(self, key: str) -> CodeEditor | None:
        if key and key == self._running.key:
            return self._running.editor
        document = self._documents.get(key)
        return document.editor if document is not None else None
