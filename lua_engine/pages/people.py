"""``Goop.identity`` and ``Goop.peers``: who the visitor is, and whom the visitor's program knows."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.pages.mailboxes import Mailboxes
from lua_engine.pages.parts import PageParts
from lua_engine.site.foreign import ForeignFileError, Rule, read_foreign

_AVATAR = Rule(1024 * 1024, hard_links=False)


def self_of(parts: PageParts, caller: Caller) -> dict[str, str]:
    """``{id, label, email}`` of the visitor."""
    known = parts.peers.complete(caller)
    return {"id": known.id, "label": known.label, "email": known.email}


def others(parts: PageParts, mailboxes: Mailboxes, caller: Caller) -> list[dict[str, Any]]:
    """The peers that the visitor's program would list, by Goop2's names."""
    present = mailboxes.peers() | {parts.folder.peer_id}
    return [
        {
            "ID": peer.id,
            "Content": peer.label,
            "Email": peer.email,
            "AvatarHash": "",
            "VideoDisabled": False,
            "ActiveTemplate": "",
            "Verified": False,
            "Reachable": peer.id in present,
            "Offline": peer.id not in present,
            "LastSeen": 0,
            "Favorite": False,
        }
        for peer in parts.peers.all()
        if peer.id != caller.id
    ]


def avatar(parts: PageParts, peer_id: str) -> tuple[str, bytes]:
    """Type and bytes of a peer's picture: the owner's own, else the initial on a colour of the id."""
    if peer_id == parts.folder.peer_id:
        own = parts.folder.path / "avatar.png"
        with suppress(ForeignFileError):  # a link, a pipe, a picture too large: the initial does
            data = read_foreign(own, parts.folder.path, _AVATAR)
            if data is not None:
                return "image/png", data
    name = parts.peers.complete(Caller(peer_id)).label
    hue = hashlib.sha256(peer_id.encode("utf-8", "replace")).digest()[0] * 360 // 256
    # a letter or a digit: nothing in it that SVG would take for markup
    initial = next((one for one in name if one.isalnum()), "?").upper()
    return "image/svg+xml", (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40" height="40">'
        f'<rect width="40" height="40" fill="hsl({hue} 45% 40%)"/>'
        '<text x="20" y="27" font-family="sans-serif" font-size="19" fill="#fff" text-anchor="middle">'
        f"{initial}</text>"
        "</svg>"
    ).encode()
