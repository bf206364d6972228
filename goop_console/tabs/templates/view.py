"""The pages of the tab, put together; no logic."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from goop_console.tabs.templates.details_view import DetailsView
from goop_console.tabs.templates.export_view import ExportView
from goop_console.tabs.templates.gallery_view import GalleryView
from goop_console.tabs.templates.outcome_views import ErrorView, ProgressView, ResultView
from goop_console.tabs.templates.plan_view import PlanView
from goop_console.widgets.made_ahead import part
from goop_console.widgets.message_bar import MessageBar


class TemplatesView(QWidget):
    """Gallery and details; plan, progress, result and error; the export form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gallery = part(GalleryView)
        self.details = DetailsView()
        self.plan = part(PlanView)
        self.progress = ProgressView()
        self.result = ResultView()
        self.error = ErrorView()
        self.export = ExportView()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.gallery)
        self.splitter.addWidget(self.details)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setSizes([480, 700])
        self.problem = MessageBar("Problem with the templates")
        self.gallery_page = self._make_gallery_page()
        self.pages = QStackedWidget()
        for page in (self.gallery_page, self.plan, self.progress, self.result, self.error, self.export):
            self.pages.addWidget(page)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.pages)

    def _make_gallery_page(self) -> QWidget:
        page = QWidget()
        bar = QVBoxLayout()
        bar.setContentsMargins(8, 0, 8, 0)
        bar.addWidget(self.problem)
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addLayout(bar)
        box.addWidget(self.splitter, 1)
        return page

    @property
    def page(self) -> QWidget:
        """The page in view."""
        return self.pages.currentWidget() or self.gallery_page

    def show_page(self, page: QWidget) -> None:
        """Bring ``page`` into view and the keyboard to it, if the keyboard was in this tab."""
        focused = self.window().focusWidget()
        is_here = focused is not None and self.isAncestorOf(focused)
        self.pages.setCurrentWidget(page)
        titles = {
            self.plan: self.plan.title,
            self.progress: self.progress.title,
            self.result: self.result.title,
            self.error: self.error.title,
        }
        if page in titles:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, titles[page].text()))
        if is_here:
            self.focus_page()

    def focus_page(self) -> None:
        """Put the keyboard where the work of the page is."""
        first = {
            self.gallery_page: self.gallery.list if self.gallery.is_listing else self.gallery.filter,
            self.plan: self.plan.table,
            self.progress: self.progress if self.progress.cancel.isHidden() else self.progress.cancel,
            self.result: self.result.done,
            self.error: self.error.again,
            self.export: self.export.name,
        }
        first[self.page].setFocus()

    def set_planning(self, is_planning: bool) -> None:
        """A plan is being made: the button waits."""
        button = self.details.primary
        button.setEnabled(not is_planning)
        button.setToolTip(
            "Making the plan…"
            if is_planning
            else "See what it would change before anything happens (Ctrl+Enter)"
        )
