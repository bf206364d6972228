"""The memory limit is lifted before an answer is pushed that might not fit: pushing it must not fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lua_engine.api.binding import Chunks, Rows
from lua_engine.api.calls import RowStream
from lua_engine.base.deadline import Deadline
from lua_engine.runtime.bridge import LIFTED, Bridge

LONG = b"x" * 100_000


class Runtime:
    """Of lupa, what a bridge asks."""

    def get_memory_used(self, *, total: bool) -> int:
        return 1_000

    def set_max_memory(self, _size: int, *, total: bool = False) -> None:
        pass


class Calls:
    """Answers with ``answer``."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def invoke(self, _index: int, _arguments: tuple[Any, ...], _line: int) -> Any:
        return self._answer

    def lossy(self, _index: int, _place: str, _value: int) -> None:
        raise AssertionError("nothing is lost")


def one_row() -> Chunks:
    cells: list[Any] = [b"y"]
    chunks: Iterator[tuple[bool, list[Any], int]] = iter([(False, cells, 1)])
    return chunks


@pytest.mark.parametrize(
    "answer",
    [LONG, ("a", LONG), {"a": LONG}, RowStream(Rows((LONG.decode(),), one_row()))],
    ids=["text", "texts", "table", "column"],
)
def test_a_long_answer_has_room(answer: Any) -> None:
    """Whatever came before it: the params of the call have a size of their own."""
    bridge = Bridge(Runtime())
    bridge.begin(Calls(answer), Deadline(60.0), 60_000, [b"few"])
    assert bridge.dispatch(0, 1)[0] >= LIFTED


def test_a_short_answer_needs_none() -> None:
    bridge = Bridge(Runtime())
    bridge.begin(Calls(b"short"), Deadline(60.0), 60_000, [LONG])
    assert bridge.dispatch(0, 1)[0] < LIFTED
