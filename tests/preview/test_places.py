"""Which connections of a preview go when there are too many."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from goop_console.preview.places import MAX_CONNECTIONS, MAX_LEAVING, Places


@pytest.fixture
def sockets() -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(socket.socket()) for _ in range(MAX_CONNECTIONS + MAX_LEAVING + 1)]


def test_the_oldest_makes_room_and_what_is_cut_counts_until_its_thread_has_ended(
    sockets: list[socket.socket],
) -> None:
    places = Places()
    *first, last = sockets
    assert all(places.take(one) for one in first), "the last of them in the place of the oldest"
    taken: list[bool] = []
    waiting = threading.Thread(target=lambda: taken.append(places.take(last)))
    waiting.start()
    assert not taken, "too many that were cut are still there"
    places.give_back(first[0])
    waiting.join()
    assert taken == [True]


def test_who_is_being_answered_keeps_the_place(sockets: list[socket.socket]) -> None:
    places = Places()
    for one in sockets[:MAX_CONNECTIONS]:
        assert places.take(one)
        places.begin(one)
    assert not places.take(sockets[-1])
    places.end(sockets[0])
    assert places.take(sockets[-1])
