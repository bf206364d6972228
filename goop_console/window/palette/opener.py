"""Opens the palette for things or for commands, and does in a tab what a key there does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from goop_console.actions import press_keys
from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.work import Work

if TYPE_CHECKING:
    from goop_console.window.palette.dialog import Palette
    from goop_console.window.palette.entries import Entry
    from goop_console.window.workspace import Workspace


class PaletteOpener(QObject):
    """One palette at a time over ``window``. ``workspace()`` is the open site's, or None."""

    def __init__(
        self,
        window: QWidget,
        operations: Operations,
        notify: Notifier,
        actions: Mapping[str, QAction],
        workspace: Callable[[], Workspace | None],
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._workspace = window, actions, workspace
        self._work = Work(operations, notify, self)
        self.palette: Palette | None = None

    def open_things(self) -> None:
        """Ctrl+P: scripts, tables, actions, peers and saved calls; they are read while one types."""
        from goop_console.window.palette.entries import things_of

        workspace = self._workspace()
        if workspace is None:
            return
        palette = self._show("Go to anything", "Script, table, action, peer or saved call")
        palette.say("Reading…")
        engine = workspace.session.engine
        self._work.run(
            lambda: things_of(engine),
            done=lambda found: self._offer(palette, [one.entry(workspace.navigate) for one in found]),
            failed=palette.say,
        )

    def open_commands(self) -> None:
        """Ctrl+Shift+P: every command with its keys."""
        from goop_console.window.palette.entries import command_entries

        palette = self._show("Commands", "What do you want to do?")
        has_site = self._workspace() is not None
        palette.set_entries(command_entries(self._actions, self.run_in_tab, has_site=has_site))

    def _show(self, title: str, hint: str) -> Palette:
        from goop_console.window.palette.dialog import Palette  # here: the first paint needs none

        if self.palette is not None:
            self.palette.close()
        palette = self.palette = Palette(title, hint, self._window)
        palette.destroyed.connect(lambda: self._on_gone(palette))
        palette.open()
        palette.field.setFocus()
        return palette

    def _on_gone(self, palette: Palette) -> None:
        if self.palette is palette:
            self.palette = None

    def _offer(self, palette: Palette, entries: list[Entry]) -> None:
        if self.palette is palette:
            palette.set_entries(entries)

    def run_in_tab(self, title: str, keys: str) -> None:
        """Do in the tab named ``title`` what ``keys`` do there."""
        workspace = self._workspace()
        tab_id = workspace.id_of(title) if workspace is not None else ""
        if workspace is None or not tab_id:
            return
        if workspace.current.tab_id != tab_id:
            workspace.navigate(tab_id)
        press_in(workspace.current, QKeySequence(keys))


def press_in(page: QWidget, keys: QKeySequence) -> None:
    """What ``keys`` do in ``page``: its shortcut, its button, or the key in the widget with the keyboard."""
    for shortcut in page.findChildren(QShortcut):
        owner = shortcut.parent()
        if not isinstance(owner, QWidget) or not owner.isVisibleTo(page.window()):
            continue
        is_own = shortcut.context() == Qt.ShortcutContext.WidgetShortcut  # of a widget alone
        if (not is_own or owner.hasFocus()) and shortcut.isEnabled() and shortcut.key() == keys:
            shortcut.activated.emit()
            return
    for button in page.findChildren(QAbstractButton):
        if button.shortcut() == keys and button.isVisible() and button.isEnabled():
            button.click()
            return
    press_keys(keys)
