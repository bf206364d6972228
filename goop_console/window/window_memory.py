"""Where the window was, and what stood in the tabs of each site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QWidget

from goop_console.services.settings import AppSettings
from goop_console.window.importing import tab_in_view

MAX_SITES = 40
_SIZE = (1240, 760)  # fits a screen of 1280 by 800 with its frame and the desktop's bar
_WINDOW, _SITES = "window", "site_state"


class WindowMemory:
    """Reads and writes these parts of ``settings``, in whatever shape they are."""

    def __init__(self, settings: AppSettings) -> None:
        self._settings = settings

    def restore_window(self, window: QWidget) -> None:
        """Put ``window`` where it was; Qt brings one that would be off the screen back onto it."""
        room = window.screen().availableGeometry().size()
        window.resize(QSize(*_SIZE).boundedTo(room))
        geometry = self._settings.get(_WINDOW)
        if isinstance(geometry, str):
            window.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))

    def keep_window(self, window: QWidget) -> bool:
        """Take down where ``window`` is; answers whether it was elsewhere before.
        ``AppSettings.write`` writes it.
        """
        return self._settings.take({_WINDOW: window.saveGeometry().toBase64().toStdString()})

    def site_state(self, path: Path) -> dict[str, Any]:
        """What ``keep_site_state`` was given for the site at ``path``; empty when it never was."""
        state = self._states().get(str(path))
        return state if isinstance(state, dict) else {}

    def tab_in_view(self, path: Path) -> str:
        """Which tab of the site at ``path`` was in view the last time."""
        return tab_in_view(self.site_state(path))

    def keep_site_state(self, path: Path, state: dict[str, Any]) -> bool:
        """Take down the state of the tabs of the site at ``path``; of the sites that were open longest ago it
        is
        forgotten. Answers whether it was another before.
        """
        if self.site_state(path) == state:
            return False
        states = {
            key: one for key, one in self._states().items() if isinstance(one, dict) and key != str(path)
        }
        states[str(path)] = state
        return self._settings.take({_SITES: dict(list(states.items())[-MAX_SITES:])})

    def _states(self) -> dict[str, Any]:
        states = self._settings.get(_SITES)
        return states if isinstance(states, dict) else {}
