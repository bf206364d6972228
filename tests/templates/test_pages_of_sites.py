"""Every page that comes with the program works on Goop2:
it loads the SDK itself and passes Goop2's policy.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.html_page import Page

RESOURCES = Path(__file__).parents[2] / "resources"
PAGES = sorted(
    page
    for folder in ("templates", "demo/site")
    for page in (RESOURCES / folder).rglob("*.html")
    if "partials" not in page.parts
)
every_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(RESOURCES).as_posix())
USES_SDK = re.compile(r"\bGoop\.(\w+)")
HOMES = {"data": "/sdk/goop-data.js", "mq": "/sdk/goop-mq.js"}  # which file brings which part of Goop


def own_scripts(path: Path) -> list[tuple[int, str]]:
    """Place in the page and text of each script that the page brings itself."""
    sources = [script.get("src") or "" for script in Page(path.read_text(encoding="utf-8")).all("script")]
    return [
        (place, (path.parent / source).read_text(encoding="utf-8"))
        for place, source in enumerate(sources)
        if not source.startswith("/")
    ]


def test_there_are_pages() -> None:
    assert len(PAGES) == 7


@every_page
def test_page_loads_the_sdk_before_its_own_scripts(path: Path) -> None:
    """Goop2 adds nothing to a page: what its scripts use, the page must load."""
    sources = [script.get("src") or "" for script in Page(path.read_text(encoding="utf-8")).all("script")]
    used = {(place, part) for place, text in own_scripts(path) for part in USES_SDK.findall(text)}
    assert used
    for place, part in used:
        assert part in HOMES, f"{path}: nothing is known of Goop.{part}"
        assert HOMES[part] in sources[:place], f"{path}: Goop.{part} is used, {HOMES[part]} is not loaded"


@every_page
def test_page_passes_the_policy(path: Path) -> None:
    """Goop2 serves pages with script-src 'self' and style-src 'self': nothing inline runs or shows."""
    page = Page(path.read_text(encoding="utf-8"))
    assert not page.all("style"), "an inline style sheet does nothing on Goop2"
    for tag, attributes in page.tags:
        assert "style" not in attributes, f"<{tag} style> does nothing on Goop2"
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag != "script" or attributes.get("src"), "an inline script does nothing on Goop2"
        assert tag not in ("base", "object", "embed", "iframe")


def test_board_has_rows_of_one_height() -> None:
    css = (RESOURCES / "templates/tic-tac-toe/css/game.css").read_text(encoding="utf-8")
    board = re.search(r"\.board \{([^}]*)\}", css)
    assert board is not None
    assert "grid-template-rows: repeat(3, 1fr)" in board.group(1)
