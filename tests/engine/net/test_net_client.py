"""The client against real servers: what passes, what is refused, and what ends with the deadline."""

from __future__ import annotations

import gzip
import socket
import sys
import threading
import zlib
from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, ErrorKind
from lua_engine.net import transport as transport_module
from lua_engine.net.client import MAX_RESPONSE_BYTES, HttpClient
from lua_engine.net.errors import AddressRefused, HttpError
from lua_engine.net.policy import AddressPolicy
from lua_engine.net.resolver import Resolver

LOOPBACK = AddressPolicy(frozenset({ip_network("127.0.0.1/32")}))


def resolver(**table: list[str]) -> Resolver:
    return Resolver(lambda host: table[host.partition(".")[0]])


def test_get_answers_with_status_and_body(web: Any, client: HttpClient, deadline: Deadline) -> None:
    web.page("/a?b=c", "héllo")
    answer = client.get(web.url("/a?b=c#frag"), deadline=deadline)
    assert (answer.status, answer.body.decode(), answer.url) == (200, "héllo", web.url("/a?b=c"))
    method, path, headers, body = web.seen[0]
    assert (method, path, body) == ("GET", "/a?b=c", b"")
    assert headers["Accept-Encoding"] == "identity"
    assert headers["User-Agent"] == "goop-console"
    assert headers["Host"] == f"127.0.0.1:{web.port}"
    assert not {"Cookie", "Authorization", "Content-Type"} & set(headers)


def test_post_sends_the_body_as_it_is(web: Any, client: HttpClient, deadline: Deadline) -> None:
    web.page("/in", "got it", 201)
    answer = client.post(web.url("/in"), b"\xff\x00", "application/octet-stream", deadline=deadline)
    assert (answer.status, answer.body) == (201, b"got it")
    assert web.seen[0][3] == b"\xff\x00"
    assert web.seen[0][2]["Content-Type"] == "application/octet-stream"


def test_an_error_status_is_an_answer(web: Any, client: HttpClient, deadline: Deadline) -> None:
    assert client.get(web.url("/missing"), deadline=deadline).status == 404


def test_the_name_is_resolved_once_and_kept_in_the_host_header(web: Any, deadline: Deadline) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    web.page("/")
    HttpClient(LOOPBACK, resolver=Resolver(lambda _host: next(answers))).get(
        web.url(host="site.test"), deadline=deadline
    )
    assert web.seen[0][2]["Host"] == f"site.test:{web.port}"
    assert next(answers) == ["10.0.0.1"]  # a second look-up would have taken it


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "10.0.0.1"],
        ["::1"],
        ["2606:4700::1", "::ffff:127.0.0.1"],
        ["fe80::1%lo"],
        ["64:ff9b::a00:1"],
    ],
)
def test_a_name_is_refused_when_any_of_its_addresses_is(addresses: list[str], deadline: Deadline) -> None:
    client = HttpClient(resolver=resolver(evil=addresses))
    with pytest.raises(AddressRefused, match=r"address refused: evil\.test is an? "):
        client.get("http://evil.test/", deadline=deadline)


def test_without_an_allow_list_loopback_is_out_of_reach(web: Any, deadline: Deadline) -> None:
    for host in ("127.0.0.1", "localhost", "localhost.", "2130706433", "[::1]", "[::ffff:127.0.0.1]"):
        with pytest.raises(AddressRefused):
            HttpClient().get(web.url(host=host), deadline=deadline)
    assert web.seen == []


def test_the_own_public_address_is_refused(monkeypatch: pytest.MonkeyPatch, deadline: Deadline) -> None:
    monkeypatch.setattr(transport_module, "_is_this_machine", lambda address: str(address) == "93.184.216.34")
    with pytest.raises(AddressRefused, match="an address of this machine"):
        HttpClient(resolver=resolver(me=["93.184.216.34"])).get("http://me.test/", deadline=deadline)


