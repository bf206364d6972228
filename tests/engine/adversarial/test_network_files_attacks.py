"""Network and files: no local address in any spelling, no file outside the folder that is a script's."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

import pytest

from lua_engine import CallResult, Engine
from tests.helpers.attack_arena import SECRET, Attack, Outcome


def with_listener(engine: Engine) -> None:
    """A service on this machine that no script may ever reach."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    engine._listener = server  # type: ignore[attr-defined]  # kept for the check


def nobody_knocked(engine: Engine, result: CallResult) -> None:
    server: socket.socket = engine._listener  # type: ignore[attr-defined]  # see with_listener
    try:
        connection, _ = server.accept()
    except TimeoutError:
        connection = None
    server.close()
    if connection is not None:
        connection.close()
    assert connection is None, "the local service was reached"
    for body, error in result.value:
        assert body == "nil", result.value
        assert any(word in error for word in ("refused", "URL", "host not found", "out of range")), (
            result.value
        )


ASK = """
function call(r)
  local out = {}
  for i, url in ipairs(r.params) do
    local ok, body, e = pcall(goop.http.get, url)
    out[i] = {ok and tostring(body) or 'nil', tostring(ok and e or body)}
  end
  return out
end"""
HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.0.0.1.", "127.0.0.1..", "0", "0.0.0.0",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::80ff:fffe]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00::1]", "[ff02::1]", "localhost", "LOCALHOST", "localhost.",
    "LocalHost.", "a.localhost", "ip6-localhost", "169.254.169.254", "2852039166", "0xa9fea9fe", "[::ffff:a9fe:a9fe]", "10.0.0.1", "10.1",
    "192.168.1.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "127．0．0．1",
    "127.0.0.1%2eexample.com", "example.com@127.0.0.1", "example.com:80@127.0.0.1", "127.0.0.1#@example.com", "127.0.0.1?@example.com",
    "example.com%40127.0.0.1", "%31%32%37.0.0.1", "127.0.0.1\\@example.com", "example.com\\@127.0.0.1", "127.0.0.1%00.example.com", "127.0.0.1\t",
    "127.0.0.1\n", "ⓛocalhost", "loc\u00adalhost", "localhost\u200b",
]  # fmt: skip
SCHEMES = [
    "file:///etc/passwd", "file://localhost/etc/passwd", "FILE:///etc/passwd", "gopher://127.0.0.1:25/", "ftp://127.0.0.1/", "dict://127.0.0.1:11211/",
    "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "jar:http://127.0.0.1!/", "data:text/plain,x", "javascript:1", "//127.0.0.1/",
    "http:127.0.0.1", "http:/127.0.0.1", "http:///127.0.0.1", "http:\\\\127.0.0.1\\", " http://127.0.0.1", "http://", "", "\0", "http://\0", "http://[", "http://]",
    "http://[::1", "http://127.0.0.1:0", "http://127.0.0.1:99999", "http://127.0.0.1:-1", "http://127.0.0.1:x", "http://" + "a" * 10_000, "h\u0442tp://127.0.0.1/",
]  # fmt: skip


def address(name: str, urls: list[str]) -> Attack:
    return Attack(name, ASK, "ok", params=urls, prepare=with_listener, check=nobody_knocked)


def threes(values: list[str]) -> list[list[str]]:
    """A call may make three requests."""
    return [values[i : i + 3] for i in range(0, len(values), 3)]


