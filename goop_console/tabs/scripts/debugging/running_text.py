"""The text that a paused call runs, where the script was edited since: in the place of the editor."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from goop_console.widgets.code_editor import EditorPane
from goop_console.widgets.code_editor.editor import CodeEditor

WORDS = "This is the text that runs, as it was when the call began; the script was edited since"


class RunningText(QObject):
    """At most one; ``key`` is its script, empty while there is none. ``created`` comes with its editor,
    once.
    """

    created = Signal(object)

    def __init__(self, pane: EditorPane, parent: QObject) -> None:
        super().__init__(parent)
        self._pane = pane
        self._editor: CodeEditor | None = None
        self.key = ""

    @property
    def editor(self) -> CodeEditor | None:
        """Its editor; None while there is none."""
        return self._editor if self.key else None

    @property
    def is_in_view(self) -> bool:
        return self.editor is not None and self._pane.current is self._editor

    def show(self, key: str, text: str) -> CodeEditor:
        """Bring ``text`` into view."""
        if self._editor is None:
            self._editor = self._pane.new_editor()
            self._editor.setReadOnly(True)
            self.created.emit(self._editor)
        if self.key != key or self._editor.text() != text:
            self._editor.set_text(text)
        self.key = key
        self._editor.setAccessibleName(f"Text of {key} that runs, read-only")
        self._pane.show_editor(self._editor)
        return self._editor

    def leave(self, editor: CodeEditor | None) -> None:
        """``editor`` comes back, if this is in view."""
        if self.is_in_view and editor is not None:
            self._pane.show_editor(editor)
        if self._editor is not None:
            self._editor.set_pointer(0)
        self.key = ""
