from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lua_engine import Engine
from tests.helpers.goop2 import write_goop2_folder


def unheard(*_: object, **__: object) -> None:
    """Nobody records these statements."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    write_goop2_folder(folder).close()
    return folder


@pytest.fixture
def engine(site: Path) -> Iterator[Engine]:
    with Engine.open(
        site, overrides={"rate_limit_per_peer": 1_000_000, "rate_limit_global": 1_000_000}
    ) as opened:
        yield opened
