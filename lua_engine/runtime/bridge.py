"""The Python end of one VM: the few callables that Lua may call, and what they must never do.

lupa pushes answers outside any protected call: an allocation that fails there, or a Python exception, ends
the process or stops every thread (``docs/security.md``). So these callables never raise, answer scalars only,
and lift the VM's memory limit for the push whenever there might not be room; the answer's code then tells Lua
to impose it again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind, ScriptError
from lua_engine.runtime.convert import ConversionError, Ready, Token, flatten, scalar_token, text_bytes
from lua_engine.sandbox.limits import CHUNK_BYTES, CHUNK_TOKENS

_log = logging.getLogger("goop.bridge")

# Codes of an answer; LIFTED is added when the memory limit was lifted.
PLAIN, VALUE, ROWS, ERROR, KILLED, LIFTED = 0, 1, 2, 3, 4, 8

_LARGE = 32_768
"""Bytes of text in one answer from which the VM looks at its heap anew."""

Answer = tuple[Any, ...]


Chunk = tuple[bool, list[Token], int]
"""Whether more follow, the tokens, and how many bytes of text they hold."""


class HostCalls(Protocol):
    """What serves a call's host functions; made by the engine from ``api``."""

    def invoke(self, index: int, arguments: tuple[Any, ...], line: int = 0) -> Any:
        """Run host function number ``index``: a scalar, a tuple,
        plain data or a stream (see ``answer_of``). ``line`` is that of the script (0: not known).
        """
        ...

    def lossy(self, index: int, place: str, value: int) -> None:
        """Hear of an integer in an answer that no Lua number holds; ``place`` is its key path."""
        ...


class StreamLike(Protocol):
    """A stream of rows: their cells in chunks of whole rows, ready to be pushed; without ``names`` it is one
    of single values.
    """

    names: Sequence[str]
    chunks: Iterator[Chunk]

    def finish(self) -> None: ...


