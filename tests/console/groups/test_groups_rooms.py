"""Chat rooms and the listening session of the Groups tab, over a real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from goop_console.services.audio import AudioPlayer
from goop_console.tabs.groups.listen_view import SILENT
from goop_console.tabs.groups.room_view import RoomView
from goop_console.tabs.groups.tab import GroupsTab
from goop_console.tabs.groups.words import minutes, moment, track_facts
from lua_engine import Message, Room, RoomState, Track

OpenTab = Callable[..., GroupsTab]
ANNA = "12D3KooWAnna" + "a" * 40
WRITE = "function call(request) return goop.chat.send(request.params.room, request.params.text) end\n"


def settled(tab: GroupsTab, qtbot: QtBot) -> None:
    qtbot.waitUntil(tab.is_settled)


def lines(tab: GroupsTab) -> list[str]:
    """What stands in the room, without the times."""
    text = tab.view.groups.details.room.messages.toPlainText().splitlines()
    return [line.rsplit("   ", 1)[0] for line in text]


def mp3(folder: Path, frames: int = 3_840) -> Path:
    """Silence; 3,840 frames are about a hundred seconds."""
    shared = folder / "shared"
    shared.mkdir(exist_ok=True)
    path = shared / "tune.mp3"
    path.write_bytes((b"\xff\xfb\x90\x64" + bytes(413)) * frames)
    return path


# rooms


def test_a_room_shows_its_messages_as_they_come(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    room_id = site.engine.rooms.create("Shed", "Where we talk").id
    tab = open_tab()
    room = tab.view.groups.details.room
    assert room.description.text() == "Where we talk"
    assert room.empty.isVisible()
    site.engine.rooms.send(room_id, "Good <b>morning</b>\nall", ANNA)
    qtbot.waitUntil(lambda: lines(tab) == ["Anna", "Good <b>morning</b>", "all"])
    site.add_function("write", WRITE)
    site.engine.calls.call("write", {"room": room_id, "text": "From a script"}, caller=site.engine.owner)
    qtbot.waitUntil(lambda: lines(tab)[-2:] == ["Maya", "From a script"])


def test_anybody_writes(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    room_id = site.engine.rooms.create("Shed").id
    tab = open_tab()
    room = tab.view.groups.details.room
    assert room.writer.current is not None
    assert room.writer.current.name == "Maya"
    assert not room.send.isEnabled()
    qtbot.keyClicks(room.text, "Hello")
    qtbot.keyClick(room.text, Qt.Key.Key_Return)
    settled(tab, qtbot)
    room.writer.set_current(room.writer.model.choice(room.writer.model.row_of(ANNA)))
    qtbot.keyClicks(room.text, "Hello Maya")
    qtbot.mouseClick(room.send, Qt.MouseButton.LeftButton)
    settled(tab, qtbot)
    assert [(one.sender_name, one.text) for one in site.engine.rooms.state(room_id).messages] == [
        ("Maya", "Hello"),
        ("Anna", "Hello Maya"),
    ]
    assert lines(tab) == ["Maya", "Hello", "Anna", "Hello Maya"]
    assert room.text.text() == ""
    assert room.writer.current.name == "Anna", "who writes stays"


def test_a_message_that_is_too_long_is_not_lost(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.rooms.create("Shed")
    tab = open_tab()
    room = tab.view.groups.details.room
    room.text.setText("é" * 10_000)
    room.send.click()
    settled(tab, qtbot)
    assert room.error.text() == "message is longer than 16 KB"
    assert len(room.text.text()) == 10_000
    assert room.send.isEnabled()


def test_a_room_keeps_a_hundred_and_a_selection_stays(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    room_id = site.engine.rooms.create("Shed").id
    for number in range(99):
        site.engine.rooms.send(room_id, f"message {number}", ANNA)
    tab = open_tab()
    messages = tab.view.groups.details.room.messages
    bar = messages.verticalScrollBar()
    assert bar.value() == bar.maximum()
    cursor = messages.document().find("message 50")
    messages.setTextCursor(cursor)
    bar.setValue(bar.maximum() // 2)
    for number in range(99, 103):
        site.engine.rooms.send(room_id, f"message {number}", ANNA)
    qtbot.waitUntil(lambda: lines(tab)[-1] == "message 102")
    assert lines(tab)[1] == "message 3"
    assert len(lines(tab)) == 200
    assert messages.textCursor().selectedText() == "message 50"
    assert bar.value() < bar.maximum(), "who reads further up is left there"
    messages.moveCursor(QTextCursor.MoveOperation.End)
    bar.setValue(bar.maximum())
    site.engine.rooms.send(room_id, "the last", ANNA)
    qtbot.waitUntil(lambda: lines(tab)[-1] == "the last")
    assert bar.value() == bar.maximum()


def test_going_to_another_room_leaves_nothing_behind(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    shed, well = site.engine.rooms.create("Shed").id, site.engine.rooms.create("Well").id
    site.engine.rooms.send(shed, "in the shed", ANNA)
    site.engine.rooms.send(well, "at the well", ANNA)
    tab = open_tab()
    tab.view.groups.details.room.text.setText("half typed")
    tab.view.groups.list.table.choose(well)
    settled(tab, qtbot)
    assert lines(tab) == ["Anna", "at the well"]
    assert tab.view.groups.details.room.text.text() == ""


def test_closing_a_room_names_its_messages(site: Any, open_tab: OpenTab) -> None:
    room_id = site.engine.rooms.create("Shed").id
    site.engine.rooms.send(room_id, "one", ANNA)
    tab = open_tab()
    tab.view.groups.details.facts.close_group.click()
    assert "1 message is deleted." in tab.view.groups.details.closing.text.text()


@settings(max_examples=60, deadline=None)
@given(windows=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12)), max_size=8))
def test_writing_what_is_new_comes_to_the_same_as_writing_all(
    qapp: object, windows: list[tuple[int, int]]
) -> None:
    """Whatever part of a room's history is read after whatever other part."""
    room, fresh = RoomView(), RoomView()
    for first, count in windows:
        messages = tuple(
            Message(str(one), ANNA, f"Anna {one}", f"text\n{one}", one * 60_000)
            for one in range(first, first + count)
        )
        state = RoomState(Room("r", "Shed", ""), (), messages)
        room.show_room(state, is_other=False)
        fresh.show_room(state, is_other=True)
        assert room.messages.toPlainText() == fresh.messages.toPlainText()
        assert room.messages.document().blockCount() == max(1, 2 * count)
    for view in (room, fresh):
        view.deleteLater()


