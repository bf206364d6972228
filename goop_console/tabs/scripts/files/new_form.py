"""The form for a new script. It stands where a script's text stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.scripts.files.starts import (
    COMMAND,
    EXAMPLES,
    FUNCTION,
    Start,
    free_name,
    name_clash,
    name_problem,
    starting_text,
)
from goop_console.widgets import theming
from goop_console.widgets.check_box import RadioButton
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.polish import set_look
from lua_engine import ScriptInfo

_WIDTH = 560
_LINES = 13
_ABOUT = {
    COMMAND: "Answers a chat message: !name and what follows it.",
    FUNCTION: "Answers a page of the site that calls it, and works with its tables.",
}


@dataclass(frozen=True, slots=True)
class NameTask:
    """The form asks for a name only: for a script that there is, of ``kind`` with ``text``."""

    title: str
    button: str
    name: str
    kind: str
    text: str


class NewScriptForm(QWidget):
    """``submitted(name, kind, text)``; Enter submits, Esc gives up. The name is checked while it is typed."""

    submitted = Signal(str, str, str)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._infos: tuple[ScriptInfo, ...] = ()
        self._folders = {COMMAND: "", FUNCTION: ""}
        self.command, self.function = RadioButton("&Chat command"), RadioButton("&Data function")
        self._task: NameTask | None = None
        self._starts: tuple[Start, ...] = EXAMPLES
        self._suggested = ""  # as a name, by what the script begins with
        self.begin = QComboBox()
        self.begin.setAccessibleName("What the script begins with")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the new script")
        self.name.setPlaceholderText("Letters, digits, _ and -")
        self.about, self.place, self.problem = (
            self._label("muted"),
            self._label("muted"),
            self._label("error-text"),
        )
        self.problem.setAccessibleName("What is wrong with the name")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("The text that the script begins with")
        self.make, self.cancel = QPushButton("Create script"), QPushButton("Cancel")
        self.make.setProperty("role", "primary")
        self._build()
        self.command.toggled.connect(self._on_kind)
        self.begin.currentIndexChanged.connect(lambda _: self._on_begin())
        self.name.textEdited.connect(self._on_changed)
        self.name.returnPressed.connect(self.submit)
        self.make.clicked.connect(self.submit)
        self.cancel.clicked.connect(self.given_up)

    def _label(self, role: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setWordWrap(True)
        return label

    def _build(self) -> None:
        self.text.setFont(theming.fixed_font())
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * _LINES + 16)
        kinds = QHBoxLayout()
        kinds.setSpacing(16)
        kinds.addWidget(self.command)
        kinds.addWidget(self.function)
        kinds.addStretch(1)
        form = QFormLayout()
        form.setSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Kind", kinds)
        form.addRow("", self.about)
        form.addRow("&Name", self.name)
        form.addRow("", self.place)
        form.addRow("", self.problem)
        form.addRow("&Begin with", self.begin)
        self._form = form
        form.addRow("", self.text)
        card = QFrame()
        card.setProperty("role", "card")
        card.setMaximumWidth(_WIDTH)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 12, 16, 16)
        inner.setSpacing(12)
        self.title = QLabel("New script")
        self.title.setProperty("role", "heading")
        inner.addWidget(self.title)
        inner.addLayout(form)
        inner.addLayout(self._buttons())
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.addWidget(card)
        box.addStretch(1)

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.make)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        return buttons

    @property
    def kind(self) -> str:
        """``command`` or ``function``."""
        return COMMAND if self.command.isChecked() else FUNCTION

    def start(self, folders: dict[str, str], name: str = "", kind: str = COMMAND) -> None:
        """``name`` of ``kind``, or nothing typed yet; the keyboard in the name. ``folders``: where a script
        of each kind goes, as it is shown.
        """
        self._begin_form(None, folders, kind)
        self.name.setText(name)
        self._suggested = ""
        self._on_kind()
        self.problem.hide()  # nobody has typed anything wrong yet
        self.name.setFocus()

    def start_task(self, folders: dict[str, str], task: NameTask) -> None:
        """Ask for another name."""
        self._begin_form(task, folders, task.kind)
        self.name.setText(task.name)
        self._on_changed()
        self.problem.hide()
        set_look(self.name, "state", "")
        self.name.selectAll()
        self.name.setFocus()

    def _begin_form(self, task: NameTask | None, folders: dict[str, str], kind: str) -> None:
        self._task, self._folders = task, folders
        self.title.setText(task.title if task is not None else "New script")
        self.make.setText(task.button if task is not None else "Create script")
        for widget in (self.command, self.function):
            widget.setEnabled(task is None)
        self._form.setRowVisible(self.begin, task is None)
        (self.function if kind == FUNCTION else self.command).setChecked(True)

    def set_starts(self, starts: Sequence[Start]) -> None:
        """What a script may begin with, read by now."""
        self._starts = tuple(starts)
        self._fill_begin()  # what is chosen stays: there is nothing else to show

    def _on_kind(self) -> None:
        self._fill_begin()
        self._on_begin()

    def _fill_begin(self) -> None:
        """Only what a script of this kind may begin with."""
        label = self.begin.currentText()
        self.begin.blockSignals(True)
        self.begin.clear()
        labels = [one.label for one in self._offered()]
        self.begin.addItems([shown_line(one) for one in labels])
        self.begin.setCurrentIndex(labels.index(label) if label in labels else 0)
        self.begin.blockSignals(False)

    def _offered(self) -> list[Start]:
        return [one for one in self._starts if one.kind == self.kind]

    def _on_begin(self) -> None:
        """It brings its name along, unless somebody typed another."""
        start = self._start()
        if self._task is None and self.name.text() == self._suggested:
            self._suggested = free_name(start.name, self.kind, self._infos) if start.name else ""
            self.name.setText(self._suggested)
        self._on_changed()

    def _start(self) -> Start:
        offered, at = self._offered(), self.begin.currentIndex()
        return offered[at] if 0 <= at < len(offered) else Start("", self.kind)

    def _text(self) -> str:
        """What the script begins with."""
        if self._task is not None:
            return self._task.text
        return self._start().text or starting_text(self.name.text() or "NAME", self.kind)

    def set_infos(self, infos: Sequence[ScriptInfo]) -> None:
        """The scripts there are: their names are taken."""
        self._infos = tuple(infos)
        if self.name.text():
            self._on_changed()

    def say(self, problem: str) -> None:
        """Why it was not made, or that it is being made (empty)."""
        self._show_problem(problem, "error-text")
        self.make.setEnabled(True)
        if problem:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.problem, problem))

    def submit(self) -> None:
        """Say what the form says, if the name will do."""
        problem = name_problem(self.name.text(), self.kind, self._infos)
        if problem:
            self.say(problem)
            self.make.setEnabled(False)
            self.name.setFocus()
        elif self.make.isEnabled():
            self.make.setEnabled(False)  # until it is made, or was not
            self.submitted.emit(self.name.text(), self.kind, self._text())

    def _on_changed(self) -> None:
        name, kind = self.name.text(), self.kind
        problem, clash = name_problem(name, kind, self._infos), name_clash(name, kind, self._infos)
        self._show_problem(problem or clash, "error-text" if problem else "warning-text")
        set_look(self.name, "state", "error" if problem and name else "")
        self.make.setEnabled(not problem)
        self.about.setText(_ABOUT[kind])
        self.place.setText(f"{self._folders[kind]}/{name or 'NAME'}.lua")
        self.text.setPlainText(self._text())

    def _show_problem(self, text: str, role: str) -> None:
        set_look(self.problem, "role", role)
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
            return
        super().keyPressEvent(event)
