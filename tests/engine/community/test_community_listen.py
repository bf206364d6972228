"""The listening session: one at a time, positions that follow the clock,
files that visitors may not probe.
"""

from __future__ import annotations

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.base.events import GroupClosed, ListenChanged
from lua_engine.community.listen import ListenError, ListenSession, _PlayHead
from lua_engine.community.tracks import Track, TrackError
from tests.engine.community.conftest import mp3_bytes

TRACK_SECONDS = 10.005  # 383 frames of 1,152 samples at 44.1 kHz


@pytest.fixture
def session(community: Any, track_path: Path) -> ListenSession:
    community.listen.create("Evening")
    community.listen.load(track_path.name, anywhere=False)
    return community.listen


def test_a_session_is_a_group_of_type_listen(community: Any) -> None:
    made = community.listen.create("Evening")
    assert made.id.startswith("listen-")
    assert [(group.id, group.group_type) for group in community.groups.list()] == [(made.id, "listen")]
    assert community.seen(ListenChanged) == [ListenChanged("create")]
    state = community.listen.state()
    assert (state.name, state.track, state.playing, state.position, state.listeners) == (
        "Evening",
        None,
        False,
        0.0,
        (),
    )


def test_there_is_one_session_at_a_time(community: Any) -> None:
    community.listen.create("A")
    with pytest.raises(ListenError, match="a listening session is already open: A"):
        community.listen.create("B")
    community.listen.close()
    assert community.listen.state() is None
    community.listen.create("B")


def test_a_session_that_cannot_be_made_leaves_none(community: Any) -> None:
    with pytest.raises(Exception, match="group name is required"):
        community.listen.create(" ")
    assert community.listen.state() is None
    community.listen.create("B")


def test_a_session_of_an_earlier_run_is_closed(community: Any) -> None:
    old = community.listen.create("Old")
    later = ListenSession(community.groups, community.bus, community.shared)
    made = later.create("New")
    assert [group.id for group in community.groups.list()] == [made.id]
    assert GroupClosed(old.id) in community.events


def test_closing_the_group_ends_the_session(community: Any, session: ListenSession) -> None:
    state = session.state()
    assert state is not None
    community.groups.close(state.id)
    assert session.state() is None
    assert community.seen(ListenChanged)[-1] == ListenChanged("close")


def test_listeners_are_the_members_without_the_host(community: Any, session: ListenSession) -> None:
    state = session.state()
    assert state is not None
    community.groups.add(state.id, "anna")
    again = session.state()
    assert again is not None
    assert again.listeners == ("anna",)


def test_the_facts_of_an_mp3(session: ListenSession, track_path: Path) -> None:
    state = session.state()
    assert state is not None
    assert state.track == Track("tune", TRACK_SECONDS, 128_000, "mp3", str(track_path))


def test_the_position_follows_the_clock_and_ends_at_the_end(community: Any, session: ListenSession) -> None:
    def now(after: float) -> tuple[bool, float]:
        community.clock.now += after
        state = session.state()
        assert state is not None
        return state.playing, round(state.position, 3)

    assert now(5) == (False, 0.0)
    session.play()
    assert now(2.5) == (True, 2.5)
    session.play()
    assert now(0.5) == (True, 3.0)
    session.pause()
    assert now(100) == (False, 3.0)
    session.seek(8)
    assert now(1) == (False, 8.0)
    session.play()
    assert now(1) == (True, 9.0)
    session.seek(4)
    assert now(1) == (True, 5.0)
    assert now(100) == (False, TRACK_SECONDS)
    session.play()
    assert now(1) == (True, 1.0)
    session.seek(99)
    assert now(1) == (False, TRACK_SECONDS)
    assert [event.action for event in community.seen(ListenChanged)][-3:] == ["seek", "play", "seek"]


def test_a_stream_is_taken_as_it_is_and_has_no_end(community: Any, session: ListenSession) -> None:
    track = session.load("https://radio.example/live.aac", anywhere=False)
    assert track == Track("live.aac", 0.0, 0, "stream", "https://radio.example/live.aac")
    session.play()
    community.clock.now += 10_000
    state = session.state()
    assert state is not None
    assert (state.playing, state.position) == (True, 10_000.0)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/x",
        "http://127.0.0.1/x.mp3",
        "http://[::1]/x",
        "http://0x7f000001/x",
        "http://2130706433/x",
        "https://10.0.0.1/x",
        "http://[::ffff:192.168.0.1]/",
        "http://user@127.0.0.1/x",
        "http://localhost/x.mp3",
        "https://Radio.LOCALHOST.:8000/x",
        "http://a b/x",
        "file:///etc/passwd",
    ],
)
def test_a_stream_is_held_to_the_address_policy(session: ListenSession, url: str) -> None:
    for anywhere in (False, True):
        with pytest.raises(TrackError):
            session.load(url, anywhere=anywhere)


