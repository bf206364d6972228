"""The preview as a process, one for each file of tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.page_site import make_page_site
from tests.helpers.preview_client import PreviewProcess, Visit, run_preview


@pytest.fixture(scope="session")
def page_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it was made; tests take a copy."""
    return make_page_site(tmp_path_factory.mktemp("pages") / "site")


@pytest.fixture(scope="module")
def site(page_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(page_site, tmp_path_factory.mktemp("served") / "site"))


@pytest.fixture(scope="module")
def preview(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreviewProcess]:
    callers = ("owner", "Anna", "Vic", "Sam")
    with run_preview(site, tmp_path_factory.mktemp("preview"), callers) as running:
        yield running


@pytest.fixture
def owner(preview: PreviewProcess) -> Visit:
    return preview.visit("Mara")


@pytest.fixture
def anna(preview: PreviewProcess) -> Visit:
    """A co-author."""
    return preview.visit("Anna")


@pytest.fixture
def vic(preview: PreviewProcess) -> Visit:
    """A viewer."""
    return preview.visit("Vic")


@pytest.fixture
def sam(preview: PreviewProcess) -> Visit:
    """A stranger."""
    return preview.visit("Sam")