class Bridge:
    """Serves one VM for the one call of its life."""

    def __init__(self, runtime: Any) -> None:
        self._runtime = runtime
        self._limit = 0  # bytes, the prelude's own included
        self._calls: HostCalls | None = None
        self._deadline: Deadline | None = None
        self._pending: Iterator[Chunk] | None = None
        self._stream: StreamLike | None = None
        self._chunk_bytes = 0  # of text, in the chunk that is the answer
        self._pieces: list[bytes] = []
        self.host_seconds = 0.0

    def begin(
        self, calls: HostCalls, deadline: Deadline, limit: int, params: Sequence[Token]
    ) -> tuple[bool, list[Token]]:
        """Bind to a call; answers the first chunk of ``params``. ``limit`` is in bytes on top of what the
        prelude holds.
        """
        self._calls, self._deadline = calls, deadline
        self._limit = limit + int(self._runtime.get_memory_used(total=True))
        more, tokens, _ = self._next_of(token_chunks(params))
        return more, tokens

    def arm_ahead(self, need: int) -> bool:
        """Impose the memory limit before the run begins, if ``need`` bytes of arguments surely fit; else the
        run does it.
        """
        if 2 * self._runtime.get_memory_used(total=True) + 4 * need + 65_536 >= self._limit:
            return False
        self.arm()
        return True

    def end(self) -> None:
        """Close what is open and let go of the VM (the reference cycle through it would keep its memory)."""
        self._finish_stream()
        if self._runtime is not None:
            self._runtime.set_max_memory(0)
        self._runtime = self._calls = self._pending = None

    # What Lua calls
    # -------------------------------------------------------------------------------------------------

    def poll(self) -> float:
        """Seconds left; 0 when the time is over, -1 when the call was cancelled."""
        deadline = self._deadline
        if deadline is None:
            return 0.0
        left = deadline.remaining()
        if left > 0.0:
            return left
        return -1.0 if deadline.kind is ErrorKind.CANCELLED else 0.0

    def arm(self) -> None:
        """Impose the memory limit."""
        self._runtime.set_max_memory(self._limit, total=True)

    def emit(self, piece: bytes) -> None:
        """Keep a piece of the result; all but the last come this way."""
        self._pieces.append(piece)

    def result(self, last: bytes) -> bytes:
        """The whole result."""
        return b"".join((*self._pieces, last)) if self._pieces else last

    def lift(self) -> None:
        """Take the memory limit away."""
        self._runtime.set_max_memory(0)

    def dispatch(self, index: int, line: int, *arguments: Any) -> Answer:
        """Run a host function, called from ``line`` of the script (0: not known)."""
        return self._guarded(self._invoke, index, arguments, int(line))

    def pull(self) -> Answer:
        """The next chunk of the value or the rows that are on their way."""
        return self._guarded(self._next_chunk)

    # --------------------------------------------------------------------------------------------------------

    def _guarded(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        started = time.perf_counter()
        try:
            if self._deadline is None or self._deadline.is_over:
                kind = ErrorKind.TIMEOUT if self._deadline is None else self._deadline.kind
                answer: Answer = (KILLED, kind.value.encode())
            else:
                answer = work(*arguments)
        except CallKilled as verdict:
            self._finish_stream()
            answer = (KILLED, verdict.kind.value.encode())
        except ScriptError as error:
            self._finish_stream()
            answer = (ERROR, str(error).encode("utf-8", "replace"))
        except ConversionError as error:  # the answer cannot be passed to Lua: nil, message
            answer = (PLAIN, None, str(error).encode("utf-8", "replace"))
        except BaseException:  # noqa: BLE001  # whatever it is, it must not reach lupa; it is logged in full
            self._finish_stream()
            _log.exception("a host function failed")
            answer = (ERROR, b"internal error (see the console's log)")
        self.host_seconds += time.perf_counter() - started
        return self._with_room(answer)

    def _with_room(self, answer: Answer) -> Answer:
        runtime = self._runtime
        if runtime is None:
            return answer
        size, self._chunk_bytes = self._chunk_bytes, 0
        if not size:
            size = text_bytes(answer)
        need = 8_192 + 64 * len(answer) + size
        # Twice what is used: pushing may have to double the Lua stack.
        if size < _LARGE and 2 * runtime.get_memory_used(total=True) + need < self._limit:
            return answer
        runtime.set_max_memory(0)
        return (answer[0] + LIFTED, *answer[1:])

    def _invoke(self, index: int, arguments: tuple[Any, ...], line: int) -> Answer:
        assert self._calls is not None
        value = self._calls.invoke(index, arguments, line)
        if value is None or isinstance(value, (str, bytes, bool, int, float)):
            return (PLAIN, scalar_token(value))
        if isinstance(value, tuple):
            if not isinstance(value[0], (list, dict)):
                return (PLAIN, *map(scalar_token, value))
            value = value[0]  # the nil behind it is what Lua sees anyway
        if isinstance(value, (list, dict)):
            return self._value(flatten(value, "the answer", partial(self._calls.lossy, index)))
        if isinstance(value, Ready):
            return self._value(value.tokens, value.size)
        return self._open_stream(value)

    def _value(self, tokens: Sequence[Token], size: int | None = None) -> Answer:
        """The first chunk of a value with ``size`` bytes of text (None: not counted); most have no other."""
        if len(tokens) <= CHUNK_TOKENS:
            size = text_bytes(tokens) if size is None else size
            if size <= CHUNK_BYTES:
                self._chunk_bytes = size
                return (VALUE, False, *tokens)
        self._pending = token_chunks(tokens)
        return (VALUE, *self._next_chunk()[1:])

    def _open_stream(self, stream: StreamLike) -> Answer:
        self._stream = stream
        self._pending = stream.chunks
        chunk = self._next_chunk()
        names = [name.encode() for name in stream.names]
        self._chunk_bytes += text_bytes(names)
        return (ROWS, chunk[1], len(names), *names, *chunk[2:])

    def _next_chunk(self) -> Answer:
        assert self._pending is not None
        more, tokens, self._chunk_bytes = self._next_of(self._pending)
        return (PLAIN, more, *tokens)

    def _next_of(self, pending: Iterator[Chunk]) -> Chunk:
        chunk = next(pending)
        self._pending = pending if chunk[0] else None
        if not chunk[0]:
            self._finish_stream()
        return chunk

    def _finish_stream(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.finish()


def token_chunks(tokens: Sequence[Token]) -> Iterator[Chunk]:
    """``tokens`` in pieces of bounded size; the last says ``False``."""
    start, count = 0, len(tokens)
    while True:
        piece = list(tokens[start : start + CHUNK_TOKENS])
        size = text_bytes(piece)
        if size > CHUNK_BYTES:
            piece, size = _beginning(piece)
        start += len(piece)
        yield start < count, piece, size
        if start >= count:
            return


def _beginning(piece: Sequence[Token]) -> tuple[list[Token], int]:
    """As many of ``piece`` as make up a chunk, one at least; and their bytes."""
    size = 0
    for number, token in enumerate(piece, 1):
        if type(token) is bytes:
            size += len(token)
        if size >= CHUNK_BYTES:
            return list(piece[:number]), size
    return list(piece), size
