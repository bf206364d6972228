"""A site with members of every role, and the Site tab over it; no browser is opened."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.site.tab import SiteTab
from goop_console.tabs.tab import TabContext
from lua_engine import Engine
from tests.helpers.page_site import make_page_site


@pytest.fixture(scope="session")
def page_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it was made; tests take a copy."""
    return make_page_site(tmp_path_factory.mktemp("pages") / "site")


@pytest.fixture
def engine(page_site: Path, tmp_path: Path) -> Iterator[Engine]:
    with Engine.open(shutil.copytree(page_site, tmp_path / "site"), watch=False) as opened:
        yield opened


class Opened:
    """What the tab asked the system and the window for."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.navigated: list[tuple[str, dict[str, Any]]] = []

    def url(self, url: Any) -> bool:
        self.addresses.append(url.toString())
        return True

    def navigate(self, tab_id: str, **target: Any) -> None:
        self.navigated.append((tab_id, target))


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def tab(qtbot: QtBot, engine: Engine, opened: Opened, tmp_path: Path) -> Iterator[SiteTab]:
    operations, session = Operations(), Session(engine)
    settings = AppSettings(tmp_path / "settings.json")
    made = SiteTab(TabContext(session, operations, settings, Theme(), Notifier(), opened.navigate))
    made.presenter.open_url = opened.url
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    qtbot.waitUntil(made.is_settled)
    yield made
    session.close()
    operations.close()
