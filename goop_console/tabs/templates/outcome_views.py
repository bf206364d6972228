"""The pages after the plan: under way, done, failed."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.templates.sentence_list import SentenceList
from goop_console.tabs.templates.words import UNCHANGED, done_title, result_sentences
from goop_console.widgets import theming
from goop_console.widgets.icons import set_icon, set_picture
from goop_console.widgets.long_text import LongText
from goop_console.widgets.wording import clock
from lua_engine import CallResult, InstallPlan, InstallResult

_PICTURE = 28
_NARROW = 760
_SEED_LINES = 14


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label


class ProgressView(QWidget):
    """``cancelled`` comes once; then the button waits with the person."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = _label("", "title")
        self.step = _label("", "muted")
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress")
        self.bar.setTextVisible(False)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Cancel; the site stays as it is")
        self.cancel.clicked.connect(lambda _=False: self._on_cancel())
        column = QWidget()
        column.setMaximumWidth(_NARROW)
        inner = QVBoxLayout(column)
        inner.setSpacing(10)
        for widget in (self.title, self.bar, self.step):
            inner.addWidget(widget)
        inner.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(column, 6)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.addStretch(2)
        box.addLayout(row)
        box.addStretch(3)

    def begin(self, title: str, *, can_cancel: bool) -> None:
        self.title.setText(title)
        self.bar.setRange(0, 0)
        self.step.setText("Beginning…")
        self.cancel.setVisible(can_cancel)
        self.cancel.setEnabled(True)
        self.cancel.setText("Cancel")

    def show_step(self, text: str, step: int, steps: int, *, can_cancel: bool) -> None:
        """``step`` of ``steps``, from 0."""
        self.bar.setRange(0, steps)
        self.bar.setValue(step)
        self.step.setText(f"Step {min(step + 1, steps)} of {steps}: {text}…")
        if not can_cancel:
            self._end_cancelling()
            self.cancel.setToolTip("Too late to cancel: the change is under way")

    def _on_cancel(self) -> None:
        self._end_cancelling()
        self.cancel.setText("Cancelling…")
        self.cancelled.emit()

    def _end_cancelling(self) -> None:
        """The keyboard stays on the page: from a disabled button Qt moves it to the window's first."""
        if self.cancel.hasFocus():
            self.setFocus()
        self.cancel.setEnabled(False)


class ResultView(QWidget):
    """What happened, and the ways on."""

    left = Signal()
    undo_requested = Signal()
    link_opened = Signal(str)  # tab id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel()
        set_picture(self._picture, "ok", _PICTURE, "ok")
        self.title = _label("", "title")
        self.sentences = SentenceList("What happened")
        self._seed_title = _label("What seed said", "heading")
        self.seed = LongText("What seed returned and logged")
        self.seed.setAcceptDrops(False)
        self.seed.setFont(theming.fixed_font())
        self.undo = QPushButton("Go back to before")
        self.undo.setToolTip("Bring the site back to how it was before this; that can be undone too")
        set_icon(self.undo, "restore")
        self.done = QPushButton("Done")
        self.done.setProperty("role", "primary")
        self.links = {
            "scripts": self._link("Open Lua Scripts"),
            "data": self._link("Open Data"),
            "logs": self._link("Open Logs"),
        }
        self._build()
        QShortcut(
            QKeySequence("Esc"), self, self.left.emit, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _link(self, text: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        return button

    def _build(self) -> None:
        self.undo.clicked.connect(lambda _=False: self.undo_requested.emit())
        self.done.clicked.connect(lambda _=False: self.left.emit())
        self.done.setToolTip("Back to the gallery (Esc)")
        links = QHBoxLayout()
        links.setSpacing(8)
        for tab_id, button in self.links.items():
            button.clicked.connect(lambda _=False, one=tab_id: self.link_opened.emit(one))
            links.addWidget(button)
        links.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._picture)
        head.addWidget(self.title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.undo)
        buttons.addStretch(1)
        buttons.addWidget(self.done)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 12)
        box.setSpacing(10)
        box.addLayout(head)
        box.addWidget(self.sentences)
        box.addLayout(links)
        box.addWidget(self._seed_title)
        box.addWidget(self.seed)
        box.addStretch(1)
        box.addLayout(buttons)

    def show_result(self, plan: InstallPlan, result: InstallResult) -> None:
        self.title.setText(done_title(plan))
        self.sentences.set_sentences(result_sentences(plan, result))
        text = seed_text(result.seed)
        for widget in (self._seed_title, self.seed):
            widget.setVisible(bool(text))
        self.seed.setPlainText(text)
        lines = min(max(text.count("\n") + 1, 2), _SEED_LINES)
        self.seed.setFixedHeight(lines * self.seed.fontMetrics().lineSpacing() + 20)
        self.links["data"].setVisible(bool(result.tables))


def seed_text(seed: CallResult | None) -> str:
    """What ``seed`` returned and logged; empty without one."""
    if seed is None:
        return ""
    lines = [f"{clock(line.time)}  {line.level:<5} {line.message}" for line in seed.logs]
    value = "" if seed.value is None else f"returned {json.dumps(seed.value, ensure_ascii=False, indent=2)}"
    return "\n".join(part for part in (*lines, value) if part) or "nothing: it returned and logged nothing"


class ErrorView(QWidget):
    """A change that failed; the site is unchanged."""

    left = Signal()
    again_requested = Signal()
    logs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QLabel()
        set_picture(self._picture, "error", _PICTURE, "error")
        self.title = _label("", "title")
        self.message = _label("", "")
        self.message.setAccessibleName("Error message")
        self.unchanged = _label(UNCHANGED, "muted")
        self.again = QPushButton("Look at the plan again")
        self.again.setProperty("role", "primary")
        self.copy = QPushButton("Copy details")
        set_icon(self.copy, "copy")
        self.logs = QPushButton("Open Logs")
        self.back = QPushButton("Back")
        self.back.setToolTip("Back to the gallery (Esc)")
        self._build()
        QShortcut(
            QKeySequence("Esc"), self, self.left.emit, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _build(self) -> None:
        self.again.clicked.connect(lambda _=False: self.again_requested.emit())
        self.back.clicked.connect(lambda _=False: self.left.emit())
        self.logs.clicked.connect(lambda _=False: self.logs_requested.emit())
        self.copy.clicked.connect(lambda _=False: QGuiApplication.clipboard().setText(self.details))
        panel = QFrame()
        panel.setProperty("role", "error-panel")
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(12, 10, 12, 10)
        inner.addWidget(self.message)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._picture)
        head.addWidget(self.title, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for widget in (self.back, self.copy, self.logs):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(self.again)
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 12)
        box.setSpacing(12)
        box.addLayout(head)
        box.addWidget(panel)
        box.addWidget(self.unchanged)
        box.addStretch(1)
        box.addLayout(buttons)

    @property
    def details(self) -> str:
        """What "Copy details" copies."""
        return f"{self.title.text()}\n{self.message.text()}\n{self.unchanged.text()}"

    def show_error(self, title: str, message: str) -> None:
        self.title.setText(title)
        self.message.setText(message)
