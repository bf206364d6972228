"""The Lua Scripts tab of a site with 1,000 scripts: from nothing to a list that is painted."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from goop_console.app import make_application
from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.session import Session
from goop_console.services.settings import AppSettings
from goop_console.services.theme import Theme
from goop_console.tabs.scripts.tab import ScriptsTab
from goop_console.tabs.tab import TabContext
from lua_engine import Engine

SCRIPTS = 1_000
READY = 0.5  # seconds: the bound
TEXT = """--- Number {number}
local function list(params) return goop.orm("beds"):find({{ limit = params.most }}) end
local function add(params) return goop.orm("beds"):insert({{ title = params.title }}) end
local dispatch = goop.route({{ list = list, add = add, remove = goop.owner(add) }})
function call(request) return dispatch(request) end
"""


@pytest.fixture
def context(tmp_path: Path, qapp: QApplication) -> Iterator[TabContext]:
    assert qapp is not None
    functions = tmp_path / "site" / "lua" / "functions"
    functions.mkdir(parents=True)
    (tmp_path / "goop.json").write_text(json.dumps({"lua": {"enabled": True}}))
    for number in range(SCRIPTS):
        (functions / f"f{number:04}.lua").write_text(TEXT.format(number=number))
    engine = Engine.open(tmp_path)
    session, operations = Session(engine), Operations()
    settings = AppSettings(tmp_path / "settings.json")
    yield TabContext(session, operations, settings, Theme(), Notifier(), lambda *_, **__: None)
    session.close()
    operations.close()
    engine.close()


def test_a_thousand_scripts(benchmark: Any, qtbot: QtBot, context: TabContext) -> None:
    app = make_application()
    times: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        tab = ScriptsTab(context)
        tab.resize(1_188, 700)
        tab.show()
        tab.grab()  # laid out and painted
        times.append(time.perf_counter() - started)
        qtbot.waitUntil(tab.is_settled, timeout=60_000)
        assert tab.view.list.model.rowCount() == SCRIPTS
        tab.deleteLater()
        app.processEvents()
    benchmark.extra_info["seconds"] = statistics.median(times)
    benchmark.pedantic(lambda: None, rounds=1)
    print(f"\n1,000 scripts: tab ready after {statistics.median(times) * 1000:.0f} ms")
    assert statistics.median(times) <= READY
