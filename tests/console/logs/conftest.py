"""The Logs tab over a real engine and a real site folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.logs.display import Display
from goop_console.tabs.logs.entry import LogEntry
from goop_console.tabs.logs.tab import LogsTab
from goop_console.tabs.tab import TabContext
from lua_engine import Caller, Engine, LogLine, record_of_line

ANNA = Caller("12D3KooWAnna" + "a" * 40, "Anna", "anna@example.org")
BOB = Caller("12D3KooWBob" + "b" * 41, "Bob")

TALK = """--- Says what it is told
function call(request)
  goop.log.info("told " .. request.params.text)
  if request.params.warn then goop.log.warn("careful") end
  if request.params.fail then error("it went wrong") end
  return true
end
"""


def line(
    message: str,
    level: str = "info",
    *,
    script: str = "talk",
    caller: Caller | None = ANNA,
    call_id: str = "c1",
) -> LogLine:
    return LogLine(1_772_000_000.25, level, message, script, caller, call_id)


class LogSite:
    """An open site, its Logs tab, and what the tab told."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.engine = Engine.open(folder, watch=False)
        self.session = Session(self.engine)
        self.operations = Operations()
        self.notify = Notifier()
        self.theme = Theme()
        self.navigated: list[tuple[str, dict[str, Any]]] = []
        self.told: list[str] = []
        self.notify.info_posted.connect(self.told.append)
        self.notify.error_posted.connect(lambda title, detail: self.told.append(f"{title}: {detail}"))
        self.settings = AppSettings(state / "settings.json")
        self.context = TabContext(
            self.session, self.operations, self.settings, self.theme, self.notify, self.navigate
        )

    def navigate(self, tab_id: str, **target: Any) -> None:
        self.navigated.append((tab_id, target))

    def call(self, text: str, caller: Caller = ANNA, **params: Any) -> str:
        """Call the script that talks; answers the call id."""
        return self.engine.calls.call("talk", {"text": text, **params}, caller=caller, counts=False).call_id

    def record(self, lines: Sequence[LogLine]) -> None:
        """As the session tells a batch."""
        self.session.log_kept.emit(tuple(map(record_of_line, lines)))

    def close(self) -> None:
        self.session.close()
        self.engine.close()
        self.operations.close()


def new_folder(place: Path) -> Path:
    """A site with the script that talks."""
    folder = place / "garden"
    functions = folder / "site" / "lua" / "functions"
    functions.mkdir(parents=True)
    (functions / "talk.lua").write_text(TALK)
    (folder / "goop.json").write_text(json.dumps({"profile": {"label": "Maya"}, "lua": {"enabled": True}}))
    return folder


@pytest.fixture
def site(tmp_path: Path, qtbot: QtBot) -> Iterator[LogSite]:
    made = LogSite(new_folder(tmp_path), tmp_path)
    yield made
    made.close()


NewTab = Callable[[], LogsTab]


@pytest.fixture
def new_tab(site: LogSite, qtbot: QtBot) -> NewTab:
    def make() -> LogsTab:
        tab = LogsTab(site.context)
        qtbot.addWidget(tab)
        tab.resize(1100, 600)
        with qtbot.waitExposed(tab):
            tab.show()
        return tab

    return make


@pytest.fixture
def calls_tab(new_tab: NewTab, qtbot: QtBot) -> LogsTab:
    """As it is at first: each call together."""
    made = new_tab()
    qtbot.waitUntil(made.is_settled)
    return made


@pytest.fixture
def tab(calls_tab: LogsTab, qtbot: QtBot) -> LogsTab:
    """Every line in its order."""
    calls_tab.presenter.filtering.set_display(Display("flat", histogram=False))
    qtbot.waitUntil(calls_tab.is_settled)
    return calls_tab


def messages(tab: LogsTab) -> list[str]:
    """The messages of lines in view, from the top of the list; what calls took is left out."""
    rows = (row for row in tab.view.model.rows if isinstance(row, LogEntry))
    return [row.record.message for row in rows if row.record.call is None]


def many(count: int, every: int = 10) -> list[LogLine]:
    """Lines as a busy site writes them; each tenth is an error of Bob's."""
    now = time.time()
    return [
        LogLine(
            now,
            "error" if number % every == 0 else "info",
            f"line {number}",
            "talk",
            BOB if number % every == 0 else ANNA,
            f"call{number // 4}",
        )
        for number in range(count)
    ]
