"""The language server as a process, over the wire, from initialize to exit."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lua_engine.testing import SiteSpec, open_site
from tests.helpers.rpc_client import RpcClient

SOURCE = 'local posts = goop.orm("posts")\nfunction call(request)\n  return "😀", posts:fi, prnt\nend\n'
WHOLE = 'local posts = goop.orm("posts")\nfunction call(r) return posts:list(r) end\n'
SPEC = SiteSpec(
    functions={"blog": WHOLE},
    schemas={"posts": {"columns": [{"name": "title", "type": "text"}], "system_key": True}},
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with open_site(SPEC, folder):
        return folder


@pytest.fixture(scope="module")
def client(site: Path) -> Iterator[RpcClient]:
    with RpcClient([sys.executable, "-m", "goop_console", "lsp", str(site)]) as client:
        client.request("initialize", {"processId": None, "rootUri": site.as_uri(), "capabilities": {}})
        client.notify("initialized", {})
        yield client
        client.request("shutdown")
        client.notify("exit")
        assert client.wait() == 0, client.errors()
        assert client.errors() == ""


def opened(client: RpcClient, site: Path, name: str, text: str) -> tuple[str, list[dict[str, Any]]]:
    """The document's address, and what is said of it."""
    uri = (site / "site/lua/functions" / name).as_uri()
    document = {"uri": uri, "languageId": "lua", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    published = client.wait_for("textDocument/publishDiagnostics")
    assert published["uri"] == uri
    return uri, published["diagnostics"]


def at(uri: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def test_findings_of_a_text_that_is_not_saved(client: RpcClient, site: Path) -> None:
    _, found = opened(client, site, "new.lua", "function call(r) return prnt(r) end\n")

    (only,) = found
    assert only["code"] == "unknown-global"
    assert only["range"] == {"start": {"line": 0, "character": 24}, "end": {"line": 0, "character": 28}}


def test_a_text_that_does_not_compile(client: RpcClient, site: Path) -> None:
    _, found = opened(client, site, "broken.lua", "function call(r)\n  return (\nend\n")

    (only,) = found
    assert only["severity"] == 1
    assert only["range"]["start"]["line"] == 2


def test_completion_behind_a_letter_of_two_units(client: RpcClient, site: Path) -> None:
    uri, _ = opened(client, site, "half.lua", SOURCE)

    answer = client.request("textDocument/completion", at(uri, 2, 23))

    find = next(one for one in answer["items"] if one["label"] == "find")
    assert find["textEdit"]["range"] == {
        "start": {"line": 2, "character": 21},
        "end": {"line": 2, "character": 23},
    }


def test_hover_definition_references_rename_and_outline(client: RpcClient, site: Path) -> None:
    uri, _ = opened(
        client,
        site,
        "whole.lua",
        'local posts = goop.orm("posts")\nfunction call(r) return posts:list(r) end\n',
    )

    assert "table posts" in client.request("textDocument/hover", at(uri, 1, 26))["contents"]["value"]
    assert client.request("textDocument/definition", at(uri, 1, 26))["range"]["start"]["line"] == 0
    places = client.request(
        "textDocument/references", at(uri, 1, 26) | {"context": {"includeDeclaration": True}}
    )
    assert [one["range"]["start"] for one in places] == [
        {"line": 0, "character": 6},
        {"line": 1, "character": 24},
    ]
    edit = client.request("textDocument/rename", at(uri, 1, 26) | {"newName": "rows"})
    assert [one["newText"] for one in edit["changes"][uri]] == ["rows", "rows"]
    assert client.request("textDocument/rename", at(uri, 1, 26) | {"newName": "end"}) is None
    (symbol,) = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert (symbol["name"], symbol["location"]["range"]["start"]["line"]) == ("call", 1)
    assert "cannot be a name" in client.wait_for("window/showMessage")["message"]
