"""A call in a real browser beside an empty fetch of the same browser, which alone takes most of the time; a
page that polls; eight pages beside the window.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from pytestqt.qtbot import QtBot

from goop_console.preview.preview import Preview
from goop_console.services.session import Session
from lua_engine import Caller, Engine
from tests.bench.conftest import Compare
from tests.bench.test_bench_data import STALL, Stalls
from tests.helpers.browser import Browser, chromium, run_browser
from tests.helpers.page_site import SAM, VIC, make_page_site
from tests.helpers.scene import build_template, open_scene

CALLS = 200
PER_SECOND, PAGES, SECONDS = 200, 8, 5.0
IN_THE_PAGE = f"""(async () => {{
  const calls = [], empty = [];
  const measure = async (times, ask) => {{
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }};
  for (let at = 0; at < {CALLS}; at += 1) {{
    await measure(calls, () => Goop.data.call("null", {{}}));
    await measure(empty, async () => (await fetch("/favicon.ico")).text());
  }}
  return [calls, empty].map((times) => times.sort((a, b) => a - b)[times.length >> 1]);
}})()"""
CLIENTS = """
import http.client, json, sys, threading, time
port, hosts = int(sys.argv[1]), sys.argv[2].split(",")
per_second, seconds = float(sys.argv[3]), float(sys.argv[4])
made, until = [0] * len(hosts), time.monotonic() + seconds
def page(at):
    host = f"{hosts[at]}:{port}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
    body = json.dumps({"function": "notes", "params": {"action": "list"}})
    due = time.monotonic()
    while (now := time.monotonic()) < until:
        connection.request("POST", "/api/data/lua/call", body, headers)
        assert connection.getresponse().read()
        made[at] += 1
        due = max(due + len(hosts) / per_second, now)
        time.sleep(max(0.0, due - time.monotonic()))
threads = [threading.Thread(target=page, args=(at,)) for at in range(len(hosts))]
[one.start() for one in threads]; [one.join() for one in threads]
print(sum(made) / seconds)
"""


MESSAGES = 9
"""The room lets a member say five things in ten seconds, and the two words of welcome are the owner's."""
LISTEN = """(() => {
  window.seen = {};
  const now = () => performance.timeOrigin + performance.now();
  new MutationObserver(() => {
    for (const [text] of document.querySelector("#log").textContent.matchAll(/ping \\d+;/g))
      window.seen[text] = window.seen[text] || now();
  }).observe(document.querySelector("#log"), { childList: true, subtree: true, characterData: true });
  window.send = (text) => {
    at("text").value = text;
    const began = now();
    at("send").requestSubmit();
    return began;
  };
})()"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Engine.open(make_page_site(tmp_path / "site"), watch=False) as opened:
        yield opened


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    assert chromium() is not None, "Debian's package: chromium"
    with run_browser(tmp_path / "browser") as running:
        yield running


def test_a_call_in_the_browser(engine: Engine, browser: Browser, compare: Compare, benchmark: Any) -> None:
    benchmark(lambda: None)
    with Preview(engine) as preview:
        visitor = preview.invite(engine.peers.find("Vic"))
        page = browser.open(f"{preview.address(visitor)}p/{engine.owner.id}/")
        page.run(IN_THE_PAGE)
        call, empty = (one / 1000 for one in page.run(IN_THE_PAGE))
        page.close()
    compare.note("browser: Goop.data.call, median (floor: 5 ms)", call, 0.005, wanted=1.0)
    over = max(0.0, call - empty)
    compare.note("browser: over an empty fetch of that browser (floor: 2 ms)", over, 0.002, wanted=1.0)


def test_messages_between_three_pages(
    browser: Browser, tmp_path: Path, compare: Compare, benchmark: Any
) -> None:
    """From the press of the button in one page until the text is in the others', by their common clock."""
    benchmark(lambda: None)
    took: list[float] = []
    with open_scene(build_template("clubhouse", tmp_path / "built"), tmp_path / "site", browser) as scene:
        pages = [scene.page(who) for who in ("owner", "coauthor", "viewer")]
        for page in pages:
            page.wait("document.querySelectorAll('#rooms li').length > 0")
            if page.is_shown("#join"):
                page.click("#join")
        for page in pages:
            page.wait("document.querySelector('#send').offsetParent !== null && Goop._live && state.you.name")
            page.run(LISTEN)
        for number in range(MESSAGES):
            sender, text = pages[number % len(pages)], f"ping {number};"
            began = sender.run(f"send({json.dumps(text)})")
            sender.see(text, "#log")
            assert not sender.is_shown("#problem"), sender.text("#problem")
            for page in pages:
                if page is not sender:
                    page.wait(f"window.seen[{json.dumps(text)}]")
                    took.append(page.run(f"window.seen[{json.dumps(text)}]") - began)
    took.sort()
    median = took[len(took) // 2] / 1_000
    compare.note("three pages: a message, median (floor: 300 ms)", median, 0.3, wanted=1.0)
    compare.note("three pages: a message, the slowest (floor: 300 ms)", took[-1] / 1_000, 0.3)


def test_a_page_that_polls(engine: Engine, compare: Compare, benchmark: Any) -> None:
    """What one poll costs: the call, its fold into the history, the request in the activity."""
    benchmark(lambda: None)
    with Preview(engine) as preview:
        visitor = preview.invite(engine.peers.find("Vic"))
        host = f"{visitor.host}:{preview.port}"
        connection = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=60)
        headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": "application/json"}
        body, spent = json.dumps({"function": "notes", "params": {"action": "list"}}), []
        for _ in range(CALLS):
            started = time.process_time()
            connection.request("POST", "/api/data/lua/call", body, headers)
            assert connection.getresponse().read()
            spent.append(time.process_time() - started)
        connection.close()
    poll = sorted(spent)[len(spent) // 2]
    assert engine.history.count < CALLS // 4, "equal answers are one entry"
    compare.note("page: processor time of a poll, client too (floor: 2 ms)", poll, 0.002, wanted=1.0)


def test_eight_pages_beside_the_window(
    engine: Engine, compare: Compare, benchmark: Any, qtbot: QtBot
) -> None:
    benchmark(lambda: None)
    session, stalls = Session(engine), Stalls()
    with Preview(engine) as preview:
        callers = [Caller(VIC), Caller(SAM)] * (PAGES // 2)
        hosts = ",".join(preview.invite(engine.peers.find(one.id)).host for one in callers)
        clients = subprocess.Popen(
            [sys.executable, "-c", CLIENTS, str(preview.port), hosts, str(PER_SECOND), str(SECONDS)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        qtbot.wait(500)
        stalls.reset()
        qtbot.waitUntil(lambda: clients.poll() is not None, timeout=120_000)
        assert clients.stdout is not None
        rate = float(clients.stdout.read())
        clients.stdout.close()
    session.close()
    wanted = f"eight pages, {rate:.0f} calls/s of {PER_SECOND} asked for"
    compare.note(f"{wanted} (floor: 1 s for as many)", PER_SECOND / max(rate, 1.0), 1.0, wanted=1.1)
    compare.note("beside them: the window's longest stall (floor: 50 ms)", stalls.longest, STALL, wanted=1.0)
