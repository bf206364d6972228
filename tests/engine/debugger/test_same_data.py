"""Running again on the same data, and to the same step."""

from __future__ import annotations

import gc
import threading
from typing import Any

from lua_engine import DebugStopped, Request
from tests.engine.debugger.conftest import Debugged, DebugSite, DebugSiteMaker

NOTES = {"notes": {"name": "notes", "columns": [{"name": "n", "type": "integer", "key": True}]}}
COUNTS = """function call(request)
  goop.db.exec("INSERT INTO notes (n, _owner) VALUES ((SELECT count(*) + 1 FROM notes), 1)")
  goop.kv.set("seen", (goop.kv.get("seen") or 0) + 1)
  local rows = goop.db.query("SELECT count(*) AS n FROM notes")
  return { rows = rows[1].n, seen = goop.kv.get("seen") }
end
"""


def live(site: DebugSite, **params: Any) -> Any:
    return site.engine.calls.call("todo", params, caller=site.engine.site.owner).value


def again(site: DebugSite, debugged: Debugged) -> Debugged:
    return Debugged(site.debugger.restart(debugged.session))


def test_it_begins_with_the_data_of_the_first_time(debug_site: DebugSiteMaker) -> None:
    site = debug_site(COUNTS, schemas=NOTES)
    assert live(site) == {"rows": 1, "seen": 1}
    first = site.start()
    assert first.result().value == {"rows": 2, "seen": 2}
    assert not first.session.has_same_data

    assert live(site) == {"rows": 2, "seen": 2}

    second = again(site, first)
    assert second.result().value == {"rows": 2, "seen": 2}
    assert second.session.has_same_data
    third = again(site, second)
    assert third.result().value == {"rows": 2, "seen": 2}
    assert site.start().result().value == {"rows": 3, "seen": 3}, "a new one begins with the data of now"


def test_one_that_is_still_paused_is_run_again(debug_site: DebugSiteMaker) -> None:
    site = debug_site(COUNTS, schemas=NOTES)
    live(site)
    site.breakpoint(4)
    first = site.start()
    assert first.at() == "call:4"

    second = again(site, first)

    assert second.at() == "call:4"
    assert second.do("go") == "ended {'rows': 2, 'seen': 2}"
    assert first.result().error.kind == "cancelled"


def test_the_data_are_kept_for_the_last_sessions_and_go_with_them(debug_site: DebugSiteMaker) -> None:
    site = debug_site(COUNTS, schemas=NOTES)
    live(site)
    sessions = [site.start() for _ in range(2)]
    for one in sessions:
        one.result()
    folder = sessions[0].session.call.beginning.data.parent
    for _ in range(6):
        sessions.append(site.start())
        sessions[-1].result()
    assert sessions[0].session.call.beginning is None
    assert sessions[-1].session.call.beginning is not None
    gc.collect()
    assert 1 <= len(list(folder.glob("held-*.db"))) <= 5

    live(site)
    late = again(site, sessions[0])
    assert late.result().value == {"rows": 3, "seen": 3}
    assert not late.session.has_same_data


LOOP = """function call(request)
  local total = 0
  for i = 1, 5 do
    total = total + i
  end
  return goop.kv.get("stop") and 0 or total
end
"""


def test_breakpoints_before_the_step_do_not_stop(debug_site: DebugSiteMaker) -> None:
    site = debug_site(LOOP)
    site.breakpoint(4)
    debugged = site.start()
    for _ in range(3):
        debugged.stop()
        debugged.session.resume()
    assert (debugged.at(), debugged.value("i")) == ("call:4", "4")

    here = Debugged(site.debugger.run_again_to_here(debugged.session))

    assert here.stop().reason == "cursor"
    assert (here.at(), here.value("i"), here.value("total")) == ("call:4", "4", "6")
    assert not here.session.took_another_way
    assert here.do("go") == "call:4", "from there on they do"
    assert here.do("go") == "ended 15"


CAUGHT = """function call(request)
  for i = 1, 3 do
    pcall(error, i)
  end
  local seen = 3
  return seen
end
"""


def test_caught_errors_before_the_step_do_not_stop_either(debug_site: DebugSiteMaker) -> None:
    site = debug_site(CAUGHT)
    site.breakpoint(6)
    debugged = site.start(stops_at_caught=True)
    for _ in range(3):
        assert debugged.stop().reason == "error"
        debugged.session.resume()
    assert (debugged.at(), debugged.stop().reason) == ("call:6", "breakpoint")

    here = Debugged(site.debugger.run_again_to_here(debugged.session))

    assert (here.at(), here.stop().reason) == ("call:6", "cursor")
    assert here.do("go") == "ended 3"


def test_a_run_that_takes_another_way_says_so(debug_site: DebugSiteMaker) -> None:
    site = debug_site("function call()\n  local n = math.random(1, 1000000)\n  return n\nend\n")
    session = site.start(run_to=(3, 2)).session

    assert session.result(30).ok
    assert session.took_another_way


def test_a_real_call_that_was_trapped_is_repeated_dry(debug_site: DebugSiteMaker) -> None:
    site = debug_site(COUNTS, schemas=NOTES)
    live(site)
    site.debugger.arm("function/todo")
    sprang = threading.Event()
    site.engine.bus.subscribe(lambda event: sprang.set() if isinstance(event, DebugStopped) else None)
    handle = site.engine.calls.start(Request.call("todo"), site.engine.site.owner)
    assert sprang.wait(30)
    (session,) = site.debugger.sessions()
    session.wait(30)
    session.resume()
    assert handle.result(30).value == {"rows": 2, "seen": 2}

    repeated = site.debugger.restart(session)

    while (stopped := repeated.wait(30)) is not None:
        assert stopped.recorded.is_on
        repeated.resume()
    assert repeated.result(30).value == {"rows": 3, "seen": 3}
    assert repeated.call.is_dry
    assert live(site) == {"rows": 3, "seen": 3}
