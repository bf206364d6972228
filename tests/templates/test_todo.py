"""To-do lists: every action as everybody, and what is left in the tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.templates.conftest import OpenTemplate, TemplateSite

EVERYBODY = ("owner", "coauthor", "viewer", "stranger")
WRITERS = ("owner", "coauthor")
OWNER = ("owner",)
NOT_WRITER = "only co-authors can do this"
NOT_OWNER = "only the site owner can do this"
NOT_MINE = "only the owner and whoever added the task can do this"
DATE = "due must be a date like 2026-05-31"

Ask = Callable[..., Any]


@pytest.fixture
def site(template_site: OpenTemplate) -> TemplateSite:
    return template_site("todo")


@pytest.fixture(scope="module")
def same(lasting_site: OpenTemplate) -> TemplateSite:
    """For calls that are refused."""
    return lasting_site("todo")


def day(offset: int) -> str:
    return (datetime.now(UTC) + timedelta(days=offset)).strftime("%Y-%m-%d")


def new_list(site: TemplateSite, *texts: str, by: str = "owner") -> int:
    made = site.ask("owner", "todo", "add_list", name="Test")["id"]
    for text in texts:
        site.ask(by, "todo", "add", list_id=made, text=text)
    return int(made)


def texts(site: TemplateSite, list_id: int) -> list[str]:
    """The list's tasks in order, which must have no gap."""
    tasks = site.ask("stranger", "todo", "tasks", list_id=list_id)["tasks"]
    assert [task["position"] for task in tasks] == list(range(len(tasks)))
    return [task["text"] for task in tasks]


def id_of(site: TemplateSite, text: str) -> int:
    return int(next(row["_id"] for row in site.rows("tasks") if row["text"] == text))


# Who may what: one list with one task of the owner, and each action as each person

