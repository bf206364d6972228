"""Playing in the listening session that is shown, and the sound of it where there is sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from goop_console.services.audio import AudioPlayer
from goop_console.services.work import Work
from goop_console.tabs.groups.listen_view import SILENT, ListenView
from goop_console.tabs.groups.reader import Reader
from goop_console.tabs.groups.snapshot import Snapshot
from goop_console.tabs.tab import TabContext
from lua_engine import Engine, ListenState, Track


class ListenPresenter(QObject):
    """Sound begins when somebody presses play here, and follows the session from then on,
    whoever moves it.
    """

    def __init__(self, context: TabContext, work: Work, reader: Reader, view: ListenView) -> None:
        super().__init__(view)
        self._engine: Engine = context.session.engine
        self._work = work
        self._view = view
        self._is_heard = False
        self._checked = ("", "")  # a track's source, and what may be opened for it (empty: not known yet)
        self.audio = AudioPlayer(self)
        self.audio.failed.connect(self._on_no_sound)
        context.session.closing.connect(self.audio.stop)
        view.play_requested.connect(self.play)
        view.pause_requested.connect(lambda: self._do(self._engine.listen.pause))
        view.seek_requested.connect(lambda seconds: self._do(lambda: self._engine.listen.seek(seconds)))
        view.load_requested.connect(self.load)
        view.browse_requested.connect(self.choose_file)
        view.ended.connect(reader.refresh)
        view.say_sound("" if self.audio.is_available else SILENT)

    def show_state(self, snapshot: Snapshot, *, is_other: bool) -> None:
        """Called for a group of type ``listen``."""
        details = snapshot.details
        if details is not None:
            self._view.show_state(details.listen, is_other=is_other)
            self._hear(details.listen)

    def play(self) -> None:
        self._is_heard = True
        self._do(self._engine.listen.play)

    def load(self, source: str) -> None:
        """Put on a file or a stream; the owner may load from anywhere."""
        listen, view = self._engine.listen, self._view
        self._work.run(
            lambda: listen.load(source, anywhere=True),
            done=lambda _: view.set_loaded(source),
            failed=view.error.say,
        )

    def choose_file(self) -> None:
        """Ask for an MP3, beginning in the site's shared folder."""
        shared = self._engine.site.path / "shared"
        dialog = QFileDialog(
            self._view, "Load a track", str(shared if shared.is_dir() else Path.home()), "MP3 (*.mp3)"
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._view.source.setText)
        dialog.fileSelected.connect(self.load)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _do(self, work: Callable[[], None]) -> None:
        self._view.error.say("")
        self._work.run(work, failed=self._view.error.say)

    def _hear(self, state: ListenState | None) -> None:
        if state is None or state.track is None:
            self.audio.stop()
            self._is_heard = False
        elif self._is_heard:
            self._follow(state, state.track)

    def _follow(self, state: ListenState, track: Track) -> None:
        """A stream may come from a visitor's call: the engine says what may be opened, once a track."""
        if track.source == self._checked[0]:
            if self._checked[1]:
                self.audio.follow(self._checked[1], state.position, is_playing=state.playing)
            return
        self.audio.stop()
        self._checked = (track.source, "")
        self._work.run(
            lambda: self._engine.listen.sound_source(track),
            done=lambda source: self._on_checked(track, source, state),
            failed=self._on_no_sound,
        )

    def _on_checked(self, track: Track, source: str, state: ListenState) -> None:
        if self._checked[0] == track.source:
            self._checked = (track.source, source)
            self.audio.follow(source, state.position, is_playing=state.playing)

    def _on_no_sound(self, reason: str) -> None:
        self._view.say_sound(f"{SILENT} ({reason})")
