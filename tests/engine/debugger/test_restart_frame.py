"""A frame begins again: the dry run is made once more on the same data, up to where the frame began."""

from __future__ import annotations

import pytest

from lua_engine import DebugError
from tests.engine.debugger import scripts
from tests.engine.debugger.conftest import Debugged, DebugSite, DebugSiteMaker


def beginning(site: DebugSite, debugged: Debugged, frame: int) -> Debugged:
    """The session that stands where ``frame`` began."""
    return Debugged(site.debugger.restart_frame(debugged.session, frame))


def stopped_at(site: DebugSite, line: int, times: int = 1, **options: object) -> Debugged:
    """Where a breakpoint on ``line`` stops for the how many-th time; it is taken away then."""
    one = site.breakpoint(line)
    debugged = site.start(**options)
    for _ in range(times - 1):
        debugged.stop()
        debugged.session.resume()
    assert debugged.stop() is not None
    site.debugger.remove_breakpoints(one.id)
    return debugged


def test_the_second_call_of_a_function_begins_again(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    debugged = stopped_at(site, 5, times=2)
    assert debugged.names() == {"a": "2", "b": "2", "sum": "4"}

    again = beginning(site, debugged, 1)

    assert (again.at(), again.stop().reason) == ("add:3", "cursor")
    assert again.names() == {"a": "2", "b": "2"}
    assert again.session.has_same_data
    assert not again.session.took_another_way
    assert again.do("out") == "call:10"
    assert debugged.result().error.kind == "cancelled"


def test_the_callers_frame_begins_again(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    again = beginning(site, stopped_at(site, 5, times=2), 2)
    assert again.at() == "call:8"
    assert again.do("go") == "ended 7"


def test_each_depth_of_a_recursion_is_a_frame_of_its_own(debug_site: DebugSiteMaker) -> None:
    for frame, number in ((1, "1"), (2, "2"), (3, "3"), (4, "4")):
        site = debug_site(scripts.RECURSION)
        debugged = stopped_at(site, 3)
        assert debugged.value("n") == "1"

        again = beginning(site, debugged, frame)

        assert (again.at(), again.value("n")) == ("fact:2", number)
        assert again.do("go") == "ended 24"


FOLLOWING = """local function each(list)
  for i = 1, #list do
    tostring(list[i])
  end
  return #list
end
function call(request)
  local found = each({ 1, 2 }) + each({ 3 }) + each({ 4, 5, 6 })
  return found
end
"""


@pytest.mark.parametrize(("times", "shown"), [(1, "{1, 2}"), (2, "{3}"), (3, "{4, 5, 6}")])
def test_calls_that_follow_each_other_on_one_line_are_told_apart(
    debug_site: DebugSiteMaker, times: int, shown: str
) -> None:
    site = debug_site(FOLLOWING)
    debugged = stopped_at(site, 5, times=times)

    again = beginning(site, debugged, 1)

    assert (again.at(), again.value("list")) == ("each:2", shown)


LOOPS = """local function count(n)
  while n > 0 do n = n - 1 tostring(n)
    tostring(n)
  end
  return n
end
function call(request)
  return count(3) + count(2)
end
"""


def test_a_function_that_begins_with_a_loop_begins_at_its_first_round(debug_site: DebugSiteMaker) -> None:
    site = debug_site(LOOPS)
    debugged = stopped_at(site, 3, times=3)
    assert debugged.value("n") == "0"

    again = beginning(site, debugged, 1)

    assert (again.at(), again.value("n")) == ("count:2", "3")


def test_a_tail_call_and_a_coroutine_begin_again(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.TAIL)
    again = beginning(site, stopped_at(site, 3), 1)
    assert again.at() == "g:2"
    site = debug_site(scripts.COROUTINE)
    again = beginning(site, stopped_at(site, 5), 1)
    assert again.at() == "function at line 2:3"


def test_a_frame_of_the_past_and_the_main_chunk_begin_again(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    debugged = stopped_at(site, 12)
    while len(debugged.stop().frames) < 2:
        debugged.session.step_back(over=False)
    again = beginning(site, debugged, 1)
    assert (again.at(), again.names()) == ("add:3", {"a": "4", "b": "3"})

    debugged = site.start(stops_at_entry=True)
    assert debugged.at() == "main chunk:1"
    assert debugged.do("over") == "main chunk:6"
    assert beginning(site, debugged, 1).at() == "main chunk:1"


def test_a_frame_that_stands_in_an_error_begins_again(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.FAULT)
    debugged = site.start()
    assert debugged.stop().reason == "error"
    again = beginning(site, debugged, 1)
    assert again.at() == "deep:2"
    assert again.do("over") == "deep:3"


def test_what_cannot_begin_again_says_why(debug_site: DebugSiteMaker) -> None:
    site = debug_site(scripts.BASIC)
    for options, words in (
        ({"is_dry": False}, "a real call cannot begin a frame again"),
        ({"records": False}, "not recorded where this frame began"),
    ):
        debugged = stopped_at(site, 5, **options)
        with pytest.raises(DebugError, match=words):
            site.debugger.restart_frame(debugged.session, 1)
        assert debugged.at() == "add:5", "it stands as it stood"
        with pytest.raises(DebugError, match="there is no frame 9"):
            debugged.session.entry_of(9)
        debugged.session.stop()

    site = debug_site("function call()\n  local f = load('local x = 1\\nreturn error(x)')\n  return f()\nend")
    debugged = site.start()
    assert debugged.stop().reason == "error"
    assert debugged.stop().frames[0].source != "todo.lua"
    with pytest.raises(DebugError, match="not the script's"):
        site.debugger.restart_frame(debugged.session, 1)
    assert debugged.stop().reason == "error"


def test_a_step_behind_the_end_of_the_recording_is_not_known(debug_site: DebugSiteMaker) -> None:
    source = "function call()\n  local n = 0\n  for i = 1, 4e6 do\n    n = i end\n  return n\nend"
    site = debug_site(source, lua={"timeout_seconds": 60})
    debugged = stopped_at(site, 5)
    assert debugged.stop().recorded.ended_by == "time"
    with pytest.raises(DebugError, match="the recording had ended before this"):
        debugged.session.visit()
    with pytest.raises(DebugError, match="not recorded"):
        debugged.session.entry_of(1)
    debugged.session.stop()
