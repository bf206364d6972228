"""Several people at once, each in a window of their own."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenTemplate
from tests.helpers.browser import Page


def test_tic_tac_toe_in_two_browsers(open_template: OpenTemplate) -> None:
    scene = open_template("tic-tac-toe")
    anna, sam = scene.page("coauthor"), scene.page("stranger")
    anna.wait("document.querySelector('#scores').children.length")
    anna.click("#new button[value=visitor]")
    anna.see("Waiting for somebody to join", "#status")
    sam.run("dispatchEvent(new Event('hashchange'))")
    sam.click("#open button", "Join Anna")
    sam.see("Anna’s turn", "#status")
    cells = "[...document.querySelectorAll('.cell')]"
    boxes = sam.run(f"{cells}.map((one) => [Math.round(one.offsetWidth), Math.round(one.offsetHeight)])")
    assert len({tuple(box) for box in boxes}) == 1, "nine cells of one size"

    def play(who: Page, other: Page, place: int) -> None:
        who.wait(f"!document.querySelectorAll('.cell')[{place}].disabled", "my turn")
        who.run(f"document.querySelectorAll('.cell')[{place}].click()")
        other.wait(f"document.querySelectorAll('.cell')[{place}].textContent !== ''", "the other sees it")

    for at, place in enumerate((0, 3, 1, 4)):
        play(*((anna, sam) if at % 2 == 0 else (sam, anna)), place)
    anna.wait("!document.querySelectorAll('.cell')[2].disabled")
    anna.run("document.querySelectorAll('.cell')[2].click()")
    anna.see("You win!", "#status")
    sam.see("Anna wins", "#status")
    anna.see("Anna (you)", "#scores")


def test_clubhouse_with_three(open_template: OpenTemplate) -> None:
    """Messages arrive by themselves: the page hears of them, it does not wait for its next look."""
    scene = open_template("clubhouse")
    people = {who: scene.page(who) for who in ("owner", "coauthor", "viewer")}
    for page in people.values():
        page.wait("document.querySelectorAll('#rooms li').length > 0")
    for who in ("coauthor", "viewer"):
        if people[who].is_shown("#join"):
            people[who].click("#join")
    for page in people.values():
        page.wait("document.querySelector('#send').offsetParent !== null", "in the room")
        page.wait("Goop._live && state.you.name")
        page.run("clearTimeout(timer); wait = () => {};")  # no look by itself from here on
    for number, (who, page) in enumerate(people.items()):
        page.run(f"at('text').value = 'hello {number}'; at('send').requestSubmit()")
        for other in people.values():
            other.see(f"hello {number}", "#log")
        page.wait("at('text').value === ''", f"{who} can go on")


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_clubhouse_keeps_strangers_out(open_template: OpenTemplate, who: str) -> None:
    page = open_template("clubhouse").page(who)
    page.wait("document.querySelector('#you').textContent")
    assert page.is_shown("#new") is False
    if who == "stranger":
        page.see("Rooms are for members of this site", "#door")
        assert "Script error" not in page.text()
