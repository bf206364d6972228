"""A server on two streams, until its client says exit, goes, or dies. A client may say anything: what is no
message of the protocol is answered or left out, and the server goes on.

pygls has this too, but waits for ever in a read when it is to end, leaves a client that asks with wrong
params without an answer, and tells at length of one that is gone.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from threading import Event, Thread
from typing import Any, BinaryIO, Final, NamedTuple

from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

_LOOK_SECONDS: Final = 5.0  # between two looks whether the client's process lives
_CHUNK: Final = 65_536


class _Refused(NamedTuple):
    """A request that is none."""

    id: Any
    error: JsonRpcException


class Protocol(LanguageServerProtocol):
    """Each request has an answer, as JSON-RPC wants it."""

    def structure_message(self, data: Any) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                return _Refused(data["id"], error)
            raise

    def handle_message(self, message: Any) -> None:
        if isinstance(message, _Refused):
            self._send_response(message.id, error=message.error.to_response_error())
        elif not hasattr(message, "jsonrpc"):
            error = JsonRpcInvalidRequest("Invalid Request")
            self._send_response(None, error=error.to_response_error())  # type: ignore[arg-type]
        else:
            super().handle_message(message)


class _Answers:
    """Where pygls writes; nothing more once nobody reads."""

    def __init__(self, stream: BinaryIO, ended: Event) -> None:
        self._stream = stream
        self._ended = ended

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except (BrokenPipeError, ValueError):  # ValueError: it was closed after exit
            self._ended.set()

    def close(self) -> None:
        self._ended.set()


def serve(server: LanguageServer, requests: BinaryIO, answers: BinaryIO) -> int:
    """The exit code: 1 when the client said exit without shutdown, as the protocol wants it."""
    ended = Event()
    server.protocol.set_writer(_Answers(answers, ended))
    try:
        asyncio.run(_serve(server, requests, ended))
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


async def _serve(server: LanguageServer, requests: BinaryIO, ended: Event) -> None:
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    # A thread of its own that nobody waits for: it stands in a read when the program ends.
    Thread(target=_feed, args=(loop, reader, requests.fileno()), name="lsp-reader", daemon=True).start()
    watch = asyncio.ensure_future(_watch(lambda: server.process_id, reader))
    try:
        await run_async(ended, reader, server.protocol, error_handler=server.report_server_error)
    except asyncio.IncompleteReadError:  # it died within a message
        return
    finally:
        watch.cancel()


def _feed(loop: asyncio.AbstractEventLoop, reader: asyncio.StreamReader, descriptor: int) -> None:
    data = b"."
    while data:
        try:
            data = os.read(descriptor, _CHUNK)
        except OSError:  # what cannot be read any more is at its end
            data = b""
        try:
            loop.call_soon_threadsafe(*((reader.feed_data, data) if data else (reader.feed_eof,)))
        except RuntimeError:  # the loop has ended
            return


async def _watch(process_of: Callable[[], int | None], reader: asyncio.StreamReader) -> None:
    """An editor that dies may leave our input open: somebody else has inherited its end."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        process = process_of()
        if process is not None and not _lives(process):
            reader.feed_eof()
            return


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # where a signal of 0 ends the process
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
