"""The SQL page: a statement, its result in a grid, its plan in words,
and the rows that a statement would change.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QHBoxLayout,
    QLabel,
    QListView,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.data.rows.row_grid import RowGrid
from goop_console.tabs.data.rows.rows_model import RowsModel
from goop_console.tabs.data.sql.changes_table import ChangesTable
from goop_console.widgets import theming
from goop_console.widgets.polish import set_look

KEYWORDS = (
    "SELECT FROM WHERE GROUP BY ORDER BY HAVING LIMIT JOIN LEFT JOIN ON AS AND OR NOT IN LIKE BETWEEN IS "
    "NULL "
    "COUNT SUM AVG MIN MAX DISTINCT UNION WITH INSERT INTO VALUES UPDATE SET DELETE"
)
_MIN_PREFIX = 2


class SqlView(QWidget):
    """``run_requested`` (Ctrl+Enter), ``plan_requested``, ``cancel_requested``,
    ``commit_requested`` and ``drop_requested``.
    """

    run_requested = Signal()
    plan_requested = Signal()
    cancel_requested = Signal()
    commit_requested = Signal()
    drop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = SqlEditor()
        self.editor.run_requested.connect(self.run_requested)
        self.history = QComboBox()
        self.history.setAccessibleName("Earlier statements")
        self.history.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.history.setMinimumContentsLength(16)
        self.history.view().setAccessibleName("Earlier statements")
        self.history.activated.connect(lambda place: self.editor.setPlainText(self.history.itemData(place)))
        self.writing = QCheckBox("Allow writing")
        self.writing.setAccessibleName("Allow statements that write")
        self.writing.setToolTip(
            "INSERT, UPDATE, DELETE and REPLACE: you see what would change before it does"
        )
        self.run = self._button("Run", "Ctrl+Enter", self.run_requested, primary=True)
        self.plan = self._button("Explain", "How SQLite would run it, in words", self.plan_requested)
        self.cancel = self._button("Cancel", "End the statement under way", self.cancel_requested)
        self.about = QLabel("Statements that read run at once, for at most 10 seconds.")
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.about.setWordWrap(True)
        self.about.setProperty("role", "muted")
        self.rows = RowsModel(self)
        self.grid = RowGrid(self.rows, is_of_statement=True)
        self.grid.setAccessibleName("Result")
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName("How the statement would be run")
        self.changes = ChangesTable("Rows that would change")
        self.commit = self._button(
            "Write this", "Make these changes; can be undone", self.commit_requested, primary=True
        )
        self.drop = self._button("Do not", "Nothing has been changed", self.drop_requested)
        self._results = QStackedWidget()
        for page in (self.grid, self.words, self._changes_page()):
            self._results.addWidget(page)
        self._build()
        self._is_running = False
        self.editor.textChanged.connect(self._enable)
        self._enable()

    def _button(self, text: str, tip: str, signal: SignalInstance, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setProperty("role", "primary" if primary else "")
        button.clicked.connect(signal)
        return button

    def _changes_page(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.changes, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.drop)
        row.addWidget(self.commit)
        box.addLayout(row)
        return page

    def _build(self) -> None:
        bar = QHBoxLayout()
        for widget in (self.run, self.plan, self.cancel, self.writing):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(self.history)
        top = QWidget()
        upper = QVBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.addWidget(self.editor, 1)
        upper.addLayout(bar)
        bottom = QWidget()
        lower = QVBoxLayout(bottom)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.addWidget(self.about)
        lower.addWidget(self._results, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(top)
        self.splitter.addWidget(bottom)
        self.splitter.setSizes([180, 420])
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 8, 0, 0)
        box.addWidget(self.splitter)

    def say(self, text: str, *, is_error: bool = False) -> None:
        """The line above the result."""
        self.about.setText(text)
        set_look(self.about, "role", "error-text" if is_error else "muted")

    def set_running(self, is_running: bool) -> None:
        self._is_running = is_running
        self._enable()

    def _enable(self) -> None:
        is_ready = not self._is_running
        for button in (self.run, self.plan):
            button.setEnabled(is_ready and not self.editor.document().isEmpty())
        self.cancel.setEnabled(self._is_running)
        for button in (self.commit, self.drop):
            button.setEnabled(is_ready)
        self.history.setEnabled(self.history.count() > 0)

    def show_grid(self) -> None:
        self._results.setCurrentIndex(0)

    def show_words(self, text: str) -> None:
        self.words.setPlainText(text)
        self._results.setCurrentIndex(1)

    def show_changes(self) -> None:
        self._results.setCurrentIndex(2)
        self.commit.setFocus()

    def set_history(self, statements: Sequence[str]) -> None:
        """The newest first."""
        self.history.clear()
        for one in statements:
            self.history.addItem(" ".join(one.split())[:80], one)
        self.history.setEnabled(bool(statements))


class SqlEditor(QPlainTextEdit):
    """A statement; Ctrl+Enter runs it, Ctrl+Space completes names of tables and columns."""

    run_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("SQL statement")
        self.setPlaceholderText("SELECT … · Ctrl+Enter runs it, Ctrl+Space completes names")
        self.setTabChangesFocus(True)
        self.setFont(theming.fixed_font())
        self._words = QStringListModel(KEYWORDS.split(), self)
        self.completer = QCompleter(self._words, self)
        self.completer.setWidget(self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.completer.activated[str].connect(self._complete)  # type: ignore[index]  # an overloaded signal
        self.popup = QListView()
        self.completer.setPopup(self.popup)
        self.popup.setAccessibleName("Names that fit")

    def set_names(self, names: Sequence[str]) -> None:
        """Tables and columns to complete."""
        self._words.setStringList(sorted(set(names) | set(KEYWORDS.split()), key=str.lower))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self.popup
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if popup.isVisible() and event.key() in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Backtab,
        ):  # fmt: skip
            event.ignore()
            return
        if is_enter and is_control:
            self.run_requested.emit()
            return
        is_requested = is_control and event.key() == Qt.Key.Key_Space
        if not is_requested:
            super().keyPressEvent(event)
        prefix = self._prefix()
        if not is_requested and (len(prefix) < _MIN_PREFIX or not event.text().isalnum()):
            popup.hide()
            return
        self.completer.setCompletionPrefix(prefix)
        popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        area = self.cursorRect()
        area.setWidth(popup.sizeHintForColumn(0) + popup.verticalScrollBar().sizeHint().width() + 16)
        self.completer.complete(area)

    def _prefix(self) -> str:
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectedText()

    def _complete(self, word: str) -> None:
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        cursor.insertText(word)
