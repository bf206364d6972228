"""Every page that comes with the program, in a real browser, as its owner and as somebody who just came."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate

SEES = {
    "kanban": "In progress",
    "tic-tac-toe": "Score table",
    "clubhouse": "Clubhouse",
    "poll": "Polls",
    "blog": "",
    "todo": "To-do lists",
    "demo": "Lakeside Garden",
}


@pytest.mark.parametrize("key", SEES)
def test_page_opens(open_template: OpenTemplate, key: str) -> None:
    """The scene's end looks for errors in the page: a script or style that the policy blocks is one."""
    scene = open_template(key)
    for who in ("owner", "stranger"):
        page = scene.page(who)
        page.wait("document.querySelector('[aria-busy=true]') === null", "the page has drawn")
        page.see(SEES[key])
        page.wait("!/Loading/.test(document.body.innerText)", "the page has its data")
        assert page.run("getComputedStyle(document.querySelector('#problem')).display") == "none"
        for width in (360, 1280):
            page.size(width, 800)
            assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0, (
                f"{key} is wider than {width}"
            )


def test_the_badge_leaves_the_page_alone(open_template: OpenTemplate) -> None:
    """The clubhouse's page is a grid as high as the window: one more element would be a row of its own."""
    page = open_template("clubhouse").page("owner")
    page.wait("document.documentElement.lastElementChild.tagName === 'DIV'", "the badge")
    assert page.run("document.querySelector('main').offsetHeight") == page.run("innerHeight")
