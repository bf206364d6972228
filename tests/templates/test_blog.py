"""The blog: every action as everybody, drafts that stay hidden, comments that wait, settings, pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lua_engine.schema.model import parse_schema
from lua_engine.store.tables.access import allows
from tests.templates.conftest import OpenTemplate, TemplateSite

EVERYBODY = ("owner", "editor", "author", "viewer", "stranger")
AUTHORS = ("owner", "editor", "author")
EDITORS = ("owner", "editor")
OWNER = ("owner",)
NOT_AUTHOR = "only authors can do this"
NOT_EDITOR = "only editors can do this"
NOT_OWNER = "only the site owner can do this"
NOT_MINE = "only editors and the author of the post can do this"
NOT_MY_COMMENT = "only editors and whoever wrote the comment can do this"
SLUG = "slug must be small letters, digits and -, at most 80"
SIZE = "posts_per_page must be a whole number from 1 to 50"

Params = Callable[[int, int], dict[str, Any]]


@pytest.fixture
def site(template_site: OpenTemplate) -> TemplateSite:
    return template_site("blog")


@pytest.fixture(scope="module")
def same(lasting_site: OpenTemplate) -> TemplateSite:
    """For calls that are refused."""
    return lasting_site("blog")


def new_post(site: TemplateSite, by: str, title: str = "A post", *, published: bool = True) -> int:
    made = site.ask(by, "blog", "save", title=title, body=f"Text of {title}.")["id"]
    if published:
        site.ask(by, "blog", "publish", id=made)
    return int(made)


def settings(site: TemplateSite, **changed: Any) -> None:
    site.ask(
        "owner",
        "blog",
        "save_settings",
        **{"title": "T", "posts_per_page": 5, "moderate_comments": True, **changed},
    )


def front_page(site: TemplateSite, who: str = "stranger", **params: Any) -> list[str]:
    return [post["title"] for post in site.ask(who, "blog", "home", **params)["posts"]]


# Who may what: a published post and a comment of the owner, and each action as each person

SETTINGS = {"title": "T", "tagline": "", "posts_per_page": 3, "moderate_comments": False}
ACTIONS: dict[str, tuple[Params, tuple[str, ...], dict[str, str]]] = {
    "home": (lambda post, comment: {}, EVERYBODY, {}),
    "read": (lambda post, comment: {"slug": "the-ferry-waits"}, EVERYBODY, {}),
    "comment": (lambda post, comment: {"id": post, "text": "x"}, EVERYBODY, {}),
    "drafts": (lambda post, comment: {}, AUTHORS, {"": NOT_AUTHOR}),
    "save": (lambda post, comment: {"title": "x", "body": "y"}, AUTHORS, {"": NOT_AUTHOR}),
    "publish": (lambda post, comment: {"id": post}, EDITORS, {"author": NOT_MINE, "": NOT_AUTHOR}),
    "unpublish": (lambda post, comment: {"id": post}, EDITORS, {"author": NOT_MINE, "": NOT_AUTHOR}),
    "delete": (lambda post, comment: {"id": post}, EDITORS, {"author": NOT_MINE, "": NOT_AUTHOR}),
    "pending": (lambda post, comment: {}, EDITORS, {"": NOT_EDITOR}),
    "approve_comment": (lambda post, comment: {"id": comment}, EDITORS, {"": NOT_EDITOR}),
    "delete_comment": (lambda post, comment: {"id": comment}, EDITORS, {"": NOT_MY_COMMENT}),
    "save_settings": (lambda post, comment: SETTINGS, OWNER, {"": NOT_OWNER}),
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_action_as_each_person(site: TemplateSite, who: str) -> None:
    assert sorted(ACTIONS) == sorted(site.engine.scripts.actions("blog"))
    for action, (params, allowed, refusals) in ACTIONS.items():
        post = new_post(site, "owner", f"For {action}")
        comment = site.ask("owner", "blog", "comment", id=post, text="A comment")["id"]
        before = site.digest()
        if who in allowed:
            site.ask(who, "blog", action, **params(post, comment))
        else:
            assert site.refused(who, "blog", action, **params(post, comment)) == refusals.get(
                who, refusals[""]
            ), action
            assert site.digest() == before, action


def test_pages_cannot_read_past_the_script(site: TemplateSite) -> None:
    """Drafts and waiting comments are hidden by the script, so direct reading must be for editors only."""
    for name in ("posts", "comments"):
        schema = parse_schema((site.engine.site.schemas_dir / f"{name}.json").read_bytes(), name)
        readers = [
            who
            for who in EVERYBODY
            if allows(schema, "read", site.engine.peers.role_of(site.who(who).id), who == "owner").allowed
        ]
        assert readers == ["owner", "editor"]
        for operation in ("insert", "update", "delete"):
            assert not any(
                allows(schema, operation, role, is_owner=False).allowed
                for role in ("editor", "author", "viewer", "")
            )


def test_seed_fills_an_empty_blog_only(site: TemplateSite) -> None:
    assert [row["slug"] for row in site.rows("posts")] == [
        "eleven-springs",
        "bread-for-impatient-people",
        "the-ferry-waits",
        "night-trains",
    ]
    before = site.digest()
    assert site.ask("owner", "seed") == 0
    assert site.digest() == before


# Reading


def test_the_front_page_shows_what_is_published_newest_first(site: TemplateSite) -> None:
    answer = site.ask("stranger", "blog", "home")
    assert front_page(site) == ["The ferry waits", "Bread for impatient people", "Eleven springs"]
    assert (answer["title"], answer["tagline"]) == (
        "The Landing Stage",
        "Small news from the lake, when there is any",
    )
    assert (answer["page"], answer["pages"], answer["posts_per_page"], answer["waiting"]) == (1, 1, 5, 0)
    assert answer["you"] == {"role": "", "can_write": False, "is_editor": False, "is_owner": False}
    post = answer["posts"][0]
    assert set(post) == {
        "_id", "slug", "title", "excerpt", "author_name", "state", "published_at", "updated_at", "comments",
        "can_change",
    }  # fmt: skip
    assert (post["comments"], post["can_change"], post["state"]) == (1, False, "published")


@pytest.mark.parametrize(
    ("who", "write", "edit"),
    [("owner", True, True), ("editor", True, True), ("author", True, False), ("viewer", False, False)],
)
def test_everybody_learns_what_they_may(same: TemplateSite, who: str, write: bool, edit: bool) -> None:
    you = same.ask(who, "blog", "home")["you"]
    assert you == {"role": who, "can_write": write, "is_editor": edit, "is_owner": who == "owner"}


def test_paging(site: TemplateSite) -> None:
    for number in range(4):
        new_post(site, "author", f"Post {number}")
    settings(site, posts_per_page=3)
    assert front_page(site) == front_page(site, page=1) == ["Post 3", "Post 2", "Post 1"]
    assert front_page(site, page=2) == ["Post 0", "The ferry waits", "Bread for impatient people"]
    assert front_page(site, page=3) == ["Eleven springs"]
    answer = site.ask("stranger", "blog", "home", page=2**53)
    assert (answer["page"], answer["pages"], len(answer["posts"])) == (3, 3, 1)


def test_excerpts_end_between_words_and_characters(site: TemplateSite) -> None:
    bodies = {
        "short": "Two  words\n\nhere",
        "words": "word " * 100,
        "endless": "語" * 300,
        "mixed": "a " + "語" * 300,
    }
    bodies["spaces"] = "a" + " " * 2000 + "b"
    for title, body in bodies.items():
        made = site.ask("owner", "blog", "save", title=title, body=body)["id"]
        site.ask("owner", "blog", "publish", id=made)
    settings(site, posts_per_page=50)
    shown = {post["title"]: post["excerpt"] for post in site.ask("stranger", "blog", "home")["posts"]}
    assert shown["short"] == "Two words here"
    assert shown["words"] == "word " * 47 + "word …"
    assert shown["endless"] == "語" * 79 + " …"
    assert shown["mixed"] == "a " + "語" * 79 + " …"
    assert shown["spaces"] == "a  …"


def test_an_empty_blog(site: TemplateSite) -> None:
    with site.database() as connection:
        for table in ("posts", "comments", "config"):
            connection.execute(f"DELETE FROM {table}")
    answer = site.ask("stranger", "blog", "home")
    assert (answer["title"], answer["tagline"], answer["posts"], answer["pages"]) == ("Blog", "", [], 1)
    assert (answer["posts_per_page"], answer["moderate_comments"]) == (5, True)
    assert site.say("stranger", "!latest") == "Nothing is published yet."


def test_settings_somebody_else_broke_are_read_as_the_defaults(site: TemplateSite) -> None:
    for wrong in ("0", "-3", "many", "51", "1e400", ""):
        with site.database() as connection:
            connection.execute("UPDATE config SET value = ? WHERE key = 'posts_per_page'", (wrong,))
        assert site.ask("stranger", "blog", "home")["posts_per_page"] == 5, wrong


# Drafts


def test_drafts_are_for_their_author_and_editors(site: TemplateSite) -> None:
    site.join("bea", "author")
    made = new_post(site, "author", "Secret", published=False)
    for who in ("bea", "viewer", "stranger"):
        assert site.refused(who, "blog", "read", slug="secret") == "post not found"
        assert site.refused(who, "blog", "comment", id=made, text="x") == "post not found"
    for action in ("publish", "unpublish", "delete"):
        assert site.refused("bea", "blog", action, id=made) == "post not found"
    assert site.refused("bea", "blog", "save", id=made, title="x", body="y") == "post not found"
    assert "Secret" not in front_page(site)
    assert [post["title"] for post in site.ask("bea", "blog", "drafts")["posts"]] == []
    assert [post["title"] for post in site.ask("author", "blog", "drafts")["posts"]] == ["Secret"]
    assert sorted(post["title"] for post in site.ask("editor", "blog", "drafts")["posts"]) == [
        "Night trains",
        "Secret",
    ]
    for who in ("author", "editor", "owner"):
        assert site.ask(who, "blog", "read", slug="secret")["post"]["body"] == "Text of Secret."
        assert site.refused(who, "blog", "comment", id=made, text="x") == "a draft takes no comments"


def test_an_author_who_left_sees_their_drafts_no_more(site: TemplateSite) -> None:
    new_post(site, "author", "Secret", published=False)
    site.engine.groups.remove(next(group.id for group in site.engine.groups.list()), site.who("author").id)
    assert site.refused("author", "blog", "read", slug="secret") == "post not found"
    assert site.refused("author", "blog", "drafts") == NOT_AUTHOR


def test_publishing_keeps_the_first_date(site: TemplateSite) -> None:
    made = new_post(site, "author", "Mine")
    first = site.rows("posts", "state", "published_at")[-1]
    assert first["state"] == "published"
    with site.database() as connection:
        connection.execute("UPDATE posts SET published_at = '2020-01-01T00:00:00Z' WHERE _id = ?", (made,))
    assert site.ask("author", "blog", "unpublish", id=made) == {"status": "draft"}
    assert site.refused("stranger", "blog", "read", slug="mine") == "post not found"
    assert site.ask("editor", "blog", "publish", id=made) == {"status": "published", "slug": "mine"}
    assert site.rows("posts", "state", "published_at")[-1] == {
        "state": "published",
        "published_at": "2020-01-01T00:00:00Z",
    }


def test_editors_change_every_post_and_it_stays_its_authors(site: TemplateSite) -> None:
    made = new_post(site, "author", "Mine")
    site.ask("editor", "blog", "save", id=made, title="Better", body="Text")
    row = site.rows("posts", "title", "slug", "author_name", "_owner")[-1]
    assert row == {
        "title": "Better",
        "slug": "mine",
        "author_name": "Author",
        "_owner": site.who("author").id,
    }
    site.ask("author", "blog", "save", id=made, title="Better", body="Text", slug="better")
    assert site.ask("stranger", "blog", "read", slug="better")["post"]["body"] == "Text"


def test_slugs(site: TemplateSite) -> None:
    def slug(title: str, **params: Any) -> str:
        return str(site.ask("author", "blog", "save", title=title, body="x", **params)["slug"])

    assert slug("  Hello, World! ") == "hello-world"
    assert slug("Hello World") == "hello-world-2"
    assert slug("hello... world?") == "hello-world-3"
    assert slug("日本") == "post"
    assert slug("x" * 150) == "x" * 60
    assert slug("Another", slug="chosen-1") == "chosen-1"
    assert (
        site.refused("author", "blog", "save", title="t", body="x", slug="chosen-1")
        == "another post has the slug chosen-1"
    )
    made = site.rows("posts")[-1]["_id"]
    assert (
        site.ask("author", "blog", "save", id=made, title="t", body="x", slug="chosen-1")["slug"]
        == "chosen-1"
    )


def test_deleting_a_post_deletes_its_comments(site: TemplateSite) -> None:
    made = new_post(site, "author", "Mine")
    site.ask("stranger", "blog", "comment", id=made, text="First")
    assert site.ask("author", "blog", "delete", id=made) == {"status": "deleted", "comments": 1}
    assert made not in [row["post_id"] for row in site.rows("comments")]
    assert site.rows("comments"), "others' comments stay"


# Comments


def comments_of(site: TemplateSite, who: str) -> list[tuple[str, str]]:
    return [
        (one["text"], one["state"])
        for one in site.ask(who, "blog", "read", slug="the-ferry-waits")["post"]["comments"]
    ][1:]


def test_comments_wait_until_an_editor_approves_them(site: TemplateSite) -> None:
    made = site.ask("stranger", "blog", "comment", id=3, text="Lovely")
    assert made["state"] == "pending"
    waiting, published = [("Lovely", "pending")], [("Lovely", "approved")]
    assert [comments_of(site, who) for who in EVERYBODY] == [waiting, waiting, [], [], waiting]
    assert site.ask("editor", "blog", "home")["waiting"] == 1
    assert site.ask("author", "blog", "home")["waiting"] == 0
    (listed,) = site.ask("editor", "blog", "pending")["comments"]
    assert (listed["text"], listed["author_name"], listed["post_title"]) == (
        "Lovely",
        "Stranger",
        "The ferry waits",
    )
    assert site.refused("author", "blog", "delete_comment", id=made["id"]) == "comment not found"
    assert site.ask("editor", "blog", "approve_comment", id=made["id"]) == {"status": "approved"}
    assert [comments_of(site, who) for who in EVERYBODY] == [published] * 5
    assert site.ask("stranger", "blog", "home")["posts"][0]["comments"] == 2
    assert site.ask("owner", "blog", "pending")["comments"] == []


def test_a_comment_is_shown_without_who_wrote_it_by_id_or_email(site: TemplateSite) -> None:
    for comment in site.ask("owner", "blog", "read", slug="the-ferry-waits")["post"]["comments"]:
        assert set(comment) == {"_id", "text", "author_name", "state", "created_at", "can_delete"}


def test_whoever_wrote_a_comment_deletes_it(site: TemplateSite) -> None:
    made = site.ask("stranger", "blog", "comment", id=3, text="Oops")["id"]
    site.ask("owner", "blog", "approve_comment", id=made)
    assert site.refused("viewer", "blog", "delete_comment", id=made) == NOT_MY_COMMENT
    assert site.ask("stranger", "blog", "delete_comment", id=made) == {"status": "deleted"}
    assert comments_of(site, "owner") == []


def test_without_moderation_comments_appear_at_once(site: TemplateSite) -> None:
    settings(site, moderate_comments=False)
    assert site.ask("stranger", "blog", "comment", id=3, text="Hi")["state"] == "approved"
    assert comments_of(site, "viewer") == [("Hi", "approved")]


def test_nobody_fills_the_queue(site: TemplateSite) -> None:
    for number in range(5):
        site.ask("stranger", "blog", "comment", id=3, text=f"Comment {number}")
    message = "you have 5 comments waiting already: an editor must look at them first"
    assert site.refused("stranger", "blog", "comment", id=3, text="One more") == message
    assert site.ask("viewer", "blog", "comment", id=3, text="Mine")["state"] == "pending"
    assert site.ask("editor", "blog", "comment", id=3, text="Answer")["state"] == "approved"


# Settings and the chat command


def test_settings(site: TemplateSite) -> None:
    settings(site, title=" New ", tagline="Every week", posts_per_page=7, moderate_comments=False)
    answer = site.ask("stranger", "blog", "home")
    shown = (answer["title"], answer["tagline"], answer["posts_per_page"], answer["moderate_comments"])
    assert shown == ("New", "Every week", 7, False)
    assert {row["key"]: row["value"] for row in site.rows("config")} == {
        "title": "New", "tagline": "Every week", "posts_per_page": "7", "moderate_comments": "no",
    }  # fmt: skip


def test_latest_command(site: TemplateSite) -> None:
    lines = site.say("stranger", "!latest").split("\n")
    assert [line.split("  ", 1)[1] for line in lines] == [
        "The ferry waits (Mara)  index.html#the-ferry-waits",
        "Bread for impatient people (Mara)  index.html#bread-for-impatient-people",
        "Eleven springs (Mara)  index.html#eleven-springs",
    ]
    assert len(site.say("stranger", "!latest 1").split("\n")) == 1
    assert "Night trains" not in site.say("owner", "!latest 10")
    usage = "Say how many, 1 to 10: !latest 5"
    assert [site.say("viewer", f"!latest {args}") for args in ("all", "0", "11", "-1", "1.5", "1e9")] == [
        usage
    ] * 6


# What must be refused, word by word, and change nothing

ID = "id must be a whole number, 1 or more"
POST = {"title": "t", "body": "b"}
HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    *(
        ("home", {"page": value}, "page must be a whole number, 1 or more")
        for value in (0, -1, 1.5, "1", True, [], 1e300)
    ),
    *(
        ("read", {"slug": value}, "slug is required")
        for value in (None, "", 5, ["the-ferry-waits"], {"a": 1}, True)
    ),
    *(
        ("read", {"slug": value}, "post not found")
        for value in ("nope", "' OR 1=1 --", "THE-FERRY-WAITS", "x" * 100_000)
    ),
    ("save", {"body": "b"}, "title is required"),
    ("save", {"title": "t"}, "body is required"),
    *(("save", {**POST, "title": value}, "title is required") for value in ("", "  ", "\n")),
    *(
        ("save", {**POST, "title": value}, "title must be text")
        for value in (5, True, [], {"__sql_expr": "1"})
    ),
    ("save", {**POST, "title": "é" * 151}, "title must be at most 150 characters"),
    ("save", {**POST, "body": 5}, "body must be text"),
    ("save", {**POST, "body": " \n "}, "body is required"),
    ("save", {**POST, "body": "x" * 40_001}, "body must be at most 40000 characters"),
    ("save", {**POST, "body": "x" * 3_000_000}, "body must be at most 40000 characters"),
    *(
        ("save", {**POST, "slug": value}, SLUG)
        for value in ("Big", "-x", "a b", "../x", "ö", "!new", "x" * 81, 5, True, [])
    ),
    ("save", {**POST, "slug": "night-trains"}, "another post has the slug night-trains"),
    ("save", {**POST, "id": 3, "slug": "night-trains"}, "another post has the slug night-trains"),
    ("save", {**POST, "id": 999}, "post not found"),
    *(("save", {**POST, "id": value}, ID) for value in ("3", 0, -1, 1.5, True, [], {}, 1e300)),
    *(
        (action, {}, "id is required")
        for action in ("publish", "unpublish", "delete", "comment", "approve_comment", "delete_comment")
    ),
    *((action, {"id": 999}, "post not found") for action in ("publish", "unpublish", "delete")),
    *(
        (action, {"id": "1 OR 1=1"}, ID)
        for action in ("publish", "unpublish", "delete", "approve_comment", "delete_comment")
    ),
    *((action, {"id": 999}, "comment not found") for action in ("approve_comment", "delete_comment")),
    ("comment", {"id": 999, "text": "x"}, "post not found"),
    ("comment", {"id": 4, "text": "x"}, "a draft takes no comments"),
    ("comment", {"id": 3}, "text is required"),
    *(("comment", {"id": 3, "text": value}, "text is required") for value in ("", " \n\t ")),
    *(("comment", {"id": 3, "text": value}, "text must be text") for value in (5, [], {"__sql_expr": "1"})),
    ("comment", {"id": 3, "text": "x" * 2001}, "text must be at most 2000 characters"),
    *(
        ("save_settings", {**SETTINGS, "posts_per_page": value}, SIZE)
        for value in (0, -1, 51, 2.5, "5", True, None, [], 1e300)
    ),
    *(
        ("save_settings", {**SETTINGS, "moderate_comments": value}, "moderate_comments must be true or false")
        for value in (None, 1, "yes")
    ),
    ("save_settings", {**SETTINGS, "title": " "}, "title is required"),
    ("save_settings", {**SETTINGS, "tagline": 5}, "tagline must be text"),
    ("save_settings", {**SETTINGS, "tagline": "x" * 151}, "tagline must be at most 150 characters"),
    ("", {}, "action parameter required"),
    ("drop", {}, "unknown action: drop"),
]


@pytest.mark.parametrize(("action", "params", "message"), HOSTILE)
def test_wrong_params_are_refused(
    same: TemplateSite, action: str, params: dict[str, Any], message: str
) -> None:
    before = same.digest()
    assert same.refused("owner", "blog", action, **params) == message
    assert same.digest() == before


def test_markup_and_sql_are_only_text(site: TemplateSite) -> None:
    nasty = "<script>alert(1)</script>'; DROP TABLE posts; --"
    made = site.ask("author", "blog", "save", title=nasty, body=nasty)
    site.ask("author", "blog", "publish", id=made["id"])
    post = site.ask("stranger", "blog", "read", slug=made["slug"])["post"]
    assert (post["title"], post["body"], post["slug"]) == (
        nasty,
        nasty,
        "script-alert-1-script-drop-table-posts",
    )
