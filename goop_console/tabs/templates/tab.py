"""The Templates tab as the main window knows it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeySequence, QShortcut

from goop_console.tabs.tab import Tab, TabContext
from goop_console.tabs.templates.drops import dropped_template
from goop_console.tabs.templates.presenter import TemplatesPresenter
from goop_console.tabs.templates.view import TemplatesView
from goop_console.widgets.chosen_sizes import ChosenSizes


class TemplatesTab(Tab):
    """Gallery, plans, results. Targets: ``template`` (a key or a name), ``path`` (a template's folder or
    archive).
    """

    tab_id = "templates"
    title = "Templates"

    def __init__(self, context: TabContext) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.view = TemplatesView()
        self._sizes = ChosenSizes(splitter=self.view.splitter)
        self.presenter = TemplatesPresenter(context, self.view)
        self.set_view(self.view)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(
                QKeySequence(keys),
                self,
                self.presenter.confirm,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )

    # drag and drop: what is no template is left to the window, which opens site folders

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._on_drag(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._on_drag(event)

    def _on_drag(self, event: QDropEvent) -> None:
        if dropped_template(event.mimeData()) is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_template(event.mimeData())
        if path is None:
            event.ignore()
            return
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: self.presenter.read_from_disk(path))  # the drag has to end first

    def open_target(self, **target: Any) -> None:
        if "template" in target:
            self.presenter.open_link(str(target["template"]))
        if isinstance(target.get("path"), Path):
            self.presenter.read_from_disk(target["path"])

    def save_state(self) -> dict[str, Any]:
        return {**self.presenter.save_state(), "sizes": self._sizes.state()}

    def restore_state(self, state: Mapping[str, Any]) -> None:
        self._sizes.restore(state.get("sizes"))
        self.presenter.restore_state(state)

    def focus_main(self) -> None:
        self.view.focus_page()

    def find(self) -> None:  # type: ignore[override]  # see Page
        if self.view.page is self.view.gallery_page:
            self.view.gallery.filter.field.setFocus()
            self.view.gallery.filter.field.selectAll()

    def refresh(self) -> None:
        self.presenter.refresh()

    def is_settled(self) -> bool:
        return self.presenter.is_settled