NETWORK = [
    *[address(f"http {' '.join(ascii(host) for host in hosts)}", [f"http://{host}/" for host in hosts]) for hosts in threes(HOSTS)],
    *[address(f"scheme {' '.join(ascii(url[:30]) for url in urls)}", urls) for urls in threes(SCHEMES)],
    address("userinfo", ["http://user:pass@127.0.0.1/", "https://a@[::1]/", "http://127.0.0.1:80@0x7f.1/"]),
    Attack("requests are counted", "local e for i = 1, 10 do local _, m = goop.http.get('http://127.0.0.1/') e = m end return e", "ok", "http request limit exceeded (3 per call)"),
    Attack("requests are counted in coroutines", "local e for i = 1, 10 do coroutine.wrap(function() local _, m = goop.http.get('http://127.0.0.1/') e = m end)() end return e", "ok", "http request limit exceeded (3 per call)"),
    Attack("http switched off", "return {select(2, goop.http.get('http://example.com/'))}", "ok", ["http is disabled"], lua={"http_enabled": False}),
    Attack("http switched off and rewritten", "goop.http.enabled = true goop.config = nil return {select(2, goop.http.post('http://example.com/', {}))}", "ok", ["http is disabled"], lua={"http_enabled": False}),
]  # fmt: skip


def with_links(engine: Engine) -> None:
    """Links out of the site root, a pipe that nobody writes, and a folder."""
    root = engine.site.site_root
    (root / "out.txt").symlink_to(engine.site.path / "outside.txt")
    (root / "absolute.txt").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    (root / "folder").mkdir()
    os.mkfifo(root / "pipe")


def swapping(engine: Engine) -> None:
    """Another program swaps a file against a link, over and over."""
    root = engine.site.site_root
    stop = threading.Event()

    def swap() -> None:
        while not stop.is_set():
            for target in (root / "hello.txt", engine.site.path / "outside.txt"):
                (root / "new").unlink(missing_ok=True)
                (root / "new").symlink_to(target) if target.name == "outside.txt" else (
                    root / "new"
                ).write_text("hello")
                os.replace(root / "new", root / "swapped.txt")

    thread = threading.Thread(target=swap)
    thread.start()
    engine._swapper = (stop, thread)  # type: ignore[attr-defined]  # see stop_swapping


def stop_swapping(engine: Engine, result: CallResult) -> None:
    stop, thread = engine._swapper  # type: ignore[attr-defined]  # see swapping
    stop.set()
    thread.join()
    assert result.value == "never", result.value


def all_refused(_engine: Engine, result: CallResult) -> None:
    for body, error in result.value:
        assert body == "nil", result.value
        assert error.startswith("site.read"), result.value


READ = """
function call(r)
  local out = {}
  for i, path in ipairs(r.params) do
    local ok, body, e = pcall(goop.site.read, path)
    out[i] = {ok and tostring(body) or 'nil', tostring(ok and e or body)}
  end
  return out
end"""
PATHS = {
    "upwards": ["../outside.txt", "../goop.json", "./../outside.txt", "lua/../../outside.txt", "x/../../outside.txt", "..", "../", ".", "", "/", "lua/..", "../site/../outside.txt"],
    "absolute": ["/etc/passwd", "//etc/passwd", "///etc/passwd", "/proc/self/environ", "C:\\windows\\win.ini", "C:/windows/win.ini", "\\\\server\\share", "file:///etc/passwd", "~/.ssh/id_rsa", "~root"],
    "backslashes": ["..\\outside.txt", "..\\..\\outside.txt", "x\\..\\..\\outside.txt", "lua\\functions\\t.lua"],
    "encoded": ["%2e%2e/outside.txt", "..%2foutside.txt", "..%c0%afoutside.txt", "\u2024\u2024/outside.txt", "..\u2215outside.txt", "\uff0e\uff0e/outside.txt", ".\u200b./outside.txt"],
    "NUL and control characters": ["../outside.txt\0", "\0../outside.txt", "hello.txt\0", "hello.txt\n", "\x01", "hello\0.txt"],
    "Windows names": ["CON", "nul", "NUL.txt", "aux.json", "COM1", "LPT1.x", "hello.txt.", "hello.txt ", "hello.txt::$DATA", "hello.txt:stream", "HELLO~1.TXT"],
    "links": ["out.txt", "absolute.txt", "up/outside.txt", "up/goop.json", "loop", "folder", "pipe"],
    "sources and state": ["lua/functions/t.lua/../../../../outside.txt", "../data.db", "../data/identity.key", "../.goop-console/x"],
    "long": ["a" * 5000, "a/" * 3000, "../" * 500 + "etc/passwd", "x" * 300],
}  # fmt: skip
KV = """
function call(r)
  for _, key in ipairs(r.params) do
    local e = goop.kv.set(key, 'owned')
    if not e and goop.kv.get(key) ~= 'owned' then error('lost ' .. key) end
  end
  return 1
end"""


