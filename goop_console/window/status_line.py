"""The line at the bottom: which site, whose, and how it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QStatusBar, QToolButton, QWidget

from goop_console.actions import READ_ONLY
from goop_console.services.operations import Operations
from goop_console.services.refresher import Refresher
from goop_console.widgets.foreign_text import shown_line, shown_tip
from goop_console.widgets.icons import set_icon
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import counted, elided
from goop_console.window.debug_items import DebugItems

if TYPE_CHECKING:
    from goop_console.services.session import Session
    from lua_engine import CallResult

_POLL_MS = 2_000
_ICON = QSize(14, 14)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the line says."""

    site: str
    path: str
    owner: str
    owner_id: str
    is_enabled: bool
    scripts: int
    broken: int
    calls: int  # of the last minute
    busy_threads: int
    is_read_only: bool = False


def read_facts(session: Session) -> SiteFacts:
    """Ask the engine. Not for the Qt thread."""
    engine = session.engine
    scripts = engine.scripts.all()
    return SiteFacts(
        engine.site.path.name,
        str(engine.site.path),
        engine.owner.name,
        engine.owner.id,
        engine.settings.lua.enabled,
        len(scripts),
        sum(script.problem is not None for script in scripts),
        engine.calls.last_minute(),
        engine.calls.abandoned_threads,
        engine.is_read_only,
    )


class StatusLine(QStatusBar):
    """Reads the facts of the session when they change, and every two seconds."""

    facts_read = Signal(object)  # SiteFacts
    folder_requested = Signal()
    lua_requested = Signal()
    scripts_requested = Signal()
    calls_requested = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._refresher = Refresher(operations, self._facts, parent=self)
        self._refresher.read.connect(self._on_read)
        self._refresher.failed.connect(self._on_failed)
        self.setSizeGripEnabled(False)
        self._items: dict[QToolButton, str] = {}  # with their icons, which are drawn when there is a site
        self.site = self._item("folder", self.folder_requested)
        self.owner = self._item("owner", None)
        self.lua = self._item("ok", self.lua_requested)
        self.scripts = self._item("script", self.scripts_requested)
        self.calls = self._item("calls", self.calls_requested)
        self.threads = self._item("warn", None)
        self.read_only = self._item("lock", None)
        self.waiting = self._item("pause", None)
        self.armed, self.held = self._item("debug", None), self._item("pause", None)
        self.debugging = DebugItems(self.armed, self.held, self)
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self.read)

    def _item(self, picture: str, signal: object) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(_ICON)
        button.setMinimumWidth(1)  # the line gives way to the window, not the window to the line
        button.setProperty("role", "status")
        self._items[button] = picture
        if signal is None:
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        else:
            button.clicked.connect(signal)
        button.hide()
        self.addPermanentWidget(button)
        return button

    def set_session(self, session: Session | None) -> None:
        """Follow ``session``; None: say nothing."""
        self._session = session
        self.debugging.set_session(session)
        if session is None:
            self._timer.stop()
            for button in self._items:
                button.hide()
            return
        for button, picture in self._items.items():
            set_icon(button, picture, "muted")
        for signal in (session.scripts_changed, session.config_changed):
            signal.connect(self.read)
        session.call_finished.connect(self._on_call_finished)
        session.store_waiting.connect(self._on_store_waiting)
        self._timer.start()
        self.read()

    def read(self, *_: object) -> None:
        """Read the facts again."""
        if self._session is not None:
            self._refresher.read_now()

    def _facts(self) -> tuple[Session, SiteFacts] | None:
        """Runs in a thread; the site may be closed meanwhile."""
        session = self._session
        return (session, read_facts(session)) if session is not None else None

    @property
    def is_settled(self) -> bool:
        return self._refresher.is_settled

    def _on_call_finished(self, result: CallResult) -> None:
        if result.is_real:  # a dry run or a check changes none of the numbers
            self.read()

    def _on_failed(self, error: Exception) -> None:
        self.showMessage(f"The state of the site cannot be read: {error}", _POLL_MS)

    def _on_read(self, found: tuple[Session, SiteFacts] | None) -> None:
        if found is not None and found[0] is self._session:
            self._show(found[1])
            self.facts_read.emit(found[1])

    def _show(self, facts: SiteFacts) -> None:
        self._say(self.site, elided(facts.site, 32), facts.path)
        self._say(self.owner, elided(facts.owner, 24), f"Owner: {facts.owner}\n{facts.owner_id}")
        self._say(
            self.lua,
            "Lua on" if facts.is_enabled else "Lua off",
            "lua.enabled in goop.json" if facts.is_enabled else "Enable Lua",
        )
        set_icon(self.lua, *(("ok", "ok") if facts.is_enabled else ("warn", "warning")))
        set_look(self.lua, "severity", "" if facts.is_enabled else "warning")
        broken = f" · {facts.broken} broken" if facts.broken else ""
        self._say(self.scripts, counted(facts.scripts, "script") + broken, "Show the scripts")
        set_icon(self.scripts, *(("broken", "error") if facts.broken else ("script", "muted")))
        set_look(self.scripts, "severity", "error" if facts.broken else "")
        self._say(
            self.calls,
            f"{facts.calls:,} calls/min",
            "Calls of the last minute that count for the rate limits",
        )
        self._say(
            self.threads,
            f"{counted(facts.busy_threads, 'busy thread')}",
            "A script did not stop at its time limit. Its thread is still running.",
        )
        set_look(self.threads, "severity", "warning")
        self.threads.setVisible(facts.busy_threads > 0)

        self.read_only.setVisible(facts.is_read_only)
        if facts.is_read_only:
            self._say(
                self.read_only,
                "Read-only",
                READ_ONLY,
            )
            set_look(self.read_only, "severity", "warning")

    def _on_store_waiting(self, is_waiting: bool, message: str) -> None:
        """A write waits for another program; said for as long as it does."""
        if is_waiting:
            self._say(
                self.waiting,
                message,
                "Goop2 may be using this folder. The write continues when the other program is done.",
            )
            set_look(self.waiting, "severity", "warning")
        self.waiting.setVisible(is_waiting)

    def _say(self, button: QToolButton, text: str, tip: str) -> None:
        text = shown_line(text)
        button.setText(text.replace("&", "&&"))
        button.setAccessibleName(text)
        button.setToolTip(shown_tip(tip))
        if button is not self.threads:  # that one is seen only while there is something to say
            button.show()