# listening


def test_a_session_is_played_paused_and_moved(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.listen.create("Radio")
    mp3(site.folder)
    tab = open_tab()
    listen = tab.view.groups.details.listen
    assert not listen.play.isEnabled()
    assert not listen.slider.isEnabled()
    qtbot.keyClicks(listen.source, "tune.mp3")
    qtbot.keyClick(listen.source, Qt.Key.Key_Return)
    settled(tab, qtbot)
    assert listen.track.text() == "tune"
    assert listen.facts.text() == "1:40 · 128 kbit/s · MP3"
    assert listen.source.text() == ""
    assert not listen.is_ticking
    listen.play.click()
    settled(tab, qtbot)
    assert listen.is_ticking
    assert listen.play.text() == "Pause"
    before = listen.slider.value()
    qtbot.waitUntil(lambda: listen.slider.value() > before)
    tab.view.show_page("peers")
    assert not listen.is_ticking, "nobody sees it"
    tab.view.show_page("groups")
    assert listen.is_ticking
    listen.slider.setFocus()
    qtbot.keyClick(listen.slider, Qt.Key.Key_PageUp)
    settled(tab, qtbot)
    assert 30 <= site.engine.listen.state().position < 40
    listen.play.click()
    settled(tab, qtbot)
    assert not listen.is_ticking
    assert listen.play.text() == "Play"
    assert not site.engine.listen.state().playing


def test_a_drag_is_not_taken_from_the_hand(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.listen.create("Radio")
    mp3(site.folder)
    site.engine.listen.load("tune.mp3", anywhere=True)
    tab = open_tab()
    listen = tab.view.groups.details.listen
    listen.slider.setSliderDown(True)
    listen.slider.setSliderPosition(50_000)
    assert listen.position.text() == "0:50"
    site.engine.listen.play()
    qtbot.waitUntil(lambda: listen.is_ticking)
    tab.refresh()
    settled(tab, qtbot)
    assert listen.slider.sliderPosition() == 50_000
    assert site.engine.listen.state().position < 10
    listen.slider.setSliderDown(False)
    settled(tab, qtbot)
    assert 50 <= site.engine.listen.state().position < 60


def test_the_end_of_a_track_is_seen(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.listen.create("Radio")
    mp3(site.folder, 20)  # half a second
    site.engine.listen.load("tune.mp3", anywhere=True)
    tab = open_tab()
    listen = tab.view.groups.details.listen
    listen.play.click()
    qtbot.waitUntil(lambda: listen.slider.value() == listen.slider.maximum() > 0)
    qtbot.waitUntil(lambda: listen.play.text() == "Play")
    settled(tab, qtbot)
    assert not listen.is_ticking


def test_a_stream_has_no_end(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.listen.create("Radio")
    tab = open_tab()
    listen = tab.view.groups.details.listen
    listen.source.setText("https://radio.example.org/live")
    listen.load.click()
    settled(tab, qtbot)
    assert (listen.track.text(), listen.facts.text()) == ("live", "no end · STREAM")
    assert not listen.slider.isEnabled()
    assert listen.play.isEnabled()


def test_what_cannot_be_loaded_is_told_and_kept(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.listen.create("Radio")
    tab = open_tab()
    listen = tab.view.groups.details.listen
    listen.source.setText("gone.mp3")
    listen.load.click()
    settled(tab, qtbot)
    assert listen.error.text() == "file not found: gone.mp3"
    assert listen.source.text() == "gone.mp3"


def test_a_file_is_chosen_from_anywhere(
    site: Any, open_tab: OpenTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.engine.listen.create("Radio")
    path = mp3(site.folder)
    opened: list[QFileDialog] = []
    monkeypatch.setattr(QFileDialog, "open", lambda dialog: opened.append(dialog))
    tab = open_tab()
    tab.view.groups.details.listen.browse.click()
    assert Path(opened[0].directory().absolutePath()) == path.parent
    opened[0].fileSelected.emit(str(path))
    opened[0].done(1)
    settled(tab, qtbot)
    assert tab.view.groups.details.listen.track.text() == "tune"


def test_scripts_move_the_session_too(site: Any, open_tab: OpenTab, qtbot: QtBot) -> None:
    site.engine.listen.create("Radio")
    mp3(site.folder)
    tab = open_tab()
    listen = tab.view.groups.details.listen
    site.engine.listen.load("tune.mp3", anywhere=True)
    site.engine.listen.play()
    qtbot.waitUntil(lambda: listen.is_ticking)
    site.engine.listen.close()
    qtbot.waitUntil(lambda: tab.view.groups.state.title.text() == "No groups yet")
    assert not listen.is_ticking


def test_a_session_of_an_earlier_run_is_over(site: Any, open_tab: OpenTab) -> None:
    site.write(
        "INSERT INTO _groups (id, name, owner, group_type, host_joined) VALUES ('listen-1', 'Old', ?, "
        "'listen', 1)",
        site.engine.owner.id,
    )
    tab = open_tab()
    assert tab.view.groups.details.listen.lost.isVisible()
    assert tab.view.groups.details.facts.close_group.isEnabled()


# sound


class Player:
    """In Qt Multimedia's place."""

    def __init__(self, *_: object) -> None:
        self.done: list[Any] = []
        self.errorOccurred = self

    def connect(self, slot: Callable[[object, str], None]) -> None:
        self.fail = slot

    def position(self) -> int:
        return 0

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *args: self.done.append((name, *args)) if name != "setAudioOutput" else None


def test_without_qt_multimedia_only_the_time_goes_on(
    site: Any, open_tab: OpenTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    site.engine.listen.create("Radio")
    tab = open_tab()
    assert tab.view.groups.details.listen.sound.text() == SILENT
    audio = AudioPlayer()
    audio.follow("/a.mp3", 0.0, is_playing=True)
    audio.stop()


def test_sound_follows_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Player] = []

    class Media:
        @staticmethod
        def QMediaPlayer(*_: object) -> Player:
            made.append(Player())
            return made[0]

        QAudioOutput = Player

    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    monkeypatch.setattr("importlib.import_module", lambda _: Media)
    audio = AudioPlayer()
    said: list[str] = []
    audio.failed.connect(said.append)
    audio.follow("/a.mp3", 0.0, is_playing=False)
    assert made == [], "loaded only when there is something to play"
    audio.follow("/a.mp3", 30.0, is_playing=True)
    audio.follow("/a.mp3", 1.0, is_playing=False)
    audio.follow("https://radio.example.org/live", 0.0, is_playing=True)
    audio.stop()
    words = [done[0] for done in made[0].done]
    assert words == ["setSource", "setPosition", "play", "pause", "setSource", "play", "stop"]
    assert made[0].done[0][1].toLocalFile() == "/a.mp3"
    assert made[0].done[4][1].toString() == "https://radio.example.org/live"
    made[0].fail(None, "no device")
    assert said == ["no device"]


def test_a_broken_multimedia_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise ImportError("libpulse.so.0: cannot open")

    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    monkeypatch.setattr("importlib.import_module", broken)
    audio = AudioPlayer()
    said: list[str] = []
    audio.failed.connect(said.append)
    assert audio.is_available
    audio.follow("/a.mp3", 0.0, is_playing=True)
    assert said == ["libpulse.so.0: cannot open"]
    assert not audio.is_available


# words


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (7.9, "0:07"), (185, "3:05"), (3723, "1:02:03")])
def test_minutes(seconds: float, text: str) -> None:
    assert minutes(seconds) == text


def test_moments_and_tracks() -> None:
    assert moment("yesterday") == "yesterday"
    assert moment("") == ""
    assert (
        moment("2026-03-01 14:03:22") == moment("2026-03-01T14:03:22Z") == moment("2026-03-01T16:03:22+02:00")
    )
    assert track_facts(Track("a", 0.0, 0, "stream", "x")) == "no end · STREAM"


def test_the_message_line_takes_the_keyboard_in_order(site: Any, open_tab: OpenTab) -> None:
    site.engine.rooms.create("Shed")
    tab = open_tab()
    room = tab.view.groups.details.room
    tab.activateWindow()
    room.text.setText("x")
    room.writer.setFocus()
    for expected in (room.text, room.send):
        QTest.keyClick(tab.focusWidget(), Qt.Key.Key_Tab)
        assert tab.focusWidget() is expected
