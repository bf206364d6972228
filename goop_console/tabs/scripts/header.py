"""What stands over the editor: which script, how it fares, and where to go from here."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from goop_console.tabs.scripts.debugging.menu import DebugMenu
from goop_console.tabs.scripts.record import KIND_WORDS, ScriptRecord
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.icons import set_icon, set_picture
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import counted, elided

_ICON = 16
_NO_DESCRIPTION = "No description: a first line “--- what it does” gives one."


class ScriptHeader(QWidget):
    """The script in view: name, state, description, limits, last error, and its buttons."""

    save_requested = Signal()
    call_requested = Signal()
    logs_requested = Signal()
    past_requested = Signal()  # earlier versions
    folder_requested = Signal()
    delete_requested = Signal()
    error_requested = Signal()  # to its line, or to the log when it has none

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: ScriptRecord | None = None
        self._refusal = ""  # why scripts cannot be changed
        self._picture, self._state_picture = QLabel(), QLabel()
        self.name = ElidedLabel("")
        self.name.setProperty("role", "heading")
        self.name.setAccessibleName("Script")
        self.modified = self._label("warning-text", "Unsaved changes")
        self.modified.setText("● Modified")
        self.modified.setToolTip("Not saved yet: Ctrl+S saves")
        self.state = self._label("", "State")
        self.description = self._line("muted", "Description")
        self.facts = self._line("muted", "Rate limit and calls")
        self.missing = self._line("warning-text", "Tables that are missing")
        self.last_error = QPushButton()
        self.last_error.setProperty("role", "link")
        self.last_error.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.last_error.clicked.connect(self.error_requested)
        self.call = self._button(
            "Call…", "play", "Call this script in the Call Tester (Ctrl+Return)", self.call_requested
        )
        self.debug = DebugMenu()
        self.logs = self._button(
            "", "log", "Show the log lines of this script (Ctrl+Shift+L)", self.logs_requested
        )
        self.past = self._button(
            "", "restore", "Earlier versions of this script (Ctrl+Shift+H)", self.past_requested
        )
        self.folder = self._button(
            "", "folder", "Open the folder of this script (Ctrl+Shift+E)", self.folder_requested
        )
        self.delete = self._button(
            "", "trash", "Delete this script (Del in the list); it can be undone", self.delete_requested
        )
        self.save = self._button("Save", "save", "Save this script (Ctrl+S)", self.save_requested)
        self._least = 0  # pixels, without words on the buttons
        self.wanted = 0
        """Pixels, with them."""
        self._lay_out()
        self.fit()

    def _label(self, role: str, name: str) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setAccessibleName(name)
        return label

    def _line(self, role: str, name: str) -> ElidedLabel:
        line = ElidedLabel("", cut=Qt.TextElideMode.ElideRight)
        line.setProperty("role", role)
        line.setAccessibleName(name)
        return line

    def _button(self, text: str, picture: str, tip: str, wanted: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        set_icon(button, picture)
        button.clicked.connect(wanted)
        return button

    def _lay_out(self) -> None:
        first = self._first = QHBoxLayout()
        first.setSpacing(8)
        for widget, stretch in ((self._picture, 0), (self.name, 1), (self.modified, 0)):
            first.addWidget(widget, stretch)
        for button in (self.call, self.debug, self.logs, self.past, self.folder, self.delete, self.save):
            first.addWidget(button)
        second = QHBoxLayout()
        second.setSpacing(8)
        for widget in (self._state_picture, self.state, self.facts, self.missing):
            second.addWidget(widget)
        second.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(first)
        box.addWidget(self.description)
        box.addLayout(second)
        box.addWidget(self.last_error)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Where there is no room for them, the words on the buttons give way: tool tips have them."""
        self._show_words(is_shown=False)
        least, self._least = self._least, self._first.minimumSize().width()
        self._show_words(is_shown=True)
        self.wanted = self._first.minimumSize().width()
        if self.wanted > self.width():
            self._show_words(is_shown=False)
        if self._least != least:
            self.updateGeometry()

    def _show_words(self, *, is_shown: bool) -> None:
        self.call.setText("Call…" if is_shown else "")
        self.save.setText("Save" if is_shown else "")
        style = Qt.ToolButtonStyle
        self.debug.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if is_shown else style.ToolButtonIconOnly
        )
        self._first.invalidate()

    def set_read_only(self, refusal: str) -> None:
        """Say on the buttons that change a script why they do not."""
        self._refusal = refusal
        for button in (self.delete, self.save):
            button.setToolTip(refusal)

    def show_record(self, record: ScriptRecord, *, can_save: bool) -> None:
        """Say everything about ``record``."""
        self._record = record
        info, tally = record.info, record.tally
        self.name.setText(info.name)
        self.name.setToolTip(str(info.path))
        self.modified.setVisible(record.is_modified)
        self.description.setText(info.description or _NO_DESCRIPTION)
        self.description.setToolTip(shown_tip(info.description))
        self.description.setVisible(
            bool(info.description) or record.state == "ok"
        )  # one that never compiled may well have one
        self.state.setText(record.state_words())
        self.state.setToolTip(record.state_detail())
        calls = (
            f"{counted(tally.calls, 'call')}, {counted(tally.errors, 'error')}" if tally.calls else "no calls"
        ) + " in the last hour"
        self.facts.setText(f"·  {KIND_WORDS.get(info.kind, info.kind)}  ·  {record.rate_words()}  ·  {calls}")
        trials = f"{counted(tally.trials, 'dry run')} and checks beside these" if tally.trials else ""
        tables = ", ".join(record.facts.tables)
        self.facts.setToolTip(
            shown_tip("\n".join(one for one in (trials, tables and f"Tables: {tables}") if one))
        )
        missing = record.facts.missing
        self.missing.setVisible(bool(missing))
        self.missing.setText(shown_line(f"No table {', '.join(missing)}"))
        self.missing.setToolTip("It uses a table that the site does not have: calls that need it fail")
        self.last_error.setVisible(bool(tally.error))
        self.last_error.setText(
            elided(f"Last error: {tally.error_words()}", 160).replace("&", "&&").replace("\n", " ")
        )
        self.last_error.setToolTip(tally.error_words())
        self.last_error.setAccessibleName(
            f"Last error: {tally.error_words()}. {'Go to its line' if tally.line else 'Show the log lines'}."
        )
        self.call.setEnabled(not record.is_gone)
        self.debug.setEnabled(not record.is_gone)
        self.delete.setEnabled(not record.is_gone and not self._refusal)
        self.save.setEnabled(can_save)
        set_look(self.save, "role", "primary" if can_save else "")
        self.draw()
        self.fit()

    def draw(self) -> None:
        """Draw the pictures in the theme's colours."""
        if self._record is None:
            return
        set_picture(self._picture, self._record.info.kind, 20, "muted")
        name, color = self._record.state_icon()
        set_picture(self._state_picture, name, _ICON, color)
