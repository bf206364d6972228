"""``engine.peers``: everybody who can be the caller, and the role of each."""

from __future__ import annotations

from lua_engine.base.caller import Caller
from lua_engine.community.groups import Groups
from lua_engine.site.folder import SiteFolder
from lua_engine.site.peers import Peer, PeerBook


class Peers:
    """Thread-safe. What writes raises :class:`SiteError` when the site is open for reading only."""

    def __init__(self, folder: SiteFolder, book: PeerBook, groups: Groups) -> None:
        self._folder = folder
        self._book = book
        self._groups = groups

    def all(self) -> tuple[Peer, ...]:
        """The owner, then known visitors, then test peers, then members of the template's group that nobody
        has seen yet.
        """
        known = self._book.all()
        ids = {peer.id for peer in known}
        unseen = (one.peer_id for one in self._groups.template_members() if one.peer_id not in ids)
        return (*known, *(Peer(peer_id, "", "", "member") for peer_id in unseen))

    def find(self, text: str) -> Caller:
        """``owner``, a peer id, or a label that only one peer has; CallerError otherwise."""
        return self._book.find(text)

    def role_of(self, peer_id: str) -> str:
        """``owner``, the role in the template's group, or an empty string for a stranger."""
        return self._groups.template_role(peer_id)

    def add_test_peer(self, peer: Peer) -> None:
        """Keep a test peer, in the console's own file."""
        self._folder.refuse_read_only()
        self._book.add_test_peer(peer)

    def update_test_peer(self, peer_id: str, peer: Peer) -> None:
        """Change a test peer, the id too."""
        self._folder.refuse_read_only()
        self._book.update_test_peer(peer_id, peer)

    def remove_test_peer(self, peer_id: str) -> None:
        """Forget a test peer."""
        self._folder.refuse_read_only()
        self._book.remove_test_peer(peer_id)
