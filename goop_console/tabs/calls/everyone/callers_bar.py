"""Which callers are asked for: a chip for each, on or off, and a list of the other peers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QScrollArea, QSizePolicy, QWidget

from goop_console.tabs.calls.controls.buttons import button
from goop_console.tabs.calls.controls.texts import plain_label
from goop_console.tabs.calls.model.callers import caller_words
from goop_console.widgets import theming
from goop_console.widgets.caller_picker import CallerChoice, caller_avatar
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.wording import elided
from lua_engine import CallerRef

_AVATAR = 16
_MAX_LETTERS = 24


class CallersBar(QWidget):
    """Owner, roles and stranger are always offered; a peer is once it was added."""

    changed = Signal()
    peer_added = Signal(object)  # CallerRef

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[CallerRef, ...] = ()
        self._off: set[CallerRef] = set()
        self.chips: dict[CallerRef, QPushButton] = {}
        self.add = button("Add a peer", "Run as a peer that you know, too", "add")
        self.menu = QMenu(self.add)
        self.menu.setAccessibleName("Peers to add")
        self.add.setMenu(self.menu)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        holder = QWidget()
        holder.setLayout(self._row)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea()
        self._area.setWidget(holder)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._area.setFixedHeight(self.add.sizeHint().height() + 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(plain_label("Callers", "muted"))
        row.addWidget(self._area, 1)
        row.addWidget(self.add)

    def chosen(self) -> tuple[CallerRef, ...]:
        """The callers that are on, in the order of the chips."""
        return tuple(one for one in self._offered if one not in self._off)

    def offer(self, callers: Sequence[CallerRef]) -> None:
        """Show a chip for each of ``callers``; what was off stays off."""
        if tuple(callers) == self._offered:
            return
        self._offered = tuple(callers)
        self._make()

    def choose(self, callers: Sequence[CallerRef]) -> None:
        """Exactly these are on."""
        self._off = {one for one in self._offered if one not in callers}
        for text, chip in self.chips.items():
            chip.setChecked(text not in self._off)

    def set_peers(self, peers: Sequence[tuple[CallerRef, CallerChoice]]) -> None:
        """Who can be added: as a file says them, and as they are known."""
        self.menu.clear()
        for text, choice in peers:
            action = self.menu.addAction(
                caller_avatar(choice), f"{elided(choice.name, 40)}  ·  {choice.role}"
            )
            action.triggered.connect(lambda _=False, text=text: self.peer_added.emit(text))
        self.add.setEnabled(bool(peers))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            for text, chip in self.chips.items():
                chip.setIcon(self._avatar(text))

    def _avatar(self, text: CallerRef) -> QIcon:
        name, kind = caller_words(text)
        return caller_avatar(CallerChoice("", name, kind), _AVATAR)

    def _make(self) -> None:
        drop_widgets(self._row)
        self.chips = {}
        for text in self._offered:
            name, kind = caller_words(text)
            words = name if kind in ("owner", "stranger") else f"{kind} {name}"
            chip = QPushButton(elided(name, _MAX_LETTERS).replace("&", "&&"))
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setChecked(text not in self._off)
            chip.setIcon(self._avatar(text))
            chip.setIconSize(QSize(_AVATAR, _AVATAR))
            chip.setToolTip(f"{text}: a column of the grid while pressed")
            chip.setAccessibleName(f"Ask as {words}")
            chip.toggled.connect(lambda is_on, text=text: self._on_toggled(text, is_on))
            self.chips[text] = chip
            self._row.addWidget(chip)
        self._row.addStretch(1)

    def _on_toggled(self, text: CallerRef, is_on: bool) -> None:
        was = text not in self._off
        (self._off.discard if is_on else self._off.add)(text)
        if was != is_on:
            self.changed.emit()