def test_the_address_is_checked_again_when_it_is_played(
    session: ListenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = session.load("http://radio.example/live.aac", anywhere=False)
    monkeypatch.setattr("lua_engine.net.resolver.Resolver.resolve", lambda *_: (ip_address("127.0.0.1"),))
    with pytest.raises(TrackError, match=r"address refused: radio\.example is a loopback address"):
        session.sound_source(track)


def test_without_a_session_or_a_track_everything_is_refused(community: Any) -> None:
    listen = community.listen
    for call in (
        listen.play,
        listen.pause,
        listen.close,
        lambda: listen.seek(1),
        lambda: listen.load("x.mp3", anywhere=True),
    ):
        with pytest.raises(ListenError, match="no listening session is open"):
            call()
    listen.create("A")
    for call in (listen.play, listen.pause, lambda: listen.seek(1)):
        with pytest.raises(TrackError, match="no track is loaded"):
            call()


@pytest.mark.parametrize("position", [-1.0, float("nan"), float("inf")])
def test_a_position_is_a_number_of_seconds(session: ListenSession, position: float) -> None:
    with pytest.raises(ListenError, match="position must be"):
        session.seek(position)


def test_a_visitor_cannot_find_out_what_is_on_the_disk(session: ListenSession, tmp_path: Path) -> None:
    (tmp_path / "secret.mp3").write_bytes(b"x")
    inside = tmp_path / "shared"
    os.symlink(tmp_path / "secret.mp3", inside / "link.mp3")
    paths = [
        "/etc/passwd",
        "/no/such/file.mp3",
        "../secret.mp3",
        "../nothing.mp3",
        str(tmp_path / "secret.mp3"),
        "link.mp3",
        "a/../../secret.mp3",
    ]
    for path in paths:
        with pytest.raises(TrackError, match="only the owner may load a file outside"):
            session.load(path, anywhere=False)


def test_the_owner_may_load_any_mp3(session: ListenSession, track_path: Path, tmp_path: Path) -> None:
    moved = track_path.rename(tmp_path / "Moved.MP3")
    assert session.load(str(moved), anywhere=True).name == "Moved"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "path is not valid"), ("a\0.mp3", "path is not valid"),
        ("missing.mp3", "file not found: missing.mp3"),
        (".", "not an MP3 file"), ("text.mp3", "not an MP3 file: text.mp3"), ("empty.mp3", "not an MP3 file"),
        ("wave.mp3", "not an MP3 file"), ("flac.mp3", "not an MP3 file"),
        ("dir.mp3", "file not found"),
        ("loop/a.mp3", "path is not valid"),
        ("notes.txt", "not an MP3 file: notes.txt"), ("file:///etc/passwd", "must be an http"),
        ("http://", "host name that is not valid"),
        ("http://[x/a", "malformed host"), ("x" * 5000 + ".mp3", "cannot read|file not found|not valid"),
    ],
)  # fmt: skip
def test_what_cannot_be_played_is_said(
    session: ListenSession, community: Any, path: str, message: str
) -> None:
    (community.shared / "text.mp3").write_text("no audio " * 1000)
    (community.shared / "empty.mp3").write_bytes(b"")
    (community.shared / "wave.mp3").write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(400))
    (community.shared / "flac.mp3").write_bytes(b"fLaC\x80\x00\x00\x22" + bytes(400))
    (community.shared / "notes.txt").write_text("x")
    (community.shared / "dir.mp3").mkdir(exist_ok=True)
    os.symlink("loop", community.shared / "loop")
    with pytest.raises(TrackError, match=message):
        session.load(path, anywhere=True)


def test_a_large_file_without_a_frame_is_given_up(session: ListenSession, community: Any) -> None:
    with (community.shared / "zeros.mp3").open("wb") as file:
        file.truncate(2**40)  # a terabyte of nothing; the test's time-out is the check
    with pytest.raises(TrackError, match=r"not an MP3 file: zeros\.mp3"):
        session.load("zeros.mp3", anywhere=True)


def test_tags_and_what_stands_before_the_first_frame_are_skipped(
    session: ListenSession, community: Any
) -> None:
    picture = b"APIC" + (200_000).to_bytes(4, "big") + bytes(2) + bytes(200_000)
    size = bytes((len(picture) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    tagged = b"ID3\x03\x00\x00" + size + picture + bytes(500) + mp3_bytes(383)
    (community.shared / "tagged.mp3").write_bytes(tagged)
    track = session.load("tagged.mp3", anywhere=True)
    assert (track.duration, track.bitrate) == (pytest.approx(TRACK_SECONDS, abs=0.1), 128_000)


_STEPS = st.one_of(
    st.tuples(st.sampled_from(["play", "pause", "wait"]), st.floats(0, 30)),
    st.tuples(st.just("seek"), st.floats(0, 30)),
)


@given(st.lists(_STEPS, max_size=30), st.sampled_from([0.0, 10.0]))
def test_the_position_is_always_inside_the_track(steps: list[tuple[str, float]], duration: float) -> None:
    head, now = _PlayHead(Track("t", duration, 0, "mp3", "")), 0.0
    for action, value in steps:
        before, was_playing = head.position(now), head.is_playing(now)
        if action == "wait":
            now += value
            assert head.position(now) >= before
            assert was_playing or head.position(now) == before
        elif action == "seek":
            head.seek(value, now)
        elif action == "play":
            head.play(now)
        else:
            head.pause(now)
            assert not head.is_playing(now)
        assert 0 <= head.position(now) <= (duration or float("inf"))
