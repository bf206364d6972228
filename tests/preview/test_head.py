"""How the head of a request is read."""

from __future__ import annotations

import io
import socket

import pytest

from goop_console.preview.head import BadHead, Head, read_head
from tests.helpers.preview_client import Visit


def read(text: bytes) -> Head:
    stream = io.BytesIO(text)
    return read_head(stream.readline(), stream)


def test_a_head() -> None:
    head = read(b"POST /a?b HTTP/1.1\r\nHost: x:1\r\nX-a:  one \r\nx-A:two\r\nEmpty:\r\n\r\nbody")
    assert (head.method, head.target, head.is_last) == ("POST", "/a?b", False)
    assert (head.headers.get("HOST"), head.headers.get_all("x-a")) == ("x:1", ["one", "two"])
    assert (head.headers.get("empty", "-"), head.headers.get("none", "-")) == ("", "-")


@pytest.mark.parametrize("text", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nConnection: Close\r\n\r\n"])
def test_a_connection_that_ends(text: bytes) -> None:
    assert read(text).is_last


def test_no_path_names_another_host() -> None:
    assert read(b"GET //evil.example/x HTTP/1.1\r\n\r\n").target == "/evil.example/x"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / x HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.10\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\rContent-Length: 1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 101 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\na: " + b"b" * 70_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_could_be_read_differently_is_refused(text: bytes, status: int) -> None:
    with pytest.raises(BadHead) as refused:
        read(text)
    assert refused.value.status == status


def test_who_waits_for_a_continue_gets_one(vic: Visit) -> None:
    body = b'{"function": "null", "params": {}}'
    lines = (
        "POST /api/data/lua/call HTTP/1.1", f"Host: {vic.host}:{vic.port}", "Content-Type: application/json",
        f"Content-Length: {len(body)}", "Expect: 100-continue", "Connection: close", "", "",
    )  # fmt: skip
    with socket.create_connection(("127.0.0.1", vic.port), timeout=60) as connection:
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
