"""Which action: the ones in goop.route, with a lock and a word on those that goop.owner guards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from goop_console.widgets import icons, theming
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.search_box import search_combo
from lua_engine import ActionInfo

_GUARDED = Qt.ItemDataRole.UserRole + 1
_ICON = 16


class ActionBox:
    """A combo box and the note below it; ``info`` is None for an action that the script does not have."""

    def __init__(self) -> None:
        self.combo = search_combo("Action", "no action")
        self.note = _LockNote()
        self.note.theme_changed.connect(self._draw_locks)
        self._infos: dict[str, ActionInfo] = {}
        self._caller: CallerChoice | None = None
        for shown in (self.combo, self.combo.view()):
            shown.setIconSize(QSize(_ICON, _ICON))
        self.combo.setItemDelegate(_GuardDelegate(self.combo))
        self.combo.currentTextChanged.connect(lambda _: self._show_note())
        self._show_note()

    def set_actions(self, infos: Sequence[ActionInfo], current: str) -> None:
        """Offer ``infos`` and no action at all, with ``current`` chosen, whether it is among them or not."""
        self._infos = {info.name: info for info in infos}
        with QSignalBlocker(self.combo):
            self.combo.clear()
            for info in (ActionInfo("", False, ()), *(info for info in infos if info.name)):
                self._add(info)
            self.combo.setCurrentText(current)
        self._show_note()

    def _add(self, info: ActionInfo) -> None:
        self.combo.addItem(info.name)
        if info.is_guarded:
            place = self.combo.count() - 1
            self.combo.setItemIcon(place, icons.icon("lock", "warning"))
            self.combo.setItemData(place, True, _GUARDED)
            self.combo.setItemData(place, f"{info.name}, owner only", Qt.ItemDataRole.AccessibleTextRole)
            self.combo.setItemData(
                place,
                "goop.owner guards this action: only the owner may call it",
                Qt.ItemDataRole.ToolTipRole,
            )

    def info(self, name: str) -> ActionInfo | None:
        """What is known of the action ``name``; of the whole function when it has no route and ``name`` is
        empty.
        """
        return self._infos.get(name)

    def set_caller(self, caller: CallerChoice | None) -> None:
        """Who would call: the note says what the guard will do."""
        self._caller = caller
        self._show_note()

    def _draw_locks(self) -> None:
        """A combo's items keep the icons of the theme in which they were made."""
        for place in range(self.combo.count()):
            if self.combo.itemData(place, _GUARDED):
                self.combo.setItemIcon(place, icons.icon("lock", "warning"))

    def _show_note(self) -> None:
        info = self._infos.get(self.combo.currentText().strip())
        caller, ending = self._caller, ""
        if caller is not None:
            verdict = "may" if caller.role == "owner" else "will be refused"
            ending = f": {caller.name} {verdict}"
        self.note.say(f"Owner only (goop.owner){ending}" if info is not None and info.is_guarded else "")


class _LockNote(QWidget):
    """A lock and a sentence."""

    theme_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._picture = QLabel()
        icons.set_picture(self._picture, "lock", _ICON, "warning")
        self.text = QLabel()
        self.text.setProperty("role", "warning-text")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._picture)
        row.addWidget(self.text, 1)

    def say(self, text: str) -> None:
        self.text.setText(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self.theme_changed.emit()


class _GuardDelegate(QStyledItemDelegate):
    """Writes the word beside the lock in the list, and not into the field."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        if index.data(_GUARDED):
            option.text = f"{option.text}    owner only"
        elif not option.text:
            option.text = "no action"
