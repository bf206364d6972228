"""The pages of the tab: one is shown, the others are a key away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from goop_console.tabs.page import Page


@dataclass(frozen=True, slots=True)
class PageSpec:
    """``make`` is called when the page is first shown."""

    id: str
    title: str
    make: Callable[[], Page]


class PagesView(QWidget):
    """A segmented control (Alt+1, Alt+2, …) over the pages. ``entered`` when a person went to one: the
    keyboard should follow.
    """

    entered = Signal()

    def __init__(self, specs: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = tuple(specs)
        self._pages: dict[str, Page] = {}
        self._stack = QStackedWidget()
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setContentsMargins(8, 8, 8, 0)
        row.setSpacing(4)
        group = QButtonGroup(self)
        for place, spec in enumerate(self._specs, 1):
            row.addWidget(self._button(place, spec, group))
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self._stack, 1)
        self.show_page(self._specs[0].id)

    def _button(self, place: int, spec: PageSpec, group: QButtonGroup) -> QToolButton:
        button = QToolButton()
        button.setText(spec.title)
        button.setCheckable(True)
        button.setProperty("role", "segment")
        button.setToolTip(f"{spec.title} (Alt+{place})")
        button.setAccessibleName(f"Page: {spec.title}")
        button.clicked.connect(lambda: self._enter(spec.id))
        group.addButton(button)
        self.buttons[spec.id] = button
        key = QShortcut(QKeySequence(f"Alt+{place}"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(lambda: self._enter(spec.id))
        return button

    def _enter(self, page_id: str) -> None:
        self.show_page(page_id)
        self.entered.emit()

    def show_page(self, page_id: str) -> Page:
        """Bring the page into view, and make it if it was never shown; answers it."""
        page = self.page(page_id)
        self._stack.setCurrentWidget(page)
        self.buttons[page_id].setChecked(True)
        return page

    def page(self, page_id: str) -> Page:
        """The page, made if need be."""
        if page_id not in self._pages:
            spec = next(one for one in self._specs if one.id == page_id)
            self._pages[page_id] = spec.make()
            self._stack.addWidget(self._pages[page_id])
        return self._pages[page_id]

    @property
    def current(self) -> str:
        """The id of the page in view."""
        return next(page_id for page_id, page in self._pages.items() if page is self._stack.currentWidget())

    def opened(self) -> dict[str, Page]:
        """The pages that were shown so far, by their ids."""
        return dict(self._pages)
