"""Who may call: the owner, the visitors that Goop2 has seen, and the owner's invented test peers (contract
section 8).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from lua_engine.base.caller import OWNER, Caller
from lua_engine.base.errors import CallerError, SiteError
from lua_engine.base.file_format import UnknownFormat, check_format
from lua_engine.base.strict_json import JsonProblem, parse_json_object
from lua_engine.site.atomic import write_atomic
from lua_engine.site.folder import SiteFolder
from lua_engine.site.foreign import Rule, make_own_folder, read_foreign

VISITOR_TABLES = ("_peer_cache", "_favorites")  # in order of trust
MAX_FIELD = 256  # characters of an id, a label or an email
_FORMAT = 1  # of .goop-console/peers.json
_RULE = Rule(4 * 1024 * 1024)
_MEND = "correct the file, or delete it to start without test peers"
_VISITORS_FRESH = (
    1.0  # seconds that read visitors stay good: Goop2 writes them at any time, calls come by the thousand
)

ReadRows = Callable[[str], list[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who can be the caller.

    ``source``: ``owner``, ``visitor`` (Goop2 saw them), ``test`` (invented here) or ``member`` (known from a
    group only).
    """

    id: str
    label: str = ""
    email: str = ""
    source: str = "test"

    @property
    def name(self) -> str:
        """What a person calls this peer."""
        return self.label or self.id

    @property
    def caller(self) -> Caller:
        return Caller(self.id, self.label, self.email)


