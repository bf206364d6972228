"""Sound for the listening session, where Qt Multimedia is installed (the extra ``audio``). Without it nothing
is heard and nothing breaks.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from PySide6.QtCore import QObject, QUrl, Signal

_MODULE = "PySide6.QtMultimedia"
_MAX_DRIFT_MS = 1_500  # the player is moved when it is farther off than this


class AudioPlayer(QObject):
    """Follows a track's state. Qt Multimedia is loaded by the first ``follow`` that has something to play."""

    failed = Signal(str)  # why there is no sound

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: Any = None  # QMediaPlayer
        self._output: Any = None  # QAudioOutput
        self._source = ""
        self._is_broken = False

    @property
    def is_available(self) -> bool:
        """Qt Multimedia is installed and did not fail so far."""
        return not self._is_broken and importlib.util.find_spec(_MODULE) is not None

    def follow(self, source: str, position: float, *, is_playing: bool) -> None:
        """Be where the session is: ``source`` is a path or a URL, ``position`` in seconds."""
        if self._player is None and not (is_playing and self.is_available and self._load()):
            return
        if source != self._source:
            self._source = source
            self._player.setSource(QUrl(source) if "://" in source else QUrl.fromLocalFile(source))
        wanted = round(position * 1000)
        if abs(self._player.position() - wanted) > _MAX_DRIFT_MS:
            self._player.setPosition(wanted)
        if is_playing:
            self._player.play()
        else:
            self._player.pause()

    def stop(self) -> None:
        """Be silent; the next ``follow`` begins anew."""
        if self._player is not None:
            self._player.stop()
            self._source = ""

    def _load(self) -> bool:
        """Whether there is a player now."""
        try:
            media = importlib.import_module(_MODULE)
        except ImportError as error:  # a library of the system is missing
            self._break(str(error))
            return False
        self._player, self._output = media.QMediaPlayer(self), media.QAudioOutput(self)
        self._player.setAudioOutput(self._output)
        self._player.errorOccurred.connect(lambda _, text: self.failed.emit(text))
        return True

    def _break(self, reason: str) -> None:
        self._is_broken = True
        self.failed.emit(reason)
