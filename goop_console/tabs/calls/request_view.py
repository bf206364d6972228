"""What is asked for: a data function, a chat message, or an event."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QFormLayout, QLabel, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.chat_line import ChatLine
from goop_console.tabs.calls.params_editor import ParamsColors, ParamsEditor
from goop_console.tabs.calls.request import Kind

EVENTS = ("on_group_close",)
_KINDS: tuple[Kind, ...] = ("call", "chat", "event")


class RequestView(QTabWidget):
    """Three small forms. ``changed`` after anything that changes what would be sent."""

    changed = Signal()
    function_changed = Signal(str)
    run_wanted = Signal()  # Enter in a one-line form

    def __init__(self, colors: ParamsColors, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What to call")
        self.tabBar().setAccessibleName("Kind of call")
        self.setDocumentMode(True)
        self.function = _combo("Function", "todo")
        self.action = _combo("Action", "no action")
        self.about = QLabel()
        self.params = ParamsEditor(colors)
        self.chat = ChatLine()
        self.chat_about = QLabel()
        self.event_name = _combo("Event", "on_group_close")
        self.event_name.addItems(EVENTS)
        self.argument = QLineEdit()
        self.argument.setPlaceholderText("the id of the group that closed")
        self.argument.setAccessibleName("Argument of the event")
        self.addTab(self._function_page(), "Data function")
        self.addTab(self._chat_page(), "Chat message")
        self.addTab(self._event_page(), "Event")
        self._connect()

    def _function_page(self) -> QWidget:
        page, form = _page()
        form.addRow("&Function", self.function)
        form.addRow("", _muted(self.about))
        form.addRow("&Action", self.action)
        label = QLabel("&Params")
        label.setBuddy(self.params.editor)
        form.addRow(label, self.params)
        return page

    def _chat_page(self) -> QWidget:
        page, form = _page()
        form.addRow("&Message", self.chat)
        form.addRow("", _muted(self.chat_about))
        hint = _muted(QLabel("Enter sends. Up and Down bring back earlier messages."))
        form.addRow("", hint)
        return page

    def _event_page(self) -> QWidget:
        page, form = _page()
        form.addRow("&Event", self.event_name)
        form.addRow("A&rgument", self.argument)
        form.addRow("", _muted(QLabel("Runs in every data function that defines it, always as the owner.")))
        return page

    def _connect(self) -> None:
        self.currentChanged.connect(lambda _: self.changed.emit())
        self.function.currentTextChanged.connect(self._on_function_changed)
        self.action.currentTextChanged.connect(self._on_action_changed)
        self.params.checked.connect(self.changed)
        self.chat.textChanged.connect(lambda _: self.changed.emit())
        self.chat.returnPressed.connect(self.run_wanted)
        self.event_name.currentTextChanged.connect(lambda _: self.changed.emit())
        self.argument.textChanged.connect(lambda _: self.changed.emit())
        self.argument.returnPressed.connect(self.run_wanted)

    @property
    def kind(self) -> Kind:
        return _KINDS[self.currentIndex()]

    def set_kind(self, kind: Kind) -> None:
        self.setCurrentIndex(_KINDS.index(kind))

    def set_functions(self, names: Sequence[str]) -> None:
        """Offer ``names``; the text that stands there stays, else the first is taken."""
        _offer(self.function, names, self.function.currentText() or next(iter(names), ""))
        self._on_function_changed(self.function.currentText())

    def set_function(self, name: str) -> None:
        self.function.setCurrentText(name)

    def set_actions(self, names: Sequence[str], current: str) -> None:
        """Offer ``names`` (and none) with ``current`` chosen."""
        _offer(self.action, ["", *names], current)
        self._on_action_changed(current)

    def set_action(self, name: str) -> None:
        self.action.setCurrentText(name)

    def focus_first(self) -> None:
        """Put the keyboard where one writes what to call."""
        {"call": self.params.editor, "chat": self.chat, "event": self.argument}[self.kind].setFocus()

    def _on_function_changed(self, name: str) -> None:
        self.function_changed.emit(name.strip())
        self.changed.emit()

    def _on_action_changed(self, name: str) -> None:
        self.params.set_action(name.strip())  # its check announces the change


def _page() -> tuple[QWidget, QFormLayout]:
    page = QWidget()
    box = QVBoxLayout(page)
    box.setContentsMargins(0, 8, 0, 0)
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setVerticalSpacing(8)
    box.addLayout(form)
    return page, form


def _combo(name: str, placeholder: str) -> QComboBox:
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    combo.setAccessibleName(name)
    completer = QCompleter(combo.model(), combo)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    combo.setCompleter(completer)
    for popup, words in ((completer.popup(), "what fits"), (combo.view(), "all")):
        if popup is not None:
            popup.setAccessibleName(f"{name}: {words}")
    line = combo.lineEdit()
    if line is not None:
        line.setPlaceholderText(placeholder)
        line.setAccessibleName(name)
    return combo


def _offer(combo: QComboBox, names: Sequence[str], current: str) -> None:
    with QSignalBlocker(combo):
        combo.clear()
        combo.addItems(list(names))
        combo.setCurrentText(current)


def _muted(label: QLabel) -> QLabel:
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label
