"""TLS: the connection goes to the checked address, the certificate is checked by the URL's name."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lua_engine.base.deadline import Deadline
from lua_engine.net.client import HttpClient
from lua_engine.net.errors import HttpError
from lua_engine.net.policy import AddressPolicy
from lua_engine.net.resolver import Resolver

LOOPBACK = AddressPolicy(frozenset({ipaddress.ip_network("127.0.0.1/32")}))


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for ``secure.test``, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secure.test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure_web(web: Any, certificate: Path) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    web.socket = context.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    web.page("/", "sealed" * 50_000)
    return web


def _client(certificate: Path | None) -> HttpClient:
    tls = ssl.create_default_context(cafile=certificate) if certificate else None
    return HttpClient(LOOPBACK, resolver=Resolver(lambda _host: ["127.0.0.1"]), tls=tls)


def test_https_works_by_name(secure_web: Any, certificate: Path, deadline: Deadline) -> None:
    answer = _client(certificate).get(f"https://secure.test:{secure_web.port}/", deadline=deadline)
    assert answer.body == b"sealed" * 50_000
    assert secure_web.seen[0][2]["Host"] == f"secure.test:{secure_web.port}"


@pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
def test_a_certificate_for_another_name_is_refused(
    secure_web: Any, certificate: Path, host: str, deadline: Deadline
) -> None:
    with pytest.raises(HttpError, match="TLS certificate refused"):
        _client(certificate).get(f"https://{host}:{secure_web.port}/", deadline=deadline)
    assert secure_web.seen == []


def test_an_unknown_authority_is_refused(secure_web: Any, deadline: Deadline) -> None:
    with pytest.raises(HttpError, match="TLS certificate refused"):
        _client(None).get(f"https://secure.test:{secure_web.port}/", deadline=deadline)
