"""One browser for all tests of this folder, and sites with the bundled templates, built once each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.browser import Browser, run_browser
from tests.helpers.page_site import make_page_site
from tests.helpers.scene import Scene, build_template, open_scene

OpenTemplate = Callable[[str], Scene]

_running = ExitStack()
_browsers: list[Browser] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """End the browser behind the last test that may want it: it works although nobody looks."""
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path.parent != item.path.parent:
            _browsers.clear()
            _running.close()


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    if not _browsers:
        _browsers.append(_running.enter_context(run_browser(tmp_path_factory.mktemp("browser"))))
    return _browsers[0]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """``built(key)``: a folder with that template (``demo``, ``pages``: the tests' own), to be copied."""
    made: dict[str, Path] = {}

    def build(key: str) -> Path:
        if key not in made:
            folder = tmp_path_factory.mktemp("built") / key
            made[key] = make_page_site(folder) if key == "pages" else build_template(key, folder)
        return made[key]

    return build


@pytest.fixture
def open_template(browser: Browser, built: Callable[[str], Path], tmp_path: Path) -> Iterator[OpenTemplate]:
    """``open_template("kanban")``: a scene; at the end no page may have had an error."""
    with ExitStack() as scenes:
        yield lambda key: scenes.enter_context(open_scene(built(key), tmp_path / key, browser))
