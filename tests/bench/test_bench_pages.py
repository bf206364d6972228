"""The preview beside the engine that answers it: a page's call over HTTP, a row read without a script, and
one look for changed files. The server is a process, as for a browser; the connection is kept, as by one.
"""

from __future__ import annotations

import http.client
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Caller, Engine
from lua_engine.pages.file_changes import FileChanges
from tests.bench.conftest import Compare
from tests.helpers.page_site import VIC, make_page_site
from tests.helpers.preview_client import SECONDS, Visit, run_preview

MANY = 20
FILES = 300


class Kept:
    """A visitor's connection, kept between calls."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._connection = http.client.HTTPConnection("127.0.0.1", visit.port, timeout=SECONDS)
        self._headers = {
            "Host": f"{visit.host}:{visit.port}",
            "Origin": visit.origin,
            "Content-Type": "application/json",
        }

    def post(self, call: str, body: object) -> bytes:
        path = f"/api/p/{self._visit.owner_id}/data/{call}"
        self._connection.request("POST", path, json.dumps(body).encode(), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return text

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_page_site(tmp_path_factory.mktemp("pages") / "site")


@pytest.fixture
def engine(site: Path, tmp_path: Path) -> Iterator[Engine]:
    with Engine.open(Path(shutil.copytree(site, tmp_path / "own")), watch=False) as opened:
        yield opened


@pytest.fixture
def page(site: Path, tmp_path: Path) -> Iterator[Kept]:
    served = Path(shutil.copytree(site, tmp_path / "served"))
    (tmp_path / "preview").mkdir()
    with run_preview(served, tmp_path / "preview", ("owner", "Vic")) as preview:
        kept = Kept(preview.visit("Vic"))
        yield kept
        kept.close()


def test_a_pages_call(compare: Compare, engine: Engine, page: Kept) -> None:
    def over_http() -> None:
        for _ in range(MANY):
            page.post("lua/call", {"function": "null", "params": {}})

    def in_the_engine() -> None:
        for _ in range(MANY):
            assert engine.pages.call("null", {}, Caller(VIC)).ok

    compare("page: call over HTTP / in the engine", over_http, in_the_engine, number=MANY, wanted=5)


def test_rows_without_a_script(compare: Compare, engine: Engine, page: Kept) -> None:
    def over_http() -> None:
        for _ in range(MANY):
            page.post("find", {"table": "opens"})

    def in_the_engine() -> None:
        for _ in range(MANY):
            engine.pages.direct("find", {"table": "opens"}, Caller(VIC))

    compare("page: find over HTTP / in the engine", over_http, in_the_engine, number=MANY)


def test_a_look_for_changed_files(compare: Compare, engine: Engine) -> None:
    root = engine.site.site_root
    for number in range(FILES):
        path = root / f"part{number % 10}" / f"file{number}.css"
        path.parent.mkdir(exist_ok=True)
        path.write_text("a {}", encoding="utf-8")
    changes = FileChanges(lambda: root, engine.pages.files, lambda _paths: None)
    compare(
        f"page: a look at {FILES} files / their names alone",
        changes.look,
        lambda: [path.stat() for path in root.rglob("*")],
        wanted=3,
    )