def test_this_machine_knows_its_own_addresses() -> None:
    assert transport_module._is_this_machine(transport_module.ip_address("127.0.0.1"))


def test_an_unknown_name_and_a_closed_port_are_errors(client: HttpClient, deadline: Deadline) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(HttpError, match=rf"cannot connect to 127\.0\.0\.1:{port}: Connection refused"):
        client.get(f"http://127.0.0.1:{port}/", deadline=deadline)
    with pytest.raises(HttpError, match=r"host not found: nobody\.test"):
        client.get("http://nobody.test/", deadline=deadline)


def test_the_next_address_is_tried_when_one_is_dead(web: Any, deadline: Deadline) -> None:
    web.page("/")
    policy = AddressPolicy(frozenset({ip_network("127.0.0.0/8")}))
    client = HttpClient(policy, resolver=resolver(site=["127.0.0.2", "127.0.0.1"]))
    assert client.get(web.url(host="site.test"), deadline=deadline).body == b"ok"


def test_an_address_that_does_not_answer_uses_up_its_share_only(web: Any) -> None:
    web.page("/")
    policy = AddressPolicy(frozenset({ip_network("127.0.0.0/8")}))
    client = HttpClient(policy, resolver=resolver(site=["127.0.0.2", "127.0.0.1"]))
    silent = socket.create_server(("127.0.0.2", web.port), backlog=0)
    waiting = [socket.socket() for _ in range(3)]
    try:
        for one in waiting:  # fill the queue: whoever comes next is not answered
            one.setblocking(False)
            one.connect_ex(silent.getsockname())
        assert client.get(web.url(host="site.test"), deadline=Deadline(10)).body == b"ok"
    finally:
        for one in (*waiting, silent):
            one.close()


# Redirects


def test_redirects_are_followed_and_change_the_method_as_browsers_do(
    web: Any, client: HttpClient, deadline: Deadline
) -> None:
    web.page("/end")
    for status in (301, 302, 303, 307, 308):
        web.redirect(f"/{status}", "end", status)
        web.seen.clear()
        assert client.post(web.url(f"/{status}"), b"x=1", "text/plain", deadline=deadline).url == web.url(
            "/end"
        )
        method, _path, headers, body = web.seen[1]
        kept = status in (307, 308)
        assert (method, body) == (("POST", b"x=1") if kept else ("GET", b""))
        assert ("Content-Type" in headers) == kept


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.2/", "http://10.0.0.1/", "http://[::1]/", "//169.254.169.254/latest/meta-data",
        "http://0x7f.2/", "http://evil.test/",
        "file:///etc/passwd", "ftp://example.com/", "javascript:1", "http://site.test@127.0.0.2/",
        "http://[::1/", "\\\\10.0.0.1\\x",
    ],
)  # fmt: skip
def test_a_redirect_to_a_forbidden_place_is_refused(web: Any, location: str, deadline: Deadline) -> None:
    web.redirect("/", location)
    client = HttpClient(LOOPBACK, resolver=resolver(evil=["127.0.0.3"]))
    with pytest.raises(HttpError):
        client.get(web.url(), deadline=deadline)
    assert len(web.seen) == 1


def test_five_redirects_pass_and_six_do_not(web: Any, client: HttpClient, deadline: Deadline) -> None:
    for step in range(6):
        web.redirect(f"/{step}", f"/{step + 1}")
    web.page("/6")
    assert client.get(web.url("/1"), deadline=deadline).body == b"ok"
    with pytest.raises(HttpError, match="too many redirects"):
        client.get(web.url("/0"), deadline=deadline)


def test_a_redirect_status_without_location_is_an_answer(
    web: Any, client: HttpClient, deadline: Deadline
) -> None:
    web.page("/", "choices", 300)
    assert client.get(web.url(), deadline=deadline).body == b"choices"


