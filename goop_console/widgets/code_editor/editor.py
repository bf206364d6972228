"""A text field for Lua: numbers, colours, signs and the keys that hands expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QMimeData, QRect, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShowEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from goop_console.widgets import theming
from goop_console.widgets.code_editor import indentation, text_moves
from goop_console.widgets.code_editor.behind_lines import paint_behind_lines
from goop_console.widgets.code_editor.chords import Chords
from goop_console.widgets.code_editor.completion import CompletionList
from goop_console.widgets.code_editor.diagnostics import Problem, as_problems
from goop_console.widgets.code_editor.gutter import Gutter
from goop_console.widgets.code_editor.hover_card import HoverCard
from goop_console.widgets.code_editor.late_parsing import LateParsing
from goop_console.widgets.code_editor.long_lines import VIEW_LINES, why_not_pasted
from goop_console.widgets.code_editor.lua_text import LuaText
from goop_console.widgets.code_editor.offering import Offering
from goop_console.widgets.code_editor.rename_field import RenameField
from goop_console.widgets.code_editor.search import Match
from goop_console.widgets.code_editor.selections import Marks, selections
from goop_console.widgets.code_editor.separators import for_document
from goop_console.widgets.code_editor.typing_keys import TypingKeys
from lua_engine import Parsed

_MIN_LINES = 5


class CodeEditor(LuaText):
    """Lua text with line numbers, colours and problems.

    Tab indents, so Esc followed by Tab (or Shift+Tab) leaves the field with the keyboard. ``edited`` comes
    after each change of the text.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks = Marks()
        self._line_values: Mapping[int, str] = {}
        self._reported_text = ""
        self._edits = 0
        self._theme = theming.colors()  # that the text is coloured in
        self.gutter = Gutter(self)
        self.completion = CompletionList(self)
        self.hover = HoverCard(self)
        self.rename = RenameField(self)
        self.offering = Offering(self, self.completion)
        self._typing = TypingKeys(self)
        self._chords = Chords(self, self.offering.ask, self.hover.ask)
        self._selections_timer = self._timer(0, self._show_selections)
        self._late = LateParsing(self.text, self._take_parsed, self)
        self._build()

    def minimumSizeHint(self) -> QSize:
        """Some lines can always be read, however large the letters are."""
        hint = super().minimumSizeHint()
        return QSize(hint.width(), max(hint.height(), _MIN_LINES * self.fontMetrics().lineSpacing()))

    def _timer(self, after_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(slot)
        return timer

    def _build(self) -> None:
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("Lua source")
        self.setAccessibleDescription("Tab indents. Press Escape and then Tab to leave the editor.")
        self._take_font()
        self._take_ground()
        self.blockCountChanged.connect(self._fit_gutter)
        self.updateRequest.connect(self._on_update_requested)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._selections_timer.start())
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self.document().contentsChanged.connect(self._on_contents_changed)
        self.filling.begun.connect(self._begin)
        self.filling.first_put.connect(lambda: self.colors.color(0, VIEW_LINES))
        self.filling.done.connect(self._on_contents_changed)
        self.gutter.line_clicked.connect(self._select_line)
        self.gutter.fold_clicked.connect(self._toggle_fold)
        self.folding.changed.connect(self._on_folded)
        self._fit_gutter()
        self._show_selections()

    # text

    def set_text(self, text: str) -> None:
        """Another text altogether: unmodified, nothing to undo, the cursor at the beginning. A long one is
        there when ``filling`` is done.
        """
        self.unit = indentation.detect_unit(text)
        self._marks.matches, self._marks.problems = (), ()
        self.gutter.set_problems(())
        self.filling.start(for_document(text))

    def replace_text(self, text: str) -> None:
        """The same text in a new state: cursor and scroll position stay, Ctrl+Z brings the old one back."""
        self.filling.finish()
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
        return self.document().isModified() and not self.filling.is_active

    def set_saved(self) -> None:
        """The present text is the saved one."""
        self.document().setModified(False)

    @property
    def revision(self) -> int:
        """A number that each change of the text raises."""
        return self._edits

    # marks

    def set_problems(self, problems: Iterable[tuple[int, str] | Problem]) -> None:
        """Mark lines: ``(line, message)`` is an error, a ``Problem`` may be a warning."""
        self._marks.problems = as_problems(problems)
        self.gutter.set_problems(self._marks.problems)
        self._show_selections()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._marks.problems

    def step_to_problem(self, step: int) -> None:
        """Go to the next line with a problem (1) or to the one before (-1), at the ends from the other."""
        lines = sorted({one.line for one in self.problems if one.line})
        here = self.place()[0]
        beyond = [line for line in lines if (line > here if step > 0 else line < here)]
        if lines:
            self.go_to_line((beyond or lines)[0 if step > 0 else -1])
            self.setFocus()

    def set_matches(self, matches: Sequence[Match]) -> None:
        """Mark what was found."""
        self._marks.matches = matches
        self._selections_timer.start()

    def set_pointer(self, line: int, *, is_past: bool = False) -> None:
        """Mark where a debugged call stands; line 0: nowhere."""
        self._marks.pointer = line
        self.gutter.set_pointer(line, is_past=is_past)
        if line:
            self.folding.reveal(self.document().findBlockByNumber(line - 1))
        self._show_selections()

    def set_line_values(self, values: Mapping[int, str], not_run: frozenset[int] = frozenset()) -> None:
        """Show a short text behind lines: what they computed. Lines of ``not_run`` are grey."""
        self._line_values, self._marks.not_run = values, not_run
        self._show_selections()
        self.viewport().update()

    @property
    def line_values(self) -> Mapping[int, str]:
        """What stands behind the lines."""
        return self._line_values

    def paintEvent(self, event: QPaintEvent) -> None:
        self._color_view()
        super().paintEvent(event)
        paint_behind_lines(self, self._line_values)

    # editing

    def event(self, event: QEvent) -> bool:
        is_ours = event.type() == QEvent.Type.ShortcutOverride and self._chords.takes(event)
        return is_ours or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.filling.finish()
        if self.completion.handles(event) or self._chords.press(event):
            return
        self.hover.hide()
        if self._typing.leaves_with_tab(event):
            return
        if self.isReadOnly() or not self._typing.press(event):
            super().keyPressEvent(event)
            self._typing.settle(event.text())
        self.offering.after_key(event.text())

    def _toggle_fold(self, line: int) -> None:
        self.filling.finish()
        self.folding.toggle(line - 1)

    def _select_line(self, line: int) -> None:
        cursor = QTextCursor(self.document().findBlockByNumber(line - 1))
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste; what was pasted begins at the left edge where there is room for it. Lines that would hold
        the window at each key are not taken.
        """
        words = why_not_pasted(source.text().splitlines())
        if words:
            QToolTip.showText(self.viewport().mapToGlobal(self.cursorRect().bottomRight()), words, self)
            return
        self.filling.finish()
        super().insertFromMimeData(source)
        if self.cursorRect().right() + self.horizontalScrollBar().value() < self.viewport().width():
            self.horizontalScrollBar().setValue(0)

    # looks

    def _take_font(self) -> None:
        self.setFont(theming.fixed_font())
        self.updateGeometry()  # it has another least size
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
        self.colors.use_theme()
        self._color_view()
        self._show_selections()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._theme is not theming.colors():
            self._use_theme()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._typing.stay()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.offering.stop()
        self.hover.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_gutter()
        self._selections_timer.start()

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
        self.folding.reveal(self.textCursor().block())
        self._selections_timer.start()
        self.gutter.update()
        self.place_changed.emit(*self.place())

    def _on_contents_changed(self) -> None:
        """Qt says this of new formats too: only another text is an edit."""
        if self.filling.is_active:
            return
        text = self.text()
        if text != self._reported_text:
            self._reported_text = text
            self._edits += 1
            self._parse(text)
            self.edited.emit()

    def _begin(self) -> None:
        """What is to be known before there are lines to be laid out: each of it lays them out again."""
        self._take_font()
        self.colors.update(self.text())

    def _parse(self, text: str) -> None:
        self.colors.update(text)
        self._color_view()
        if self.syntax.is_behind:
            self._late.start()

    def _take_parsed(self, found: Parsed) -> None:
        self.colors.take(found)
        self._color_view()
        self._show_selections()
        self.gutter.update()

    def _color_view(self) -> None:
        lines = [number for number, _, _ in self.visible_lines()]
        if lines:
            self.colors.color(lines[0], lines[-1])

    def _on_folded(self) -> None:
        """Hidden lines have no height: layout, scroll bar and margin follow. A cursor among them goes up."""
        block = self.textCursor().block()
        if not block.isVisible():
            while not block.isVisible():
                block = block.previous()
            self.setTextCursor(QTextCursor(block))
        layout = self.document().documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())
        self._selections_timer.start()
        self.viewport().update()
        self.gutter.update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self.hover.ask_at(event.pos())
            return True
        return super().viewportEvent(event)

    def _show_selections(self) -> None:
        self.setExtraSelections(selections(self, self._marks))
