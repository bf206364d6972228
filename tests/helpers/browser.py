"""Chromium without a window, driven by its own DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

SECONDS = 30.0
"""How long a page has for anything: a bound against hanging, no measure."""

_FLAGS = (
    "--headless=new", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check",
    "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
    "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--mute-audio",
    "--disable-background-timer-throttling", "--hide-scrollbars", "--force-color-profile=srgb",
    "--lang=en-GB",
)  # fmt: skip
_KEYS = {
    "Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowUp": (38, ""), "ArrowDown": (40, ""),
    "ArrowLeft": (37, ""), "ArrowRight": (39, ""), " ": (32, " "), "Home": (36, ""), "End": (35, ""),
}  # fmt: skip
ALT, CTRL, SHIFT = 1, 2, 8


def chromium() -> str | None:
    """The browser of this machine, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class BrowserError(AssertionError):
    """The browser, or a script in the page, says no."""


class Browser:
    """One Chromium process with pages of any number of visitors."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._pages: dict[str, Page] = {}

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """One command of the protocol; its result."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params}
        self._socket.send(json.dumps({**message, "sessionId": session} if session else message))
        until = time.monotonic() + SECONDS
        while True:
            received = json.loads(self._socket.recv(timeout=max(0.1, until - time.monotonic())))
            if received.get("id") == number:
                if "error" in received:
                    raise BrowserError(f"{method}: {received['error']['message']}")
                result: dict[str, Any] = received["result"]
                return result
            page = self._pages.get(received.get("sessionId", ""))
            if page is not None and "method" in received:
                page.note(received["method"], received["params"])

    def open(self, address: str, *, width: int = 1280, height: int = 900) -> Page:
        """A window of its own with ``address`` loaded."""
        target = self.call("Target.createTarget", url="about:blank", newWindow=True)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session, target)
        self._pages[session] = page
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        page.size(width, height)
        page.go(address)
        return page

    def forget(self, page: Page) -> None:
        self._pages.pop(page.session, None)