def test_no_cookie_is_kept_not_even_within_one_exchange(
    web: Any, client: HttpClient, deadline: Deadline
) -> None:
    web.page("/", b"", 302, Location="/next", Set_Cookie="id=1")
    web.page("/next", "ok", Set_Cookie="id=2")
    for _ in range(2):
        client.get(web.url(), deadline=deadline)
    assert len(web.seen) == 4
    assert all("Cookie" not in headers for _method, _path, headers, _body in web.seen)


def test_credentials_stay_with_their_origin(web: Any, deadline: Deadline) -> None:
    client = HttpClient(LOOPBACK, resolver=resolver(site=["127.0.0.1"]))
    web.redirect("/", "/same")
    web.redirect("/same", web.url("/other", host="site.test"))
    web.page("/other")
    client.get(f"http://user:secret@127.0.0.1:{web.port}/", deadline=deadline)
    sent = [headers.get("Authorization") for _method, _path, headers, _body in web.seen]
    assert sent == ["Basic dXNlcjpzZWNyZXQ=", "Basic dXNlcjpzZWNyZXQ=", None]


def test_the_environment_does_not_matter(
    web: Any, client: HttpClient, deadline: Deadline, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    web.page("/")
    assert client.get(web.url(), deadline=deadline).body == b"ok"


# The cap


@pytest.mark.parametrize(("size", "fits"), [(MAX_RESPONSE_BYTES, True), (MAX_RESPONSE_BYTES + 1, False)])
def test_a_response_may_have_one_megabyte(
    web: Any, client: HttpClient, deadline: Deadline, size: int, fits: bool
) -> None:
    web.page("/", b"x" * size)
    if fits:
        assert len(client.get(web.url(), deadline=deadline).body) == size
    else:
        with pytest.raises(HttpError, match="response is larger than 1 MB"):
            client.get(web.url(), deadline=deadline)


def test_an_endless_response_stops_at_the_cap(
    raw_server: Any, client: HttpClient, deadline: Deadline
) -> None:
    def talk(connection: socket.socket, stopped: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not stopped.is_set():
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    with pytest.raises(HttpError, match="response is larger than 1 MB"):
        client.get(f"http://127.0.0.1:{raw_server(talk)}/", deadline=deadline)


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("Identity", bytes)]
)
def test_a_compressed_response_is_unpacked(
    web: Any, client: HttpClient, deadline: Deadline, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    web.page("/", pack(b"text " * 100), Content_Encoding=encoding)
    assert client.get(web.url(), deadline=deadline).body == b"text " * 100


def test_a_gzip_bomb_stops_at_the_cap(web: Any, client: HttpClient, deadline: Deadline, bomb: bytes) -> None:
    assert len(bomb) < MAX_RESPONSE_BYTES
    web.page("/", bomb, Content_Encoding="gzip")
    with pytest.raises(HttpError, match="response is larger than 1 MB"):
        client.get(web.url(), deadline=deadline)


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        (b"no gzip", "gzip", "damaged"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "gzip", "cut short"),
        (b"x", "br", "unsupported content encoding: br"),
        (gzip.compress(b"x", mtime=0), "gzip, gzip", "unsupported content encoding"),
    ],
)
def test_a_bad_encoding_is_an_error(
    web: Any, client: HttpClient, deadline: Deadline, content: bytes, encoding: str, message: str
) -> None:
    web.page("/", content, Content_Encoding=encoding)
    with pytest.raises(HttpError, match=message):
        client.get(web.url(), deadline=deadline)


# Time


def _hang_before_the_answer(connection: socket.socket, stopped: threading.Event) -> None:
    connection.recv(4096)
    stopped.wait()


