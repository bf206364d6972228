"""Every action of the polls, through their page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import Page
from tests.helpers.scene import Scene


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("poll")


def polls(scene: Scene, who: str) -> Page:
    page = scene.page(who)
    page.wait("document.querySelectorAll('#polls article').length >= 3", "the polls")
    return page


@pytest.mark.parametrize("who", ["coauthor", "viewer", "stranger"])
def test_visitors_vote_change_and_take_it_back(scene: Scene, who: str) -> None:
    page = polls(scene, who)
    assert not page.is_shown("#new")
    assert not page.is_shown(".owner")
    page.click("article.open .option")
    page.click("article.open .foot button")
    page.see("Change my vote", "article.open")
    page.run("document.querySelectorAll('article.open .option')[1].click()")
    page.click("article.open .foot button")
    page.wait("document.querySelectorAll('article.open .option')[1].className.includes('mine')")
    page.click("button", "Take my vote back")
    page.wait("!document.querySelector('#polls').innerText.includes('Take my vote back')")
    for action, params in (
        ("create", "{question: 'x', options: ['a', 'b']}"),
        ("edit", "{id: 1, question: 'x', options: ['a', 'b']}"),
        ("set_results", "{id: 1, results: 'always'}"),
        ("open", "{id: 1}"),
        ("close", "{id: 1}"),
        ("delete", "{id: 1}"),
        ("votes", "{id: 1}"),
    ):
        assert page.run(f"ask('{action}', {params}).then(() => 'done', () => 'refused')") == "refused", action
    page.errors.clear()


def test_the_owner_asks_edits_opens_closes_and_deletes(scene: Scene) -> None:
    page = polls(scene, "owner")
    page.click("#new")
    page.write("#editor input[name=question]", "Tea or coffee?")
    page.write("#editor textarea[name=options]", "Tea\nCoffee")
    page.click("#editor input[name=open]")
    page.click("#editor-ok")
    page.see("Tea or coffee?", "#polls")
    mine = "[...document.querySelectorAll('#polls article')].find((one) => one.innerText.includes('Tea or'))"

    def press(key: str) -> None:
        page.run(f"{mine}.querySelector('[data-key^={key}]').click()")

    page.wait(f"{mine}.className === 'draft'")
    press("edit")
    page.write("#editor input[name=question]", "Tea or milk?")
    page.click("#editor-ok")
    page.see("Tea or milk?", "#polls")
    press("state")
    page.wait(f"{mine}.className === 'open'")
    page.run(
        f"(() => {{ const s = {mine}.querySelector('[data-key^=results]');"
        " s.value = 'always'; s.onchange(); })()"
    )
    page.wait(f"{mine}.innerText.includes('0 votes in all')")
    press("votes")
    page.see("Nobody has voted yet.", "#votes")
    page.key("Escape")
    press("state")
    page.wait(f"{mine}.className === 'closed'")
    press("delete")
    page.click("#sure .danger")
    page.wait("!document.querySelector('#polls').innerText.includes('Tea or milk')")
