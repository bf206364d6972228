from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lua_engine.base.errors import SiteError
from lua_engine.site.identity import base58, create_key_file, peer_id, peer_id_from_key_file

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def decode58(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


@given(st.binary(max_size=80))
def test_base58_can_be_taken_back(data: bytes) -> None:
    assert decode58(base58(data)) == data


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
    ],
)
def test_base58_as_its_draft_standard_shows_it(data: bytes, text: str) -> None:
    assert base58(data) == text


def test_the_key_of_the_libp2p_specification(tmp_path: Path) -> None:
    # Its peer-ids page gives this private key, and this public one for it.
    seed = "7e0830617c4a7de83925dfb2694556b12936c477a0e1feb2e148ec9da60fee7d"
    public = "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
    path = tmp_path / "identity.key"
    path.write_bytes(bytes.fromhex("08011240" + seed + public))
    assert decode58(peer_id_from_key_file(path)) == bytes.fromhex("002408011220" + public)


@given(st.binary(min_size=32, max_size=32))
def test_every_peer_id_begins_as_goop2_says(public: bytes) -> None:
    assert peer_id(public).startswith("12D3KooW")
    assert len(peer_id(public)) == 52


def test_a_new_key_is_in_goop2s_format_and_private(tmp_path: Path) -> None:
    path = tmp_path / "data" / "identity.key"
    made = create_key_file(path)
    data = path.read_bytes()
    assert data[:4] == bytes.fromhex("08011240")
    assert len(data) == 68
    assert Ed25519PrivateKey.from_private_bytes(data[4:36]).public_key().public_bytes_raw() == data[36:]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert peer_id_from_key_file(path) == made
    assert os.listdir(path.parent) == ["identity.key"]


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    first = create_key_file(path)
    before = path.read_bytes()
    assert create_key_file(path) == first
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("prefix", "part"),
    [(b"", slice(0)), (b"", slice(67)), (b"\x09", slice(1, 68)), (b"", slice(4, 68)), (b"\x08", slice(68))],
)
def test_a_file_that_is_no_key_is_refused_without_showing_it(
    tmp_path: Path, prefix: bytes, part: slice
) -> None:
    path = tmp_path / "identity.key"
    create_key_file(path)
    data = prefix + path.read_bytes()[part]
    path.write_bytes(data)
    with pytest.raises(SiteError, match="not an Ed25519 identity key") as caught:
        peer_id_from_key_file(path)
    assert str(path) in str(caught.value)
    assert data[8:20].hex() not in str(caught.value) or not data


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"no\.key: the identity key cannot be read: No such file"):
        peer_id_from_key_file(tmp_path / "no.key")
