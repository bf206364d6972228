"""A real data.db with groups, rooms and a session over it; every event is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lua_engine.api.binding import REGISTRY, Host, HostFunction
from lua_engine.api.calls import ServedCalls
from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.events import Event, EventBus
from lua_engine.base.lua_files import read_lua
from lua_engine.community.chat import ChatRooms
from lua_engine.community.groups import Groups
from lua_engine.community.listen import ListenSession
from lua_engine.net.client import HttpClient
from lua_engine.net.policy import AddressPolicy
from lua_engine.runtime.context import RunContext
from lua_engine.runtime.convert import flatten
from lua_engine.runtime.prelude import compile_prelude
from lua_engine.runtime.vm import Job, Outcome, Vm
from lua_engine.scripts.lint import compile_source
from lua_engine.store.community.community_rows import CommunityRows
from lua_engine.store.database import Database

OWNER = Caller("12D3KooWowner", "Olga")
NAMES = {OWNER.id: "Olga", "anna": "Anna A.", "bob": "Bob B."}


@dataclass
class Clock:
    """Time that moves when the test says so; in seconds."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Community:
    """One site's community services."""

    database: Database
    rows: CommunityRows
    bus: EventBus
    groups: Groups
    chat: ChatRooms
    listen: ListenSession
    shared: Path
    clock: Clock
    events: list[Event] = field(default_factory=list)

    def seen(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def make_community(folder: Path) -> Community:
    bus = EventBus()
    database = Database(folder / "data.db", bus=bus)
    rows = CommunityRows(database)
    groups = Groups(database, bus, lambda: OWNER, lambda peer_id: NAMES.get(peer_id, peer_id))
    clock = Clock()
    shared = folder / "shared"
    shared.mkdir(exist_ok=True)
    made = Community(
        database,
        rows,
        bus,
        groups,
        ChatRooms(groups, database, bus, clock),
        ListenSession(groups, bus, shared, clock),
        shared,
        clock,
    )
    bus.subscribe(made.events.append)
    return made


@pytest.fixture
def community(tmp_path: Path) -> Iterator[Community]:
    made = make_community(tmp_path)
    yield made
    made.database.close()


def mp3_bytes(frames: int = 100) -> bytes:
    """Silent MPEG-1 layer III frames: 128 kbit/s, 44.1 kHz, 417 bytes and 1152 samples each."""
    return (b"\xff\xfb\x90\x64" + bytes(413)) * frames


@pytest.fixture
def track_path(community: Community) -> Path:
    path = community.shared / "tune.mp3"
    path.write_bytes(mp3_bytes(383))  # about ten seconds
    return path


# Scripts: real Lua in the real sandbox, over the services above.


@dataclass
class Script:
    """Runs Lua chunks as a caller: ``script("return goop.group.owner()")`` answers what the chunk returns."""

    services: Any
    prelude: bytes
    functions: tuple[HostFunction, ...]

    def __call__(self, source: str, caller: str = OWNER.id, seconds: float = 20) -> Any:
        outcome = self.outcome(source, caller, seconds)
        assert outcome.status == "ok", outcome
        return json.loads(outcome.text)

    def error(self, source: str, caller: str = OWNER.id) -> str:
        """The message of the error that the chunk must die of."""
        outcome = self.outcome(source, caller, 20)
        assert outcome.status == "script", outcome
        return outcome.text.decode()

    def outcome(self, source: str, caller: str, seconds: float) -> Outcome:
        deadline = Deadline(seconds)
        who = Caller(caller, NAMES.get(caller, caller))
        run = RunContext("call-1", "script", "call", who, OWNER, deadline, lambda _line: None)
        code = compile_source("script.lua", f"function call(request)\n{source}\nend".encode()).bytecode
        vm = Vm(self.prelude)
        try:
            job = Job(code, False, "call", "call", None, flatten({}, "params"), who, OWNER, 10 * 1024 * 1024)
            return vm.run(job, ServedCalls(Host(run, self.services), self.functions), deadline)
        finally:
            vm.close()


@pytest.fixture(scope="session")
def prelude() -> tuple[bytes, tuple[HostFunction, ...]]:
    """The namespaces of this room, and those that every script has."""
    for namespace in ("log", "json", "route", "commands", "http", "group", "chat", "listen", "template"):
        import_module(f"lua_engine.api.{namespace}")
    functions = tuple(REGISTRY.values())
    names = ("log", "route", "json", "commands", "group", "template", "transform")
    glue = [(name, read_lua("lua_engine.api", name)) for name in names]
    return compile_prelude(functions, glue), functions


@pytest.fixture
def script(community: Community, prelude: tuple[bytes, tuple[HostFunction, ...]]) -> Script:
    """The parts of ``Services`` that no function here asks for are left out."""
    services = SimpleNamespace(
        settings=lambda: SimpleNamespace(http_enabled=True),
        folder=SimpleNamespace(path=community.shared),  # its path is taken out of messages
        database=community.database,
        groups=community.groups,
        chat=community.chat,
        listen=community.listen,
        bus=community.bus,
        http=HttpClient(AddressPolicy(frozenset({ip_network("127.0.0.1/32")}))),
    )
    return Script(services, *prelude)