@dataclass
class Page:
    """One window. ``errors`` are uncaught exceptions and console errors since it was opened."""

    browser: Browser
    session: str
    target: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **params)

    def note(self, method: str, params: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def go(self, address: str) -> None:
        """Load ``address`` and wait until it is there."""
        answer = self.call("Page.navigate", url=address)
        if answer.get("errorText"):
            raise BrowserError(f"{address}: {answer['errorText']}")
        is_there = "true" if address == "about:blank" else "location.href !== 'about:blank'"
        self.wait(f"document.readyState === 'complete' && {is_there}")

    def run(self, script: str) -> Any:
        """What the JavaScript expression is, promises awaited, as JSON data."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait(self, condition: str, what: str = "") -> Any:
        """Wait until the expression is true; answers its value."""
        until = time.monotonic() + SECONDS
        while True:
            try:
                value = self.run(condition)
            except BrowserError as error:  # the page is just being replaced
                value, what = None, what or str(error)
            if value:
                return value
            if time.monotonic() > until:
                raise BrowserError(
                    f"waited in vain for {what or condition}; errors: {self.errors}; "
                    f"page: {self.text()[:1500]}"
                )
            time.sleep(0.02)

    def text(self, selector: str = "body") -> str:
        """The text that a person reads there; empty when it is not there or hidden."""
        return str(
            self.run(f"(document.querySelector({json.dumps(selector)}) || {{innerText: ''}}).innerText")
        )

    def see(self, text: str, selector: str = "body") -> None:
        """Wait until ``text`` can be read."""
        place = f"document.querySelector({json.dumps(selector)})"
        self.wait(
            f"({place} || {{innerText: ''}}).innerText.includes({json.dumps(text)})",
            f"{text!r} in {selector}",
        )

    def is_shown(self, selector: str) -> bool:
        return bool(
            self.run(f"Boolean((document.querySelector({json.dumps(selector)}) || {{}}).offsetParent)")
        )

    def place(self, selector: str, text: str = "") -> tuple[float, float]:
        """Where the (first shown, enabled) element is, scrolled into view; its own text may be asked for."""
        found = self.wait(
            f"""(() => {{
              const wanted = {json.dumps(text)};
              const element = [...document.querySelectorAll({json.dumps(selector)})].find((one) =>
                (one.offsetParent || getComputedStyle(one).position === "fixed") && !one.disabled
                && (!wanted || one.innerText.trim() === wanted || one.getAttribute("aria-label") === wanted
                    || one.title === wanted));
              if (!element) return null;
              element.scrollIntoView({{block: "center", behavior: "instant"}});
              const box = element.getBoundingClientRect();
              return [box.left + box.width / 2, box.top + box.height / 2];
            }})()""",
            f"{selector} {text!r}",
        )
        return float(found[0]), float(found[1])

    def click(self, selector: str, text: str = "") -> None:
        """A press of the mouse on the element."""
        x, y = self.place(selector, text)
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y)
        self.mouse("mouseReleased", x, y)

    def mouse(self, kind: str, x: float, y: float) -> None:
        is_up = kind == "mouseMoved"
        self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="none" if is_up else "left",
            clickCount=0 if is_up else 1,
        )

    def drag(self, source: tuple[float, float], target: tuple[float, float]) -> None:
        """Press, move in steps, let go: for pages that listen to pointers."""
        self.mouse("mouseMoved", *source)
        self.mouse("mousePressed", *source)
        for step in range(1, 11):
            part = step / 10
            place = [a + (b - a) * part for a, b in zip(source, target, strict=True)]
            self.call(
                "Input.dispatchMouseEvent",
                type="mouseMoved",
                x=place[0],
                y=place[1],
                button="left",
                buttons=1,
            )
        self.mouse("mouseReleased", *target)

    def write(self, selector: str, text: str) -> None:
        """Put ``text`` in place of what the field has."""
        self.click(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).select?.()")
        self.call("Input.insertText", text=text)

    def key(self, name: str, modifiers: int = 0) -> None:
        """Press and let go one key, where the focus is."""
        code, text = _KEYS[name] if name in _KEYS else (ord(name.upper()), name)
        common = {
            "key": name,
            "code": name if len(name) > 1 else f"Key{name.upper()}",
            "windowsVirtualKeyCode": code,
        }
        down = "keyDown" if text and not modifiers else "rawKeyDown"
        self.call("Input.dispatchKeyEvent", type=down, modifiers=modifiers, text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", modifiers=modifiers, **common)

    def choose(self, selector: str, value: str) -> None:
        """Choose an option, as a person does: with the events of it."""
        self.run(
            f"""(() => {{ const box = document.querySelector({json.dumps(selector)}); box.value =
            {json.dumps(value)}; for (const name of ["input", "change"]) box.dispatchEvent(new Event(name,
            {{bubbles: true}}));
            }})()"""
        )

    def size(self, width: int, height: int) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def colors(self, scheme: str) -> None:
        """``light`` or ``dark``, as the system says it to pages."""
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Save the page as a PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))

    def close(self) -> None:
        self.browser.forget(self)
        self.browser.call("Target.closeTarget", targetId=self.target)


@contextmanager
def run_browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own in ``folder``, until the end of the block."""
    binary = chromium()
    assert binary is not None, "no Chromium here: packaging/system-packages.sh --test installs it"
    profile = folder / "profile"
    flags = [*_FLAGS, f"--user-data-dir={profile}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    process = subprocess.Popen(
        [binary, *flags, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        port, path = _waited_for(profile / "DevToolsActivePort", process)
        # Without pings: their thread draws from `random`, beside which no property test can be judged.
        with connect(
            f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None, ping_interval=None
        ) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(profile, ignore_errors=True)


def _waited_for(path: Path, process: subprocess.Popen[bytes]) -> tuple[str, str]:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"Chromium ended: {process.returncode}"
        lines = path.read_text().split("\n") if path.exists() else []
        if len(lines) >= 2:
            return lines[0], lines[1]
        time.sleep(0.05)
    raise AssertionError("Chromium does not listen")
