"""Somebody who never came before."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from goop_console.widgets.caller_picker import CallerChoice

SOURCE = "new"
STRANGER = "stranger"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_MULTIHASH = bytes.fromhex(
    "002408011220"
)  # identity multihash of a protobuf with a 32-byte Ed25519 key


def new_peer_id() -> str:
    """A fresh id in the shape of a real one (``12D3KooW…``, 52 characters); nobody holds its key."""
    return base58(_ED25519_MULTIHASH + secrets.token_bytes(32))


def base58(data: bytes) -> str:
    """``data`` in Bitcoin's base 58."""
    number, digits = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _ALPHABET[rest] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def new_stranger(taken: Collection[str]) -> CallerChoice:
    """A stranger with a label that is not in ``taken``."""
    number = 1
    while f"Stranger {number}" in taken:
        number += 1
    return CallerChoice(new_peer_id(), f"Stranger {number}", STRANGER, source=SOURCE)
