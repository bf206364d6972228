"""What the palette offers: the things of an open site, and the commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction, QKeySequence

from goop_console.actions import COMMANDS, TAB_KEYS, plain_text

if TYPE_CHECKING:
    from lua_engine import Engine

_NATIVE = QKeySequence.SequenceFormat.NativeText
Navigate = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``side`` stands at its right end: the kind of thing, or the keys of a command. One whose
    ``act`` is None cannot be chosen now; ``detail`` says why.
    """

    text: str
    detail: str
    side: str
    picture: str
    act: Callable[[], object] | None

    @property
    def spoken(self) -> str:
        """The line as a screen reader says it."""
        parts = (self.text, self.side, self.detail, "" if self.act else "not available")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of the site and where it is: a tab and what to show there. No widget in it: it is read off
    the Qt thread.
    """

    text: str
    detail: str
    kind: str
    picture: str
    tab_id: str
    target: Mapping[str, Any]

    def entry(self, navigate: Navigate) -> Entry:
        """As a line that leads there."""
        return Entry(
            self.text, self.detail, self.kind, self.picture, lambda: navigate(self.tab_id, **self.target)
        )


def things_of(engine: Engine) -> list[Thing]:
    """Scripts, tables, actions, peers and saved calls; files and SQL: not for the Qt thread."""
    return [*_scripts(engine), *_tables(engine), *_actions(engine), *_peers(engine), *_saved(engine)]


def _scripts(engine: Engine) -> Iterator[Thing]:
    for info in engine.scripts.all():
        target = {"name": info.name, "kind": info.kind}
        yield Thing(info.name, info.description, info.kind, info.kind, "scripts", target)


def _actions(engine: Engine) -> Iterator[Thing]:
    for info in engine.scripts.functions():
        for one in engine.scripts.action_infos(info.name):
            if one.name:
                text, detail = f"{info.name} · {one.name}", ", ".join(one.fields)
                target = {"function": info.name, "action": one.name}
                yield Thing(text, detail, "action", "calls", "calls", target)


def _tables(engine: Engine) -> Iterator[Thing]:
    for table in engine.tables.infos():
        columns = ", ".join(column.name for column in table.columns)
        yield Thing(table.name, columns, "table", "table", "data", {"table": table.name})


def _peers(engine: Engine) -> Iterator[Thing]:
    for peer in engine.peers.all():
        detail = " · ".join(part for part in (peer.email, peer.id if peer.label else "") if part)
        picture = "owner" if peer.source == "owner" else "user"
        yield Thing(peer.name, detail, "peer", picture, "groups", {"peer_id": peer.id})


def _saved(engine: Engine) -> Iterator[Thing]:
    for call in engine.checks.files.all():
        target = {"page": "saved", "call": call.name}
        yield Thing(call.name, call.description or call.request.target, "saved call", "play", "calls", target)


def command_entries(
    actions: Mapping[str, QAction], run_in_tab: Callable[[str, str], None], *, has_site: bool
) -> list[Entry]:
    """Every command of the window, then those of the tabs; ``run_in_tab(title, keys)`` does one of these."""
    entries = [
        Entry(
            f"{command.menu}: {plain_text(command)}",
            actions[command.id].toolTip() if command.tip or not actions[command.id].isEnabled() else "",
            " or ".join(QKeySequence(one).toString(_NATIVE) for one in command.keys),
            command.icon,
            actions[command.id].trigger if actions[command.id].isEnabled() else None,
        )
        for command in COMMANDS
    ]
    for where, keys, what in TAB_KEYS if has_site else ():
        shown = QKeySequence(keys).toString(_NATIVE)
        entries.append(Entry(f"{where}: {what}", "", shown, "", _in_tab(run_in_tab, where, keys)))
    return entries


def _in_tab(run_in_tab: Callable[[str, str], None], where: str, keys: str) -> Callable[[], None]:
    return lambda: run_in_tab(where, keys)
