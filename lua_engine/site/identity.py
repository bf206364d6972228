"""The peer's key file in Goop2's format, and the peer id that follows from its public half (contract section
1).

The file is a libp2p private key: ``08 01 12 40``, then the 32-byte Ed25519 seed, then the 32 public bytes.
Only the header and the public half are ever read, and no byte of the file ever gets into a message.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lua_engine.base.errors import SiteError
from lua_engine.site.atomic import write_atomic
from lua_engine.site.foreign import ForeignFileError, Rule, open_foreign

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_PRIVATE_HEADER = b"\x08\x01\x12\x40"  # protobuf: type Ed25519, 64 bytes of data
_PUBLIC_HEADER = b"\x08\x01\x12\x20"  # the same, 32 bytes
_IDENTITY_MULTIHASH = b"\x00\x24"  # "no hash", 36 bytes
_PUBLIC_OFFSET = 4 + 32
_FILE_SIZE = 4 + 64
_RULE = Rule(64 * 1024)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def peer_id_from_key_file(path: Path, home: Path | None = None) -> str:
    """The peer id (``12D3KooW...``) of the key at ``path``, below ``home``; the private half is not read.

    Raises :class:`SiteError` when the file is missing, unreadable or no Ed25519 key of libp2p.
    """
    try:
        descriptor = open_foreign(path, home or path.parent, _RULE)
    except ForeignFileError as error:
        raise SiteError(f"{path}: the identity key {error.reason}") from error
    if descriptor is None:
        raise SiteError(f"{path}: the identity key cannot be read: No such file or directory")
    # Unbuffered: a buffer would hold the seed.
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        header = file.read(len(_PRIVATE_HEADER))
        file.seek(_PUBLIC_OFFSET)
        public = file.read(33)
        size = file.seek(0, 2)
    if header != _PRIVATE_HEADER or size != _FILE_SIZE or len(public) != 32:
        raise SiteError(
            f"{path}: not an Ed25519 identity key as Goop2 writes it "
            f"({_FILE_SIZE} bytes that begin 08 01 12 40); "
            "restore the file from a backup, or move it away to get a new identity"
        )
    return peer_id(public)


def peer_id(public_key: bytes) -> str:
    """The peer id of 32 raw Ed25519 public bytes."""
    return base58(_IDENTITY_MULTIHASH + _PUBLIC_HEADER + public_key)


def random_peer_id() -> str:
    """The peer id of somebody new: of a real key that nobody keeps."""
    return peer_id(_new_key().public_key().public_bytes_raw())


def create_key_file(path: Path) -> str:
    """Make a new key at ``path`` (mode 0600) and answer its peer id; a key that is there already is kept and
    used.

    Raises :class:`SiteError` when it cannot be written.
    """
    key = _new_key()
    public = key.public_key().public_bytes_raw()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, _PRIVATE_HEADER + key.private_bytes_raw() + public, mode=0o600, exclusive=True)
    except FileExistsError:
        return peer_id_from_key_file(path)
    except OSError as error:
        raise SiteError(f"{path}: the identity key cannot be created: {error.strerror or error}") from error
    return peer_id(public)


def _new_key() -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # few sites need one made

    return Ed25519PrivateKey.generate()


def base58(data: bytes) -> str:
    """``data`` in base58btc, as Bitcoin and libp2p write it: each leading zero byte is a ``1``."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    digits = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_BASE58[digit])
    return "1" * zeros + "".join(reversed(digits))