class PeerBook:
    """Everybody that the console can name. Thread-safe.

    ``read_rows`` gives the ``(peer_id, label, email)`` rows of a table in ``data.db``, none when there is no
    such table. Raises :class:`SiteError` when the file of test peers is damaged.
    """

    def __init__(
        self, folder: SiteFolder, read_rows: ReadRows, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._read_rows = read_rows
        self._clock = clock
        self._lock = threading.Lock()
        self._visitors: dict[str, Peer] = {}
        self._read_at = -_VISITORS_FRESH - 1
        self._tests = {peer.id: peer for peer in _load(self._path, folder)}

    @property
    def _path(self) -> Path:
        return self._folder.console_dir / "peers.json"

    def all(self) -> tuple[Peer, ...]:
        """The owner first, then visitors, then test peers, each part by name. An id appears once."""
        known = self._known()
        order = {"owner": 0, "visitor": 1, "test": 2}
        return tuple(
            sorted(known.values(), key=lambda peer: (order[peer.source], peer.name.casefold(), peer.id))
        )

    def find(self, text: str) -> Caller:
        """The peer that ``text`` names: ``owner``, an id, or a label that only one has (letter case counts
        only among several).

        Raises :class:`CallerError` that lists who there is, or who shares the label.
        """
        peers = self.all()
        if text == OWNER:
            return self.complete(peers[0].caller)
        exact = [peer for peer in peers if peer.id == text]
        same = [peer for peer in peers if peer.label == text] if text else []
        alike = [peer for peer in peers if peer.label.casefold() == text.casefold()] if text else []
        found = exact or same or alike
        if not found:
            raise CallerError(
                f"no peer is called {text!r}; there {_listed(peers)}; "
                "anybody else can be given as JSON, with an id of their own"
            )
        if len(found) > 1:
            raise CallerError(
                f"{text!r} is the name of several peers; give one of their ids: "
                f"{', '.join(peer.id for peer in found)}"
            )
        return self.complete(found[0].caller)

    def complete(self, caller: Caller) -> Caller:
        """``caller`` with an empty label or email filled in by contract section 5: what is known of the peer,
        else the id as label.
        """
        if caller.label and caller.email:
            return caller
        peer = self._lookup(caller.id)
        label = caller.label or (peer.label if peer else "") or caller.id
        return replace(caller, label=label, email=caller.email or (peer.email if peer else ""))

    def add_test_peer(self, peer: Peer) -> None:
        """Keep an invented peer. Raises :class:`CallerError` for an id that is empty, too long or taken."""
        self._check(peer)
        with self._lock:
            self._keep({**self._tests, peer.id: replace(peer, source="test")})

    def update_test_peer(self, peer_id: str, peer: Peer) -> None:
        """Put ``peer`` in the place of the invented peer ``peer_id``. Raises :class:`CallerError` as
        :meth:`add_test_peer` does.
        """
        self._check(peer, instead_of=peer_id)
        with self._lock:
            self._require(peer_id)
            known = [
                replace(peer, source="test") if key == peer_id else one for key, one in self._tests.items()
            ]
            self._keep({one.id: one for one in known})

    def _check(self, peer: Peer, instead_of: str = "") -> None:
        if (
            not peer.id.strip()
            or peer.id == OWNER
            or any(len(text) > MAX_FIELD for text in (peer.id, peer.label, peer.email))
        ):
            raise CallerError(
                "a test peer needs an id that is not empty and not 'owner'; "
                f"id, label and email have at most {MAX_FIELD} characters"
            )
        taken = self._lookup(peer.id)
        if taken is not None and taken.id != instead_of:
            raise CallerError(f"the id {peer.id!r} belongs to {taken.name!r} already; choose another one")

    def _require(self, peer_id: str) -> None:
        if peer_id not in self._tests:
            raise CallerError(f"there is no test peer {peer_id!r}")

    def remove_test_peer(self, peer_id: str) -> None:
        """Forget an invented peer. Raises :class:`CallerError` when there is none with that id."""
        with self._lock:
            self._require(peer_id)
            self._keep({key: peer for key, peer in self._tests.items() if key != peer_id})

    def refresh(self) -> None:
        """Read the visitors again at the next question (Goop2 has written, or a table changed)."""
        with self._lock:
            self._read_at = -_VISITORS_FRESH - 1

    def _keep(self, tests: dict[str, Peer]) -> None:
        rows = [
            {key: value for key, value in asdict(peer).items() if key != "source"} for peer in tests.values()
        ]
        path = self._path
        self._folder.refuse_when_gone()
        make_own_folder(self._folder.path, self._folder.console_dir.name)
        text = json.dumps({"format": _FORMAT, "peers": rows}, ensure_ascii=False, indent=2) + "\n"
        write_atomic(path, text.encode(), mode=0o600, follow=False)
        self._tests = tests

    def _known(self) -> dict[str, Peer]:
        """Everybody by id; the surer source wins."""
        visitors = self._fresh_visitors()
        owner = self._owner(visitors)
        return {**self._tests, **visitors, owner.id: owner}

    def _lookup(self, peer_id: str) -> Peer | None:
        """One of :meth:`_known`, without building it: every call asks this."""
        visitors = self._fresh_visitors()
        if peer_id == self._folder.peer_id:
            return self._owner(visitors)
        return visitors.get(peer_id) or self._tests.get(peer_id)

    def _owner(self, visitors: Mapping[str, Peer]) -> Peer:
        owner = self._folder.owner
        cached = visitors.get(owner.id, Peer(owner.id))
        return Peer(owner.id, owner.label or cached.label, owner.email or cached.email, "owner")

    def _fresh_visitors(self) -> dict[str, Peer]:
        with self._lock:
            if self._clock() - self._read_at > _VISITORS_FRESH:
                self._visitors = _merge(row for table in VISITOR_TABLES for row in self._read_rows(table))
                self._read_at = self._clock()
            return self._visitors


def _merge(rows: Iterable[tuple[str, str, str]]) -> dict[str, Peer]:
    """One peer per id; an earlier row's label and email win where they are not empty."""
    found: dict[str, Peer] = {}
    for peer_id, label, email in rows:
        seen = found.get(peer_id, Peer(peer_id, source="visitor"))
        found[peer_id] = replace(seen, label=seen.label or label, email=seen.email or email)
    return found


def _load(path: Path, folder: SiteFolder) -> list[Peer]:
    data = read_foreign(path, folder.path, _RULE)
    if data is None:
        return []
    try:
        tree = parse_json_object(data)
        check_format(tree, _FORMAT)
        return _stored_peers(tree)
    except JsonProblem as problem:
        raise SiteError(f"{path}: not valid JSON: {problem}; {_MEND}") from None
    except UnknownFormat as error:
        raise SiteError(f"{path}: {error}") from None
    except _Unfit as error:
        raise SiteError(f"{path}: {error}; {_MEND}") from None


class _Unfit(ValueError):
    """A value of the file is not as it must be."""


def _stored_peers(tree: Mapping[str, Any]) -> list[Peer]:
    rows = tree.get("peers", [])
    if not isinstance(rows, list):
        raise _Unfit("peers must be a list")
    return [_stored_peer(row, f"peers.{at}") for at, row in enumerate(rows)]


def _stored_peer(row: Any, place: str) -> Peer:
    if not isinstance(row, dict):
        raise _Unfit(f"{place} must be an object ({{...}})")
    texts = {key: row.get(key, "") for key in ("id", "label", "email")}
    for key, text in texts.items():
        if not isinstance(text, str) or len(text) > MAX_FIELD:
            raise _Unfit(f"{place}.{key} must be a string of at most {MAX_FIELD} characters")
    if not texts["id"]:
        raise _Unfit(f"{place}.id is missing or empty")
    return Peer(**texts, source="test")


def _listed(peers: tuple[Peer, ...], most: int = 10) -> str:
    names = [OWNER, *(peer.name for peer in peers[1:])]
    if len(names) == 1:
        return f"is only {OWNER}"
    return "are " + ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
