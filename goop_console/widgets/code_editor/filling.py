"""Putting a long text into an editor in slices, its first lines first: for 30,000 lines Qt takes 70 ms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

SLICE_LINES: Final = 2_000
_SHORT: Final = 30_000  # characters


def slices(text: str) -> Iterator[str]:
    """``text`` in parts, each of which a document takes within some milliseconds."""
    lines = text.split("\n")
    for at in range(0, len(lines), SLICE_LINES):
        yield ("\n" if at else "") + "\n".join(lines[at : at + SLICE_LINES])


class Filling(QObject):
    """Of one editor. ``text`` is what it will hold, as its document has it; there is nothing to undo before
    that. ``begun`` comes when the old text is gone, ``done`` when all of the new one is there.
    """

    begun = Signal()
    first_put = Signal()
    done = Signal()

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__(editor)
        self._editor = editor
        self._rest: Iterator[str] = iter(())
        self.is_active = False
        self.text = ""
        self.lines = 0
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def start(self, text: str) -> None:
        """Put it in the place of what is there: a short one now, a long one in the next turns of the loop."""
        self.is_active, self.text, self.lines = True, text, text.count("\n") + 1
        self._editor.document().setUndoRedoEnabled(False)
        self._editor.setPlainText("")
        self.begun.emit()
        self._rest = slices(text)
        if self.lines <= SLICE_LINES and len(text) <= _SHORT:
            self.finish()
        else:
            self._timer.start()

    def finish(self) -> None:
        """All that is still to come, now."""
        while self.is_active:
            self._go_on()

    def give_up(self) -> None:
        """The editor goes: nobody waits for the rest."""
        self._rest = iter(())
        self.finish()

    def _go_on(self) -> None:
        part = next(self._rest, None)
        if part is None:
            self._end()
            return
        if self._editor.document().isEmpty():
            self._put_first(part)
            return
        end = QTextCursor(self._editor.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertText(part)

    def _put_first(self, part: str) -> None:
        """With the cursor before it, and with its colours: lines that get them later are laid out twice."""
        document = self._editor.document()
        document.contentsChange.connect(self.first_put)
        self._editor.setPlainText(part)
        document.contentsChange.disconnect(self.first_put)

    def _end(self) -> None:
        self._timer.stop()
        self.is_active, self.text = False, ""
        document = self._editor.document()
        document.setUndoRedoEnabled(True)
        document.setModified(False)
        self.done.emit()
