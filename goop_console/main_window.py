"""The main window: start page or workspace, menus, messages, and the ways into and out of a site.

It imports neither the engine nor the tabs nor the dialogs: they are there once they are needed (see
``window/site_opener.py``), so that the window itself is shown at once. A test counts what is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from goop_console.actions import COMMANDS, READ_ONLY, make_actions, set_tip
from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Mode, Theme
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.icons import set_icon
from goop_console.widgets.toast import ToastStack
from goop_console.window.folder_drop import FolderDrop, is_template
from goop_console.window.greeting import Greeting
from goop_console.window.guided_tour import GuidedTour
from goop_console.window.lua_switch import LuaSwitch
from goop_console.window.menus import Menus
from goop_console.window.messages import Messages
from goop_console.window.palette.opener import PaletteOpener
from goop_console.window.recent_sites import RecentSites
from goop_console.window.session_keeper import SessionKeeper
from goop_console.window.site_opener import SiteOpener
from goop_console.window.start_page import StartPage
from goop_console.window.status_line import StatusLine
from goop_console.window.unfinished import UnfinishedChanges
from goop_console.window.unsaved import UnsavedGuard
from goop_console.window.ways_in import WaysIn
from goop_console.window.window_memory import WindowMemory

if TYPE_CHECKING:
    from goop_console.services.session import Session
    from goop_console.window.site_settings import SiteSettingsForm
    from goop_console.window.workspace import Workspace
    from lua_engine import Engine


class MainWindow(QMainWindow):
    """``closed`` once it has really been closed, with nothing left to lose."""

    closed = Signal()

    def __init__(self, operations: Operations, settings: AppSettings, theme: Theme, notify: Notifier) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAccessibleName("Goop Console")
        self._operations, self._settings, self._theme, self._notify = operations, settings, theme, notify
        self.workspace: Workspace | None = None
        self.settings_form: SiteSettingsForm | None = None
        self._is_leaving = False
        self.opener = SiteOpener(operations, self)
        self.guard = UnsavedGuard(self, notify)
        self.actions_by_id = make_actions(self)
        self.recent = RecentSites(operations, settings, self)
        self._memory = WindowMemory(settings)
        self._keeper = SessionKeeper(settings, operations, self, lambda: self.workspace)
        self.palettes = PaletteOpener(self, operations, notify, self.actions_by_id, lambda: self.workspace)
        self._build()
        self._connect_actions()
        self._connect()
        self._memory.restore_window(self)
        self._on_theme_changed()
        self._show_title()
        self.start.open.setFocus()
        self.recent.check()

    def _build(self) -> None:
        self.menus = Menus(
            self.menuBar(),
            self.actions_by_id,
            lambda: self.workspace.current.title if self.workspace is not None else "",
            self.palettes.run_in_tab,
        )
        self.messages = Messages()
        self.message, self.lua_message = self.messages.message, self.messages.lua
        self.ways_in = WaysIn(self, self._operations, self._settings, self._notify, self.messages)
        self.lua = LuaSwitch(
            lambda: self.session,
            self._operations,
            self._notify,
            self.messages,
            self.ways_in,
            self.actions_by_id["lua.enable"],
        )
        self.unfinished = UnfinishedChanges(self.messages, self._operations, self.ways_in.say_failed, self)
        self.start = StartPage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        central = QWidget()
        box = QVBoxLayout(central)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.messages)
        box.addWidget(self.pages, 1)
        self.setCentralWidget(central)
        self.greeting = Greeting(self._operations, self._settings, self.messages, self.start, self)
        self.tour = GuidedTour(self, box, self.ways_in.open_demo, lambda: self.workspace)
        self.status = StatusLine(self._operations, self)
        self.setStatusBar(self.status)
        self.toasts = ToastStack(self, bottom=28)
        self._drop = FolderDrop(self)
        self._drop.watch(self)

    def _connect_actions(self) -> None:
        slots: Mapping[str, Callable[[], object]] = {
            "site.open": self.ways_in.choose,
            "site.open_read_only": lambda: self.ways_in.choose(read_only=True),
            "site.new": self.ways_in.make_site,
            "site.demo": self.ways_in.open_demo,
            "site.close": self.close_site,
            "site.settings": self.show_settings,
            "app.quit": self.close,
            "edit.find": lambda: self._in_workspace(lambda workspace: workspace.current.find()),
            "edit.find_everywhere": lambda: self.navigate("scripts", everywhere=True),
            "edit.save_all": lambda: self._in_workspace(lambda workspace: workspace.save_all()),
            "lua.enable": self.lua.turn_on,
            "lua.reload": self.lua.reload,
            "tab.next": lambda: self._in_workspace(lambda workspace: workspace.step_tab(1)),
            "tab.previous": lambda: self._in_workspace(lambda workspace: workspace.step_tab(-1)),
            "go.anything": self.palettes.open_things,
            "go.command": self.palettes.open_commands,
            "page.next": lambda: self._in_workspace(lambda workspace: workspace.step_page(1)),
            "page.previous": lambda: self._in_workspace(lambda workspace: workspace.step_page(-1)),
            "page.outline": lambda: self.navigate("scripts", outline=True),
            "page.close": lambda: self._in_workspace(lambda workspace: workspace.current.close_page()),
            "page.reopen": lambda: self._in_workspace(lambda workspace: workspace.current.reopen_page()),
            "go.back": lambda: self._in_workspace(lambda workspace: workspace.go_back()),
            "go.forward": lambda: self._in_workspace(lambda workspace: workspace.go_forward()),
            "view.refresh": lambda: self._in_workspace(lambda workspace: workspace.current.refresh()),
            "theme.system": lambda: self.set_theme("system"),
            "theme.light": lambda: self.set_theme("light"),
            "theme.dark": lambda: self.set_theme("dark"),
            "zoom.in": lambda: self._theme.zoom_by(1),
            "zoom.out": lambda: self._theme.zoom_by(-1),
            "zoom.reset": lambda: self._theme.set_zoom(100),
            "help.keys": self.show_keys,
            "help.tour": self.tour.start,
            "help.news": self.greeting.tell_news,
            "help.about": self.show_about,
        }
        for command in COMMANDS:
            action = self.actions_by_id[command.id]
            self.addAction(action)
            if command.id in slots:
                action.triggered.connect(lambda _=False, slot=slots[command.id]: slot())
        for number in range(1, 10):
            QShortcut(QKeySequence(f"Ctrl+{number}"), self, lambda place=number - 1: self._on_number(place))
        self._enable_actions()

    def _connect(self) -> None:
        start, opener, status = self.start, self.opener, self.status
        start.open_requested.connect(lambda: self.ways_in.choose())
        start.demo_requested.connect(lambda: self.ways_in.open_demo())
        start.tour_requested.connect(self.tour.start)
        self.tour.began.connect(self.messages.hide_news)
        start.new_requested.connect(lambda: self.ways_in.make_site())
        self.ways_in.chosen.connect(lambda path, read_only: self.open_site(path, read_only=read_only))
        start.site_chosen.connect(self.open_site)
        start.pin_requested.connect(self.recent.pin)
        start.forget_requested.connect(self.recent.forget)
        self.recent.changed.connect(self._show_recent)
        opener.opening.connect(self._on_opening)
        opener.opened.connect(self._on_opened)
        opener.failed.connect(self._on_open_failed)
        opener.closing.connect(lambda path: status.showMessage(f"Closing {path.name}…"))
        opener.closed.connect(lambda _: status.clearMessage())
        status.folder_requested.connect(self._show_folder)
        status.lua_requested.connect(self.lua.turn_on)
        self.lua.turned_on.connect(status.read)
        status.scripts_requested.connect(lambda: self.navigate("scripts"))
        status.debugging.held_requested.connect(lambda: self.navigate("scripts", held=True))
        status.calls_requested.connect(lambda: self.navigate("logs"))
        status.facts_read.connect(self.lua.show)
        self._drop.folder_dropped.connect(self._on_folder_dropped)
        self._drop.drag_moved.connect(start.show_drop)
        self._notify.info_posted.connect(lambda text: self.toasts.show(text))
        self._notify.error_posted.connect(
            lambda title, detail: self.toasts.show(title, detail, is_error=True)
        )
        self._operations.unhandled.connect(self._notify.exception)
        self._theme.changed.connect(self._on_theme_changed)

    def _enable_actions(self) -> None:
        """Commands on a site need one; those that write need the right to."""
        is_read_only = self.session is not None and self.session.engine.is_read_only
        for command in COMMANDS:
            action = self.actions_by_id[command.id]
            is_refused = command.writes and is_read_only
            if command.needs_site:
                action.setEnabled(self.workspace is not None and not is_refused)
            set_tip(action, command, READ_ONLY if is_refused else "")

    # opening

    def open_site(self, path: Path, *, read_only: bool = False) -> None:
        """Open the site at ``path``; the one that is open stays until the new one is there."""
        session = self.session
        if session is not None and session.engine.site.path == path.absolute():
            self._notify.info(f"{path.name} is open already.")
        else:
            first = self._memory.tab_in_view(path)
            self._leave(lambda: self.opener.open(path, read_only=read_only, first=first))

    def _leave(self, then: Callable[[], None]) -> None:
        """Go on with ``then`` once no script can be lost."""
        self.guard.leave(self.workspace, then)

    def _on_folder_dropped(self, path: Path) -> None:
        self.start.show_drop(False)
        QTimer.singleShot(0, self, lambda: self._open_dropped(path))  # the drag has to end first

    def _open_dropped(self, path: Path) -> None:
        if is_template(path):
            self.navigate("templates", path=path)
        else:
            self.open_site(path)

    def _on_opening(self, path: Path) -> None:
        self.messages.hide_failure()
        self.start.show_opening(path)
        self.pages.setCurrentWidget(self.start)  # nobody goes on writing in a site that is about to be closed
        self.status.showMessage(f"Opening {path.name}…")

    def _on_opened(self, engine: Engine) -> None:
        from goop_console.services.session import Session
        from goop_console.window.site_settings import SiteSettingsForm
        from goop_console.window.workspace import Workspace

        self.status.clearMessage()
        self.start.show_choice()
        self.drop_site()
        path = engine.site.path
        services = (self._operations, self._settings, self._theme, self._notify)
        workspace = Workspace(Session(engine), *services, self.opener.importer)
        self.workspace = workspace
        self.pages.addWidget(workspace)
        self.pages.setCurrentWidget(workspace)
        self._drop.watch(workspace)
        self._drop.takes_templates = True
        workspace.tab_created.connect(self._drop.watch)
        self.settings_form = SiteSettingsForm(workspace.session, self._operations, self._notify, self)
        workspace.restore_state(self._memory.site_state(path))
        self.status.set_session(workspace.session)
        self._enable_actions()
        self._show_title()
        self.recent.remember(path, path.name)
        self.unfinished.ask(workspace.session)
        self.tour.on_opened()

    def _on_open_failed(self, path: Path, error: Exception) -> None:
        self.status.clearMessage()
        self.start.show_choice()
        if self.workspace is not None:
            self.pages.setCurrentWidget(self.workspace)
            self.workspace.current.focus_main()
        self.recent.check()
        self.tour.give_up()
        self.ways_in.say_not_opened(path, error, was_read_only=self.opener.was_read_only)

    # closing

    def close_site(self) -> None:
        """Back to the start page."""
        self._leave(self.drop_site)

    def drop_site(self) -> None:
        """Take the site away without a question; its engine is closed in a thread."""
        workspace = self.workspace
        if workspace is None:
            return
        self._keeper.keep_now()
        self.tour.end()
        self.workspace = None
        self.settings_form = None
        self._drop.takes_templates = False
        self.status.set_session(None)
        self.messages.forget_site()
        workspace.session.close()
        self.pages.removeWidget(workspace)
        workspace.hide()
        workspace.deleteLater()
        self.opener.close(workspace.session.engine)
        self._enable_actions()
        self._show_title()
        self.recent.check()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keeper.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first when something is not saved."""
        if not self._is_leaving and self.workspace is not None and self.workspace.unsaved():
            event.ignore()
            self._leave(self._close_now)
            return
        self._keeper.stop()
        self._keeper.keep_now()
        self.drop_site()
        event.accept()
        self.closed.emit()

    def _close_now(self) -> None:
        self._is_leaving = True
        self.close()

    # commands

    @property
    def session(self) -> Session | None:
        """The open site."""
        return self.workspace.session if self.workspace is not None else None

    def navigate(self, tab_id: str, **target: Any) -> None:
        """Bring a tab into view; nothing happens while no site is open."""
        if self.workspace is not None:
            self.workspace.navigate(tab_id, **target)

    def _in_workspace(self, act: Callable[[Workspace], None]) -> None:
        if self.workspace is not None:
            act(self.workspace)

    def _on_number(self, place: int) -> None:
        if self.workspace is not None:
            self.workspace.show_tab(place)
        else:
            self.start.choose(place)

    def set_theme(self, mode: Mode) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._theme.apply(app, mode)
            self._settings.set("theme", mode)

    def show_settings(self) -> None:
        """The form of the site's settings."""
        if self.settings_form is not None:
            self.settings_form.open()

    def show_keys(self) -> None:
        """Every key, beside the window."""
        from goop_console.window.help_dialog import KeysDialog

        KeysDialog(self).show()

    def show_about(self) -> None:
        """What this program is."""
        from goop_console.window.help_dialog import show_about

        show_about(self)

    def _show_folder(self) -> None:
        from PySide6.QtGui import QDesktopServices

        if self.session is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.session.engine.site.path)))

    # what is shown

    def _show_recent(self) -> None:
        sites = self._settings.recent_sites()
        self.start.show_sites(sites, self.recent.missing)
        self.menus.show_recent(sites, self.recent.missing, self.open_site)

    def _show_title(self) -> None:
        session = self.session
        if session is None:
            self.setWindowTitle("Goop Console")
        else:
            mark = " (read-only)" if session.engine.is_read_only else ""
            self.setWindowTitle(f"{shown_line(session.engine.site.path.name)}{mark} – Goop Console")

    def _on_theme_changed(self) -> None:
        self.actions_by_id[f"theme.{self._theme.mode}"].setChecked(True)
        set_icon(self.menus.theme_button, "moon" if self._theme.is_dark else "sun", "muted")
        if self.workspace is None:
            self._show_recent()  # its rows are as high as the text
        self._settings.set("zoom", self._theme.zoom)

    def is_settled(self) -> bool:
        """Nothing is being opened, read, saved or closed."""
        return (
            self.opener.path is None
            and not self.opener.is_closing
            and self.status.is_settled
            and (self.workspace is None or self.workspace.is_settled())
            and (self.settings_form is None or self.settings_form.is_settled)
        )
