"""A text field for Lua: numbers, colours, signs and the keys that hands expect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from goop_console.widgets import theming
from goop_console.widgets.code_editor import indentation, text_moves
from goop_console.widgets.code_editor.brackets import matching_brackets
from goop_console.widgets.code_editor.completion import CompletionList
from goop_console.widgets.code_editor.diagnostics import Problem, as_problems, underlines
from goop_console.widgets.code_editor.gutter import Gutter
from goop_console.widgets.code_editor.highlighter import LuaHighlighter
from goop_console.widgets.code_editor.search import Match, document_text
from goop_console.widgets.code_editor.text_units import from_utf16

_LINE_KEYS: Final = frozenset({Qt.Key.Key_D, Qt.Key.Key_K, Qt.Key.Key_U})
_MOST_SHOWN_MATCHES: Final = 1_000
_COMPLETION_MS: Final = 60
_OPENERS: Final = frozenset(".:\"'")
_WORD: Final = re.compile(r"[A-Za-z_]\w+\Z", re.ASCII)
_SETTLERS: Final = frozenset("defilnpst})]")  # characters that end "end", "else", "elseif", "until", "}"...


class CodeEditor(QPlainTextEdit):
    """Lua text with line numbers, colours and problems.

    Tab indents, so Esc followed by Tab (or Shift+Tab) leaves the field with the keyboard. ``edited`` comes
    after each change of the text.
    """

    edited = Signal()
    place_changed = Signal(int, int)  # line and column of the cursor, from 1
    escape_pressed = Signal()
    completion_wanted = Signal(int, int)  # line from 1, column from 0 in characters
    definition_wanted = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unit = indentation.DEFAULT_UNIT
        self._problems: tuple[Problem, ...] = ()
        self._matches: Sequence[Match] = ()
        self._pointer = 0
        self._line_values: Mapping[int, str] = {}
        self._not_run: frozenset[int] = frozenset()
        self._tab_leaves = False
        self._told_text = ""
        self._edits = 0
        self._theme = theming.colors()  # that the text is coloured in
        self.gutter = Gutter(self)
        self.highlighter = LuaHighlighter(self.document())
        self.completion = CompletionList(self)
        self._completion_timer = QTimer(self)
        self._completion_timer.setSingleShot(True)
        self._completion_timer.setInterval(_COMPLETION_MS)
        self._completion_timer.timeout.connect(self.ask_completion)
        self._selections_timer = QTimer(self)
        self._selections_timer.setSingleShot(True)
        self._selections_timer.setInterval(0)
        self._selections_timer.timeout.connect(self._show_selections)
        self._build()

    def _build(self) -> None:
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("Lua source")
        self.setAccessibleDescription("Tab indents. Press Escape and then Tab to leave the editor.")
        self._take_font()
        self._take_ground()
        self.blockCountChanged.connect(self._fit_gutter)
        self.updateRequest.connect(self._on_update_requested)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.document().contentsChanged.connect(self._on_contents_changed)
        self.gutter.line_clicked.connect(self._select_line)
        self._fit_gutter()
        self._show_selections()

    # text

    def text(self) -> str:
        """The whole text with ``\\n`` line ends."""
        return document_text(self.document())

    def set_text(self, text: str) -> None:
        """Another text altogether: unmodified, nothing to undo, the cursor at the beginning."""
        self.unit = indentation.detect_unit(text)
        self._matches, self._problems = (), ()
        self.gutter.set_problems(())
        self.setPlainText(text)
        self.document().setModified(False)
        self._take_font()

    def replace_text(self, text: str) -> None:
        """The same text in a new state: cursor and scroll position stay, Ctrl+Z brings the old one back."""
        line, column = self.place()
        scrolled = self.verticalScrollBar().value()
        start, end = text_moves.replace_text(self.document(), self.text(), text)
        if start <= self.textCursor().position() <= end:  # it stood within what was replaced
            cursor = self.textCursor()
            block = self.document().findBlockByNumber(min(line, self.blockCount()) - 1)
            cursor.setPosition(block.position() + min(column, block.length()) - 1)
            self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    @property
    def is_modified(self) -> bool:
        """Whether the text differs from what was last set or saved."""
        return self.document().isModified()

    def set_saved(self) -> None:
        """The present text is the saved one."""
        self.document().setModified(False)

    @property
    def revision(self) -> int:
        """A number that each change of the text raises."""
        return self._edits

    # place

    def place(self) -> tuple[int, int]:
        """Line and column of the cursor, from 1."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, cursor.positionInBlock() + 1

    def go_to_line(self, line: int, column: int = 0) -> None:
        """Move the cursor to ``line`` (from 1; the nearest there is), in the middle of the view.

        Column 0 is the first character after the indentation.
        """
        block = self.document().findBlockByNumber(min(max(1, line), self.blockCount()) - 1)
        text = block.text()
        offset = len(indentation.indent_of(text)) if column < 1 else min(column - 1, block.length() - 1)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + offset)
        self.setTextCursor(cursor)
        self.centerCursor()

    def select(self, match: Match) -> None:
        """Select ``match`` and bring it into view."""
        cursor = self.textCursor()
        cursor.setPosition(match.start)
        cursor.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        if not self.viewport().rect().adjusted(0, 40, 0, -40).contains(self.cursorRect()):
            self.centerCursor()

    def visible_lines(self) -> Iterator[tuple[int, float, float]]:
        """Number (from 0), top and height of each line in view, in pixels of the viewport."""
        block = self.firstVisibleBlock()
        bottom = self.viewport().height()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= bottom:
            height = self.blockBoundingRect(block).height()
            yield block.blockNumber(), top, height
            top += height
            block = block.next()

    # marks

    def set_problems(self, problems: Iterable[tuple[int, str] | Problem]) -> None:
        """Mark lines: ``(line, message)`` is an error, a ``Problem`` may be a warning."""
        self._problems = as_problems(problems)
        self.gutter.set_problems(self._problems)
        self._show_selections()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    def set_matches(self, matches: Sequence[Match]) -> None:
        """Mark what was found."""
        self._matches = matches
        self._selections_timer.start()

    def set_pointer(self, line: int, *, is_past: bool = False) -> None:
        """Mark where a debugged call stands; line 0: nowhere."""
        self._pointer = line
        self.gutter.set_pointer(line, is_past=is_past)
        self._show_selections()

    def set_line_values(self, values: Mapping[int, str], not_run: frozenset[int] = frozenset()) -> None:
        """Show a short text behind lines: what they computed. Lines of ``not_run`` are grey."""
        self._line_values, self._not_run = values, not_run
        self._show_selections()
        self.viewport().update()

    @property
    def line_values(self) -> Mapping[int, str]:
        """What stands behind the lines."""
        return self._line_values

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._line_values:
            painter = QPainter(self.viewport())
            painter.setPen(theming.color("syn_doc"))
            painter.setFont(self.font())
            for number, top, height in self.visible_lines():
                if text := self._line_values.get(number + 1, ""):
                    self._paint_value(painter, text, number, top, height)
            painter.end()

    def _paint_value(self, painter: QPainter, text: str, number: int, top: float, height: float) -> None:
        line = self.document().findBlockByNumber(number).text().expandtabs(4)
        left = self.contentOffset().x() + painter.fontMetrics().horizontalAdvance(line[:400]) + 40
        height = min(height, painter.fontMetrics().lineSpacing())
        box = QRectF(left, top, max(0.0, self.viewport().width() - left - 8), height)
        if box.width() > 40:
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    # editing

    def indent(self) -> None:
        """The selected lines one level deeper."""
        self._change_lines(lambda lines: indentation.indented(lines, self.unit))

    def dedent(self) -> None:
        """The selected lines one level back."""
        self._change_lines(lambda lines: indentation.dedented(lines, self.unit))

    def toggle_comment(self) -> None:
        """Comment the selected lines out, or in."""
        self._change_lines(indentation.comment_toggled)

    def _change_lines(self, change: text_moves.LineChange) -> None:
        if not self.isReadOnly():
            self.setTextCursor(text_moves.change_lines(self.textCursor(), change))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completion.handles(event):
            return
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.ask_completion()
            return
        if event.key() == Qt.Key.Key_F12:
            self.definition_wanted.emit(*self.place_in_characters())
            return
        if self._leaves_with_tab(event):
            return
        if self.isReadOnly() or not self._handle(event):
            super().keyPressEvent(event)
            if event.text() in _SETTLERS and event.text() and not self.isReadOnly():
                text_moves.settle_closing(self.textCursor(), self.unit)

        self._offer_soon(event.text())

    def _offer_soon(self, typed: str) -> None:
        """While a name is typed, and behind a dot, a colon or a quote; any other key takes the list away."""
        if self.isReadOnly() or not typed:
            return
        before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
        if (
            typed in _OPENERS
            or (_WORD.search(before) and (typed.isalnum() or typed == "_"))
            or (self.completion.isVisible() and typed == "\b" and _WORD.search(before))
        ):
            self._completion_timer.start()
        else:
            self._completion_timer.stop()
            self.completion.hide()

    def ask_completion(self) -> None:
        """Ask what may be written at the cursor; ``completion.offer`` has the answer."""
        if not self.isReadOnly():
            self.completion_wanted.emit(*self.place_in_characters())

    def place_in_characters(self) -> tuple[int, int]:
        """Line of the cursor from 1, column from 0, counting characters as the engine does."""
        cursor = self.textCursor()
        return cursor.blockNumber() + 1, from_utf16(cursor.block().text(), cursor.positionInBlock())

    def _leaves_with_tab(self, event: QKeyEvent) -> bool:
        was_armed, self._tab_leaves = self._tab_leaves, event.key() == Qt.Key.Key_Escape
        if event.key() == Qt.Key.Key_Escape:
            self.escape_pressed.emit()
            return True
        if event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self._tab_leaves = was_armed
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and (was_armed or self.isReadOnly()):
            self.setTabChangesFocus(True)  # else Qt refuses to leave a text field
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)
            self.setTabChangesFocus(False)
            return True
        return False

    def _handle(self, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held == Qt.KeyboardModifier.NoModifier:
            cursor = self.textCursor()
            text_moves.insert_newline(cursor, self.unit)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        elif key == Qt.Key.Key_Tab and held == Qt.KeyboardModifier.NoModifier:
            self._on_tab()
        elif key == Qt.Key.Key_Backtab:
            self.dedent()
        elif key == Qt.Key.Key_Slash and held == Qt.KeyboardModifier.ControlModifier:
            self.toggle_comment()
        elif event.matches(QKeySequence.StandardKey.Redo) or (
            key == Qt.Key.Key_Y and held == Qt.KeyboardModifier.ControlModifier
        ):
            self.redo()
        elif key in _LINE_KEYS and held == Qt.KeyboardModifier.ControlModifier:
            pass  # Qt deletes with them on some desktops; hands that know other editors mean something else
        elif key == Qt.Key.Key_Backspace and held == Qt.KeyboardModifier.NoModifier:
            return text_moves.delete_to_stop(self.textCursor(), self.unit)
        elif key == Qt.Key.Key_Home and not held & Qt.KeyboardModifier.ControlModifier:
            self._go_home(keep=bool(held & Qt.KeyboardModifier.ShiftModifier))
        else:
            return False
        return True

    def _on_tab(self) -> None:
        cursor = self.textCursor()
        if cursor.hasSelection():
            return self.indent()
        width = len(self.unit)
        return cursor.insertText(
            self.unit if self.unit == "\t" else " " * (width - cursor.positionInBlock() % width)
        )

    def _go_home(self, *, keep: bool) -> None:
        """To the first character after the indentation; pressed again, to the line's beginning."""
        cursor = self.textCursor()
        text_start = len(indentation.indent_of(cursor.block().text()))
        column = 0 if cursor.positionInBlock() == text_start else text_start
        mode = QTextCursor.MoveMode.KeepAnchor if keep else QTextCursor.MoveMode.MoveAnchor
        cursor.setPosition(cursor.block().position() + column, mode)
        self.setTextCursor(cursor)

    def _select_line(self, line: int) -> None:
        cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste; what was pasted begins at the left edge where there is room for it."""
        super().insertFromMimeData(source)
        if self.cursorRect().right() + self.horizontalScrollBar().value() < self.viewport().width():
            self.horizontalScrollBar().setValue(0)

    # looks

    def _take_font(self) -> None:
        self.setFont(theming.fixed_font())
        self._fit_tabs()

    def _fit_tabs(self) -> None:
        tab_width = 4 if self.unit == "\t" else len(self.unit)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * tab_width)
        self._fit_gutter()

    def _take_ground(self) -> None:
        ground = QPalette()
        ground.setColor(QPalette.ColorRole.Base, theming.color("code_bg"))
        self.setPalette(ground)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._fit_tabs()
        elif theming.is_theme_change(event) and self._theme is not theming.colors():
            self._use_theme()

    def _use_theme(self) -> None:
        """Colour everything anew; an editor out of view waits until it is shown."""
        if not self.isVisible():
            return
        self._theme = theming.colors()
        self._take_ground()
        was_modified = self.is_modified
        self.highlighter.use_theme()
        self.document().setModified(was_modified)
        self._show_selections()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._theme is not theming.colors():
            self._use_theme()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._tab_leaves = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._completion_timer.stop()
        self.completion.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_gutter()

    def _fit_gutter(self) -> None:
        room = self.gutter.room()
        self.setViewportMargins(room, 0, 0, 0)
        area = self.contentsRect()
        self.gutter.setGeometry(QRect(area.left(), area.top(), room, self.viewport().height()))

    def _on_update_requested(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self.gutter.scroll(0, scrolled)
        else:
            self.gutter.update(0, area.y(), self.gutter.width(), area.height())

    def _on_cursor_moved(self) -> None:
        self._selections_timer.start()
        self.gutter.update()
        self.place_changed.emit(*self.place())

    def _on_contents_changed(self) -> None:
        """Qt says this of new colours too, and counts them as a revision: only another text is an edit."""
        text = self.text()
        if text != self._told_text:
            self._told_text = text
            self._edits += 1
            self.edited.emit()

    def _show_selections(self) -> None:
        """Current line, found text, problems and brackets; Qt takes them all at once."""
        made = [self._line_selection()]
        if self._pointer:
            made.append(self._whole_line(self._pointer, self._background("warning", 50)))
        grey = QTextCharFormat()
        grey.setForeground(theming.color("muted"))
        made += [self._whole_line(line, grey, is_text=True) for line in sorted(self._not_run)]
        made += [
            self._span(one.start, one.end, self._background("accent", 70))
            for one in self._matches[:_MOST_SHOWN_MATCHES]
        ]
        made += underlines(self, self._problems)
        made += self._bracket_selections()
        self.setExtraSelections(made)

    def _line_selection(self) -> QTextEdit.ExtraSelection:
        look = self._background("code_line", 255)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        place = self.textCursor().position()
        return self._span(place, place, look)

    def _whole_line(
        self, line: int, look: QTextCharFormat, *, is_text: bool = False
    ) -> QTextEdit.ExtraSelection:
        block = self.document().findBlockByNumber(min(line, self.blockCount()) - 1)
        if is_text:
            return self._span(block.position(), block.position() + block.length() - 1, look)
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        return self._span(block.position(), block.position(), look)

    def _bracket_selections(self) -> list[QTextEdit.ExtraSelection]:
        found = matching_brackets(self.document(), self.textCursor().position())
        if found is None:
            return []
        here, partner = found
        color = "error" if partner is None else "accent"
        look = self._background(color, 60)
        look.setFontWeight(QFont.Weight.Bold)
        look.setForeground(theming.color(color))
        return [self._span(at, at + 1, look) for at in (here, partner) if at is not None]

    def _background(self, color: str, alpha: int) -> QTextCharFormat:
        look = QTextCharFormat()
        shade = QColor(theming.color(color))
        shade.setAlpha(alpha)
        look.setBackground(shade)
        return look

    def _span(self, start: int, end: int, look: QTextCharFormat) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        last = max(0, self.document().characterCount() - 1)
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format = look
        return selection
