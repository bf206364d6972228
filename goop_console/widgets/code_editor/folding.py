"""Folding lines away. A folded line is one above lines that are hidden: nothing else is kept, so an edit
cannot leave text out of reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextBlock, QTextDocument

from lua_engine import Fold, LiveSyntax


def is_folded(block: QTextBlock) -> bool:
    """Whether lines below this one are folded away."""
    following = block.next()
    return block.isVisible() and following.isValid() and not following.isVisible()


def hidden_below(block: QTextBlock) -> int:
    """How many lines are folded away below this one."""
    count, block = 0, block.next()
    while block.isValid() and not block.isVisible():
        count, block = count + 1, block.next()
    return count


class Folding(QObject):
    """The folds of one document; ``changed`` comes after lines went or came."""

    changed = Signal()

    def __init__(self, document: QTextDocument, syntax: Callable[[], LiveSyntax], parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._syntax = syntax

    def fold_at(self, line: int) -> None:
        """Fold the innermost block around ``line`` (from 0)."""
        around = [one for one in self._syntax().folds(line, line).values() if self._can_fold(one)]
        around = around or [
            one
            for one in self._syntax().folds(0, line).values()
            if one.first <= line <= one.last + 1 and self._can_fold(one)
        ]
        if around:
            self._show(max(around, key=lambda one: one.first), is_visible=False)

    def unfold_at(self, line: int) -> None:
        """Show what is folded away below ``line``."""
        block = self._document.findBlockByNumber(line)
        if is_folded(block):
            self._show(Fold(line, line + hidden_below(block)), is_visible=True)

    def toggle(self, line: int) -> None:
        """Fold what begins in ``line``, or unfold it."""
        if is_folded(self._document.findBlockByNumber(line)):
            self.unfold_at(line)
        elif line in (found := self._syntax().folds(line, line)):
            self._show(found[line], is_visible=False)

    def fold_all(self) -> None:
        """Fold every outermost block."""
        end = -1
        for _, one in sorted(self._syntax().folds().items()):
            if one.first > end:
                self._show(one, is_visible=False)
                end = one.last

    def unfold_all(self) -> None:
        self._show(Fold(-1, self._document.blockCount() - 1), is_visible=True)

    def reveal(self, block: QTextBlock) -> None:
        """Show a line, and what is folded away with it."""
        if not block.isValid() or block.isVisible():
            return
        while block.isValid() and not block.isVisible():
            block = block.previous()
        self.unfold_at(block.blockNumber())

    def folded(self) -> Iterable[int]:
        """The lines that hide others."""
        block = self._document.firstBlock()
        while block.isValid():
            if is_folded(block):
                yield block.blockNumber()
            block = block.next()

    def _can_fold(self, one: Fold) -> bool:
        head = self._document.findBlockByNumber(one.first)
        return head.isVisible() and not is_folded(head)

    def _show(self, one: Fold, *, is_visible: bool) -> None:
        first = self._document.findBlockByNumber(one.first + 1)
        block, length = first, 0
        for _ in range(one.first, one.last):
            if not block.isValid():
                break
            block.setVisible(is_visible)
            block.setLineCount(max(1, block.layout().lineCount()) if is_visible else 0)
            length += block.length()
            block = block.next()
        if first.isValid():
            self._document.markContentsDirty(first.position(), length)
            self.changed.emit()
