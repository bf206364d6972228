"""Telling a person something without stopping them."""

from __future__ import annotations

import logging
import traceback

from PySide6.QtCore import QObject, Signal

_log = logging.getLogger("goop.console")


class Notifier(QObject):
    """What tabs and services tell; the main window shows it."""

    info_posted = Signal(str)  # text
    error_posted = Signal(str, str)  # title, detail

    def info(self, text: str) -> None:
        """Say ``text`` for a few seconds."""
        self.info_posted.emit(text)

    def error(self, title: str, detail: str) -> None:
        """Say what failed, until it is closed; ``detail`` can be copied."""
        _log.error("%s: %s", title, detail)
        self.error_posted.emit(title, detail)

    def exception(self, error: BaseException) -> None:
        """Say an error that nobody handled: the world's fault as it is, our own with its traceback."""
        from lua_engine import KnownError  # here: the window is shown before the engine is imported

        if isinstance(error, KnownError):
            self.error("It did not work", str(error))
            return
        detail = "".join(traceback.format_exception(error))
        self.error("Something went wrong in the console", detail.strip())
