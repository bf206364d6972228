"""The messages across the top of the window: what went wrong, that Lua is off, what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from goop_console.widgets.message_bar import Action, MessageBar


class Messages(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._was_lua_shown = False
        self.message = MessageBar("Message")
        self.lua = MessageBar("Lua is off")
        self.news = MessageBar("What is new")
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 0)
        box.setSpacing(8)
        for bar in (self.message, self.lua, self.news):
            box.addWidget(bar)
            bar.closed.connect(self._show)
        self.hide()

    def say_failed(self, title: str, text: str, actions: Sequence[Action], severity: str = "error") -> None:
        """Something could not be done, and what can be done about it."""
        icon = "" if severity == "error" else "lock"
        self.message.say(severity, title, text, actions, can_copy=True, icon=icon)
        self._show()

    def hide_failure(self) -> None:
        self.message.hide()
        self._show()

    def show_lua(self, *, is_enabled: bool, enable: Callable[[], object] | None) -> None:
        """Say that Lua is off, once: a message that was put away stays away."""
        if is_enabled:
            self.lua.hide()
            self._was_lua_shown = False
        elif not self._was_lua_shown:
            self._was_lua_shown = True
            text = "No script runs until lua.enabled is true in goop.json."
            self.lua.say(
                "warning",
                "Lua is off for this site",
                text,
                [("Enable Lua", enable)] if enable is not None else [],
            )
        self._show()

    def say_news(self, version: str, text: str) -> None:
        """What is new in ``version``, until it is put away."""
        self.news.say("info", f"New in Goop Console {version}", text)
        self._show()

    def hide_news(self) -> None:
        """They have been read, or lead on: the tour needs the room."""
        self.news.hide()
        self._show()

    def forget_site(self) -> None:
        """The site is closed."""
        self.lua.hide()
        self._was_lua_shown = False
        self._show()

    def _show(self) -> None:
        self.setVisible(not all(bar.isHidden() for bar in (self.message, self.lua, self.news)))
