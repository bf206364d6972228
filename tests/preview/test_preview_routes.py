"""Every path of Goop2's page side, asked as a page asks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from goop_console.preview.headers import POLICY
from goop_console.preview.routes import DATA_CALLS
from tests.helpers.page_site import ANNA, SAM
from tests.helpers.preview_client import PreviewProcess, Visit

# Pages and files


def test_a_visitors_address_leads_to_the_sites_page(anna: Visit) -> None:
    root = anna.get("/")
    assert (root.status, root.headers["Location"]) == (302, f"/p/{anna.owner_id}/")
    page = anna.page()
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "/sdk/goop-data.js" in page.text
    assert "Goop" not in page.text.replace("/sdk/goop-data.js", ""), "nothing is added to a page"
    assert anna.get(f"/p/{anna.owner_id}").headers["Location"] == f"/p/{anna.owner_id}/"


def test_policy_is_goop2s_to_the_letter(anna: Visit) -> None:
    assert POLICY == (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "font-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; frame-ancestors 'self'"
    )
    for reply in (anna.page(), anna.get("/sdk/goop-data.js"), anna.get("/api/self"), anna.get("/nosuch")):
        assert reply.headers["Content-Security-Policy"] == POLICY
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert reply.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert reply.headers["Origin-Agent-Cluster"] == "?1"
        assert "camera=()" in reply.headers["Permissions-Policy"]
        assert "Access-Control-Allow-Origin" not in reply.headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("css/main.css", "text/css; charset=utf-8"),
        ("js/main.js", "text/javascript; charset=utf-8"),
        ("images/dot.svg", "image/svg+xml"),
        ("partials/note.html", "text/html; charset=utf-8"),
        ("about/", "text/html; charset=utf-8"),
        ("odd.xyz", "application/octet-stream"),
    ],
)
def test_files_have_their_types(site: Path, anna: Visit, path: str, kind: str) -> None:
    (site / "site/odd.xyz").write_text("?")
    reply = anna.page(path)
    assert (reply.status, reply.headers["Content-Type"]) == (200, kind)
    assert reply.headers["Cache-Control"] == "no-cache"


def test_folders_need_a_slash(anna: Visit) -> None:
    reply = anna.page("about?x=1")
    assert (reply.status, reply.headers["Location"]) == (302, f"/p/{anna.owner_id}/about/?x=1")


def test_a_folder_may_have_letters_beyond_latin_1(site: Path, anna: Visit) -> None:
    (site / "site/写真 2").mkdir()
    (site / "site/写真 2/index.html").write_text("<title>Photos</title>")
    reply = anna.page(quote("写真 2", safe=""))
    assert (reply.status, reply.headers["Location"]) == (302, f"/p/{anna.owner_id}/{quote('写真 2')}/")
    assert "Photos" in anna.get(reply.headers["Location"]).text


def test_unchanged_files_are_not_sent_again(anna: Visit) -> None:
    tag = anna.page("css/main.css").headers["ETag"]
    again = anna.get(f"/p/{anna.owner_id}/css/main.css", If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "status", "part", "shown"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=4-99", 206, b"456789", "bytes 4-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_one_range(site: Path, anna: Visit, asked: str, status: int, part: bytes, shown: str | None) -> None:
    (site / "site/ten.txt").write_text("0123456789")
    reply = anna.get(f"/p/{anna.owner_id}/ten.txt", Range=asked)
    assert (reply.status, reply.body, reply.headers["Content-Range"]) == (status, part, shown)


def test_head_has_no_body(anna: Visit) -> None:
    reply = anna.send("HEAD", f"/p/{anna.owner_id}/css/main.css")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 0


def test_favicon_is_no_error(anna: Visit) -> None:
    assert anna.get("/favicon.ico").status == 204


def test_other_sites_cannot_be_reached(anna: Visit) -> None:
    assert anna.get("/p/12D3KooWSomebodyElse/").status == 502
    assert anna.post("/api/p/12D3KooWSomebodyElse/data/find", {"table": "opens"}).status == 502


def test_sdk_files_that_we_lack_are_named_in_the_log(preview: PreviewProcess, anna: Visit) -> None:
    assert anna.get("/sdk/goop-component-lightbox.js").status == 404
    assert "page: /sdk/goop-component-lightbox.js is not in the preview's SDK" in preview.logged()
    assert anna.get("/sdk/..%2fgoop-data.js").status == 404
    assert anna.get("/sdk/").status == 404


def test_unknown_api_paths_are_named_in_the_log(preview: PreviewProcess, anna: Visit) -> None:
    assert anna.get("/api/realtime/channels").status == 404
    assert "page: /api/realtime/channels is not in the preview" in preview.logged()


# Methods

POSTS = [f"p/OWNER/data/{path}" for path, (method, _call) in DATA_CALLS.items() if method == "POST"] + [
    *("p/OWNER/data/lua/call", "groups/join", "groups/leave", "groups/send", "groups/close"),
    *("chat/rooms/create", "chat/rooms/close", "chat/rooms/join", "chat/rooms/leave", "chat/rooms/send"),
    *("mq/send", "mq/ack", "site/upload", "site/delete", "preview/report"),
]
GETS = [f"p/OWNER/data/{path}" for path, (method, _call) in DATA_CALLS.items() if method == "GET"] + [
    *("p/OWNER/data/lua/list", "self", "peers", "template/settings", "groups/subscriptions", "groups/events"),
    *("chat/rooms/state", "mq/events", "site/files", "preview/events", "preview/facts", "avatar/peer/x"),
]


@pytest.mark.parametrize("path", POSTS)
def test_reading_never_reaches_what_writes(owner: Visit, path: str) -> None:
    reply = owner.get(f"/api/{path.replace('OWNER', owner.owner_id)}")
    assert (reply.status, reply.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("path", GETS)
def test_posting_never_reaches_what_reads(owner: Visit, path: str) -> None:
    reply = owner.post(f"/api/{path.replace('OWNER', owner.owner_id)}", {})
    assert (reply.status, reply.headers["Allow"]) == (405, "GET")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods(owner: Visit, method: str) -> None:
    assert owner.send(method, "/api/self").status in (405, 501)


# Data functions


def test_call_answers_as_the_visitor(anna: Visit, sam: Visit) -> None:
    assert anna.call("echo", text="hi").json == {
        "params": {"text": "hi"},
        "who": "Anna",
        "id": ANNA,
        "role": "coauthor",
    }
    answer = sam.post("/api/data/lua/call", {"function": "echo", "params": {"id": ANNA}, "caller": ANNA}).json
    assert (answer["id"], answer["role"]) == (SAM, ""), "the caller is the origin's, never a field"


def test_nil_is_null(anna: Visit) -> None:
    assert anna.call("null").body == b"null\n"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"function": "nosuch"}, 500, "function not found: nosuch\n"),
        ({"function": "echo", "params": {"fail": True}}, 500, "echo.lua:4: asked to fail\n"),
        ({"function": ""}, 500, "function name required\n"),
        ({"function": 5}, 400, "function must be a string\n"),
        ({"function": "echo", "params": []}, 400, "params must be an object\n"),
        ([], 400, "the body must be a JSON object\n"),
    ],
)
def test_errors_are_a_status_and_a_text(anna: Visit, body: Any, status: int, message: str) -> None:
    reply = anna.data("lua/call", body)
    assert reply.status == status
    assert reply.text.replace("functions/", "").endswith(message)
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_a_routed_function(anna: Visit, sam: Visit, owner: Visit) -> None:
    made = anna.call("notes", action="add", text="over HTTP").json["id"]
    assert made in [note["_id"] for note in sam.call("notes", action="list").json["notes"]]
    refused = sam.call("notes", action="wipe")
    assert refused.status == 500
    assert "only the site owner can do this" in refused.text
    assert sam.call("notes", action="add").json == {"error": "text required"}


def test_rate_limits_count_as_for_real_visitors(vic: Visit) -> None:
    assert [vic.call("limited").status for _ in range(3)] == [200, 200, 500]
    assert vic.call("limited").text == "rate limit exceeded\n"


def test_functions_are_listed(anna: Visit) -> None:
    listed = anna.data("lua/list").json["functions"]
    assert {"name": "echo", "description": "Answers its params"} in listed
    assert "hello" not in [one["name"] for one in listed]


# Rows


def test_rows(sam: Visit, owner: Visit) -> None:
    made = sam.data("insert", {"table": "opens", "data": {"text": "row", "n": 7}}).json
    assert made["status"] == "inserted"
    found = sam.data("find", {"table": "opens", "where": "n = ?", "args": [7]}).json
    assert [row["_owner"] for row in found] == [SAM]
    assert sam.data("query", {"table": "opens", "where": "n = 7"}).json == found
    assert sam.data("update", {"table": "opens", "id": made["id"], "data": {"n": 8}}).json == {
        "status": "updated"
    }
    assert sam.data("delete", {"table": "opens", "id": made["id"]}).json == {"status": "deleted"}
    missing = sam.data("delete", {"table": "opens", "id": made["id"]})
    assert missing.status == 500
    assert "not found" in missing.text


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("find-one", {"where": "_id = 1"}),
        ("get-by", {"column": "_id", "value": 1}),
        ("exists", {}),
        ("count", {}),
        ("pluck", {"column": "text"}),
        ("distinct", {"column": "text"}),
        ("aggregate", {"expr": "count(*) AS n"}),
        ("update-where", {"where": "n = 99", "data": {"n": 1}}),
        ("delete-where", {"where": "n = 99"}),
        ("upsert", {"key_col": "text", "data": {"text": "once", "n": 3}}),
        ("tables/create", {"name": "made_by_page", "columns": [{"name": "a"}]}),
        ("tables/add-column", {"table": "made_by_page", "column": {"name": "b"}}),
        ("tables/delete", {"table": "made_by_page"}),
    ],
)
def test_what_only_the_owner_may(
    preview: PreviewProcess, owner: Visit, anna: Visit, call: str, body: dict[str, Any]
) -> None:
    full = {"table": "opens", **body}
    refused = anna.data(call, full)
    assert (refused.status, "not available to visitors" in refused.text) == (500, True)
    assert "Goop2 answers this to the site's owner only: use a data function" in preview.logged()
    assert owner.data(call, full).status == 200


def test_what_the_owner_is_answered(owner: Visit) -> None:
    """The shapes, over a table that nobody else writes."""
    rows = {"table": "locals"}
    first, second = owner.data("find", {**rows, "order": "_id DESC", "fields": ["_id", "text", "n"]}).json[
        ::-1
    ]
    assert (first["text"], second["text"]) == ("locals 1", "locals 2")
    one = owner.data("find-one", {**rows, "where": "n = ?", "args": [2]}).json
    assert (one["_id"], one["text"]) == (second["_id"], "locals 2")
    assert owner.data("find-one", {**rows, "where": "n = 3"}).json is None
    assert owner.data("get-by", {**rows, "column": "text", "value": "locals 1"}).json["_id"] == first["_id"]
    assert owner.data("exists", {**rows, "where": "n = 1"}).json == {"exists": True}
    assert owner.data("count", rows).json == {"count": 2}
    assert owner.data("pluck", {**rows, "column": "text"}).json == ["locals 1", "locals 2"]
    assert sorted(owner.data("distinct", {**rows, "column": "n"}).json) == [1, 2]
    assert owner.data("aggregate", {**rows, "expr": "sum(n) AS total"}).json == [{"total": 3}]
    changed = {**rows, "where": "n = 2", "data": {"n": 4}}
    assert owner.data("update-where", changed).json == {"affected": 1}
    made = owner.data("upsert", {**rows, "key_col": "text", "data": {"text": "locals 3", "n": 9}}).json
    assert owner.data("find-one", {**rows, "where": "n = 9"}).json["_id"] == made["id"]
    assert owner.data("delete-where", {**rows, "where": "n = 9"}).json == {"affected": 1}
    assert owner.data("update-where", {**changed, "where": "n = 4", "data": {"n": 2}}).json == {"affected": 1}


@pytest.mark.parametrize(
    ("table", "sees", "inserts"),
    [
        ("opens", {"owner", "anna", "vic", "sam"}, {"owner", "anna", "vic", "sam"}),
        ("groups", {"owner", "anna", "vic"}, {"owner", "anna"}),
        ("owners", {"owner"}, {"owner"}),
        ("locals", {"owner"}, {"owner"}),
        ("answers", {"owner"}, {"owner", "anna", "vic", "sam"}),
    ],
)
def test_levels_of_access(
    request: pytest.FixtureRequest, table: str, sees: set[str], inserts: set[str]
) -> None:
    """Who sees the rows that the owner wrote, and who may add one."""
    people = {who: request.getfixturevalue(who) for who in ("owner", "anna", "vic", "sam")}
    mine = people["owner"].data("insert", {"table": table, "data": {"text": "the owner's"}}).json["id"]
    for who, visit in people.items():
        found = visit.data("find", {"table": table, "where": "_id = ?", "args": [mine]})
        assert (found.status == 200 and [row["_id"] for row in found.json] == [mine]) == (who in sees), who
        added = visit.data("insert", {"table": table, "data": {"text": who}})
        assert (added.status == 200) == (who in inserts), (who, added.text)
    for who in ("vic", "sam"):
        change = {"table": table, "id": mine, "data": {"text": "taken"}}
        changed = people[who].data("update", change)
        assert (changed.status == 200) == (table == "opens"), (who, changed.text)
    people["owner"].data("delete-where", {"table": table, "where": "_id >= ?", "args": [mine]})


def test_role_tables_describe_schemas(anna: Visit) -> None:
    role = anna.data("role", {"table": "groups"}).json
    assert (role["role"], role["permissions"]["insert"]) == ("coauthor", True)
    assert {"name": "opens", "insert_policy": "open", "mode": "orm"} in anna.data("tables").json
    assert anna.data("tables/describe", {"table": "opens"}).json["mode"] == "orm"
    assert "opens" in [one["name"] for one in anna.data("orm-schema").json]


# The rest of the API


def test_self_peers_avatar_template(owner: Visit, anna: Visit) -> None:
    assert anna.get("/api/self").json == {"id": ANNA, "label": "Anna", "email": "anna@example.org"}
    peers = {peer["ID"]: peer for peer in anna.get("/api/peers").json}
    assert ANNA not in peers
    assert peers[anna.owner_id]["Content"] == "Mara"
    assert peers[anna.owner_id]["Reachable"] is True
    assert peers[SAM]["Reachable"] is False
    picture = anna.get(f"/api/avatar/peer/{SAM}")
    assert (picture.headers["Content-Type"], b">S<" in picture.body) == ("image/svg+xml", True)
    settings = owner.get("/api/template/settings").json
    assert (settings["name"], settings["require_email"]) == ("Ours", True)


def test_groups(owner: Visit, anna: Visit, sam: Visit) -> None:
    (joined,) = anna.get("/api/groups/subscriptions").json["subscriptions"]
    assert (joined["group_type"], joined["host_peer_id"]) == ("template", anna.owner_id)
    assert sam.get("/api/groups/subscriptions").json == {"subscriptions": [], "active_groups": []}
    assert anna.get("/api/groups").json == []
    made = owner.post("/api/groups", {"name": "Players", "app_type": "files", "max_members": 2}).json["id"]
    assert [one["name"] for one in owner.get("/api/groups").json if one["id"] == made] == ["Players"]
    body = {"group_id": made, "host_peer_id": anna.owner_id}
    assert anna.post("/api/groups/send", {**body, "payload": 1}).status == 500
    assert anna.post("/api/groups/join", body).json == {"status": "joined"}
    full = sam.post("/api/groups/join", body)
    assert (full.status, "full" in full.text) == (500, True)
    with owner.events("/api/groups/events") as events:
        assert next(events)[0] == "connected"
        assert anna.post("/api/groups/send", {**body, "payload": {"move": 5}}).json == {"status": "sent"}
        name, event = next(events)
        assert (name, event["payload"], event["from"]) == ("msg", {"move": 5}, ANNA)
        assert anna.post("/api/groups/leave", body).json == {"status": "left"}
        assert next(events)[0] == "members"
    assert anna.post("/api/groups/close", body).status == 500
    assert owner.post("/api/groups/close", body).json == {"status": "closed"}


def test_rooms_members_and_news(preview: PreviewProcess, owner: Visit, anna: Visit, sam: Visit) -> None:
    assert anna.post("/api/chat/rooms/create", {"name": "Mine"}).status == 500
    room = owner.post("/api/chat/rooms/create", {"name": "Porch", "description": "Talk"}).json
    assert [one["name"] for one in room["members"]] == ["Mara"]
    body = {"group_id": room["id"], "host_peer_id": anna.owner_id}
    state = f"/api/chat/rooms/state?group_id={room['id']}"
    assert sam.get(state).status == 500, "not a member"
    why = "warn [Sam] page: chat/rooms/state: state failed: not a member of this room (the page must call"
    assert why in preview.logged()
    owner.post("/api/chat/rooms/send", {**body, "text": "first"})
    with anna.events("/api/mq/events") as events, sam.events("/api/mq/events") as strangers:
        assert next(events)[0] == next(strangers)[0] == "connected"
        assert anna.post("/api/chat/rooms/join", body).json == {"status": "joined"}
        heard = dict(_heard(next(events)) for _ in range(2))
        assert heard[f"chat.room:{room['id']}:history"]["messages"][0]["text"] == "first"
        assert [one["name"] for one in heard[f"chat.room:{room['id']}:members"]["members"]] == [
            "Mara",
            "Anna",
        ]
        owner.post("/api/chat/rooms/send", {**body, "text": "second"})
        topic, payload = _heard(next(events))
        assert topic == f"chat.room:{room['id']}:msg"
        assert (payload["message"]["from_name"], payload["message"]["text"]) == ("Mara", "second")
        sam.post("/api/mq/send", {"peer_id": SAM, "topic": "own", "payload": "only this"})
        assert _heard(next(strangers)) == ("own", "only this"), "room news go to members only"
    known = anna.get(state).json
    assert [one["text"] for one in known["messages"]] == ["first", "second"]
    assert known["room"]["name"] == "Porch"
    assert anna.post("/api/chat/rooms/leave", body).json == {"status": "left"}
    assert anna.post("/api/chat/rooms/send", {**body, "text": "gone"}).status == 500
    assert anna.get("/api/chat/rooms/state?group_id=nosuch").status == 404
    assert anna.post("/api/chat/rooms/close", body).status == 500
    assert owner.post("/api/chat/rooms/close", body).json == {"status": "closed"}


def _heard(event: tuple[str, Any]) -> tuple[str, Any]:
    name, data = event
    assert (name, data["type"]) == ("message", "message")
    return data["msg"]["topic"], data["msg"]["payload"]


def test_messages_between_visitors(anna: Visit, sam: Visit) -> None:
    alone = anna.post("/api/mq/send", {"peer_id": "12D3KooWNobody", "topic": "game", "payload": 1})
    assert alone.status == 502
    with sam.events("/api/mq/events") as hears, anna.events("/api/mq/events") as answers:
        assert next(hears)[0] == next(answers)[0] == "connected"
        sent = anna.post("/api/mq/send", {"peer_id": SAM, "topic": "game.move", "payload": {"x": 1}}).json
        _name, data = next(hears)
        assert (data["from"], data["msg"]["topic"], data["msg"]["payload"]) == (ANNA, "game.move", {"x": 1})
        sam.post("/api/mq/ack", {"msg_id": data["msg"]["id"], "from_peer_id": data["from"]})
        assert next(answers)[1] == {"type": "delivered", "msg_id": sent["msg_id"]}
    for topic in ("chat.room:x:msg", "group:x:msg", "mq.ack"):
        assert anna.post("/api/mq/send", {"peer_id": SAM, "topic": topic, "payload": 1}).status == 500


def test_site_files_are_the_owners(site: Path, owner: Visit, anna: Visit) -> None:
    listed = [one["Path"] for one in owner.get("/api/site/files").json]
    assert "css/main.css" in listed
    assert not [path for path in listed if path.startswith(("lua", ".")) or "/." in path]
    assert anna.get("/api/site/files").json == []
    form = (
        b'--x\r\nContent-Disposition: form-data; name="path"\r\n\r\nimages/new.svg\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n<svg/>\r\n--x--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert anna.send("POST", "/api/site/upload", form, headers).status == 500
    assert not (site / "site/images/new.svg").exists()
    assert owner.send("POST", "/api/site/upload", form, headers).json["status"] == "uploaded"
    assert (site / "site/images/new.svg").read_bytes() == b"<svg/>"
    assert anna.post("/api/site/delete", {"path": "images/new.svg"}).status == 500
    assert owner.post("/api/site/delete", {"path": "images/new.svg"}).json == {"status": "deleted"}
    for path in (b"lua/functions/evil.lua", b"../outside.txt", b".hidden/x", b"images/"):
        evil = form.replace(b"images/new.svg", path)
        assert owner.send("POST", "/api/site/upload", evil, headers).status == 404
    assert not (site / "site/lua/functions/evil.lua").exists()


def test_saved_files_are_news(site: Path, anna: Visit) -> None:
    with anna.events("/api/preview/events") as events:
        assert next(events)[0] == "connected"
        (site / "site/css/main.css").write_text("h1 { color: navy; }")
        assert next(events) == ("files", {"paths": ["css/main.css"]})


def test_errors_of_a_page_are_in_the_log(preview: PreviewProcess, anna: Visit) -> None:
    report = {"message": "TypeError: x is undefined", "file": "js/main.js", "line": 12, "level": "error"}
    assert anna.post("/api/preview/report", report).json == {"status": "noted"}
    assert "error [Anna] page: js/main.js:12: TypeError: x is undefined" in preview.logged()


def test_badge_says_who_one_is(anna: Visit, sam: Visit) -> None:
    assert anna.get("/api/preview/facts").json == {"name": "Anna", "role": "coauthor", "on_copy": False}
    assert sam.get("/api/preview/facts").json["role"] == "stranger"


def test_a_call_is_kept_in_the_history(site: Path, anna: Visit) -> None:
    anna.call("echo", text="remember me")
    assert (site / ".goop-console/history.db").is_file()
    assert b"remember me" in (site / ".goop-console/history.db").read_bytes() + b"".join(
        path.read_bytes() for path in (site / ".goop-console").glob("history.db-*")
    )
    assert json.loads(anna.call("echo").body)