def kv_stays_in_one_file(engine: Engine, _result: CallResult) -> None:
    strange = [
        str(path.relative_to(engine.site.path))
        for path in engine.site.path.rglob("*")
        if "owned" in _text(path) and path.suffix != ".lua"
    ]
    assert strange in (["site/lua/.state/t.json"], []), strange


def _text(path: Any) -> str:
    return path.read_bytes().decode(errors="replace") if path.is_file() else ""


FILES = [
    *[Attack(f"site.read {name}", READ, "ok", params=paths, prepare=with_links, check=all_refused) for name, paths in PATHS.items()],
    Attack("site.read still reads", "return goop.site.read('hello.txt')", "ok", "hello", prepare=with_links),
    Attack("site.read while a link is swapped in", f"for i = 1, 3000 do local s = goop.site.read('swapped.txt') if s == '{SECRET}' then return 'read the secret' end end return 'never'", "ok", "never", prepare=swapping, check=stop_swapping, lua={"timeout_seconds": 20}),
    Attack("kv keys that are paths", KV, "ok", params=["../../x", "/etc/x", "..", "a/b", "a\\b", "x\0y", "CON", "", ".", "x" * 300, "\u202e", "__proto__"], check=kv_stays_in_one_file),
    Attack("kv stores are per script", "return goop.kv.get('secret')", "ok", None, files={"site/lua/.state/other.json": '{"secret": "' + SECRET + '"}'}),
    Attack("kv store that is a link", "return {tostring(goop.kv.get('password')), tostring(goop.kv.get('mail'))}", "ok", ["nil", "nil"], prepare=lambda engine: _link_state(engine)),
    Attack("kv store that is damaged", "local v, e = goop.kv.get('x') return {tostring(v), type(e), type(goop.kv.set('x', 1))}", "ok", ["nil", "string", "string"], files={"site/lua/.state/t.json": '{"x": '}),
    Attack("kv store that is huge", "local v, e = goop.kv.get('x') return {tostring(v), type(e)}", "ok", ["nil", "string"], files={"site/lua/.state/t.json": '{"x": "' + "y" * 3_000_000 + '"}'}),
    Attack("kv store that is deep", "local v, e = goop.kv.get('x') return {tostring(v), type(e)}", "ok", ["nil", "string"], files={"site/lua/.state/t.json": '{"x": ' + "[" * 100_000 + "]" * 100_000 + "}"}),
    Attack("kv switched off", "return {goop.kv.set('a', 1), (select(2, goop.kv.get('a')))}", "ok", ["kv is disabled", "kv is disabled"], lua={"kv_enabled": False}),
    Attack("listen of a file outside", "local out = {} for i, p in ipairs{'../outside.txt', '/etc/passwd', '../../goop.json'} do local ok, a, b = pcall(goop.listen.load, p) out[i] = tostring(ok and b or a) end return type(out[1])", "ok", "string"),
]  # fmt: skip


def _link_state(engine: Engine) -> None:
    engine.site.state_dir.mkdir(parents=True, exist_ok=True)
    (engine.site.state_dir / "t.json").symlink_to(engine.site.path / "goop.json")


ATTACKS = [*NETWORK, *FILES]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_network_or_file_attack(attack: Attack, outcome: Outcome) -> None:
    assert outcome.problems + outcome.late == ()
