"""A site with a bundled template installed, and people to call it as: the owner, a member of each role, a
stranger.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from lua_engine import Caller, CallResult, Engine, Peer, read_template

GALLERY = Path(__file__).parents[2] / "resources/templates"
_LIMITS = {
    "enabled": True,
    "timeout_seconds": 10,
    "rate_limit_per_peer": 100_000,
    "rate_limit_global": 100_000,
}


class TemplateSite:
    """One open site. People are named by what they are: ``owner``, a role of the template's group,
    ``stranger``, or who joined by name.
    """

    def __init__(self, engine: Engine, key: str) -> None:
        self.engine = engine
        self.key = key
        self._people = {"owner": engine.owner, "stranger": self._meet("stranger")}
        for role in roles_of(key):
            self.join(role, role)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_json(GALLERY / self.key / "manifest.json")

    def join(self, name: str, role: str) -> Caller:
        """Somebody new with that role in the template's group."""
        caller = self._people[name] = self._meet(name)
        self.engine.groups.add_to_template(caller.id, role)
        return caller

    def meet(self, name: str) -> Caller:
        """Somebody new who is no member."""
        caller = self._people[name] = self._meet(name)
        return caller

    def who(self, name: str) -> Caller:
        return self._people[name]

    def call(self, who: str, function: str, action: str | None = None, /, **params: Any) -> CallResult:
        """The whole result, whatever the rate limit; ``action=None``: params without an action."""
        given = params if action is None else {"action": action, **params}
        return self.engine.calls.call(function, given, caller=self._people[who], counts=False)

    def ask(self, who: str, function: str, action: str | None = None, /, **params: Any) -> Any:
        """The value of a call that must succeed: it neither fails nor answers ``{error}``."""
        result = self.call(who, function, action, **params)
        assert result.error is None, result.error
        assert not (isinstance(result.value, dict) and "error" in result.value), result.value
        return result.value

    def refused(self, who: str, function: str, action: str | None = None, /, **params: Any) -> str:
        """Why a call is refused: the message of its error, or of the ``{error}`` that it answers."""
        result = self.call(who, function, action, **params)
        if result.error is not None:
            assert result.error.kind.value == "script", result.error
            return result.error.message
        assert isinstance(result.value, dict), result.value
        assert list(result.value) == ["error"], result.value
        return str(result.value["error"])

    def say(self, who: str, text: str) -> Any:
        """The reply to a chat message."""
        result = self.engine.calls.chat(text, caller=self._people[who], counts=False)
        assert result.error is None, result.error
        return result.value

    def digest(self) -> dict[str, list[dict[str, Any]]]:
        """Everything in the template's tables."""
        return {name: self.rows(name) for name in self.manifest["schemas"]}

    def rows(self, table: str, *columns: str, order: str = "_id") -> list[dict[str, Any]]:
        """Every row of ``table`` (at most 1,000), the named columns only."""
        page = self.engine.tables.page(table, limit=1000, order=order)
        found = [dict(zip(page.columns, row, strict=True)) for row in page.rows]
        return [{name: row[name] for name in columns} if columns else row for row in found]

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The site's data.db, as another program writes it."""
        connection = sqlite3.connect(self.engine.site.data_db, timeout=5)
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()

    def _meet(self, name: str) -> Caller:
        peer_id = f"12D3KooWTest{name.title()}"
        self.engine.peers.add_test_peer(Peer(peer_id, name.title(), f"{name}@example.org", "test"))
        return Caller(peer_id, name.title(), f"{name}@example.org")


OpenTemplate = Callable[[str], TemplateSite]


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def roles_of(key: str) -> list[str]:
    """The roles that the schemas of a bundled template name, sorted."""
    return sorted(
        {
            role
            for path in (GALLERY / key / "schemas").glob("*.json")
            for role in read_json(path).get("roles", {})
        }
    )


def install(key: str, folder: Path) -> None:
    """Make a site in ``folder`` with the bundled template ``key`` installed and seeded."""
    (folder / "site").mkdir(parents=True)
    (folder / "goop.json").write_text(
        json.dumps({"profile": {"label": "Mara", "email": "mara@example.org"}, "lua": _LIMITS})
    )
    with Engine.open(folder, watch=False) as engine:
        done = engine.templates.install(read_template(GALLERY / key), bundled=True)
        assert done.seed is not None, f"{key} has no seed function"
        assert done.seed.error is None, done.seed.error
        assert done.warnings == ()


@pytest.fixture(scope="session")
def installed_template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``installed_template(key)``: a site folder with that template, made once; copy it, do not open it."""
    made: dict[str, Path] = {}

    def folder(key: str) -> Path:
        if key not in made:
            made[key] = tmp_path_factory.mktemp(key) / "site-of-mara"
            install(key, made[key])
        return made[key]

    return folder


@contextmanager
def _opener(installed: Callable[[str], Path], place: Path) -> Iterator[OpenTemplate]:
    with ExitStack() as opened:

        def open_template(key: str) -> TemplateSite:
            folder = place / f"{key}-{len(list(place.iterdir()))}"
            shutil.copytree(installed(key), folder)
            return TemplateSite(opened.enter_context(Engine.open(folder, watch=False)), key)

        yield open_template


@pytest.fixture
def template_site(installed_template: Callable[[str], Path], tmp_path: Path) -> Iterator[OpenTemplate]:
    """``template_site("todo")``: a fresh site of the test's own with that template, its seed's rows and its
    people.
    """
    with _opener(installed_template, tmp_path) as open_template:
        yield open_template


@pytest.fixture(scope="module")
def lasting_site(
    installed_template: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenTemplate]:
    """As ``template_site``, for a site that all tests of a module share: they must leave it as it was, or not
    care how it is.
    """
    with _opener(installed_template, tmp_path_factory.mktemp("lasting")) as open_template:
        yield open_template
