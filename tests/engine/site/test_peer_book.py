from __future__ import annotations

import json
from pathlib import Path

import pytest

from lua_engine.base.caller import Caller
from lua_engine.base.errors import CallerError, SiteError
from lua_engine.site.folder import SiteFolder
from lua_engine.site.peers import Peer, PeerBook

ROWS = {
    "_peer_cache": [("peer-a", "Ann", ""), ("peer-b", "Bob", "bob@example.org"), ("peer-c", "", "")],
    "_favorites": [("peer-a", "Old Ann", "ann@example.org"), ("peer-d", "bob", ""), ("peer-e", "Eve", "")],
}


def no_rows(_: str) -> list[tuple[str, str, str]]:
    return []


@pytest.fixture
def book(folder: SiteFolder) -> PeerBook:
    return PeerBook(folder, lambda table: ROWS[table])


def test_the_owner_comes_first_then_visitors_then_test_peers(book: PeerBook, folder: SiteFolder) -> None:
    book.add_test_peer(Peer("test-1", "Aaron"))
    assert [(peer.id, peer.source) for peer in book.all()] == [
        (folder.peer_id, "owner"),
        ("peer-a", "visitor"),
        ("peer-b", "visitor"),
        ("peer-d", "visitor"),
        ("peer-e", "visitor"),
        ("peer-c", "visitor"),
        ("test-1", "test"),
    ]
    assert book.all()[1] == Peer("peer-a", "Ann", "ann@example.org", "visitor")


def test_find(book: PeerBook, folder: SiteFolder) -> None:
    owner = Caller(folder.peer_id, "Olga", "olga@example.org")
    assert book.find("owner") == book.find(folder.peer_id) == book.find("OLGA") == owner
    assert book.find("peer-c") == Caller("peer-c", "peer-c", "")
    assert book.find("eve") == Caller("peer-e", "Eve", "")
    assert book.find("Bob").id == "peer-b"  # exact letters win over "bob"
    assert book.find("bob").id == "peer-d"
    with pytest.raises(
        CallerError, match=r"'BOB' is the name of several peers; give one of their ids: peer-b, peer-d"
    ):
        book.find("BOB")
    with pytest.raises(
        CallerError, match=r"no peer is called 'Zoe'; there are owner, Ann, Bob, bob, Eve, peer-c"
    ):
        book.find("Zoe")
    with pytest.raises(CallerError, match="no peer is called ''"):
        book.find("")


def test_nobody_but_the_owner_is_said_as_that(folder: SiteFolder) -> None:
    with pytest.raises(CallerError, match=r"'Zoe'; there is only owner; anybody else can be given as JSON"):
        PeerBook(folder, no_rows).find("Zoe")


def test_complete_follows_the_contract(book: PeerBook, folder: SiteFolder) -> None:
    book.add_test_peer(Peer("test-1", "Tess", "t@example.org"))
    assert book.complete(Caller(folder.peer_id)) == Caller(folder.peer_id, "Olga", "olga@example.org")
    assert book.complete(Caller("peer-b")) == Caller("peer-b", "Bob", "bob@example.org")
    assert book.complete(Caller("peer-b", "Robert")) == Caller("peer-b", "Robert", "bob@example.org")
    assert book.complete(Caller("test-1")) == Caller("test-1", "Tess", "t@example.org")
    assert book.complete(Caller("stranger")) == Caller("stranger", "stranger", "")
    full = Caller("x", "y", "z")
    assert book.complete(full) is full


def test_visitors_are_read_again_after_a_second_or_on_request(folder: SiteFolder) -> None:
    rows = {"_peer_cache": [("p", "One", "")], "_favorites": []}
    now = [0.0]
    book = PeerBook(folder, lambda table: rows[table], clock=lambda: now[0])
    assert book.complete(Caller("p")).label == "One"
    rows["_peer_cache"] = [("p", "Two", "")]
    assert book.complete(Caller("p")).label == "One"
    now[0] = 1.5
    assert book.complete(Caller("p")).label == "Two"
    rows["_peer_cache"] = [("p", "Three", "")]
    book.refresh()
    assert book.complete(Caller("p")).label == "Three"


def test_test_peers_are_kept_in_the_consoles_own_file(book: PeerBook, folder: SiteFolder) -> None:
    assert not folder.console_dir.exists()
    book.add_test_peer(Peer("test-1", "Tëss", "t@example.org", "visitor"))
    book.add_test_peer(Peer("test-2"))
    stored = json.loads((folder.console_dir / "peers.json").read_text())
    assert stored == {
        "format": 1,
        "peers": [
            {"id": "test-1", "label": "Tëss", "email": "t@example.org"},
            {"id": "test-2", "label": "", "email": ""},
        ],
    }
    again = PeerBook(folder, no_rows)
    assert [peer.id for peer in again.all()[1:]] == ["test-2", "test-1"]
    again.remove_test_peer("test-1")
    assert [peer.id for peer in PeerBook(folder, no_rows).all()[1:]] == ["test-2"]


def test_ids_must_be_free_and_sensible(book: PeerBook, folder: SiteFolder) -> None:
    for peer_id in ("", "  ", "owner", "x" * 257):
        with pytest.raises(CallerError, match="a test peer needs an id"):
            book.add_test_peer(Peer(peer_id))
    for taken in ("peer-a", folder.peer_id):
        with pytest.raises(CallerError, match="belongs to"):
            book.add_test_peer(Peer(taken))
    with pytest.raises(CallerError, match="there is no test peer 'peer-a'"):
        book.remove_test_peer("peer-a")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"peers": [{"label": "x"}]}',
        '{"peers": [{"id": 5}]}',
        '{"peers": 1}',
        '{"peers": [{"id": ""}]}',
    ],
)
def test_a_damaged_file_is_named_and_not_overwritten(folder: SiteFolder, text: str) -> None:
    path: Path = folder.console_dir / "peers.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(SiteError, match=r"peers\.json: .*; correct the file, or delete it"):
        PeerBook(folder, no_rows)
    assert path.read_text() == text
