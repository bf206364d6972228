"""The value of what the pointer is over, while a call is paused; by keyboard: Ctrl+Shift+I at the cursor."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtWidgets import QToolTip

from goop_console.widgets.code_editor.editor import CodeEditor
from goop_console.widgets.foreign_text import shown_tip

KEYS = "Ctrl+Shift+I"
_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[(?:\d+|\"[^\"\\]*\"|'[^'\\]*')\])*", re.ASCII)
_MAX_LINE = 2_000


class Looker(Protocol):
    """What is asked for values."""

    @property
    def is_paused(self) -> bool: ...

    def value_of(self, text: str, done: Callable[[str], None]) -> None: ...


def path_at(line: str, column: int) -> str:
    """The name at a column (from 0) with the fields up to there: over ``title`` of ``row.title.size`` it is
    ``row.title``. Empty for none, in a comment and in a text.
    """
    found = next((one for one in _PATH.finditer(line[:_MAX_LINE]) if one.start() <= column < one.end()), None)
    if found is None or _is_in_text(line[: found.start()]):
        return ""
    end = column - found.start()
    rest = re.match(r"\w*\]?", found[0][end:], re.ASCII)
    path = found[0][: end + (rest.end() if rest is not None else 0)]
    return path if path.count("[") == path.count("]") else path.partition("[")[0]


def path_of(cursor: QTextCursor) -> str:
    """The same for a cursor, which may stand behind the name."""
    text, column = cursor.block().text(), cursor.positionInBlock()
    return path_at(text, column) or path_at(text, column - 1)


def _is_in_text(before: str) -> bool:
    plain = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", "", before)
    return "--" in plain or '"' in plain or "'" in plain


class ValueHover(QObject):
    """Watches editors; where there is no value (the call is not paused, no such name) the editor's own hint
    comes as ever.
    """

    def __init__(self, looker: Looker, parent: QObject) -> None:
        super().__init__(parent)
        self._looker = looker
        self._editors: dict[QObject, CodeEditor] = {}

    def watch(self, editor: CodeEditor) -> None:
        viewport = editor.viewport()
        self._editors[viewport] = editor
        viewport.installEventFilter(self)
        editor.destroyed.connect(lambda: self._editors.pop(viewport, None))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        editor = self._editors.get(watched)
        if editor is None or event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        cursor = editor.cursorForPosition(event.pos())
        box = editor.cursorRect(cursor)
        is_beyond = abs(event.pos().x() - box.center().x()) > 2 * editor.fontMetrics().averageCharWidth()
        return not is_beyond and self._ask(editor, cursor, event.globalPos())

    def show_at_cursor(self, editor: CodeEditor) -> None:
        """The value of what the cursor is in."""
        cursor = editor.textCursor()
        corner = editor.cursorRect(cursor).bottomLeft()
        self._ask(editor, cursor, editor.viewport().mapToGlobal(corner))

    def _ask(self, editor: CodeEditor, cursor: QTextCursor, place: QPoint) -> bool:
        """Whether there is something to ask."""
        if not self._looker.is_paused:
            return False
        path = path_of(cursor)
        if path:
            self._looker.value_of(path, lambda found: QToolTip.showText(place, shown_tip(found), editor))
        return bool(path)
