"""Clients of the language server that say odd things, go or die, and a site that changes beside it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lua_engine.testing import SiteSpec, open_site
from tests.helpers.rpc_client import RpcClient

SPEC = SiteSpec(schemas={"posts": {"columns": [{"name": "title", "type": "text"}], "system_key": True}})
START: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    with open_site(SPEC, tmp_path):
        return tmp_path


@pytest.fixture
def client(site: Path) -> Iterator[RpcClient]:
    with RpcClient([sys.executable, "-m", "goop_console", "lsp", str(site)]) as client:
        client.request("initialize", START)
        client.notify("initialized", {})
        yield client


def opened(client: RpcClient, uri: str, text: str) -> list[str]:
    """The codes of what is said of it."""
    document = {"uri": uri, "languageId": "lua", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    return codes(client)


def codes(client: RpcClient) -> list[str]:
    return [one["code"] for one in client.wait_for("textDocument/publishDiagnostics")["diagnostics"]]


def test_each_request_has_an_answer(client: RpcClient) -> None:
    for params in (
        {},
        None,
        {"textDocument": 5, "position": "a"},
        {"textDocument": {"uri": "file:///a.lua"}, "position": {"line": -1, "character": 0}},
    ):
        with pytest.raises(RuntimeError, match="Invalid Params"):
            client.request("textDocument/hover", params)
    with pytest.raises(RuntimeError, match="Method Not Found"):
        client.request("textDocument/nothing", {})
    with pytest.raises(RuntimeError):
        client.request("textDocument/hover", {"textDocument": {"uri": "file:///no/such.lua"}, "position": {}})


@pytest.mark.parametrize(
    "frame",
    [
        b"Content-Length: 5\r\n\r\n{bad}",
        b"Content-Length: 9\r\n\r\n[1,2,3,4]",
        b"Content-Length: 4\r\n\r\nnull",
        b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc",
        b"Content-Length: 2\r\n\r\n{}",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Head: without a length\r\n\r\n",
    ],
)
def test_what_is_no_message_is_left_out(client: RpcClient, frame: bytes) -> None:
    client.send_bytes(frame)
    assert opened(client, "file:///a.lua", "function call(r) return prnt end") == ["unknown-global"]


def test_a_client_that_goes_leaves_nothing_and_hears_nothing(client: RpcClient) -> None:
    opened(client, "file:///a.lua", "x = 1")
    client.close_input()
    assert client.wait() == 0
    assert client.errors() == ""


def test_a_client_that_dies_within_a_message(client: RpcClient) -> None:
    client.send_bytes(b"Content-Length: 500\r\n\r\n{")
    client.close_input()
    assert client.wait() == 0
    assert client.errors() == ""


def test_a_client_that_reads_no_more(client: RpcClient) -> None:
    client.close_output()
    document = {"uri": "file:///a.lua", "languageId": "lua", "version": 1, "text": "x = 1"}
    client.notify("textDocument/didOpen", {"textDocument": document})
    client.close_input()
    assert client.wait() == 0
    assert client.errors() == ""


def test_an_editor_that_dies_takes_the_server_along(site: Path) -> None:
    """Though somebody has inherited the other end of its input."""
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with RpcClient([sys.executable, "-m", "goop_console", "lsp", str(site)]) as client:
        client.request("initialize", START | {"processId": editor.pid})
        editor.kill()
        editor.wait()
        assert editor.stdin is not None
        editor.stdin.close()
        assert client.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it(client: RpcClient, number: signal.Signals) -> None:
    assert opened(client, "file:///a.lua", "return 1") != []
    client.signal(number)
    assert client.wait() == 130
    assert client.errors() == ""


def test_exit_without_shutdown_is_said(client: RpcClient) -> None:
    client.notify("exit")
    assert client.wait() == 1


def test_a_pause_in_the_typing_is_waited_for(client: RpcClient) -> None:
    uri = "file:///a.lua"
    opened(client, uri, "function call(r) return r end")
    for version in range(2, 30):
        changes = [{"text": f"function call(r) return prnt{version} end"}]
        client.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes},
        )
    assert codes(client) == ["unknown-global"]
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    told = [one for one in client.notes if one.get("method") == "textDocument/publishDiagnostics"]
    assert len(told) < 28


def test_a_table_that_comes_takes_a_finding_away(client: RpcClient, site: Path) -> None:
    text = 'function call(r) return goop.orm("late"):count() end'
    assert opened(client, "file:///a.lua", text) == ["unknown-table"]
    with open_site(
        replace(SPEC, schemas={"late": {"columns": [{"name": "title", "type": "text"}], "system_key": True}}),
        site,
    ):
        assert codes(client) == []
