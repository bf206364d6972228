"""A Goop2 that runs this very site beside us: found, and its log followed. Never needed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lua_engine.base.errors import ConfigError
from lua_engine.base.events import EventBus, Goop2Changed, LogRecorded
from lua_engine.pages.goop2_log import goop2_line, message_of
from lua_engine.site.folder import SiteFolder

if TYPE_CHECKING:
    import http.client  # below where it is used: it brings ssl, and most sites have no Goop2 beside them

LOOK_EVERY = 5.0  # seconds between two looks while there is none
TIMEOUT = 3.0  # seconds for an answer
QUIET = 60.0  # seconds without a line after which the stream is asked for anew
_MAX_BODY = 256 * 1024
_MAX_SDK = 4 * 1024 * 1024  # bytes of one file
_MAX_LINE = 64 * 1024
_IPV4, _IPV6 = "127.0.0.1", "::1"
_HERE = {"": _IPV4, "0.0.0.0": _IPV4, "localhost": _IPV4, _IPV4: _IPV4, "::": _IPV6, _IPV6: _IPV6}


class Goop2Beside:
    """Looks at ``viewer.http_addr`` of goop.json, on this machine only. Nothing runs before :meth:`start`.

    ``Goop2Changed`` is published when one comes or goes; what it logs about Lua as ``LogRecorded``.
    """

    def __init__(self, folder: SiteFolder, bus: EventBus) -> None:
        self._folder = folder
        self._bus = bus
        self._address = ""
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stream: socket.socket | None = None

    @property
    def address(self) -> str:
        """Where it is (``http://127.0.0.1:8787``), empty for nowhere."""
        return self._address

    def start(self) -> None:
        """Look from now on; a second start does nothing."""
        with self._lock:
            if self._thread is None and not self._stopping.is_set():
                self._thread = threading.Thread(target=self._run, name="goop-beside", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Stop for good."""
        self._stopping.set()
        with self._lock:
            thread, stream = self._thread, self._stream
        if stream is not None:
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
        if thread is not None:
            thread.join()

    def sdk_file(self, name: str) -> bytes | None:
        """The file ``/sdk/NAME`` of the Goop2 beside us; None when there is none, or it has no such file.
        Takes up to :data:`TIMEOUT`.
        """
        place = self._place()
        if place is None or not (self._address == _address(*place) or self._is_ours(place)):
            return None
        import http.client

        try:
            with closing(http.client.HTTPConnection(*place, timeout=TIMEOUT)) as connection:
                connection.request("GET", f"/sdk/{quote(name, safe='')}")
                answer = connection.getresponse()
                data = answer.read(_MAX_SDK + 1)
        except (OSError, http.client.HTTPException):
            return None
        return data if answer.status == 200 and len(data) <= _MAX_SDK else None

    def _run(self) -> None:
        while not self._stopping.is_set():
            place = self._place()
            if place is not None and self._is_ours(place):
                self._be_at(_address(*place))
                began = time.monotonic()
                self._follow(place)
                if self._is_ours(place) and time.monotonic() - began > LOOK_EVERY:
                    continue  # a stream that held may be asked for at once: what is logged meanwhile is lost
            self._be_at(_address(*place) if place is not None and self._is_ours(place) else "")
            self._stopping.wait(LOOK_EVERY)

    def _place(self) -> tuple[str, int] | None:
        """Host and port on this machine, None when goop.json names none."""
        try:
            _has_section, _has_key, value = self._folder.config_value("viewer.http_addr")
        except ConfigError:
            return None
        if not isinstance(value, str):
            return None
        host, _, port = value.removeprefix("http://").rstrip("/").rpartition(":")
        host = _HERE.get(host.strip("[]").lower(), "none")
        if host == "none" or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            return None
        return host, int(port)

    def _is_ours(self, place: tuple[str, int]) -> bool:
        """Does a Goop2 with this site's peer id answer there? Asked before anything else."""
        import http.client

        try:
            with closing(http.client.HTTPConnection(*place, timeout=TIMEOUT)) as connection:
                connection.request("GET", "/api/self")
                answer = connection.getresponse()
                said: Any = json.loads(answer.read(_MAX_BODY))
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            return False
        return isinstance(said, dict) and said.get("id") == self._folder.peer_id

    def _follow(self, place: tuple[str, int]) -> None:
        """Publish what it logs, until it ends in whatever way."""
        import http.client

        with (
            suppress(OSError, http.client.HTTPException, ValueError),
            closing(http.client.HTTPConnection(*place, timeout=QUIET)) as connection,
        ):
            connection.connect()
            with self._lock:
                self._stream = connection.sock  # an answer that ends the connection takes it from there
            try:
                connection.request("GET", "/api/logs/stream")
                for text in _news(connection.getresponse()):
                    line = goop2_line(message_of(text))
                    if line is not None:
                        self._bus.publish(LogRecorded(line))
            finally:
                with self._lock:
                    self._stream = None

    def _be_at(self, address: str) -> None:
        if address != self._address:
            self._address = address
            self._bus.publish(Goop2Changed(address))


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _news(answer: http.client.HTTPResponse) -> Iterator[str]:
    """The data of each event of an event stream."""
    if answer.status != 200:
        return
    data: list[str] = []
    while raw := answer.readline(_MAX_LINE):
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []
