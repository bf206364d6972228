"""Every action of the clubhouse, of tic-tac-toe alone, and of the demo's page."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate

IS_OVER = "(/wins|you win|draw/i.test(document.querySelector('#status').innerText))"
FREE = "document.querySelectorAll('.cell:enabled').length"


@pytest.mark.parametrize("who", ["owner", "coauthor"])
def test_rooms_are_opened_used_and_closed(open_template: OpenTemplate, who: str) -> None:
    scene = open_template("clubhouse")
    page, viewer = scene.page(who), scene.page("viewer")
    page.wait("document.querySelectorAll('#rooms li').length === 3")
    page.click("#new")
    page.write("#dialog input[name=name]", "Attic")
    page.click("#dialog-ok")
    page.see("Attic", "#name")
    page.write("#text", "Anybody <up> here?")
    page.key("Enter")
    page.see("Anybody <up> here?", "#log")
    viewer.run("refresh()")
    viewer.see("Attic", "#rooms")
    viewer.run(
        "[...document.querySelectorAll('#rooms a')].find((one) => one.innerText.includes('Attic')).click()"
    )
    viewer.see("Attic", "#name")
    viewer.click("#join")
    viewer.see("Anybody <up> here?", "#log")
    viewer.click("#actions button", "Leave")
    viewer.see("Join the room", "#door")
    page.click("#actions button", "Close the room")
    page.click("#dialog-ok")
    page.wait("!document.querySelector('#rooms').innerText.includes('Attic')")


@pytest.mark.parametrize("who", ["owner", "coauthor", "viewer", "stranger"])
def test_a_game_against_the_computer(open_template: OpenTemplate, who: str) -> None:
    page = open_template("tic-tac-toe").page(who)
    page.wait("document.querySelector('#scores').children.length")
    page.click("#new button[value=computer]")
    free = 10
    for _ in range(5):
        page.wait(f"!state.isBusy && ({IS_OVER} || ({FREE} > 0 && {FREE} < {free}))")
        if page.run(IS_OVER):
            break
        free = page.run(FREE)
        page.click(".cell:enabled")
    page.wait(f"!state.isBusy && {IS_OVER}")
    page.click("#game-actions button", "Play again")
    page.see("your turn", "#status")
    page.click("#game-actions button", "Resign")
    page.see("You resigned", "#status")
    page.click("#new button[value=visitor]")
    page.click("#game-actions button", "Cancel the game")
    if who == "owner":  # a game that the template came with waits for somebody too
        page.wait("document.querySelectorAll('#mine li').length === 1")
        page.click("#game-actions button", "Cancel the game")
    page.see("Begin a game", "#status")


@pytest.mark.parametrize("who", ["owner", "viewer", "stranger"])
def test_the_demos_tasks(open_template: OpenTemplate, who: str) -> None:
    page = open_template("demo").page(who)
    page.wait("document.querySelectorAll('#tasks li').length > 5")
    assert page.run("document.querySelector('#tasks input').offsetWidth") < 30, "a check box is no bar"
    page.write("#text", "Pick <plums>")
    page.click("#add button")
    page.see("Pick <plums>", "#tasks")
    page.run(
        "[...document.querySelectorAll('#tasks label')]"
        ".find((one) => one.innerText.includes('plums')).click()"
    )
    page.wait("[...document.querySelectorAll('#tasks .done')].some((one) => one.innerText.includes('plums'))")
