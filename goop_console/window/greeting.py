"""What the window says of itself once it is there: sites of Goop2 to a newcomer, news after an upgrade."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from goop_console.services.operations import Operations
from goop_console.services.settings import AppSettings
from goop_console.window.messages import Messages
from goop_console.window.start_page import StartPage


class Greeting(QObject):
    """Reads files in a thread, then speaks. What it needs for that is imported after the window is shown."""

    def __init__(
        self,
        operations: Operations,
        settings: AppSettings,
        messages: Messages,
        page: StartPage,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._operations, self._settings = operations, settings
        self._messages, self._page = messages, page

    def greet(self, home: Path) -> None:
        """Look around, below ``home`` when no site was ever open here."""
        if self._settings.refusal:
            title = "The settings are those of a newer Goop Console"
            self._messages.say_failed(title, self._settings.refusal, (), "warning")
        is_newcomer = not self._settings.recent_sites()

        def look() -> tuple[str, str, str, list[Path]]:
            from goop_console.window.news import news_of, this_version, unseen_version
            from goop_console.window.site_search import likely_sites

            sites = likely_sites(home) if is_newcomer else []
            unseen = unseen_version(self._settings)
            return this_version(), unseen, news_of(unseen) if unseen else "", sites

        self._operations.run(look, owner=self, done=self._on_looked)

    def _on_looked(self, found: tuple[str, str, str, list[Path]]) -> None:
        from goop_console.window.news import mark_seen

        version, unseen, news, sites = found
        self._page.show_found(sites)
        self._say(unseen, news)
        if version:
            mark_seen(self._settings, version)

    def tell_news(self) -> None:
        """Somebody asks what is new."""
        from goop_console.window.news import news_of, this_version

        version = this_version()
        self._say(version, news_of(version) or "Nothing is written down for this version.")

    def _say(self, version: str, text: str) -> None:
        if text:
            self._messages.say_news(version, text)
