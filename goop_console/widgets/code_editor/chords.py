"""The editor's commands by key, some of two keys: Ctrl+K and then another.

| keys | what |
|---|---|
| Ctrl+Space | what may be written here |
| Ctrl+K Ctrl+I | what this is |
| F12, Shift+F12, F2 | where it is declared, where it is used, another name for it |
| Ctrl+Shift+[ and ] | fold and unfold what is around the cursor |
| Ctrl+K Ctrl+0, Ctrl+K Ctrl+J | fold and unfold everything |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from goop_console.widgets.code_editor.lua_text import LuaText

_CTRL: Final = Qt.KeyboardModifier.ControlModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
_ALONE: Final = Qt.KeyboardModifier.NoModifier
_HELD: Final = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
_Keys = Mapping[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], object]]


class Chords:
    """Of one editor."""

    def __init__(self, editor: LuaText, offer: Callable[[], object], explain: Callable[[], object]) -> None:
        self._editor = editor
        self._is_begun = False
        folding = editor.folding

        def line() -> int:
            return editor.textCursor().blockNumber()

        def ask(signal: str) -> None:
            getattr(editor, signal).emit(*editor.place_in_characters())

        def fold() -> None:
            folding.fold_at(line())

        def unfold() -> None:
            folding.unfold_at(line())

        self._single: _Keys = {
            (Qt.Key.Key_Space, _CTRL): offer,
            (Qt.Key.Key_F12, _ALONE): lambda: ask("definition_requested"),
            (Qt.Key.Key_F12, _SHIFT): lambda: ask("references_requested"),
            (Qt.Key.Key_F2, _ALONE): lambda: ask("rename_requested"),
            (Qt.Key.Key_BracketLeft, _CTRL | _SHIFT): fold,
            (Qt.Key.Key_BraceLeft, _CTRL | _SHIFT): fold,
            (Qt.Key.Key_BracketRight, _CTRL | _SHIFT): unfold,
            (Qt.Key.Key_BraceRight, _CTRL | _SHIFT): unfold,
        }
        self._second: _Keys = {
            (Qt.Key.Key_I, _CTRL): explain,
            (Qt.Key.Key_0, _CTRL): folding.fold_all,
            (Qt.Key.Key_J, _CTRL): folding.unfold_all,
        }

    def takes(self, event: QEvent) -> bool:
        """Whether a key is for the editor before any shortcut of the window has it: Ctrl+K, and what follows
        it.
        """
        if not isinstance(event, QKeyEvent):
            return False
        keys = (Qt.Key(event.key()), event.modifiers())
        if self._is_begun or keys == (Qt.Key.Key_K, _CTRL) or keys in self._single:
            event.accept()
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was one of ours."""
        keys = (Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
        if keys[0] in _HELD:
            return False
        was_begun, self._is_begun = self._is_begun, False
        if was_begun:
            command = self._second.get(keys)
            if command is not None:
                command()
            return command is not None
        if keys == (Qt.Key.Key_K, _CTRL):
            self._is_begun = True
            return True
        command = self._single.get(keys)
        if command is None:
            return False
        command()
        return True
