"""Attacks on the preview: refused, or bounded, while everybody else is answered."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from goop_console.preview.places import MAX_CONNECTIONS, MAX_LEAVING
from tests.helpers.nightly import nightly
from tests.helpers.page_site import make_page_site
from tests.helpers.preview_client import PreviewProcess, Visit, run_preview

OWN_ADDRESSES = ("127.0.0.1", "::1")


def raw(port: int, data: bytes, *, seconds: float = 30.0) -> bytes:
    """Send ``data`` as it is; what comes until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        received = b""
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
            while chunk := connection.recv(65536):
                received += chunk
        return received


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:100]
    return int(answer.split(b" ", 2)[1])


def head(visit: Visit, method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join(
        (f"{method} {path} HTTP/1.1", f"Host: {visit.host}:{visit.port}", *lines, "", "")
    ).encode()


# Whose address


@pytest.mark.parametrize(
    "host",
    [
        "localhost:PORT",
        "127.0.0.1:PORT",
        "evil.example:PORT",
        "anna.localhost:PORT",
        "NAME",
        "NAME:1",
        "NAME:99999999",
        "NAME:PORT:PORT",
        "x.NAME:PORT",
        "NAME.:PORT",
        "NAME.evil.example:PORT",
        "",
        "[::1]:PORT",
    ],
)
def test_unknown_names_are_told_nothing(anna: Visit, host: str) -> None:
    name = host.replace("NAME", anna.host).replace("PORT", str(anna.port))
    answer = raw(anna.port, f"GET /api/self HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
    assert status_of(answer) == 421
    assert answer.endswith(b"\r\n\r\n"), "nothing but the status"
    assert b"Anna" not in answer


def test_no_host_and_several_hosts(anna: Visit) -> None:
    mine = f"Host: {anna.host}:{anna.port}"
    assert status_of(raw(anna.port, b"GET / HTTP/1.1\r\n\r\n")) == 421
    assert status_of(raw(anna.port, f"GET / HTTP/1.1\r\n{mine}\r\n{mine}\r\n\r\n".encode())) == 421
    assert status_of(raw(anna.port, f"GET / HTTP/1.1\r\n{mine.upper()}\r\n\r\n".encode())) == 421


def test_names_are_secret_and_end_with_the_session(
    preview: PreviewProcess, anna: Visit, tmp_path: Path
) -> None:
    secret = anna.host.removeprefix("anna-").removesuffix(".localhost")
    assert len(secret) == 20, "80 random bits"
    with run_preview(make_page_site(tmp_path / "other"), tmp_path, ("owner", "Anna")) as other:
        assert other.visit("Anna").host != anna.host
        answer = raw(other.port, f"GET / HTTP/1.1\r\nHost: {anna.host}:{other.port}\r\n\r\n".encode())
        assert status_of(answer) == 421


def test_listens_on_this_machine_only_on_both_addresses(preview: PreviewProcess) -> None:
    """Chromium asks ::1 first: a stranger who listened there would get the secret name."""
    for address in OWN_ADDRESSES if socket.has_ipv6 else OWN_ADDRESSES[:1]:
        with socket.create_connection((address, preview.port), timeout=10):
            pass
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)} - set(OWN_ADDRESSES)
    for address in {one for one in others if not str(one).startswith("127.")}:
        with pytest.raises(OSError), socket.create_connection((str(address), preview.port), timeout=2):
            pass


# Whose page asks


