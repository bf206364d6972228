"""``preview --record``: a click-through in the browser is a test of the site afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

from goop_console.cli import main
from lua_engine import SavedCalls
from tests.helpers.preview_client import run_preview


def test_recorded_visits_are_tests(page_site: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(page_site, tmp_path / "site"))
    with run_preview(site, tmp_path, ("owner", "Anna"), "--copy", "--record", "first look") as running:
        anna = running.visit("Anna")
        made = anna.call("notes", action="add", text="hello").json["id"]
        assert anna.call("notes", action="add").json == {"error": "text required"}
        assert anna.call("notes", action="wipe").status == 500
        anna.data("find", {"table": "opens"})
    said = running.logged()
    assert "recorded 4 calls" in said
    assert "first look - Mara: nothing recorded" in said
    (visit,) = SavedCalls(site / ".goop-console/calls").visits()
    assert (visit.name, len(visit.steps), visit.caller) == ("first look - Anna", 4, anna.id)
    assert visit.steps[3].request.title == "find opens"
    assert visit.steps[0].added == {"opens": (made,)}
    assert main(["test", str(site)]) == 0
    script = site / "site/lua/functions/notes.lua"
    script.write_text(script.read_text().replace("text required", "say something"))
    assert main(["test", str(site), "first look - Anna"]) == 1


def test_a_name_that_is_taken_is_refused_before_anything_is_served(page_site: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(page_site, tmp_path / "site"))
    folder = site / ".goop-console/calls"
    folder.mkdir(parents=True)
    (folder / "look.visit.json").write_text('{"steps": [{"function": "echo"}]}')
    assert main(["preview", str(site), "--record", "look"]) == 2
    assert main(["preview", str(site), "--record", "../look"]) == 2
