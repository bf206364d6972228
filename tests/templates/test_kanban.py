"""The board: every action as everybody, and positions that stay 0, 1, 2, ... whatever is moved."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers.nightly import nightly
from tests.templates.conftest import OpenTemplate, TemplateSite

EVERYBODY = ("owner", "coauthor", "viewer", "stranger")
WRITERS = ("owner", "coauthor")
OWNER = ("owner",)
NOT_WRITER = "only co-authors can do this"
NOT_OWNER = "only the site owner can do this"
NOT_MINE = "only the owner and whoever added the card can do this"
NOT_ASSIGNABLE = "a card can be given to the owner and to co-authors only"
COLOR = "color must be slate, blue, amber, green, rose or violet"

Params = Callable[[int, int], dict[str, Any]]


@pytest.fixture
def site(template_site: OpenTemplate) -> TemplateSite:
    return template_site("kanban")


@pytest.fixture(scope="module")
def same(lasting_site: OpenTemplate) -> TemplateSite:
    """For calls that are refused."""
    return lasting_site("kanban")


@pytest.fixture(scope="module")
def played(lasting_site: OpenTemplate) -> TemplateSite:
    """For games that begin with clearing the board."""
    return lasting_site("kanban")


def layout(site: TemplateSite) -> dict[str, list[str]]:
    """Titles by column, both in order; the positions must have no gap and none twice."""
    columns = site.ask("stranger", "kanban", "board")["columns"]
    assert [column["position"] for column in columns] == list(range(len(columns)))
    for column in columns:
        assert [card["position"] for card in column["cards"]] == list(range(len(column["cards"]))), column[
            "name"
        ]
    shown = sum(len(column["cards"]) for column in columns)
    assert shown == len(site.rows("cards")), "a card is in no column"
    return {column["name"]: [card["title"] for card in column["cards"]] for column in columns}


def clear(site: TemplateSite) -> None:
    with site.database() as connection:
        connection.execute("DELETE FROM cards")
        connection.execute("DELETE FROM columns")


def new_column(site: TemplateSite, name: str, *titles: str, by: str = "owner") -> int:
    made = site.ask("owner", "kanban", "add_column", name=name)["id"]
    for title in titles:
        site.ask(by, "kanban", "add_card", column_id=made, title=title)
    return int(made)


def id_of(site: TemplateSite, title: str) -> int:
    return int(next(row["_id"] for row in site.rows("cards") if row["title"] == title))


ACTIONS: dict[str, tuple[Params, tuple[str, ...], str]] = {
    "board": (lambda column, card: {}, EVERYBODY, ""),
    "add_card": (lambda column, card: {"column_id": column, "title": "x"}, WRITERS, NOT_WRITER),
    "edit_card": (lambda column, card: {"id": card, "title": "y"}, WRITERS, NOT_WRITER),
    "move_card": (lambda column, card: {"id": card, "column_id": 1, "position": 0}, WRITERS, NOT_WRITER),
    "assign_card": (lambda column, card: {"id": card, "peer_id": ""}, WRITERS, NOT_WRITER),
    "delete_card": (lambda column, card: {"id": card}, OWNER, NOT_WRITER),
    "add_column": (lambda column, card: {"name": "New"}, OWNER, NOT_OWNER),
    "rename_column": (lambda column, card: {"id": column, "name": "Other"}, OWNER, NOT_OWNER),
    "move_column": (lambda column, card: {"id": column, "position": 0}, OWNER, NOT_OWNER),
    "delete_column": (lambda column, card: {"id": column, "move_to": 1}, OWNER, NOT_OWNER),
    "save_settings": (lambda column, card: {"title": "T"}, OWNER, NOT_OWNER),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_action_as_each_person(site: TemplateSite, who: str) -> None:
    assert sorted(ACTIONS) == sorted(site.engine.scripts.actions("kanban"))
    for action, (params, allowed, refusal) in ACTIONS.items():
        with site.database() as connection:
            connection.execute("DELETE FROM columns WHERE _id > 4")
            connection.execute("DELETE FROM cards WHERE column_id > 4")
        column = new_column(site, f"for {action}", f"card for {action}")
        given_params = params(column, id_of(site, f"card for {action}"))
        before = site.digest()
        if who in allowed:
            site.ask(who, "kanban", action, **given_params)
            layout(site)
        else:
            expected = NOT_MINE if refusal == NOT_WRITER and who == "coauthor" else refusal
            assert site.refused(who, "kanban", action, **given_params) == expected, action
            assert site.digest() == before, action


def test_seed_fills_an_empty_board_only(site: TemplateSite) -> None:
    assert {name: len(titles) for name, titles in layout(site).items()} == {
        "Ideas": 3,
        "To do": 3,
        "In progress": 2,
        "Done": 2,
    }
    before = site.digest()
    assert site.ask("owner", "seed") == 0
    assert site.digest() == before


def test_seed_leaves_the_owners_own_columns_alone(site: TemplateSite) -> None:
    with site.database() as connection:
        connection.execute("DELETE FROM cards")
        connection.execute("DELETE FROM columns WHERE _id > 1")
    assert site.ask("owner", "seed") == 0
    assert layout(site) == {"Ideas": []}


# The board


def test_board_gives_everything_for_one_page(site: TemplateSite) -> None:
    board = site.ask("coauthor", "kanban", "board")
    assert (board["title"], board["subtitle"]) == (
        "Bicycle repair café",
        "Every first Saturday, ten to four, in the old fire station",
    )
    assert board["you"] == {
        "id": site.who("coauthor").id,
        "role": "coauthor",
        "can_write": True,
        "is_owner": False,
    }
    assert [person["name"] for person in board["people"]] == ["Mara", "Coauthor"]
    first = board["columns"][0]
    assert (first["name"], first["color"], first["position"]) == ("Ideas", "slate", 0)
    assert first["cards"][0] == {
        "_id": 1, "title": "A tandem for people who cannot see",
        "note": "Klara knows somebody who would give one away.", "position": 0,
        "assignee": "", "assignee_name": "", "created_by": "Mara", "mine": False,
    }  # fmt: skip


@pytest.mark.parametrize(("who", "role"), [("viewer", "viewer"), ("stranger", "")])
def test_who_only_reads_sees_the_cards_but_not_the_members(site: TemplateSite, who: str, role: str) -> None:
    board = site.ask(who, "kanban", "board")
    assert board["people"] == []
    assert board["you"] == {"id": site.who(who).id, "role": role, "can_write": False, "is_owner": False}
    assert board["columns"] == site.ask("coauthor", "kanban", "board")["columns"]


def test_an_empty_board(site: TemplateSite) -> None:
    clear(site)
    with site.database() as connection:
        connection.execute("DELETE FROM config")
    board = site.ask("stranger", "kanban", "board")
    assert (board["columns"], board["title"], board["subtitle"]) == ([], "Board", "")


def test_settings(site: TemplateSite) -> None:
    site.ask("owner", "kanban", "save_settings", title=" Garden ", subtitle="We dig")
    board = site.ask("stranger", "kanban", "board")
    assert (board["title"], board["subtitle"]) == ("Garden", "We dig")
    site.ask("owner", "kanban", "save_settings", title="Garden")
    assert site.rows("config", "key", "value") == [
        {"key": "title", "value": "Garden"},
        {"key": "subtitle", "value": ""},
    ]


# Columns


def test_columns_move_and_are_renamed(site: TemplateSite) -> None:
    assert site.ask("owner", "kanban", "move_column", id=4, position=0) == {"status": "moved", "position": 0}
    assert list(layout(site)) == ["Done", "Ideas", "To do", "In progress"]
    assert site.ask("owner", "kanban", "move_column", id=4, position=50) == {"status": "moved", "position": 3}
    site.ask("owner", "kanban", "move_column", id=1, position=2)
    assert list(layout(site)) == ["To do", "In progress", "Ideas", "Done"]
    site.ask("owner", "kanban", "rename_column", id=1, name="Someday", color="violet")
    site.ask("owner", "kanban", "rename_column", id=2, name="Next")
    assert list(layout(site)) == ["Next", "In progress", "Someday", "Done"]
    assert [row["color"] for row in site.rows("columns")] == ["violet", "blue", "amber", "green"]


def test_a_column_with_cards_needs_another_that_takes_them(site: TemplateSite) -> None:
    message = "the column still has 2 cards: say in move_to which column takes them"
    assert site.refused("owner", "kanban", "delete_column", id=3) == message
    assert (
        site.refused("owner", "kanban", "delete_column", id=3, move_to=3) == "move_to must be another column"
    )
    assert site.refused("owner", "kanban", "delete_column", id=3, move_to=77) == "column not found"
    assert site.ask("owner", "kanban", "delete_column", id=3, move_to=4) == {"status": "deleted", "moved": 2}
    assert layout(site)["Done"] == [
        "Get the key of the fire station", "Find a coffee machine that works", "Build the third repair stand",
        "Paint a sign for the yard gate",
    ]  # fmt: skip
    assert list(layout(site)) == ["Ideas", "To do", "Done"]


def test_an_empty_column_is_deleted_at_once(site: TemplateSite) -> None:
    new_column(site, "Empty")
    site.ask("owner", "kanban", "move_column", id=5, position=0)
    assert site.ask("owner", "kanban", "delete_column", id=5) == {"status": "deleted", "moved": 0}
    assert list(layout(site)) == ["Ideas", "To do", "In progress", "Done"]


def test_limits(site: TemplateSite) -> None:
    for number in range(8):
        new_column(site, f"Column {number}")
    assert (
        site.refused("owner", "kanban", "add_column", name="One more")
        == "the board is full: it has 12 columns"
    )
    with site.database() as connection:
        rows = [(number,) for number in range(200)]
        connection.executemany(
            "INSERT INTO cards (_owner, column_id, title, position) VALUES ('x', 12, 'Card', ?)", rows
        )
    full = "the column is full: it has 200 cards"
    assert site.refused("coauthor", "kanban", "add_card", column_id=12, title="x") == full
    assert site.refused("coauthor", "kanban", "move_card", id=1, column_id=12, position=0) == full
    assert (
        site.refused("owner", "kanban", "delete_column", id=1, move_to=12)
        == "the other column is full: a column has at most 200 cards"
    )
    site.ask("coauthor", "kanban", "move_card", id=11, column_id=12, position=199)
    layout(site)


# Cards


def test_cards_are_added_where_asked(site: TemplateSite) -> None:
    column = new_column(site, "New", "a", "b")
    assert (
        site.ask(
            "coauthor", "kanban", "add_card", column_id=column, title=" c\n", note="two\nlines", position=1
        )["position"]
        == 1
    )
    assert (
        site.ask("coauthor", "kanban", "add_card", column_id=column, title="d", position=99)["position"] == 3
    )
    assert layout(site)["New"] == ["a", "c", "b", "d"]
    row = next(row for row in site.rows("cards") if row["title"] == "c")
    assert (row["note"], row["created_by"], row["_owner"]) == (
        "two\nlines",
        "Coauthor",
        site.who("coauthor").id,
    )


def test_cards_are_edited_by_every_coauthor(site: TemplateSite) -> None:
    site.ask("coauthor", "kanban", "edit_card", id=1, title="New title")
    site.ask("coauthor", "kanban", "edit_card", id=1, note="New note")
    assert [(row["title"], row["note"]) for row in site.rows("cards") if row["_id"] == 1] == [
        ("New title", "New note")
    ]


def test_cards_are_given_to_those_who_work_on_the_board(site: TemplateSite) -> None:
    def assigned() -> tuple[str, str]:
        return next((row["assignee"], row["assignee_name"]) for row in site.rows("cards") if row["_id"] == 1)

    site.ask("coauthor", "kanban", "assign_card", id=1, peer_id=site.who("owner").id)
    assert assigned() == (site.who("owner").id, "Mara")
    site.ask("owner", "kanban", "assign_card", id=1, peer_id=site.who("coauthor").id)
    assert assigned() == (site.who("coauthor").id, "Coauthor")
    for peer_id in (site.who("viewer").id, site.who("stranger").id, "nobody", " "):
        assert site.refused("owner", "kanban", "assign_card", id=1, peer_id=peer_id) == NOT_ASSIGNABLE
    assert assigned() == (site.who("coauthor").id, "Coauthor")
    assert site.ask("coauthor", "kanban", "assign_card", id=1, peer_id="") == {"status": "free"}
    assert assigned() == ("", "")


def test_whoever_added_a_card_deletes_it_and_the_owner_all(site: TemplateSite) -> None:
    site.join("bea", "coauthor")
    new_column(site, "New", "a", "b", "c", by="coauthor")
    assert site.refused("bea", "kanban", "delete_card", id=id_of(site, "a")) == NOT_MINE
    site.ask("coauthor", "kanban", "delete_card", id=id_of(site, "a"))
    site.ask("owner", "kanban", "delete_card", id=id_of(site, "b"))
    assert layout(site)["New"] == ["c"]


def test_a_card_that_two_moved_at_once_is_put_right(site: TemplateSite) -> None:
    column = new_column(site, "New", "a", "b", "c", "d")
    with site.database() as connection:
        connection.execute("UPDATE cards SET position = 2 WHERE column_id = ?", (column,))
    site.ask("coauthor", "kanban", "move_card", id=id_of(site, "d"), position=0)
    assert layout(site)["New"] == ["d", "a", "b", "c"]


def test_many_movers_at_once_leave_a_board_that_the_next_move_puts_right(site: TemplateSite) -> None:
    def play(seed: int) -> None:
        for step in range(12):
            site.ask(
                "coauthor",
                "kanban",
                "move_card",
                id=1 + (seed * 5 + step * 3) % 10,
                column_id=1 + (seed + step) % 4,
                position=step % 4,
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(play, range(4)))
    cards = site.rows("cards")
    assert len(cards) == 10
    for column in range(1, 5):  # a card in and out again touches each column
        card = site.ask("owner", "kanban", "add_card", column_id=column, title="mender")["id"]
        site.ask("owner", "kanban", "delete_card", id=card)
    layout(site)


# Any sequence of changes, against a plain model of the board

MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(0, 7), st.integers(0, 2), st.integers(0, 9)),
        st.tuples(st.just("add"), st.integers(0, 2), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("delete"), st.integers(0, 7), st.just(0), st.just(0)),
        st.tuples(st.just("column"), st.integers(0, 2), st.integers(0, 4), st.just(0)),
    ),
    max_size=12,
)


class Model:
    """The board as lists of titles, and the same game on the site."""

    def __init__(self, site: TemplateSite) -> None:
        self.site = site
        clear(site)
        self.columns = {name: new_column(site, name) for name in "XYZ"}
        self.cards: dict[str, list[str]] = {name: [] for name in "XYZ"}
        self.ids: dict[str, int] = {}
        for number in range(5):
            self.add(number % 2, 9, 0)

    def add(self, column: int, place: int, _: int) -> None:
        name, title = list(self.columns)[column], f"card {len(self.ids)}"
        made = self.site.ask(
            "coauthor", "kanban", "add_card", column_id=self.columns[name], title=title, position=place
        )
        self.cards[name].insert(place, title)
        self.ids[title] = made["id"]

    def move(self, card: int, column: int, place: int) -> None:
        title, target = self._pick(card), list(self.columns)[column]
        if title:
            self._take(title)
            self.cards[target].insert(place, title)
            moved = self.site.ask(
                "coauthor",
                "kanban",
                "move_card",
                id=self.ids[title],
                column_id=self.columns[target],
                position=place,
            )
            assert moved["position"] == self.cards[target].index(title)

    def delete(self, card: int, _: int, __: int) -> None:
        title = self._pick(card)
        if title:
            self._take(title)
            self.site.ask("owner", "kanban", "delete_card", id=self.ids[title])

    def column(self, column: int, place: int, _: int) -> None:
        name = list(self.cards)[column]
        order = [one for one in self.cards if one != name]
        order.insert(place, name)
        self.cards = {one: self.cards[one] for one in order}
        self.site.ask("owner", "kanban", "move_column", id=self.columns[name], position=place)

    def _pick(self, number: int) -> str:
        titles = [title for cards in self.cards.values() for title in cards]
        return titles[number % len(titles)] if titles else ""

    def _take(self, title: str) -> None:
        next(cards for cards in self.cards.values() if title in cards).remove(title)


@settings(max_examples=nightly(8, 200), deadline=None)
@given(moves=MOVES)
def test_positions_stay_dense_whatever_is_moved(
    played: TemplateSite, moves: list[tuple[str, int, int, int]]
) -> None:
    model = Model(played)
    for kind, *numbers in moves:
        getattr(model, kind)(*numbers)
        assert list(layout(played).items()) == list(model.cards.items())


# What must be refused, word by word, and change nothing

ID = "id must be a whole number, 1 or more"
PLACE = "position must be a whole number, 0 or more"
HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("add_column", {}, "name is required"),
    ("add_column", {"name": "  "}, "name is required"),
    ("add_column", {"name": {"__sql_expr": "1"}}, "name must be text"),
    ("add_column", {"name": "ü" * 41}, "name must be at most 40 characters"),
    *(("add_column", {"name": "x", "color": value}, COLOR) for value in ("red", 5, [], True, "slate; --")),
    ("rename_column", {"id": 1, "name": ""}, "name is required"),
    ("rename_column", {"id": 1, "name": "x", "color": "__index"}, COLOR),
    ("rename_column", {"id": 77, "name": "x"}, "column not found"),
    *(("move_column", {"id": 1, "position": value}, PLACE) for value in (-1, 1.5, "0", True, {})),
    ("move_column", {"id": 1}, "position is required"),
    ("move_column", {"id": 77, "position": 0}, "column not found"),
    *(("delete_column", {"id": value}, ID) for value in (0, -1, "1", 1.5, [1], 1e300)),
    ("delete_column", {"id": 1, "move_to": "2"}, "move_to must be a whole number, 1 or more"),
    ("delete_column", {}, "id is required"),
    ("add_card", {"title": "x"}, "column_id is required"),
    ("add_card", {"column_id": 77, "title": "x"}, "column not found"),
    ("add_card", {"column_id": "1", "title": "x"}, "column_id must be a whole number, 1 or more"),
    ("add_card", {"column_id": 1}, "title is required"),
    ("add_card", {"column_id": 1, "title": 5}, "title must be text"),
    ("add_card", {"column_id": 1, "title": "x" * 201}, "title must be at most 200 characters"),
    ("add_card", {"column_id": 1, "title": "x" * 3_000_000}, "title must be at most 200 characters"),
    ("add_card", {"column_id": 1, "title": "x", "note": ["x"]}, "note must be text"),
    ("add_card", {"column_id": 1, "title": "x", "note": "x" * 4001}, "note must be at most 4000 characters"),
    *(
        ("add_card", {"column_id": 1, "title": "x", "position": value}, PLACE)
        for value in (-1, 0.5, "0", True)
    ),
    ("edit_card", {"id": 999, "title": "x"}, "card not found"),
    ("edit_card", {"id": 1, "title": ""}, "title is required"),
    ("edit_card", {"id": 1, "note": 5}, "note must be text"),
    *(("move_card", {"id": 1, "position": value}, PLACE) for value in (-1, -1e9, 0.5, "0", True, [], 1e300)),
    ("move_card", {"id": 1}, "position is required"),
    ("move_card", {"id": 1, "column_id": 77, "position": 0}, "column not found"),
    ("move_card", {"id": 1, "column_id": "2", "position": 0}, "column_id must be a whole number, 1 or more"),
    ("move_card", {"id": 999, "position": 0}, "card not found"),
    ("move_card", {"id": "1 OR 1=1", "position": 0}, ID),
    *(
        ("assign_card", {"id": 1, "peer_id": value}, "peer_id must be a member's id, or empty for nobody")
        for value in (None, 5, True, [])
    ),
    ("assign_card", {"id": 999, "peer_id": ""}, "card not found"),
    ("delete_card", {}, "id is required"),
    ("delete_card", {"id": 999}, "card not found"),
    ("save_settings", {}, "title is required"),
    ("save_settings", {"title": "x" * 41}, "title must be at most 40 characters"),
    ("save_settings", {"title": "x", "subtitle": 5}, "subtitle must be text"),
    ("save_settings", {"title": "x", "subtitle": "x" * 201}, "subtitle must be at most 200 characters"),
    ("", {}, "action parameter required"),
    ("drop", {}, "unknown action: drop"),
]


@pytest.mark.parametrize(("action", "params", "message"), HOSTILE)
def test_wrong_params_are_refused(
    same: TemplateSite, action: str, params: dict[str, Any], message: str
) -> None:
    before = same.digest()
    assert same.refused("owner", "kanban", action, **params) == message
    assert same.digest() == before