ACTIONS: dict[str, tuple[Callable[[int, int], dict[str, Any]], tuple[str, ...], str]] = {
    "lists": (lambda lst, task: {}, EVERYBODY, ""),
    "tasks": (lambda lst, task: {"list_id": lst}, EVERYBODY, ""),
    "add": (lambda lst, task: {"list_id": lst, "text": "x"}, WRITERS, NOT_WRITER),
    "tick": (lambda lst, task: {"id": task, "done": True}, WRITERS, NOT_WRITER),
    "edit": (lambda lst, task: {"id": task, "text": "y"}, OWNER, NOT_WRITER),
    "move": (lambda lst, task: {"id": task, "position": 0}, OWNER, NOT_OWNER),
    "clear_done": (lambda lst, task: {"list_id": lst}, OWNER, NOT_OWNER),
    "delete": (lambda lst, task: {"id": task}, OWNER, NOT_WRITER),
    "add_list": (lambda lst, task: {"name": "New"}, OWNER, NOT_OWNER),
    "rename_list": (lambda lst, task: {"id": lst, "name": "Other"}, OWNER, NOT_OWNER),
    "delete_list": (lambda lst, task: {"id": lst, "with_tasks": True}, OWNER, NOT_OWNER),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_action_as_each_person(site: TemplateSite, who: str) -> None:
    assert sorted(ACTIONS) == sorted(site.engine.scripts.actions("todo"))
    for action, (params, allowed, refusal) in ACTIONS.items():
        lst = new_list(site, f"for {action}")
        given = params(lst, id_of(site, f"for {action}"))
        before = site.digest()
        if who in allowed:
            site.ask(who, "todo", action, **given)
        else:
            expected = NOT_MINE if refusal == NOT_WRITER and who == "coauthor" else refusal
            assert site.refused(who, "todo", action, **given) == expected, action
            assert site.digest() == before, action


def test_seed_fills_empty_tables_only(site: TemplateSite) -> None:
    assert [row["name"] for row in site.rows("lists")] == [
        "Open house on Saturday",
        "Workshop shelf",
        "Someday",
    ]
    before = site.digest()
    assert site.ask("owner", "seed") == 0
    assert site.digest() == before


# What the actions do


def test_lists_tell_counts_and_who_the_caller_is(site: TemplateSite) -> None:
    lst = new_list(site, "a", "b", "c")
    site.ask("owner", "todo", "edit", id=id_of(site, "a"), due=day(-2))
    site.ask("owner", "todo", "edit", id=id_of(site, "b"), due=day(2))
    site.ask("coauthor", "todo", "tick", id=id_of(site, "c"), done=True)
    answer = site.ask("coauthor", "todo", "lists")
    shown = next(one for one in answer["lists"] if one["_id"] == lst)
    assert shown == {"_id": lst, "name": "Test", "position": 3, "open": 2, "done": 1, "overdue": 1}
    assert answer["totals"] == {"open": 8 + 2, "done": 2 + 1, "overdue": 1 + 1}
    assert answer["you"] == {"role": "coauthor", "can_write": True, "is_owner": False}
    assert site.ask("stranger", "todo", "lists")["you"] == {"role": "", "can_write": False, "is_owner": False}
    assert site.ask("owner", "todo", "lists")["you"] == {"role": "owner", "can_write": True, "is_owner": True}


def test_tasks_by_state(site: TemplateSite) -> None:
    lst = new_list(site, "late", "later", "done", "whenever")
    site.ask("owner", "todo", "edit", id=id_of(site, "late"), due=day(-1))
    site.ask("owner", "todo", "edit", id=id_of(site, "later"), due=day(1))
    site.ask("owner", "todo", "tick", id=id_of(site, "done"), done=True)

    def shown(state: str | None) -> list[str]:
        params = {} if state is None else {"state": state}
        return [
            task["text"] for task in site.ask("stranger", "todo", "tasks", list_id=lst, **params)["tasks"]
        ]

    assert shown(None) == shown("all") == ["late", "later", "done", "whenever"]
    assert shown("open") == ["late", "later", "whenever"]
    assert shown("done") == ["done"]
    assert shown("overdue") == ["late"]


def test_a_task_is_shown_without_what_is_nobodys_business(site: TemplateSite) -> None:
    lst = new_list(site)
    made = site.ask("coauthor", "todo", "add", list_id=lst, text="  Find\tthe key \n", due="2028-02-29")["id"]
    task = {
        "_id": made, "list_id": lst, "text": "Find the key", "due": "2028-02-29", "position": 0,
        "done": False, "done_by": "", "created_by": "Coauthor",
    }  # fmt: skip
    for who, mine in {"owner": True, "coauthor": True, "viewer": False, "stranger": False}.items():
        assert site.ask(who, "todo", "tasks", list_id=lst)["tasks"] == [{**task, "mine": mine}]


def test_ticking_says_who_did_it(site: TemplateSite) -> None:
    new_list(site, "a")
    task = id_of(site, "a")
    assert site.ask("coauthor", "todo", "tick", id=task, done=True) == {"status": "done"}
    assert [(row["done"], row["done_by"]) for row in site.rows("tasks") if row["_id"] == task] == [
        (1, "Coauthor")
    ]
    assert site.ask("owner", "todo", "tick", id=task, done=False) == {"status": "open"}
    assert [(row["done"], row["done_by"]) for row in site.rows("tasks") if row["_id"] == task] == [(0, "")]


def test_whoever_added_a_task_edits_and_deletes_it(site: TemplateSite) -> None:
    lst = new_list(site, "mine", by="coauthor")
    site.join("bea", "coauthor")
    task = id_of(site, "mine")
    for action in ("edit", "delete"):
        assert site.refused("bea", "todo", action, id=task, text="x") == NOT_MINE
    site.ask("coauthor", "todo", "edit", id=task, text="ours", due=day(3))
    assert texts(site, lst) == ["ours"]
    site.ask("coauthor", "todo", "edit", id=task, due="")
    assert [(row["text"], row["due"]) for row in site.rows("tasks") if row["_id"] == task] == [("ours", None)]
    site.ask("coauthor", "todo", "delete", id=task)
    assert texts(site, lst) == []


def test_who_left_the_group_only_reads(site: TemplateSite) -> None:
    new_list(site, "mine", by="coauthor")
    site.engine.groups.remove(next(group.id for group in site.engine.groups.list()), site.who("coauthor").id)
    assert site.refused("coauthor", "todo", "delete", id=id_of(site, "mine")) == NOT_WRITER


def test_moving_and_deleting_leave_no_gap(site: TemplateSite) -> None:
    first, second = new_list(site, "a", "b", "c", "d"), new_list(site, "x", "y")
    ids = {text: id_of(site, text) for text in "abcdxy"}
    assert site.ask("owner", "todo", "move", id=ids["d"], position=0) == {"status": "moved", "position": 0}
    assert texts(site, first) == ["d", "a", "b", "c"]
    assert site.ask("owner", "todo", "move", id=ids["d"], position=99) == {"status": "moved", "position": 3}
    assert texts(site, first) == ["a", "b", "c", "d"]
    site.ask("owner", "todo", "move", id=ids["b"], position=1, list_id=second)
    assert (texts(site, first), texts(site, second)) == (["a", "c", "d"], ["x", "b", "y"])
    site.ask("owner", "todo", "delete", id=ids["c"])
    assert texts(site, first) == ["a", "d"]


def test_clear_done(site: TemplateSite) -> None:
    lst = new_list(site, "a", "b", "c")
    for text in "ac":
        site.ask("owner", "todo", "tick", id=id_of(site, text), done=True)
    assert site.ask("owner", "todo", "clear_done", list_id=lst) == {"removed": 2}
    assert texts(site, lst) == ["b"]
    assert site.ask("owner", "todo", "clear_done", list_id=lst) == {"removed": 0}


def test_deleting_a_list(site: TemplateSite) -> None:
    lst = new_list(site, "a", "b")
    message = "the list still has 2 tasks: say with_tasks = true to delete them too"
    assert site.refused("owner", "todo", "delete_list", id=lst) == message
    assert site.refused("owner", "todo", "delete_list", id=lst, with_tasks="yes") == message
    assert site.ask("owner", "todo", "delete_list", id=lst, with_tasks=True) == {
        "status": "deleted",
        "tasks": 2,
    }
    assert lst not in [row["list_id"] for row in site.rows("tasks")]
    site.ask("owner", "todo", "delete_list", id=1, with_tasks=True)
    assert [(row["name"], row["position"]) for row in site.rows("lists")] == [
        ("Workshop shelf", 0),
        ("Someday", 1),
    ]


def test_renaming_a_list(site: TemplateSite) -> None:
    site.ask("owner", "todo", "rename_list", id=1, name="Übermorgen")
    assert site.rows("lists", "name")[0] == {"name": "Übermorgen"}


def test_limits(site: TemplateSite) -> None:
    for number in range(27):
        site.ask("owner", "todo", "add_list", name=f"List {number}")
    assert site.refused("owner", "todo", "add_list", name="One more") == "there are 30 lists already"
    with site.database() as connection:
        connection.executemany(
            "INSERT INTO tasks (_owner, list_id, text, position) VALUES ('x', 30, 'Task', ?)",
            [(number,) for number in range(500)],
        )
    full = "the list is full: it has 500 tasks"
    assert site.refused("coauthor", "todo", "add", list_id=30, text="One more") == full
    assert site.refused("owner", "todo", "move", id=1, list_id=30, position=0) == full


def test_two_in_one_place_are_put_right_by_the_next_change(site: TemplateSite) -> None:
    lst = new_list(site, "a", "b", "c")
    with site.database() as connection:
        connection.execute("UPDATE tasks SET position = 1 WHERE list_id = ?", (lst,))
    site.ask("coauthor", "todo", "add", list_id=lst, text="d")
    assert texts(site, lst) == ["a", "b", "c", "d"]


def test_due_command(site: TemplateSite) -> None:
    assert site.say("stranger", "!due").startswith("4 tasks are due:\n")
    assert site.say("stranger", "!due 0") == f"One task is due:\n  {day(-1)}  Print the signs for the gate"
    usage = "Say how many days, 0 to 365: !due 14"
    assert [site.say("viewer", f"!due {args}") for args in ("soon", "-1", "1.5", "366", "1e9", "0x")] == [
        usage
    ] * 6
    lst = new_list(site)
    for number in range(12):
        site.ask("owner", "todo", "add", list_id=lst, text=f"Task {number}", due=day(-3))
    assert site.say("owner", "!due 0").endswith("\n  and 3 more")
    for name in (row["_id"] for row in site.rows("lists")):
        site.ask("owner", "todo", "delete_list", id=name, with_tasks=True)
    assert site.say("owner", "!due") == "Nothing is due."


# What must be refused, word by word, and change nothing

WHOLE_ID = "id must be a whole number, 1 or more"
HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    *(
        ("tasks", {"list_id": value}, "list_id must be a whole number, 1 or more")
        for value in (0, -1, 1.5, "1", True, [], {"a": 1}, 1e300)
    ),
    ("tasks", {}, "list_id is required"),
    ("tasks", {"list_id": 99}, "list not found"),
    *(
        ("tasks", {"list_id": 1, "state": value}, "state must be all, open, done or overdue")
        for value in ("", "x' OR 1=1", 5, ["all"], {})
    ),
    ("add", {"text": "x"}, "list_id is required"),
    ("add", {"list_id": 99, "text": "x"}, "list not found"),
    *(
        ("add", {"list_id": 1, "text": value}, "text is required")
        for value in (None, "", "   ", "\n\t", "\x00")
    ),
    *(
        ("add", {"list_id": 1, "text": value}, "text must be text")
        for value in (5, True, ["x"], {"__sql_expr": "1"})
    ),
    *(
        ("add", {"list_id": 1, "text": value}, "text must be at most 300 characters")
        for value in ("ö" * 301, "x" * 3_000_000, " " * 301)
    ),
    *(
        ("add", {"list_id": 1, "text": "x", "due": value}, DATE)
        for value in (
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-32",
            "2026-1-1",
            "tomorrow",
            "2026-01-01T00:00",
            20260101,
            True,
            [],
        )
    ),
    ("tick", {"done": True}, "id is required"),
    *(("tick", {"id": value, "done": True}, WHOLE_ID) for value in ("1", 0, -5, 1.5, [1])),
    ("tick", {"id": 999, "done": True}, "task not found"),
    *(("tick", {"id": 1, "done": value}, "done must be true or false") for value in (None, 1, "true", [])),
    ("edit", {"id": 999, "text": "x"}, "task not found"),
    ("edit", {"id": 1, "text": ""}, "text is required"),
    ("edit", {"id": 1, "text": 5}, "text must be text"),
    ("edit", {"id": 1, "due": "soon"}, DATE),
    ("delete", {}, "id is required"),
    ("delete", {"id": "1 OR 1=1"}, WHOLE_ID),
    ("delete", {"id": 999}, "task not found"),
    *(
        ("move", {"id": 1, "position": value}, "position must be a whole number, 0 or more")
        for value in (-1, 0.5, "0", True, [], 1e300)
    ),
    ("move", {"id": 1}, "position is required"),
    ("move", {"id": 1, "position": 0, "list_id": 99}, "list not found"),
    ("move", {"id": 999, "position": 0}, "task not found"),
    ("clear_done", {}, "list_id is required"),
    ("clear_done", {"list_id": 99}, "list not found"),
    ("add_list", {}, "name is required"),
    ("add_list", {"name": 7}, "name must be text"),
    ("add_list", {"name": "x" * 61}, "name must be at most 60 characters"),
    ("rename_list", {"id": 99, "name": "x"}, "list not found"),
    ("rename_list", {"id": 1}, "name is required"),
    ("delete_list", {"id": 99}, "list not found"),
    ("delete_list", {}, "id is required"),
    ("", {}, "action parameter required"),
    ("drop", {}, "unknown action: drop"),
    ("__index", {}, "unknown action: __index"),
]


@pytest.mark.parametrize(("action", "params", "message"), HOSTILE)
def test_wrong_params_are_refused(
    same: TemplateSite, action: str, params: dict[str, Any], message: str
) -> None:
    before = same.digest()
    assert same.refused("owner", "todo", action, **params) == message
    assert same.digest() == before


def test_markup_and_sql_are_only_text(site: TemplateSite) -> None:
    lst = new_list(site)
    nasty = "<img src=x onerror=alert(1)>'; DROP TABLE tasks; --"
    site.ask("coauthor", "todo", "add", list_id=lst, text=nasty)
    assert texts(site, lst) == [nasty]
