"""Every action of the blog, through its page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import Page
from tests.helpers.scene import Scene


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("blog")


def blog(scene: Scene, who: str, place: str = "") -> Page:
    page = scene.page(who, place)
    page.wait("document.querySelector('#main').ariaBusy === 'false'", "the blog")
    return page


def write(page: Page, title: str) -> None:
    page.click("#desk a", "New post")
    page.write("input[name=title]", title)
    page.write("textarea[name=body]", "One.\n\n<b>Two.</b>")
    page.click("#view button", "Save as draft")
    page.see(title, "#view h1")


def test_an_author_writes_and_the_owner_publishes(scene: Scene) -> None:
    author, owner = blog(scene, "coauthor"), blog(scene, "owner")
    write(author, "Rain at last")
    author.see("<b>Two.</b>", "#view")
    assert not author.run(
        "[...document.querySelectorAll('#desk a')].some((one) => one.innerText === 'Settings')"
    )
    owner.click("#desk a", "Drafts")
    owner.click("#view a", "Rain at last")
    owner.click("#view button", "Publish")
    owner.see("Take back to draft", "#view")
    reader = blog(scene, "stranger")
    reader.see("Rain at last", "#view")
    owner.click("#view button", "Take back to draft")
    owner.see("It is a draft again.", "#told")
    owner.click("#view a", "Edit")
    owner.write("input[name=title]", "Rain, finally")
    owner.click("#view button", "Save")
    owner.see("Rain, finally", "#view h1")
    owner.click("#view button", "Delete")
    owner.click("#dialog-ok")
    owner.see("The post is deleted.", "#told")


def test_comments_wait_for_an_editor(scene: Scene) -> None:
    reader, owner = blog(scene, "stranger"), blog(scene, "owner")
    reader.click(".entry a")
    reader.write("textarea[name=text]", "Well <said>!")
    reader.click(".comments form button")
    reader.see("Thank you.", "#told")
    owner.go(owner.run("location.href").partition("#")[0] + "#!comments")
    owner.run("go()")
    owner.see("Well <said>!", "#view")
    owner.click("#view button", "Approve")
    owner.see("The comment is on the page.", "#told")
    reader.run("go()")
    reader.see("Well <said>!", ".comments")
    reader.click(".comment button", "Delete")
    reader.click("#dialog-ok")
    reader.wait("!document.querySelector('.comments').innerText.includes('Well <said>')")


def test_the_owner_keeps_the_settings(scene: Scene) -> None:
    page = blog(scene, "owner")
    page.click("#desk a", "Settings")
    page.wait("document.querySelectorAll('#view input').length === 4")
    page.write("#view input", "The Jetty")
    page.run("document.querySelectorAll('#view input')[2].value = 1")
    page.click("#view button", "Save")
    page.see("The Jetty", "#title")
    page.click("#view a", "Older posts →")
    page.see("Page 2 of", "#view")
    page.click("#view a", "← Newer posts")
    page.see("Page 1 of", "#view")


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_readers_have_no_desk(scene: Scene, who: str) -> None:
    page = blog(scene, who)
    assert not page.is_shown("#desk")
    for action, params in (
        ("drafts", "{}"),
        ("save", "{title: 'x', body: 'y'}"),
        ("publish", "{id: 1}"),
        ("unpublish", "{id: 1}"),
        ("delete", "{id: 1}"),
        ("pending", "{}"),
        ("approve_comment", "{id: 1}"),
        ("save_settings", "{title: 'x'}"),
    ):
        assert page.run(f"ask('{action}', {params}).then(() => 'done', () => 'refused')") == "refused", action
    page.errors.clear()
