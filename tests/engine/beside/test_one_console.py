"""One console has a site for itself; another one may look at it meanwhile, and sees what the first one
changes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lua_engine import Engine, KnownError, SiteLocked


def test_the_second_is_refused_and_may_look(site: Path) -> None:
    with Engine.open(site, watch=False, lock=True) as first:
        with pytest.raises(
            SiteLocked, match=r"already open in another Goop Console \(process \d+, since \d\d:\d\d\)"
        ):
            Engine.open(site, watch=False, lock=True)
        with Engine.open(site, watch=False, read_only=True) as second:
            before = len(second.tables.page("cards").rows)
            assert first.calls.call("board", {"action": "add", "title": "x"}, caller=first.owner).ok
            assert second._database.was_written_externally(), "to the second, the first is another program"
            assert len(second.tables.page("cards").rows) == before + 1
            with pytest.raises(KnownError, match="open for reading only"):
                second.groups.create("Group", "chat")
    Engine.open(site, watch=False, lock=True).close()


def test_a_site_that_cannot_be_opened_is_given_back(site: Path) -> None:
    (site / "data.db").write_text("this is no database at all, whatever its name may be")
    for _ in range(2):
        with pytest.raises(KnownError, match="is not an SQLite database"):
            Engine.open(site, watch=False, lock=True)


def test_the_lock_leaves_nothing_that_says_who(site: Path) -> None:
    Engine.open(site, watch=False, lock=True).close()
    assert [path.name for path in (site / ".goop-console").glob("lock*")] == ["lock"]
