"""What is done to a script as a whole, by key and from the menu of the list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QWidget

from goop_console.tabs.scripts.files.files_presenter import READ_ONLY
from goop_console.tabs.scripts.presenter import ScriptsPresenter
from goop_console.tabs.scripts.view import ScriptsView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.icons import icon


class FileCommand(NamedTuple):
    """``keys`` work in the whole tab."""

    text: str
    keys: str
    picture: str


NEW: Final = FileCommand("New script…", "Ctrl+N", "add")
DUPLICATE: Final = FileCommand("Duplicate…", "Ctrl+Shift+N", "copy")
RENAME: Final = FileCommand("Rename…", "Ctrl+F2", "replace")
DELETE: Final = FileCommand("Delete", "Ctrl+Shift+Del", "trash")
COMMANDS: Final = (NEW, DUPLICATE, RENAME, DELETE)


class FileCommands(QObject):
    """They speak of the script in view; in the list that is the current line's."""

    def __init__(
        self, context: TabContext, tab: QWidget, view: ScriptsView, presenter: ScriptsPresenter
    ) -> None:
        super().__init__(tab)
        self._context, self._view, self._presenter = context, view, presenter
        self._slots: dict[FileCommand, Callable[[], None]] = {
            NEW: presenter.files.start_new,
            DUPLICATE: self.duplicate,
            RENAME: self.rename,
            DELETE: lambda: presenter.delete(presenter.current_key()),
        }
        for command, slot in self._slots.items():
            shortcut = QShortcut(QKeySequence(command.keys), tab, slot)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        tree = view.list.tree
        own = QShortcut(QKeySequence("F2"), tree, self.rename)
        own.setContext(Qt.ShortcutContext.WidgetShortcut)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        presenter.files.renamed.connect(self._on_renamed)

    def duplicate(self) -> None:
        """A script with the same text under another name."""
        document = self._presenter.current
        if document is not None and document.disk is not None:
            self._presenter.files.start_duplicate(document.info, document.raw_text())

    def rename(self) -> None:
        """Another name for the file and its state; unsaved text has to be saved first."""
        document = self._presenter.current
        if document is None or document.disk is None:
            return
        if document.is_modified:
            self._context.notify.info(f"{document.info.name} has changes that are not saved: save it first")
            return
        self._presenter.files.start_rename(document.info, document.raw_text())

    def _on_renamed(self, old: str, new: str) -> None:
        """The cursor stays in its line."""
        document = self._presenter.documents.get(old)
        if document is not None:
            self._presenter.places.put(new, document.editor.place())
            self._presenter.documents.forget(document)
        self._presenter.show_created(new)

    def menu(self) -> QMenu:
        """The menu of the list."""
        menu = QMenu(self._view.list.tree)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        has_script = self._presenter.current is not None
        engine = self._context.session.engine
        for command, slot in self._slots.items():
            action = menu.addAction(icon(command.picture), command.text)
            action.setShortcut(QKeySequence(command.keys))
            action.setEnabled(not engine.is_read_only and (has_script or command is NEW))
            action.setToolTip(READ_ONLY if engine.is_read_only else "")
            action.triggered.connect(lambda _=False, slot=slot: slot())
        menu.addSeparator()
        for text, picture, follow in (
            ("Call…", "play", self._presenter.go_to_calls),
            ("Log lines", "log", self._presenter.go_to_logs),
        ):
            action = menu.addAction(icon(picture), text)
            action.setEnabled(has_script)
            action.triggered.connect(lambda _=False, follow=follow: follow())
        return menu

    def _show_menu(self, at: QPoint) -> None:
        self.menu().popup(self._view.list.tree.viewport().mapToGlobal(at))
