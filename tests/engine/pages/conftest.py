from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Caller, Engine
from tests.helpers.page_site import ANNA, SAM, VIC, make_page_site


class Visitors:
    """The callers of the site, by what they are."""

    def __init__(self, engine: Engine) -> None:
        self.owner = engine.owner
        self.coauthor = Caller(ANNA)
        self.viewer = Caller(VIC)
        self.stranger = Caller(SAM)

    def __getitem__(self, name: str) -> Caller:
        caller = getattr(self, name)
        assert isinstance(caller, Caller)
        return caller


@pytest.fixture(scope="session")
def page_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it was made; tests take a copy."""
    return make_page_site(tmp_path_factory.mktemp("pages") / "site")


@pytest.fixture
def engine(page_site: Path, tmp_path: Path) -> Iterator[Engine]:
    folder = Path(shutil.copytree(page_site, tmp_path / "site"))
    with Engine.open(folder, watch=False) as opened:
        yield opened


@pytest.fixture
def who(engine: Engine) -> Visitors:
    return Visitors(engine)