def _trickle_the_head(connection: socket.socket, stopped: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not stopped.wait(0.01):
        connection.sendall(b"X-A: b\r\n")


def _trickle_the_body(connection: socket.socket, stopped: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not stopped.wait(0.01):
        connection.sendall(b"x")


def _endless_interim_answers(connection: socket.socket, stopped: threading.Event) -> None:
    while not stopped.wait(0.001):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize(
    "talk", [_hang_before_the_answer, _trickle_the_head, _trickle_the_body, _endless_interim_answers]
)
def test_a_slow_server_ends_with_the_deadline(raw_server: Any, client: HttpClient, talk: Any) -> None:
    port = raw_server(talk)
    with pytest.raises(CallKilled) as caught:
        client.get(f"http://127.0.0.1:{port}/", deadline=Deadline(0.3))
    assert caught.value.kind is ErrorKind.TIMEOUT


def test_a_server_that_does_not_read_ends_with_the_deadline(raw_server: Any, client: HttpClient) -> None:
    port = raw_server(lambda _connection, stopped: stopped.wait())
    with pytest.raises(CallKilled):
        client.post(
            f"http://127.0.0.1:{port}/", bytes(32 * 1024 * 1024), "text/plain", deadline=Deadline(0.3)
        )


def test_a_slow_tls_handshake_ends_with_the_deadline(raw_server: Any, client: HttpClient) -> None:
    port = raw_server(lambda _connection, stopped: stopped.wait())
    with pytest.raises(CallKilled):
        client.get(f"https://127.0.0.1:{port}/", deadline=Deadline(0.3))


def test_a_cancelled_call_stops_while_it_waits(raw_server: Any, client: HttpClient) -> None:
    deadline, asked = Deadline(60), threading.Event()

    def talk(connection: socket.socket, stopped: threading.Event) -> None:
        connection.recv(4096)
        asked.set()
        stopped.wait()

    def cancel() -> None:
        asked.wait()
        deadline.revoke()

    thread = threading.Thread(target=cancel)
    port = raw_server(talk)
    thread.start()
    with pytest.raises(CallKilled) as caught:
        client.get(f"http://127.0.0.1:{port}/", deadline=deadline)
    thread.join()
    assert caught.value.kind is ErrorKind.CANCELLED


def test_a_slow_resolver_ends_with_the_deadline_and_its_threads_are_counted() -> None:
    asked, release = threading.Event(), threading.Event()

    def slow(_host: str) -> list[str]:
        asked.set()
        release.wait()
        return ["127.0.0.1"]

    slow_resolver = Resolver(slow, max_pending=1)
    client = HttpClient(LOOPBACK, resolver=slow_resolver)
    while not asked.is_set():  # on a busy machine the time may be over before the resolver is asked
        with pytest.raises((CallKilled, HttpError)):
            client.get("http://slow.test/", deadline=Deadline(0.1))
    with pytest.raises(HttpError, match="name resolution is busy"):
        client.get("http://slow.test/", deadline=Deadline(5))
    release.set()
    for thread in threading.enumerate():
        if thread.name == "goop-resolve":
            thread.join()
    assert slow_resolver.resolve("fast.test", Deadline(5))


def test_no_request_starts_after_the_deadline(web: Any, client: HttpClient) -> None:
    with pytest.raises(CallKilled):
        client.get(web.url(), deadline=Deadline(0))
    assert web.seen == []


# Broken servers


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 200_000,
    ],
)
def test_a_broken_answer_is_an_error(
    raw_server: Any, client: HttpClient, deadline: Deadline, answer: bytes
) -> None:
    def talk(connection: socket.socket, _stopped: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    with pytest.raises(HttpError, match=r"malformed response|connection lost"):
        client.get(f"http://127.0.0.1:{raw_server(talk)}/", deadline=deadline)


def test_plain_text_where_tls_is_expected_is_an_error(
    web: Any, client: HttpClient, deadline: Deadline
) -> None:
    with pytest.raises(HttpError, match="TLS failed"):
        client.get(f"https://127.0.0.1:{web.port}/", deadline=deadline)


def test_importing_the_client_does_not_import_httpx() -> None:
    import subprocess

    code = "import sys, lua_engine.net.client; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
