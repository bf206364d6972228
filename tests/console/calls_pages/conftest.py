"""A real site with a real template, its roles filled, and the pages of the Call Tester over it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pytestqt.qtbot import QtBot

from goop_console.resources import resource
from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.model.directory import read_directory
from goop_console.tabs.calls.model.params import parse_params
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.running import keep_outcome, start_call
from goop_console.tabs.page import Page
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import Engine, Peer, Request, read_template

ANNA = "12D3KooWAnna" + "a" * 40
BEN = "12D3KooWBen" + "e" * 41

POLICY = """--- Three actions with three policies
local notes = goop.orm("notes")
local function add(params) return { id = notes:insert({ text = params.text }) } end
local function list() return { notes = notes:find({ order = "_id" }) } end
local function wipe() return { gone = notes:delete_where({ where = "1 = 1" }) } end
local function members(fn)
  return function(params)
    if not goop.group.is_member() then return { error = "only members can do this" } end
    return fn(params)
  end
end
local dispatch = goop.route({ list = list, add = members(add), wipe = goop.owner(wipe) })
function call(request) return dispatch(request) end
"""
NOTES = {"name": "notes", "system_key": True, "columns": [{"name": "text", "type": "text", "required": True}]}
FAILS = """--- Breaks
function call(request) local nothing = nil return nothing.value end
"""
LIMITED = """--- Says the time
--- @rate_limit 7
function call(request) return { at = os.time() } end
"""


class FakeCallPage(Tester):
    """The call page, as far as its neighbours know it; remembers what it was asked to show."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self.request: PreparedCall | None = None
        self.opened: list[PreparedCall] = []
        self.shown: list[CallOutcome] = []

    def current_call(self) -> PreparedCall | None:
        return self.request

    def open_call(self, call: PreparedCall) -> None:
        self.opened.append(call)

    def show_outcome(self, outcome: CallOutcome) -> None:
        self.shown.append(outcome)

    def callers(self) -> tuple[CallerChoice, ...]:
        return read_directory(self._engine, ()).callers

    def who(self, name: str) -> CallerChoice:
        return next(one for one in self.callers() if one.name == name)

    def ask(
        self,
        function: str,
        action: str,
        caller: str = "Maya",
        *,
        is_dry: bool = True,
        counts: bool = False,
        **params: Any,
    ) -> PreparedCall:
        """Put a call into the form."""
        text = json.dumps(params) if params else ""
        self.request = PreparedCall(
            Request.call(function, parse_params(text, action)),
            self.who(caller),
            is_dry=is_dry,
            counts=counts,
            typed=(action, text),
        )
        return self.request

    def run(self) -> CallOutcome:
        """Make the call of the form, as the page does."""
        assert self.request is not None
        handle = start_call(self._engine, self.request)
        outcome = keep_outcome(self._engine, self.request, handle.result(60))
        self.outcome_recorded.emit(outcome)
        return outcome


class PageSite:
    """The open site, the call page, and where links led to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = Engine.open(folder, watch=False)
        self.calls = FakeCallPage(self.engine)
        self.links: list[tuple[str, dict[str, Any]]] = []
        self.told: list[tuple[str, str]] = []

    def script(self, name: str, text: str) -> None:
        """Write a data function, new or changed."""
        info = next((one for one in self.engine.scripts.functions() if one.name == name), None)
        if info is None:
            self.engine.scripts.create(name, "function", text)
        else:
            self.engine.scripts.save(info, text)


def make_folder(folder: Path) -> Path:
    """A site with two test peers."""
    (folder / "site" / "lua" / "functions").mkdir(parents=True)
    config = {
        "profile": {"label": "Maya", "email": "maya@example.org"},
        "lua": {"enabled": True, "timeout_seconds": 20},
    }
    (folder / "goop.json").write_text(json.dumps(config))
    with Engine.open(folder, watch=False) as engine:
        engine.peers.add_test_peer(Peer(ANNA, "Anna", "anna@example.org"))
        engine.peers.add_test_peer(Peer(BEN, "Ben"))
    return folder


@pytest.fixture(scope="session")
def plain_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied."""
    return make_folder(tmp_path_factory.mktemp("plain") / "place")


@pytest.fixture(scope="session")
def todo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied: with the to-do template; Anna is a co-author."""
    folder = make_folder(tmp_path_factory.mktemp("todo") / "place")
    with Engine.open(folder, watch=False) as engine:
        engine.templates.install(read_template(Path(str(resource("templates/todo")))), bundled=True)
        engine.groups.add_to_template(ANNA, "coauthor")
    return folder


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PageSite]:
    built = "todo_folder" if "todo" in request.fixturenames else "plain_folder"
    one = PageSite(shutil.copytree(request.getfixturevalue(built), tmp_path / "place"))
    yield one
    one.engine.close()


@pytest.fixture
def todo(site: PageSite) -> PageSite:
    """The site, with the to-do template."""
    return site


P = TypeVar("P", bound=Page)
Show = Callable[[Callable[[TabContext, Tester], P]], P]


@pytest.fixture
def context(qtbot: QtBot, site: PageSite, tmp_path: Path) -> Iterator[TabContext]:
    session, operations, notify = Session(site.engine), Operations(), Notifier()
    notify.error_posted.connect(lambda title, detail: site.told.append((title, detail)))

    def navigate(tab_id: str, **target: Any) -> None:
        site.links.append((tab_id, target))

    yield TabContext(session, operations, AppSettings(tmp_path / "settings.json"), Theme(), notify, navigate)
    session.close()
    operations.close()


@pytest.fixture
def show(qtbot: QtBot, site: PageSite, context: TabContext) -> Show[Any]:
    """Makes a page and waits for it to load."""

    def make(page_class: Callable[[TabContext, Tester], P]) -> P:
        page = page_class(context, site.calls)
        qtbot.addWidget(page)
        page.resize(1200, 760)
        page.show()
        qtbot.waitUntil(page.is_settled)
        return page

    return make
