"""The keys that do more in Lua than in any text: Enter, Tab, Backspace, Home, closing words, comments."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor

from goop_console.widgets.code_editor import indentation, text_moves
from goop_console.widgets.code_editor.lua_text import LuaText

_KEPT: Final = frozenset({Qt.Key.Key_D, Qt.Key.Key_U})  # with Ctrl
_SETTLERS: Final = frozenset("defilnpst})]")  # characters that end "end", "else", "elseif", "until", "}"...


class TypingKeys:
    """Of one editor."""

    def __init__(self, editor: LuaText) -> None:
        self._editor = editor
        self._tab_leaves = False

    def stay(self) -> None:
        """Tab indents, also after an Escape that was pressed before the editor was left."""
        self._tab_leaves = False

    def leaves_with_tab(self, event: QKeyEvent) -> bool:
        """Esc, and Tab behind it, which leaves the field; whether the key was one of them."""
        editor = self._editor
        was_armed, self._tab_leaves = self._tab_leaves, event.key() == Qt.Key.Key_Escape
        if event.key() == Qt.Key.Key_Escape:
            editor.escape_pressed.emit()
            return True
        if event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self._tab_leaves = was_armed
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and (was_armed or editor.isReadOnly()):
            editor.setTabChangesFocus(True)  # else Qt refuses to leave a text field
            editor.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
            editor.setTabChangesFocus(False)
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key was one of ours."""
        editor = self._editor
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.NoModifier:
            self._new_line()
        elif key == Qt.Key.Key_Tab and held == Qt.KeyboardModifier.NoModifier:
            self._on_tab()
        elif key == Qt.Key.Key_Backtab:
            editor.dedent()
        elif key == Qt.Key.Key_Slash and held == Qt.KeyboardModifier.ControlModifier:
            editor.toggle_comment()
        elif event.matches(QKeySequence.StandardKey.Redo) or (
            key == Qt.Key.Key_Y and held == Qt.KeyboardModifier.ControlModifier
        ):
            editor.redo()
        elif key in _KEPT and held == Qt.KeyboardModifier.ControlModifier:
            pass  # Qt deletes with them on some desktops; hands that know other editors mean something else
        elif key == Qt.Key.Key_Backspace and held == Qt.KeyboardModifier.NoModifier:
            return text_moves.delete_to_stop(editor.textCursor(), editor.unit)
        elif key == Qt.Key.Key_Home and not held & Qt.KeyboardModifier.ControlModifier:
            self._go_home(keep=bool(held & Qt.KeyboardModifier.ShiftModifier))
        else:
            return False
        return True

    def settle(self, typed: str) -> None:
        """After an ordinary key: a closing word goes to where its block began."""
        editor = self._editor
        if typed and typed in _SETTLERS and not editor.isReadOnly():
            text_moves.settle_closing(editor.textCursor(), editor.unit, editor.syntax.words)

    def _new_line(self) -> None:
        cursor = self._editor.textCursor()
        text_moves.insert_newline(cursor, self._editor.unit, self._editor.syntax.words)
        self._editor.setTextCursor(cursor)
        self._editor.ensureCursorVisible()

    def _on_tab(self) -> None:
        cursor, unit = self._editor.textCursor(), self._editor.unit
        if cursor.hasSelection():
            self._editor.indent()
            return
        width = len(unit)
        cursor.insertText(unit if unit == "\t" else " " * (width - cursor.positionInBlock() % width))

    def _go_home(self, *, keep: bool) -> None:
        """To the first character after the indentation; pressed again, to the line's beginning."""
        cursor = self._editor.textCursor()
        text_start = len(indentation.indent_of(cursor.block().text()))
        column = 0 if cursor.positionInBlock() == text_start else text_start
        mode = QTextCursor.MoveMode.KeepAnchor if keep else QTextCursor.MoveMode.MoveAnchor
        cursor.setPosition(cursor.block().position() + column, mode)
        self._editor.setTextCursor(cursor)
