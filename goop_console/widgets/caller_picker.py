"""Choose who calls: a button that always says name and role, and a searchable list behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets import theming
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.wording import elided

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_AVATAR = 20
_NOBODY = "Choose a caller"
DRY_ONLY = "dry run only"  # the source of who exists in dry runs only


@dataclass(frozen=True, slots=True)
class CallerChoice:
    """One that can be chosen. ``role`` is a word: owner, stranger, or a role of the template group."""

    id: str
    name: str
    role: str
    email: str = ""
    source: str = ""  # where it is known from, in a word: "visitor", "test peer", "new", or DRY_ONLY

    @property
    def title(self) -> str:
        """Name and role, as the run button, results and history say it. ``A stranger`` says both."""
        says_role = self.name.lower() == f"a {self.role}"
        return self.name if says_role else f"{self.name} ({self.role})"

    @property
    def is_dry_only(self) -> bool:
        """Nobody really is this one: a role that no member has."""
        return self.source == DRY_ONLY


def caller_color(role: str) -> str:
    """The name of a role's colour; the word always stands beside it."""
    return {"owner": "accent", "stranger": "warning", "": "muted"}.get(role, "info")


def caller_avatar(choice: CallerChoice | None, size: int = _AVATAR) -> QIcon:
    """A round badge in the role's colour with the name's first letter; ``?`` for nobody."""
    letter = choice.name.strip()[:1].upper() if choice and choice.name.strip() else "?"
    ground = getattr(theming.colors(), caller_color(choice.role if choice else ""))
    return _badge(shown_line(letter), ground, theming.colors().surface, size)


