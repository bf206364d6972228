from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lua_engine.site.folder import SiteFolder


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Path]:
    """A folder with a goop.json of the given sections."""

    def make(**sections: Any) -> Path:
        folder = tmp_path / "site-folder"
        folder.mkdir(exist_ok=True)
        (folder / "goop.json").write_text(json.dumps(sections, indent=2) + "\n")
        return folder

    return make


@pytest.fixture
def folder(make_site: Callable[..., Path]) -> SiteFolder:
    path = make_site(profile={"label": "Olga", "email": "olga@example.org"}, lua={"enabled": True})
    (path / "site" / "lua").mkdir(parents=True)
    return SiteFolder.open(path)
