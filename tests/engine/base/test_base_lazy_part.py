"""Parts that are made when they are first asked for."""

from __future__ import annotations

import threading

from lua_engine.base.lazy_part import LazyPart


class Owner:
    def __init__(self) -> None:
        self.made: list[str] = []

    @LazyPart
    def slow(self) -> object:
        """Takes its time."""
        self.made.append("slow")
        threading.Event().wait(0.01)
        return object()

    @LazyPart
    def twin(self) -> tuple[object, object]:
        return self.slow, self.slow


def test_a_part_is_made_once_whichever_thread_asks() -> None:
    owner, found = Owner(), set[int]()
    threads = [threading.Thread(target=lambda: found.add(id(owner.slow))) for _ in range(8)]
    assert not Owner.slow.is_made(owner)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (owner.made, found) == (["slow"], {id(owner.slow)})
    assert Owner.slow.is_made(owner)


def test_a_part_may_ask_for_another_and_owners_share_nothing() -> None:
    one, other = Owner(), Owner()
    assert one.twin == (one.slow, one.slow)
    assert one.slow is not other.slow
    assert Owner.slow.__doc__ == "Takes its time."


def test_a_part_that_could_not_be_made_is_made_at_the_next_try() -> None:
    class Fails:
        tries = 0

        @LazyPart
        def part(self) -> int:
            self.tries += 1
            return 1 // (self.tries - 1)

    owner = Fails()
    try:
        _ = owner.part
    except ZeroDivisionError:
        assert not Fails.part.is_made(owner)
    assert owner.part == 1
