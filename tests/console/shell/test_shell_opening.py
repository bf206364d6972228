"""A site opens with the tab in view; what only the others need comes behind it, in small turns."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget

from goop_console.demo import build_demo
from goop_console.tabs import calls, data, groups, scripts, templates
from goop_console.widgets.made_ahead import make_part, part

START = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QEvent
from goop_console.app import Console, make_application
app = make_application()
console = Console(app)
console.show()
window = console.window
def until(condition):
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, "it never comes"
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a loop of its own would
        time.sleep(0.002)
def end():
    console.close()
    import os
    os._exit(0)
"""
FIRST = """
window.open_site(Path(sys.argv[1]))
until(lambda: window.workspace is not None and window.workspace.current.is_settled())
assert [tab.tab_id for tab in window.workspace.tabs] == ["scripts"], window.workspace.tabs
assert "sqlalchemy" not in sys.modules, "the first tab waits for it"
until(window.is_settled)
assert len(window.workspace.tabs) == 7
assert "sqlalchemy" in sys.modules
print("ok", flush=True)
end()
"""
EARLY = """
window.open_site(Path(sys.argv[1]))
until(lambda: window.workspace is not None)
workspace = window.workspace
workspace.show_tab(1)
assert (workspace.current.tab_id, workspace.current.is_settled()) == ("data", False)
assert [tab.tab_id for tab in workspace.tabs] == []
workspace.current.find()  # a key does nothing yet, and no harm
workspace.navigate("logs", text="order")
workspace.navigate("data", table="tasks")
until(window.is_settled)
assert workspace.current.tab_id == "data" and workspace.current is workspace.tab("data")
assert workspace.current.save_state()["table"] == "tasks", workspace.current.save_state()
assert workspace.current.isAncestorOf(app.focusWidget())
workspace.go_back()
assert workspace.current.tab_id == "logs"
print("ok", flush=True)
end()
"""
LEFT = """
window.open_site(Path(sys.argv[1]))
until(lambda: window.workspace is not None)
assert not window.opener.importer.is_ready("logs")
window.close_site()  # before the importer is told to go on
until(lambda: not window.opener.is_closing)
window._memory.keep_site_state(Path(sys.argv[1]), {"current": "logs", "tabs": {}})
window.open_site(Path(sys.argv[1]))
until(lambda: window.workspace is not None and window.is_settled())
assert len(window.workspace.tabs) == 7
assert window.workspace.current.tab_id == "logs"
print("ok", flush=True)
end()
"""
AGAIN = """
window.open_site(Path(sys.argv[1]))
until(lambda: window.workspace is not None and window.is_settled())
window.workspace.show_tab(4)
window.close_site()
until(lambda: not window.opener.is_closing)
print("ok", flush=True)
end()
"""
BACK = """
window.open_site(Path(sys.argv[1]))
until(lambda: window.workspace is not None and window.workspace.current.is_settled())
assert [tab.tab_id for tab in window.workspace.tabs] == ["logs"], window.workspace.tabs
print("ok", flush=True)
end()
"""


def run(code: str, home: Path, site: Path) -> str:
    """What a fresh process says, in which nothing is imported yet."""
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    given = {**os.environ, "QT_QPA_PLATFORM": "offscreen", **{name: str(home) for name in names}}
    done = subprocess.run(
        [sys.executable, "-c", START + code, str(site)],
        env=given,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout.strip() or done.stderr


def test_the_tab_in_view_is_there_before_the_rest_is_imported(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo")
    assert run(FIRST, tmp_path / "home", tmp_path / "demo") == "ok"


def test_who_goes_to_a_tab_too_early_gets_it_first(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo")
    assert run(EARLY, tmp_path / "home", tmp_path / "demo") == "ok"


def test_a_site_that_is_left_while_it_opens_can_be_opened_again(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo")
    assert run(LEFT, tmp_path / "home", tmp_path / "demo") == "ok"


def test_the_tab_that_was_in_view_comes_first(tmp_path: Path) -> None:
    build_demo(tmp_path / "demo")
    assert run(AGAIN, tmp_path / "home", tmp_path / "demo") == "ok"
    assert run(BACK, tmp_path / "home", tmp_path / "demo") == "ok"


def test_a_part_that_was_made_ahead_is_the_one_that_a_view_gets(qapp: object) -> None:
    parent = QWidget()
    make_part(QLabel, parent)
    made = parent.findChild(QLabel)
    assert part(QLabel) is made
    assert part(QLabel) is not made


def test_a_part_goes_with_its_parent(qapp: object) -> None:
    import shiboken6

    parent = QWidget()
    make_part(QLabel, parent)
    shiboken6.delete(parent)
    assert shiboken6.isValid(part(QLabel))


def test_the_parts_are_those_that_the_views_ask_for(qapp: object) -> None:
    """A part that no view takes would be made for nothing."""
    for tab in (calls, data, groups, scripts, templates):
        names = [kind.__name__ for kind in tab.parts_ahead()]
        folder = Path(tab.__file__).parent
        text = "".join(one.read_text() for one in folder.rglob("*.py"))
        assert [name for name in names if f"part({name})" not in text] == []
