"""The menu bar, made from the commands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton

from goop_console.actions import COMMANDS, TAB_KEYS
from goop_console.services.settings import RecentSite
from goop_console.widgets.icons import set_icon
from goop_console.widgets.wording import elided

_BREAKS_BEFORE = frozenset(
    {
        "page.close",
        "site.close",
        "site.settings",
        "app.quit",
        "edit.cut",
        "edit.find",
        "tab.next",
        "go.back",
        "view.refresh",
        "theme.system",
        "zoom.in",
        "help.about",
    }
)
_PATH_LETTERS = 60


class Menus:
    """Fills ``bar``; ``recent`` is the menu of the sites that were open. The menu Tab has the commands of the
    tab in view (``current()`` is its title, empty for none), which ``run_in_tab(title, keys)`` does.
    """

    def __init__(
        self,
        bar: QMenuBar,
        actions: Mapping[str, QAction],
        current: Callable[[], str],
        run_in_tab: Callable[[str, str], None],
    ) -> None:
        self._current, self._run_in_tab = current, run_in_tab
        self.recent = QMenu("Open &Recent", bar)
        menus: dict[str, QMenu] = {}
        for command in COMMANDS:
            menu = menus.get(command.menu)
            if menu is None and command.menu == "Help":
                self._add_tab_menu(bar)
            if menu is None:
                menu = menus[command.menu] = bar.addMenu(f"&{command.menu}")
                menu.setToolTipsVisible(True)
            if command.id in _BREAKS_BEFORE:
                menu.addSeparator()
            menu.addAction(actions[command.id])
            if command.id == "site.open":
                menu.addMenu(self.recent)
            menu.aboutToShow.connect(partial(_draw_icon, actions[command.id], command.icon))
        self.theme_button = _theme_button(bar, actions)
        bar.setCornerWidget(self.theme_button)
        themes = QActionGroup(bar)
        for name in ("system", "light", "dark"):
            themes.addAction(actions[f"theme.{name}"])

    def _add_tab_menu(self, bar: QMenuBar) -> None:
        self.tab = bar.addMenu("&Tab")
        self.tab.aboutToShow.connect(self.fill_tab_menu)

    def fill_tab_menu(self) -> None:
        """The keys that the tab in view has of its own. They are bound by the tab: the menu shows them."""
        self.tab.clear()
        title = self._current()
        for where, keys, what in TAB_KEYS:
            if where == title:
                shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
                action = self.tab.addAction(f"{what.replace('&', '&&')}\t{shown}")
                action.triggered.connect(lambda _=False, keys=keys: self._run_in_tab(title, keys))
        if self.tab.isEmpty():
            self.tab.addAction("No commands of its own").setEnabled(False)

    def show_recent(
        self, sites: Sequence[RecentSite], missing: Collection[Path], choose: Callable[[Path], None]
    ) -> None:
        """The sites that were open, pinned ones marked, missing ones greyed."""
        self.recent.clear()
        self.recent.setEnabled(bool(sites))
        for site in sites:
            name = f"{site.label or site.path.name}   {elided(str(site.path), _PATH_LETTERS)}".replace(
                "&", "&&"
            )
            action = self.recent.addAction(f"{name}   (not found)" if site.path in missing else name)
            action.setEnabled(site.path not in missing)
            if site.is_pinned:
                set_icon(action, "pinned", "accent")
            action.triggered.connect(lambda _=False, path=site.path: choose(path))


def _draw_icon(action: QAction, icon_name: str) -> None:
    """Icons of menus are drawn when a menu is opened: at the start they would take a third of the time until
    the window is there.
    """
    if icon_name and action.icon().isNull():
        set_icon(action, icon_name)


def _theme_button(bar: QMenuBar, actions: Mapping[str, QAction]) -> QToolButton:
    """The three themes, where nobody has to look for them."""
    button = QToolButton(bar)
    button.setProperty("role", "flat")
    button.setAccessibleName("Theme")
    button.setToolTip("Theme: system, light or dark")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    menu.addActions([actions[f"theme.{name}"] for name in ("system", "light", "dark")])
    button.setMenu(menu)
    set_icon(button, "sun", "muted")
    return button
