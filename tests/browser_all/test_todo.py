"""Every action of the to-do lists, through their page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import Page
from tests.helpers.scene import Scene


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("todo")


def lists(scene: Scene, who: str) -> Page:
    page = scene.page(who)
    page.wait("document.querySelectorAll('#tasks li').length === 5", "the tasks")
    return page


@pytest.mark.parametrize("who", ["owner", "coauthor"])
def test_writers_add_tick_edit_and_delete(scene: Scene, who: str) -> None:
    page, other = lists(scene, who), lists(scene, "stranger")
    page.write("#add input[name=text]", "Water <the> plants")
    page.run("document.querySelector('#add input[name=due]').value = '2030-05-01'")
    page.click("#add button")
    page.see("Water <the> plants", "#tasks")
    assert page.run("document.activeElement.name") == "text", "one can go on writing"
    page.click("#tasks label", "Water <the> plants")
    page.wait("[...document.querySelectorAll('#tasks .done')].some((one) => one.innerText.includes('Water'))")
    page.click("button", "Edit: Water <the> plants")
    page.write("#dialog input[name=text]", "Water all plants")
    page.click("#dialog-ok")
    page.see("Water all plants", "#tasks")
    other.run("refresh()")
    other.see("Water all plants", "#tasks")
    page.click("button", "Delete: Water all plants")
    page.click("#dialog-ok")
    page.wait("!document.querySelector('#tasks').innerText.includes('Water all')")


def test_filters(scene: Scene) -> None:
    page = lists(scene, "viewer")
    for name, count in (("Open", 4), ("Done", 1), ("Overdue", 1), ("All", 5)):
        page.click("#filters button", name)
        page.wait(f"document.querySelectorAll('#tasks li').length === {count}", name)
        pressed = f"button[data-focus=filter-{name.lower()}][aria-pressed=true]"
        page.wait(f"document.querySelector('{pressed}') !== null", f"{name} is pressed")


def test_the_owner_orders_and_keeps_lists(scene: Scene) -> None:
    page = lists(scene, "owner")
    second = page.run("document.querySelectorAll('#tasks label')[1].innerText")
    page.click("button", f"Move up: {second}")
    page.wait(f"document.querySelector('#tasks label').innerText === {second!r}")
    page.click("button", f"Move down: {second}")
    page.wait(f"document.querySelectorAll('#tasks label')[1].innerText === {second!r}")
    page.click("#clear-done")
    page.click("#dialog-ok")
    page.wait("document.querySelectorAll('#tasks li').length === 4")
    page.click("#add-list")
    page.write("#dialog input[name=name]", "Garden")
    page.click("#dialog-ok")
    page.see("Garden", "#list-name")
    page.click("#rename-list")
    page.write("#dialog input[name=name]", "Big garden")
    page.click("#dialog-ok")
    page.see("Big garden", "#list-name")
    page.click("#delete-list")
    page.click("#dialog-ok")
    page.wait("!document.querySelector('#lists').innerText.includes('Big garden')")


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_readers_change_nothing(scene: Scene, who: str) -> None:
    page = lists(scene, who)
    page.see("You are reading along")
    for control in ("#add", "#add-list", "#list-actions", "#tasks .tools button"):
        assert not page.is_shown(control), control
    assert page.run("[...document.querySelectorAll('#tasks input')].every((one) => one.disabled)")
    for action, params in (
        ("add", "{list_id: 1, text: 'x'}"),
        ("tick", "{id: 1, done: true}"),
        ("edit", "{id: 1, text: 'x'}"),
        ("delete", "{id: 1}"),
        ("move", "{id: 1, position: 1}"),
        ("clear_done", "{list_id: 1}"),
        ("add_list", "{name: 'x'}"),
        ("rename_list", "{id: 1, name: 'x'}"),
        ("delete_list", "{id: 1, with_tasks: true}"),
    ):
        assert page.run(f"ask('{action}', {params}).then(() => 'done', () => 'refused')") == "refused", action
    page.errors.clear()
