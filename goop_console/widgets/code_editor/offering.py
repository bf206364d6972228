"""When an editor asks what may be written: while a name is typed, behind a dot, a colon or a quote, and on
Ctrl+Space.
"""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtCore import QTimer

from goop_console.widgets.code_editor.completion import CompletionList
from goop_console.widgets.code_editor.lua_text import LuaText

_WAIT_MS: Final = 60
_OPENERS: Final = frozenset(".:\"'")
_LONGEST_NAME: Final = 100  # a pattern that is tried at each letter of a long word takes seconds
_WORD: Final = re.compile(
    r"(?:[A-Za-z_]\w|[.:\"'][A-Za-z_])\w*\Z", re.ASCII
)  # two letters, or one of a member


class Offering:
    """Asks by the editor's ``completion_requested``; ``completion.offer`` has the answer."""

    def __init__(self, editor: LuaText, completion: CompletionList) -> None:
        self._editor = editor
        self._completion = completion
        self._timer = QTimer(editor)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self.ask)

    def after_key(self, typed: str) -> None:
        """A key without a text changes nothing; one that is no part of a name takes the list away."""
        editor = self._editor
        if editor.isReadOnly() or not typed:
            return
        at = editor.textCursor().positionInBlock()
        before = editor.textCursor().block().text()[max(0, at - _LONGEST_NAME) : at]
        if (
            typed in _OPENERS
            or (_WORD.search(before) and (typed.isalnum() or typed == "_"))
            or (self._completion.isVisible() and typed == "\b" and _WORD.search(before))
        ):
            self._timer.start()
        else:
            self.stop()

    def ask(self) -> None:
        """Ask what may be written at the cursor."""
        if not self._editor.isReadOnly():
            self._editor.completion_requested.emit(*self._editor.place_in_characters())

    def stop(self) -> None:
        """Neither ask nor show."""
        self._timer.stop()
        self._completion.hide()