@lru_cache(maxsize=1_000)
def _badge(letter: str, ground: str, ink: str, size: int) -> QIcon:
    scale = 3
    pixmap = QPixmap(size * scale, size * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(ground))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(pixmap.rect())
    font = painter.font()
    font.setPixelSize(round(size * scale * 0.55))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(ink))
    painter.drawText(pixmap.rect(), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return QIcon(pixmap)


class CallerModel(QAbstractListModel):
    """The choices, with everything about one in its search text."""

    SEARCH_ROLE = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[CallerChoice, ...] = ()

    def set_choices(self, choices: Sequence[CallerChoice]) -> None:
        self.beginResetModel()
        self._choices = tuple(choices)
        self.endResetModel()

    def choice(self, row: int) -> CallerChoice:
        return self._choices[row]

    def row_of(self, caller_id: str) -> int:
        return next((row for row, one in enumerate(self._choices) if one.id == caller_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        choice = self._choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            parts = (
                elided(choice.name, 28),
                choice.role,
                choice.source if choice.source != choice.role else "",
                choice.email,
            )
            return shown_line("  ·  ".join(part for part in parts if part))
        if role == Qt.ItemDataRole.DecorationRole:
            return caller_avatar(choice)
        if role == Qt.ItemDataRole.ToolTipRole:
            return shown_tip(choice.id)
        if role == self.SEARCH_ROLE:
            return f"{choice.name} {choice.role} {choice.email} {choice.source} {choice.id}"
        return None


class CallerPopup(QFrame):
    """The list with its search box; Enter takes, Esc closes."""

    taken = Signal(object)  # CallerChoice
    stranger_requested = Signal()

    def __init__(self, model: CallerModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("role", "popup")
        self._model = model
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(model)
        self._proxy.setFilterRole(CallerModel.SEARCH_ROLE)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find by name, role, email or id")
        self.search.setAccessibleName("Find a caller")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_text_changed)
        self.search.installEventFilter(self)
        self.list = QListView()
        self.list.setModel(self._proxy)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(_AVATAR, _AVATAR))
        self.list.setAccessibleName("Callers")
        self.list.clicked.connect(self._take)
        self.list.activated.connect(self._take)
        self.stranger = QPushButton("New stranger")
        self.stranger.setToolTip("A new visitor, with a peer id of their own")
        self.stranger.clicked.connect(self._on_stranger)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        for widget in (self.search, self.list, self.stranger):
            box.addWidget(widget)
        self.resize(440, 340)

    def open_at(self, place: QPoint, area: QRect, current_id: str) -> None:
        """Show below ``place`` (global), inside the screen's ``area``, with ``current_id`` as the current
        line.
        """
        self.search.clear()
        row = self._model.row_of(current_id)
        self.list.setCurrentIndex(self._proxy.mapFromSource(self._model.index(max(row, 0), 0)))
        x = max(area.left(), min(place.x(), area.right() - self.width()))
        y = max(area.top(), min(place.y(), area.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.search.setFocus()

    def _on_text_changed(self, text: str) -> None:
        self._proxy.setFilterFixedString(text)
        self.list.setCurrentIndex(self._proxy.index(0, 0))

    def set_choices(self, choices: Sequence[CallerChoice]) -> None:
        """Offer ``choices``. Who is open in the list stays its current line; else it is the first, so that
        Enter takes somebody also when the choices are read anew while one types.
        """
        current = self._proxy.mapToSource(self.list.currentIndex())
        current_id = self._model.choice(current.row()).id if current.isValid() else ""
        self._model.set_choices(choices)
        kept = self._proxy.mapFromSource(self._model.index(max(self._model.row_of(current_id), 0), 0))
        self.list.setCurrentIndex(kept if kept.isValid() else self._proxy.index(0, 0))

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            self.hide()
            self.taken.emit(self._model.choice(self._proxy.mapToSource(index).row()))

    def _on_stranger(self) -> None:
        self.hide()
        self.stranger_requested.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down move in the list while the search box keeps the keyboard; Enter takes."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.list.currentIndex())
                return True
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(
                Qt.Key(event.key())
            )
            if step is not None:
                row = min(max(self.list.currentIndex().row() + step, 0), self._proxy.rowCount() - 1)
                self.list.setCurrentIndex(self._proxy.index(row, 0))
                return True
        return super().eventFilter(watched, event)


class CallerPicker(QPushButton):
    """The button. ``current`` is None while nobody is chosen, or while who was wanted cannot be resolved."""

    caller_changed = Signal(object)  # CallerChoice | None
    stranger_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._current: CallerChoice | None = None
        self._fixed: CallerChoice | None = None
        self._missing = ""
        self.setProperty("role", "picker")
        self.setIconSize(QSize(_AVATAR, _AVATAR))
        self.model = CallerModel(self)
        self.popup = CallerPopup(self.model, self)
        self.popup.taken.connect(self.set_current)
        self.popup.stranger_requested.connect(self.stranger_requested)
        self.clicked.connect(self.open_popup)
        self._show_current()

    @property
    def current(self) -> CallerChoice | None:
        return self._current

    def set_choices(self, choices: Sequence[CallerChoice]) -> None:
        """Offer ``choices``; the current one is looked up again by id and forgotten when it is gone."""
        self.popup.set_choices(choices)
        if self._current is not None:
            row = self.model.row_of(self._current.id)
            if row >= 0:
                self.set_current(self.model.choice(row))
            else:
                self.set_missing(self._current.name)

    def set_current(self, choice: CallerChoice) -> None:
        if choice != self._current:
            self._current, self._missing = choice, ""
            self._show_current()
            self.caller_changed.emit(choice)

    def set_missing(self, name: str) -> None:
        """Nobody is chosen, because ``name`` is not known (``""``: nobody was asked for)."""
        self._current, self._missing = None, name
        self._show_current()
        self.caller_changed.emit(None)

    def set_fixed(self, choice: CallerChoice | None) -> None:
        """Show ``choice``, who it has to be, and let nobody choose; None: the current one counts again."""
        if choice != self._fixed:
            self._fixed = choice
            self.setEnabled(choice is None)
            self._show_current()

    def open_popup(self) -> None:
        screen = self.screen()
        place = self.mapToGlobal(QPoint(0, self.height() + 2))
        self.popup.open_at(place, screen.availableGeometry(), self._current.id if self._current else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Down open the list, as in a combo box."""
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down)
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.open_popup()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._show_current()

    def _show_current(self) -> None:
        choice = self._fixed or self._current
        self.setIcon(caller_avatar(choice))
        nobody = f"Unknown caller: {elided(self._missing, 32)}" if self._missing else _NOBODY
        text = f"{elided(choice.name, 32)}  ·  {choice.role}" if choice else nobody
        self.setText(shown_line(text).replace("&", "&&"))
        self.setToolTip(
            shown_tip(
                f"{choice.name}, {choice.role}\n{choice.email}\n{choice.id}".replace("\n\n", "\n")
                if choice
                else nobody
            )
        )
        self.setAccessibleName(f"Caller: {choice.name}, {choice.role}" if choice else f"Caller: {nobody}")
