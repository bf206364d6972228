"""The listening session: its track, play and pause, and a slider that follows the clock."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.groups.parts import muted
from goop_console.tabs.groups.words import minutes, track_facts
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.empty_state import EmptyState
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.icons import set_icon
from goop_console.widgets.wording import counted
from lua_engine import ListenState

_TICK_MS = 250
_STEP_MS, _PAGE_MS = 5_000, 30_000
_LOST = (
    "It was opened before this console was started, so its track and position are lost. "
    "Close the group and create a new session."
)
SILENT = "Time and state only: no sound on this machine."


class ListenView(QWidget):
    """Positions are in seconds. ``ended`` comes when the track plays past its end."""

    play_requested = Signal()
    pause_requested = Signal()
    seek_requested = Signal(float)
    load_requested = Signal(str)
    browse_requested = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ListenState | None = None
        self._can_edit = True
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self.track, self.facts, self.listeners = ElidedLabel("No track"), muted(), muted()
        self.track.setProperty("role", "heading")
        self.play = QPushButton("Play")
        self.play.setFixedWidth(104)
        self.position, self.duration = QLabel(minutes(0)), muted()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Position in the track")
        self.slider.setTracking(False)  # a drag says where it ends, not where it passes
        self.slider.setSingleStep(_STEP_MS)
        self.slider.setPageStep(_PAGE_MS)
        self.source = QLineEdit()
        self.source.setAccessibleName("File or stream to load")
        self.source.setPlaceholderText("An MP3 in shared/, a file anywhere, or the URL of a stream")
        self.browse, self.load = QPushButton("Browse…"), QPushButton("Load")
        self.error, self.sound = ErrorLine("Why that did not work"), muted(wraps=True)
        self.lost = EmptyState("This session is over", _LOST)
        self._body = QStackedWidget()
        self._build()
        self._connect()
        self._show_track()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.track, 1)
        head.addWidget(self.facts)
        head.setSpacing(12)
        controls = QHBoxLayout()
        controls.setSpacing(10)
        for widget, stretch in ((self.play, 0), (self.position, 0), (self.slider, 1), (self.duration, 0)):
            controls.addWidget(widget, stretch)
        card = QFrame()
        card.setProperty("role", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(10)
        inner.addLayout(head)
        inner.addLayout(controls)
        inner.addWidget(self.listeners)
        loading = QHBoxLayout()
        loading.setSpacing(8)
        loading.addWidget(self.source, 1)
        loading.addWidget(self.browse)
        loading.addWidget(self.load)
        player = QWidget()
        box = QVBoxLayout(player)
        box.setContentsMargins(0, 8, 0, 0)
        box.setSpacing(8)
        box.addWidget(card)
        box.addLayout(loading)
        for line in (self.error, self.sound):
            box.addWidget(line)
        box.addStretch(1)
        self._body.addWidget(player)
        self._body.addWidget(self.lost)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._body)

    def _connect(self) -> None:
        self.play.clicked.connect(self._on_play)
        self.slider.valueChanged.connect(lambda value: self.seek_requested.emit(value / 1000))
        self.slider.sliderMoved.connect(lambda value: self.position.setText(minutes(value / 1000)))
        self.source.returnPressed.connect(self._on_load)
        self.source.textChanged.connect(lambda _: self._show_buttons())
        self.load.clicked.connect(self._on_load)
        self.browse.clicked.connect(self.browse_requested)

    # what is shown

    def show_state(self, state: ListenState | None, *, is_other: bool) -> None:
        """None: the group is there, its session is not. ``is_other``: another session than before."""
        self._state = state
        self._body.setCurrentIndex(0 if state is not None else 1)
        if is_other:
            self.source.clear()
            self.error.say("")
        self._show_track()

    def say_sound(self, text: str) -> None:
        """What is to be known about sound; empty when there is sound."""
        self.sound.setText(text)
        self.sound.setVisible(bool(text))

    def set_can_edit(self, can_edit: bool) -> None:
        self._can_edit = can_edit
        self.source.setEnabled(can_edit)
        self.browse.setEnabled(can_edit)
        self._show_buttons()

    def set_loaded(self, source: str) -> None:
        """``source`` is on; the line is free, unless something else was typed meanwhile."""
        if self.source.text() == source:
            self.source.clear()

    @property
    def is_ticking(self) -> bool:
        """The position moves by itself."""
        return self._timer.isActive()

    def _show_track(self) -> None:
        state = self._state
        track = state.track if state is not None else None
        self.track.setText(track.name if track else "No track")
        self.track.setToolTip(track.source if track else "")
        self.facts.setText(track_facts(track) if track else "Load one below")
        count = len(state.listeners) if state is not None else 0
        self.listeners.setText(
            f"{counted(count, 'listener')} besides the host" if count else "Nobody listens yet: add members."
        )
        self.duration.setText(minutes(track.duration) if track and track.duration else "")
        if not self.slider.isSliderDown():
            self.slider.blockSignals(True)
            self.slider.setRange(0, round(track.duration * 1000) if track else 0)
            self.slider.blockSignals(False)
        self._show_buttons()
        self._show_position()
        self._tick_if_needed()

    def _show_buttons(self) -> None:
        track = self._state.track if self._state is not None else None
        is_playing = self._is_playing()
        self.play.setEnabled(self._can_edit and track is not None)
        self.play.setText("Pause" if is_playing else "Play")
        set_icon(self.play, "pause" if is_playing else "play")
        self.slider.setEnabled(self._can_edit and track is not None and track.duration > 0)
        self.load.setEnabled(self._can_edit and bool(self.source.text().strip()))

    def _now(self) -> float:
        """Seconds into the track."""
        state = self._state
        if state is None or state.track is None:
            return 0.0
        moved = max(0.0, time.time() - state.updated_at / 1000) if state.playing else 0.0
        end = state.track.duration or float("inf")
        return min(state.position + moved, end)

    def _is_playing(self) -> bool:
        state = self._state
        if state is None or state.track is None or not state.playing:
            return False
        return not state.track.duration or self._now() < state.track.duration

    def _show_position(self) -> None:
        if self.slider.isSliderDown():
            return
        now = self._now()
        self.position.setText(minutes(now))
        self.slider.blockSignals(True)
        self.slider.setValue(round(now * 1000))
        self.slider.blockSignals(False)

    def _on_tick(self) -> None:
        self._show_position()
        if not self._is_playing():
            self._timer.stop()
            self._show_buttons()
            self.ended.emit()

    def _tick_if_needed(self) -> None:
        if self._is_playing() and self.isVisible():
            self._timer.start()
        else:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_track()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # what is wanted

    def _on_play(self) -> None:
        self.error.say("")
        (self.pause_requested if self._is_playing() else self.play_requested).emit()

    def _on_load(self) -> None:
        if self.load.isEnabled():
            self.error.say("")
            self.load_requested.emit(self.source.text().strip())
