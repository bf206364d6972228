"""The preview on a copy of the site: roles that nobody has, and nothing that stays."""

from __future__ import annotations

import shutil
from pathlib import Path

from lua_engine import Engine
from tests.helpers.preview_client import run_preview


def test_visitors_on_a_copy_change_nothing(page_site: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(page_site, tmp_path / "site"))
    with Engine.open(site, watch=False) as engine:  # nobody is left with that role
        engine.groups.remove(engine.groups.template_group(), engine.peers.find("Anna").id)
    callers = ("owner", "role:coauthor", "stranger")
    with run_preview(site, tmp_path, callers, "--copy") as running:
        assert running.facts["on_copy"] is True
        owner = running.visit("Mara")
        (member,) = [one for one in running.facts["visitors"] if one["role"] == "coauthor"]
        visit = running.visit(member["name"])
        assert visit.call("echo").json["role"] == "coauthor"
        assert visit.data("insert", {"table": "groups", "data": {"text": "in the copy"}}).status == 200
        assert visit.call("notes", action="add", text="in the copy").json["id"]
        assert "in the copy" in owner.call("notes", action="list").text, "visitors see each other's changes"
        assert visit.get("/api/preview/facts").json["on_copy"] is True
        room = owner.post("/api/chat/rooms/create", {"name": "Copied"}).json["id"]
        assert owner.post("/api/chat/rooms/send", {"group_id": room, "text": "hello"}).status == 200
    with Engine.open(site, watch=False, read_only=True) as engine:
        assert "in the copy" not in str(
            engine.calls.call("notes", {"action": "list"}, caller=engine.owner).value
        )
        assert "Copied" not in [one.name for one in engine.rooms.rooms()]
