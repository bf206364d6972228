"""What a paused call is asked about its values; each question waits for the answer of the call's thread."""

from __future__ import annotations

from lua_engine.debugger import wire
from lua_engine.debugger.conversation import Conversation
from lua_engine.debugger.messages import DebugValue, Evaluation, ValuePage


class Looking:
    """Thread-safe. Everything raises :class:`DebugError` unless the call is paused. ``frame`` is the id of a
    frame of this stop.
    """

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk

    def locals(self, frame: int = 1) -> tuple[DebugValue, ...]:
        """The locals and extra arguments of a frame."""
        return wire.values(self._talk.ask("locals", frame))

    def upvalues_of(self, frame: int = 1) -> tuple[DebugValue, ...]:
        """Locals of the functions around a frame's function that it uses."""
        return wire.values(self._talk.ask("upvalues", frame))

    def globals(self) -> tuple[DebugValue, ...]:
        """What the script added comes first."""
        return wire.values(self._talk.ask("globals"))

    def children(self, ref: int, first: int = 0, count: int = 100) -> ValuePage:
        """Entries of a table (the array first) or upvalues of a function."""
        return wire.page(self._talk.ask("children", ref, first, count))

    def evaluate(self, text: str, frame: int = 1, *, with_host: bool = False) -> Evaluation:
        """Run a Lua expression or statements in a frame, for at most 0.2 s; host functions are refused unless
        ``with_host``. Of the past only names and fields can be read.
        """
        return wire.evaluation(self._talk.ask("evaluate", frame, text, with_host))

    def peek(self, path: str, frame: int = 1) -> Evaluation:
        """The value of a name with fields (``row.tags[1]``) in a frame, read without running anything."""
        return wire.evaluation(self._talk.ask("peek", frame, path))

    def set_local(self, name: str, text: str, frame: int = 1) -> Evaluation:
        """Give a local or upvalue the value of a Lua expression."""
        return wire.evaluation(self._talk.ask("set", frame, "local", name, text))

    def set_global(self, name: str, text: str, frame: int = 1) -> Evaluation:
        """Give a global the value of a Lua expression."""
        return wire.evaluation(self._talk.ask("set", frame, "global", name, text))

    def set_field(self, ref: int, key: int, text: str, frame: int = 1) -> Evaluation:
        """Give an entry of a table (:attr:`DebugValue.key` of its page) the value of a Lua expression."""
        return wire.evaluation(self._talk.ask("set", frame, ref, key, text))
