"""What is asked for: a data function, a chat message, or an event."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QTabWidget, QVBoxLayout, QWidget

from goop_console.tabs.calls.call.action_box import ActionBox
from goop_console.tabs.calls.call.chat_line import ChatLine
from goop_console.tabs.calls.call.params_panel import ParamsPanel
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.foreign_text import shown_tip
from goop_console.widgets.search_box import search_combo
from lua_engine import EVENTS, KINDS, ActionInfo, RequestKind


class RequestView(QTabWidget):
    """Three small forms. ``changed`` after anything that changes what would be sent."""

    changed = Signal()
    function_changed = Signal(str)
    run_requested = Signal()  # Enter in a one-line form

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What to call")
        self.tabBar().setAccessibleName("Kind of call")
        self.setDocumentMode(True)
        self.function = search_combo("Function", "todo")
        self.action_box = ActionBox()
        self.action = self.action_box.combo
        self.about = _about()
        self.panel = ParamsPanel()
        self.params = self.panel.editor
        self.chat = ChatLine()
        self.chat_about = _about()
        self.event_name = search_combo("Event", EVENTS[0])
        self.event_name.addItems(EVENTS)
        self.argument = QLineEdit()
        self.argument.setPlaceholderText("the id of the group that closed")
        self.argument.setAccessibleName("Argument of the event")
        self.addTab(self._function_page(), "Data function")
        self.addTab(self._chat_page(), "Chat message")
        self.addTab(self._event_page(), "Event")
        self._connect()

    def set_about(self, text: str) -> None:
        """What the function is for, as its script says: any length, in one line."""
        self.about.setText(text)
        self.about.setToolTip(shown_tip(text))

    def set_chat_about(self, text: str) -> None:
        """The same of the command that the message runs."""
        self.chat_about.setText(text)
        self.chat_about.setToolTip(shown_tip(text))

    def _function_page(self) -> QWidget:
        page, form = _page()
        form.addRow("&Function", self.function)
        form.addRow("", self.about)
        form.addRow("&Action", self.action)
        form.addRow("", self.action_box.note)
        label = QLabel("&Params")
        label.setBuddy(self.params.editor)
        form.addRow(label, self.panel)
        return page

    def _chat_page(self) -> QWidget:
        page, form = _page()
        form.addRow("&Message", self.chat)
        form.addRow("", self.chat_about)
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
        self.chat.returnPressed.connect(self.run_requested)
        self.event_name.currentTextChanged.connect(lambda _: self.changed.emit())
        self.argument.textChanged.connect(lambda _: self.changed.emit())
        self.argument.returnPressed.connect(self.run_requested)

    @property
    def kind(self) -> RequestKind:
        return KINDS[self.currentIndex()]

    def set_kind(self, kind: RequestKind) -> None:
        self.setCurrentIndex(KINDS.index(kind))

    def set_functions(self, names: Sequence[str]) -> None:
        """Offer ``names``; the text that stands there stays, else the first is taken."""
        _offer(self.function, names, self.function.currentText() or next(iter(names), ""))
        self._on_function_changed(self.function.currentText())

    def set_function(self, name: str) -> None:
        self.function.setCurrentText(name)

    def set_actions(self, infos: Sequence[ActionInfo], current: str) -> None:
        """Offer the actions (and none) with ``current`` chosen."""
        self.action_box.set_actions(infos, current)
        self._on_action_changed(current)

    def set_action(self, name: str) -> None:
        self.action.setCurrentText(name)

    def focus_first(self) -> None:
        """Put the keyboard where one writes what to call."""
        if self.kind == "call":
            self.panel.focus_first()
        else:
            (self.chat if self.kind == "chat" else self.argument).setFocus()

    def _on_function_changed(self, name: str) -> None:
        self.function_changed.emit(name.strip())
        self.changed.emit()

    def _on_action_changed(self, name: str) -> None:
        info = self.action_box.info(name.strip())
        self.panel.set_fields(info.fields if info is not None else ())
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


def _offer(combo: QComboBox, names: Sequence[str], current: str) -> None:
    with QSignalBlocker(combo):
        combo.clear()
        combo.addItems(list(names))
        combo.setCurrentText(current)


def _about() -> ElidedLabel:
    label = ElidedLabel("", cut=Qt.TextElideMode.ElideRight)
    label.setProperty("role", "muted")
    return label


def _muted(label: QLabel) -> QLabel:
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label