@pytest.mark.parametrize("from_where", ["cross-site", "same-site", "Cross-Site", "nonsense"])
def test_other_pages_may_only_lead_here(anna: Visit, from_where: str) -> None:
    for path in ("/api/self", f"/p/{anna.owner_id}/", "/sdk/goop-data.js"):
        assert anna.get(path, Sec_Fetch_Site=from_where).status == 403
        assert (
            anna.get(path, Sec_Fetch_Site=from_where, Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="image").status
            == 403
        )
        framed = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}
        assert anna.get(path, Sec_Fetch_Site=from_where, **framed).status == 403
    opened = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert anna.get(f"/p/{anna.owner_id}/", Sec_Fetch_Site=from_where, **opened).status == 200
    posted = {"Sec-Fetch-Site": from_where, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    body = b'{"function": "null"}'
    path = "/api/data/lua/call"
    assert anna.send("POST", path, body, {**posted, "Content-Type": "application/json"}).status == 403


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://localhost:PORT", "https://NAME:PORT", ""]
)
def test_posts_of_a_foreign_origin(anna: Visit, origin: str) -> None:
    given = origin.replace("PORT", str(anna.port)).replace("NAME", anna.host)
    headers = {"Content-Type": "application/json", "Origin": given}
    assert anna.send("POST", "/api/data/lua/call", b'{"function": "null"}', headers).status == 403


def test_posts_of_ones_own_origin_or_none(anna: Visit) -> None:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    body = b'{"function": "null"}'
    assert anna.send("POST", "/api/data/lua/call", body, kind).status == 200
    assert anna.send("POST", "/api/data/lua/call", body, {**kind, "Origin": anna.origin}).status == 200


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "application/jsonx",
    ],
)
def test_forms_of_other_pages_are_no_json(anna: Visit, kind: str) -> None:
    reply = anna.send("POST", "/api/data/lua/call", b'{"function": "null"}', {"Content-Type": kind})
    assert reply.status == 415


# Paths

SECRETS = (b"hidden", b"function call", b"PRIVATE", b"root:")
TRAVERSALS = [
    "lua/functions/echo.lua",
    "LUA/functions/echo.lua",
    "Lua/hello.lua",
    "lua",
    "lua/",
    "lua%2ffunctions%2fecho.lua",
    "l%75a/functions/echo.lua",
    "%6Cua/functions/echo.lua",
    "ｌｕａ/functions/echo.lua",
    "lua./functions/echo.lua",
    "lua%20/functions/echo.lua",
    "./lua/functions/echo.lua",
    "css/../lua/functions/echo.lua",
    "css/..%2flua/functions/echo.lua",
    "css/%2e%2e/lua/functions/echo.lua",
    "..%2fgoop.json",
    "../goop.json",
    "%2e%2e/goop.json",
    "%252e%252e/goop.json",
    "..\\goop.json",
    "..%5cgoop.json",
    "css\\..\\..\\goop.json",
    "%00",
    "css/main.css%00.html",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    ".hidden/secret.txt",
    "%2ehidden/secret.txt",
    "css/.hidden",
    ".state/x.json",
    "link.txt",
    "linked/secret.txt",
    "pipe",
    "css",
    "index.html:stream",
    "index.html::$DATA",
    "con",
    "~/x",
    "a" * 2000,
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_only_the_sites_own_files(site: Path, anna: Visit, path: str) -> None:
    outside = site.parent / "private.txt"
    outside.write_text("PRIVATE")
    (site / "private").mkdir(exist_ok=True)
    (site / "private/secret.txt").write_text("PRIVATE")
    for name, target in (("link.txt", outside), ("linked", site / "private")):
        with contextlib.suppress(FileExistsError):
            (site / "site" / name).symlink_to(target)
    with contextlib.suppress(FileExistsError):
        os.mkfifo(site / "site/pipe")
    answer = raw(anna.port, head(anna, "GET", f"/p/{anna.owner_id}/{path}", "Connection: close"))
    assert status_of(answer) in (400, 404), answer[:200]
    assert not [secret for secret in SECRETS if secret in answer]


def test_paths_that_are_no_utf8(anna: Visit) -> None:
    assert status_of(raw(anna.port, head(anna, "GET", "/%ff%fe", "Connection: close"))) == 400


# Bodies and heads


@pytest.mark.parametrize(
    "length", ["-1", "x", "1e3", "+5", "0x10", " ", "99999999999999999999999999", "5, 5"]
)
def test_lengths_that_are_none(anna: Visit, length: str) -> None:
    lines = ("Content-Type: application/json", f"Content-Length: {length}")
    answer = raw(anna.port, head(anna, "POST", "/api/data/lua/call", *lines) + b"{}")
    assert status_of(answer) in (400, 413)


def test_bodies_are_bounded(anna: Visit) -> None:
    """A gigabyte is announced: it is refused before any of it is read."""
    lines = ("Content-Type: application/json", f"Content-Length: {1 << 30}")
    assert status_of(raw(anna.port, head(anna, "POST", "/api/data/lua/call", *lines))) == 413
    chunked = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    answer = raw(anna.port, head(anna, "POST", "/api/data/lua/call", *chunked) + b"2\r\n{}\r\n0\r\n\r\n")
    assert status_of(answer) == 501
    assert status_of(raw(anna.port, head(anna, "POST", "/api/data/lua/call", lines[0]))) == 411
    twice = (lines[0], "Content-Length: 2", "Content-Length: 3")
    assert status_of(raw(anna.port, head(anna, "POST", "/api/data/lua/call", *twice) + b"{}")) == 400


def test_bodies_that_end_too_soon(anna: Visit) -> None:
    lines = ("Content-Type: application/json", "Content-Length: 100")
    with socket.create_connection(("127.0.0.1", anna.port), timeout=30) as connection:
        connection.sendall(head(anna, "POST", "/api/data/lua/call", *lines) + b"{")
        connection.shutdown(socket.SHUT_WR)
        assert status_of(connection.recv(65536)) == 400


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"NaN", b'{"a": Infinity}', b"[" * 100_000, b'{"function": "null"} x', b"5"],
)
def test_bodies_that_are_no_json(anna: Visit, body: bytes) -> None:
    reply = anna.send("POST", "/api/data/lua/call", body, {"Content-Type": "application/json"})
    assert reply.status == 400


