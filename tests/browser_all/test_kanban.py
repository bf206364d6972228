"""Every action of the kanban board, through its page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import ALT, Page
from tests.helpers.scene import Scene


@pytest.fixture
def scene(open_template: OpenTemplate) -> Scene:
    return open_template("kanban")


def board(scene: Scene, who: str) -> Page:
    page = scene.page(who)
    page.wait("document.querySelectorAll('.column').length === 4", "the board")
    return page


def add(page: Page, column: str, title: str) -> None:
    field = f"input[aria-label='New card in {column}']"
    page.write(field, title)
    page.key("Enter")
    page.see(title, "#board")


@pytest.mark.parametrize("who", ["owner", "coauthor"])
def test_writers_add_edit_assign_move_and_delete_cards(scene: Scene, who: str) -> None:
    page, other = board(scene, who), board(scene, "viewer")
    add(page, "Ideas", "A card of mine")
    page.click(".card", "A card of mine")
    page.write("#dialog input[name=title]", "A better title")
    page.write("#dialog textarea[name=note]", "<b>not markup</b>")
    page.run("document.querySelector('#dialog select[name=assignee]').selectedIndex = 1")
    page.click("#dialog-ok")
    page.see("A better title", "#board")
    page.see("<b>not markup</b>", "#board")
    page.see("for ", "#board")
    page.run(
        "[...document.querySelectorAll('.card')].find((one) => one.innerText.includes('A better')).focus()"
    )
    page.key("ArrowRight", ALT)
    page.see("A better title", "section[aria-label='To do']")
    page.run(
        "[...document.querySelectorAll('.card')].find((one) => one.innerText.includes('A better')).focus()"
    )
    page.key("ArrowUp", ALT)
    page.see("Moved to To do", "#told")
    other.run("document.dispatchEvent(new Event('visibilitychange'))")
    other.see("A better title", "section[aria-label='To do']")
    page.run(
        "[...document.querySelectorAll('.card')].find((one) => one.innerText.includes('A better')).click()"
    )
    page.click("#dialog-delete")
    page.wait("!document.querySelector('#board').innerText.includes('A better title')", "the card is gone")


def test_cards_are_dragged(scene: Scene) -> None:
    page = board(scene, "coauthor")
    add(page, "Ideas", "Drag me")
    page.run(
        """(() => {
          const cards = [...document.querySelectorAll(".card")];
          const card = cards.find((one) => one.innerText.includes("Drag me"));
          const target = document.querySelector("section[aria-label='Done']");
          const dataTransfer = new DataTransfer();
          const steps = [[card, "dragstart"], [target, "dragover"], [target, "drop"], [card, "dragend"]];
          for (const [element, name] of steps) {
            element.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer }));
          }
        })()"""
    )
    page.see("Drag me", "section[aria-label='Done']")


def test_the_owner_keeps_the_columns_and_the_title(scene: Scene) -> None:
    page = board(scene, "owner")
    page.click("#add-column")
    page.write("#dialog input[name=name]", "Later")
    page.choose("#dialog select[name=color]", "rose")
    page.click("#dialog-ok")
    page.see("Later", "#board")
    page.run("document.querySelector('[aria-label=\"Move column left: Later\"]').click()")
    page.wait(
        "[...document.querySelectorAll('.column')].findIndex((one) => one.innerText.includes('Later')) === 3"
    )
    page.click("button", "Edit column: Later")
    page.write("#dialog input[name=name]", "Some day")
    page.click("#dialog-ok")
    page.see("Some day", "#board")
    page.click("button", "Delete column: Ideas")
    page.see("3 cards move to another column", "#dialog")
    page.click("#dialog-ok")
    page.wait("!document.querySelector('section[aria-label=Ideas]')", "the column is gone")
    page.click("#settings")
    page.write("#dialog input[name=title]", "Our board")
    page.click("#dialog-ok")
    page.see("Our board", "h1")


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_readers_see_and_change_nothing(scene: Scene, who: str) -> None:
    page = board(scene, who)
    for control in ("#add-column", "#settings", "form.add", ".tools"):
        assert not page.is_shown(control), control
    page.click(".card")
    assert page.is_shown("#dialog-cancel")
    assert not page.is_shown("#dialog-ok")
    assert not page.is_shown("#dialog-delete")
    page.key("Escape")
    for action, params in (
        ("add_card", "{column_id: 1, title: 'x'}"),
        ("edit_card", "{id: 1, title: 'x'}"),
        ("move_card", "{id: 1, column_id: 2, position: 0}"),
        ("assign_card", "{id: 1, peer_id: ''}"),
        ("delete_card", "{id: 1}"),
        ("add_column", "{name: 'x'}"),
        ("rename_column", "{id: 1, name: 'x'}"),
        ("move_column", "{id: 1, position: 1}"),
        ("delete_column", "{id: 1}"),
        ("save_settings", "{title: 'x'}"),
    ):
        assert page.run(f"ask('{action}', {params}).then(() => 'done', () => 'refused')") == "refused", action
    page.errors.clear()


def test_what_goes_wrong_is_said_for_visitors(scene: Scene) -> None:
    page = board(scene, "coauthor")
    scene.visitor("coauthor").is_offline = True
    page.run("refresh()")
    page.see("The site cannot be reached just now. Try again in a moment.", "#problem")
    scene.visitor("coauthor").is_offline = False
    page.run("refresh()")
    page.wait("document.querySelector('#problem').hidden")
    source = scene.engine.site.functions_dir / "kanban.lua"
    source.write_text("function call() local x = nil return x.y end")
    page.wait("refresh().then(() => !at('problem').hidden)")
    assert page.text("#problem").startswith("Something went wrong on this site.")
    assert "lua" not in page.text("#problem").lower()
    page.errors.clear()
