"""``preview``: the site in a real browser, as any visitor, without a window."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from pathlib import Path

from goop_console.commands.recordings import Recordings
from goop_console.commands.request import caller_named
from goop_console.preview.preview import Preview
from goop_console.preview.visitors import Visitor
from lua_engine import Engine, Event, LogRecorded


def run_preview(
    site: Path,
    callers: Sequence[str],
    *,
    on_copy: bool,
    opens: bool,
    as_json: bool,
    own_ports: bool,
    record: str = "",
    goop2_sdk: bool = False,
) -> int:
    """Serve until Ctrl+C; prints one address a visitor. ``record`` names the visits that are recorded."""
    over = threading.Event()
    with (
        _until_signalled(over),
        Engine.open(site, lock=not on_copy, read_only=on_copy) as engine,
        Preview(engine, on_copy=on_copy) as preview,
    ):
        preview.uses_goop2_sdk = goop2_sdk
        visitors = [preview.invite(caller_named(engine, who)) for who in callers or ("owner",)]
        recordings = Recordings(engine, visitors, record) if record else None
        addresses = [_address(preview, visitor, own_ports=own_ports) for visitor in visitors]
        engine.bus.subscribe(_print_log, LogRecorded)
        _announce(preview, visitors, addresses, as_json=as_json)
        if [address for address in addresses if opens and not webbrowser.open(address)]:
            print("goop-console: no browser could be opened: open the addresses yourself", file=sys.stderr)
        over.wait()
        failed = recordings.save() if recordings is not None else 0
    return 1 if failed else 0


def _address(preview: Preview, visitor: Visitor, *, own_ports: bool) -> str:
    return preview.address_with_port(visitor) if own_ports else preview.address(visitor)


def _announce(
    preview: Preview, visitors: Sequence[Visitor], addresses: Sequence[str], *, as_json: bool
) -> None:
    if as_json:
        people = [
            {"name": one.name, "id": one.caller.id, "role": one.role, "address": address}
            for one, address in zip(visitors, addresses, strict=True)
        ]
        print(
            json.dumps({"port": preview.port, "on_copy": preview.is_on_copy, "visitors": people}), flush=True
        )
        return
    where = "on a copy of its data" if preview.is_on_copy else "live: what visitors do here stays in the site"
    print(f"The site is served on this machine, {where}. Ctrl+C ends it.")
    for visitor, address in zip(visitors, addresses, strict=True):
        print(f"  {_plain(visitor.name)} ({_plain(visitor.role or 'stranger')}): {address}")
    sys.stdout.flush()


def _print_log(event: Event) -> None:
    if isinstance(event, LogRecorded):
        line = event.line
        who = f" [{line.caller.name}]" if line.caller is not None else ""
        script = f"{line.script}: " if line.script else ""
        print(_plain(f"{line.level}{who} {script}{line.message}"), file=sys.stderr, flush=True)


def _plain(text: str) -> str:
    """Foreign text for a terminal: nothing in it controls one."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


@contextlib.contextmanager
def _until_signalled(over: threading.Event) -> Iterator[None]:
    """Ctrl+C and a polite kill end the preview as they end a server: quietly, with everything closed."""
    signals = [signal.SIGINT, signal.SIGTERM]
    before = {one: signal.signal(one, lambda *_: over.set()) for one in signals}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
