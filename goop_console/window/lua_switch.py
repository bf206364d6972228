"""Lua of the open site: turned on, and read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.window.messages import Messages
from goop_console.window.status_line import SiteFacts
from goop_console.window.ways_in import WaysIn

if TYPE_CHECKING:
    from goop_console.services.session import Session


class LuaSwitch(QObject):
    """``turned_on`` comes once goop.json says so. ``session()`` is the open site's, or None; ``action`` is
    the command, which is off where Lua is on.
    """

    turned_on = Signal()

    def __init__(
        self,
        session: Callable[[], Session | None],
        operations: Operations,
        notify: Notifier,
        messages: Messages,
        ways_in: WaysIn,
        action: QAction,
    ) -> None:
        super().__init__(ways_in)
        self._session, self._operations, self._notify = session, operations, notify
        self._messages, self._ways_in, self._action = messages, ways_in, action

    def turn_on(self) -> None:
        """Set lua.enabled in goop.json."""
        session = self._session()
        if session is None or not self._action.isEnabled():
            return
        again = [("Try again", self.turn_on)]
        self._operations.run(
            session.engine.settings.enable_lua,
            owner=self,
            done=lambda _: self.turned_on.emit(),
            failed=lambda error: self._ways_in.say_failed("Lua could not be enabled", error, again),
        )

    def reload(self) -> None:
        """Read every script and goop.json again."""
        session = self._session()
        if session is not None:
            self._operations.run(
                session.engine.scripts.reload,
                owner=self,
                done=lambda scripts: self._notify.info(f"{len(scripts)} scripts are loaded."),
            )

    def show(self, facts: SiteFacts) -> None:
        """Offer it where Lua is off and can be turned on."""
        can_enable = not facts.is_enabled and not facts.is_read_only
        self._action.setEnabled(can_enable)
        self._messages.show_lua(is_enabled=facts.is_enabled, enable=self.turn_on if can_enable else None)
