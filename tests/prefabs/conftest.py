"""A site with all ready chat commands, people to say them, and a weather service on loopback."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lua_engine import Caller, Engine, Peer
from lua_engine.net.client import HttpClient
from lua_engine.net.policy import AddressPolicy

PREFABS = Path(__file__).parents[2] / "resources/prefabs"
_LIMITS = {
    "enabled": True,
    "timeout_seconds": 10,
    "rate_limit_per_peer": 100_000,
    "rate_limit_global": 100_000,
}
STRANGER = Caller("12D3KooWTestStranger", "Stranger", "stranger@example.org")


class ChatSite:
    """One open site; ``owner`` and ``stranger`` talk to it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._people = {"owner": engine.owner, "stranger": STRANGER}
        engine.peers.add_test_peer(Peer(STRANGER.id, STRANGER.label, STRANGER.email, "test"))

    def say(self, text: str, who: str = "stranger") -> str:
        """The reply; the commands' own rate limits are not counted."""
        result = self.engine.calls.chat(text, caller=self._people[who], counts=False)
        assert result.error is None, result.error
        assert isinstance(result.value, str)
        return result.value


OpenChat = Callable[..., ChatSite]


@pytest.fixture
def open_chat(tmp_path: Path) -> Iterator[OpenChat]:
    """``open_chat(http_enabled=False, scripts={"weather": source})``: a site with every ready command, some
    replaced.
    """
    opened: list[Engine] = []

    def make(*, scripts: dict[str, str] | None = None, **lua: Any) -> ChatSite:
        folder = tmp_path / f"site{len(opened)}"
        (folder / "site/lua/functions").mkdir(parents=True)
        (folder / "goop.json").write_text(
            json.dumps({"profile": {"label": "Mara", "email": "mara@example.org"}, "lua": {**_LIMITS, **lua}})
        )
        for path in PREFABS.glob("*.lua"):
            shutil.copy(path, folder / "site/lua")
        for name, source in (scripts or {}).items():
            (folder / f"site/lua/{name}.lua").write_text(source)
        opened.append(Engine.open(folder, watch=False))
        return ChatSite(opened[-1])

    yield make
    for engine in opened:
        engine.close()


@pytest.fixture
def chat(open_chat: OpenChat) -> ChatSite:
    return open_chat()


class WeatherService(ThreadingHTTPServer):
    """Answers as open-meteo.com does; ``places`` and ``forecast`` are (status, body), ``asked`` the queries
    so far.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _WeatherHandler)
        place = {"name": "Lisbon", "country": "Portugal", "latitude": 38.71667, "longitude": -9.13333}
        now = {"temperature_2m": 17.4, "weather_code": 2, "wind_speed_10m": 12.6}
        self.places = (200, json.dumps({"results": [place]}))
        self.forecast = (
            200,
            json.dumps(
                {"current": now, "daily": {"temperature_2m_max": [20.6], "temperature_2m_min": [12.5]}}
            ),
        )
        self.asked: list[tuple[str, dict[str, str]]] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class _WeatherHandler(BaseHTTPRequestHandler):
    server: WeatherService

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(
            (parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
        )
        status, body = self.server.places if parts.path == "/places" else self.server.forecast
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def service() -> Iterator[WeatherService]:
    server = WeatherService()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_weather(open_chat: OpenChat, service: WeatherService) -> OpenChat:
    """Like ``open_chat``; ``!weather`` asks the loopback service, which the address policy lets through."""

    def make(**lua: Any) -> ChatSite:
        source = (PREFABS / "weather.lua").read_text()
        for address, path in (
            ("https://geocoding-api.open-meteo.com/v1/search", "/places"),
            ("https://api.open-meteo.com/v1/forecast", "/forecast"),
        ):
            assert address in source
            source = source.replace(address, service.url(path))
        site = open_chat(scripts={"weather": source}, **lua)
        site.engine._services.http = HttpClient(AddressPolicy(frozenset({ip_network("127.0.0.1/32")})))
        return site

    return make