def test_floods_of_headers(anna: Visit) -> None:
    many = [f"X-{number}: {'y' * 100}" for number in range(5_000)]
    assert status_of(raw(anna.port, head(anna, "GET", "/", *many))) in (400, 431)
    assert status_of(raw(anna.port, head(anna, "GET", "/", f"X-Long: {'y' * 1_000_000}"))) in (400, 431)
    assert status_of(raw(anna.port, head(anna, "GET", "/" + "a" * 1_000_000))) in (400, 414)
    assert anna.get("/api/self").status == 200


@pytest.mark.parametrize(
    "line", [b"GET\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / x y z\r\n\r\n"]
)
def test_lines_that_are_no_http(anna: Visit, line: bytes) -> None:
    raw(anna.port, line)
    assert anna.get("/api/self").status == 200


def test_smuggled_requests_are_not_read(anna: Visit) -> None:
    """A body on a GET would be taken for the next request."""
    inner = head(anna, "GET", "/api/self")
    answer = raw(anna.port, head(anna, "GET", "/sdk/goop-data.js", f"Content-Length: {len(inner)}") + inner)
    assert status_of(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


# Many connections


@contextlib.contextmanager
def open_connections(port: int, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(count):
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            stack.callback(connection.close)
            connection.settimeout(20)
            with contextlib.suppress(OSError):
                connection.connect(("127.0.0.1", port))
                found.append(connection)
        yield found


def test_connections_are_bounded(preview: PreviewProcess, anna: Visit) -> None:
    """A thousand (ten thousand in nightly), a few hundred at a time: threads and memory stay."""
    status = Path(f"/proc/{preview.process.pid}/status")
    for _ in range(nightly(5, 50)):
        with open_connections(preview.port, 200):
            threads = int(status.read_text().split("Threads:")[1].split()[0])
            assert threads <= MAX_CONNECTIONS + MAX_LEAVING + 14, "those of the program itself are ten or so"
    while not _answers(anna):  # pytest's own limit ends it when it does not come back
        pass
    memory = int(status.read_text().split("VmRSS:")[1].split()[0])
    assert memory < 600_000, "kB"


def _answers(visit: Visit) -> bool:
    try:
        return visit.get("/api/self").status == 200
    except (OSError, http.client.HTTPException):
        time.sleep(0.1)
        return False


def test_streams_left_open_end_with_the_preview(tmp_path: Path) -> None:
    with run_preview(make_page_site(tmp_path / "site"), tmp_path, ("owner", "Anna")) as running:
        visit = running.visit("Anna")
        connections = []
        for _ in range(20):
            connection = socket.create_connection(("127.0.0.1", running.port), timeout=30)
            connection.sendall(head(visit, "GET", "/api/mq/events"))
            assert status_of(connection.recv(4096)) == 200
            connections.append(connection)
        assert visit.get("/api/self").status == 200
    for connection in connections:
        with contextlib.suppress(ConnectionError):
            while connection.recv(65536):
                pass
        connection.close()


def test_slow_visitors_stop_nobody(anna: Visit, sam: Visit) -> None:
    """One byte of a head at a time, and a body that does not come: others are answered meanwhile."""
    lines = ("Content-Type: application/json", "Content-Length: 1000")
    with open_connections(anna.port, 20) as slow:
        for number, connection in enumerate(slow):
            connection.sendall(b"G" if number % 2 else head(anna, "POST", "/api/data/lua/call", *lines))
        answers: list[int] = []
        threads = [threading.Thread(target=lambda: answers.append(sam.call("null").status)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [200] * 8


def test_idle_connections_make_room(preview: PreviewProcess, anna: Visit) -> None:
    """Somebody holds every place without asking anything: whoever asks gets one."""
    with open_connections(preview.port, 2 * MAX_CONNECTIONS) as held:
        for connection in held[:MAX_CONNECTIONS]:
            with contextlib.suppress(OSError):
                connection.sendall(b"GET / HT")
        assert [anna.get("/api/self").status for _ in range(3)] == [200] * 3


# A port for each visitor


@pytest.fixture(scope="module")
def own_ports(page_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreviewProcess]:
    folder = tmp_path_factory.mktemp("ports")
    with run_preview(
        make_page_site(folder / "site"), folder, ("owner", "Anna", "Sam"), "--own-ports"
    ) as running:
        yield running


def _first_visit(preview: PreviewProcess, name: str) -> tuple[int, str, str]:
    """Port, key and cookie of a visitor whose address is opened for the first time."""
    address = urlsplit(next(one["address"] for one in preview.facts["visitors"] if one["name"] == name))
    assert address.port is not None
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=30)
    connection.request("GET", f"/?{address.query}")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (302, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    connection.close()
    return address.port, address.query, cookie.partition(";")[0]


def _ask(port: int, path: str, cookie: str = "", host: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": host or f"127.0.0.1:{port}", **({"Cookie": cookie} if cookie else {})}
    connection.request("GET", path, headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_key_works_once_and_becomes_a_cookie(own_ports: PreviewProcess) -> None:
    port, key, cookie = _first_visit(own_ports, "Anna")
    assert _ask(port, "/api/self", cookie) == 200
    assert _ask(port, f"/?{key}") == 421, "the key is used up"
    assert _ask(port, "/api/self") == 421
    assert _ask(port, "/api/self", cookie.partition("=")[0] + "=x") == 421
    assert _ask(port, "/api/self", cookie, host=f"evil.example:{port}") == 421


def test_another_visitors_port_with_ones_own_cookie(own_ports: PreviewProcess) -> None:
    sam, _key, cookie = _first_visit(own_ports, "Sam")
    owner = urlsplit(own_ports.facts["visitors"][0]["address"]).port
    assert owner is not None
    value = cookie.partition("=")[2]
    assert _ask(sam, "/api/self", cookie) == 200
    assert _ask(owner, "/api/self", cookie) == 421
    assert _ask(owner, "/api/self", f"goop-visitor-{owner}={value}") == 421
    assert _ask(own_ports.port, "/api/self", cookie) == 421
