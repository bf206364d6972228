"""Tells the others what a reload has changed: one event, and a line in the log for each script."""

from __future__ import annotations

import time
from pathlib import Path

from lua_engine.base.events import EventBus, LogRecorded, ScriptsChanged
from lua_engine.base.records import LogLine
from lua_engine.scripts.entries import Entry, Key, State


class Announcer:
    """For one site."""

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus

    def announce(self, old: State, new: State, is_first: bool) -> None:
        """``is_first``: the site is being opened, which is no news."""
        changed = sorted(key for key in old.infos.keys() | new.infos.keys() if _is_changed(key, old, new))
        for problem in new.problems:
            if problem not in old.problems:
                self.log("warn", str(problem))
        for key in changed:
            self._log_change(old.entries.get(key), new.entries.get(key), is_first)
        if changed:
            self._bus.publish(ScriptsChanged(tuple(f"{kind}/{name}" for kind, name in changed)))

    def _log_change(self, old: Entry | None, new: Entry | None, is_first: bool) -> None:
        if new is None:
            if old is not None:
                self.log(
                    "info", f"{_short(old.info.path)}: the file is gone, so the script is too", old.info.name
                )
            return
        shown = _short(new.info.path)
        if new.info.problem is None:
            if not is_first and (old is None or old.digest != new.digest):
                self.log("info", f"{shown}: {'reloaded' if old else 'loaded'}", new.info.name)
        elif old is None or old.info.problem != new.info.problem:
            problem, place = (
                new.info.problem,
                f"{shown}:{new.info.problem.line}" if new.info.problem.line else shown,
            )
            end = (
                "the previous version stays active"
                if new.script
                else "the script does not run until this is corrected"
            )
            self.log("error", f"{place}: {problem.message}; {end}", new.info.name)

    def log(self, level: str, message: str, script: str = "") -> None:
        """Publish a log line about the scripts."""
        self._bus.publish(LogRecorded(LogLine(time.time(), level, message, script)))


def _is_changed(key: Key, old: State, new: State) -> bool:
    """Another text may be broken in the same way: what is shown is equal then, what stands in the file is
    not.
    """
    before, after = old.entries.get(key), new.entries.get(key)
    return old.infos.get(key) != new.infos.get(key) or (before and before.digest) != (after and after.digest)


def _short(path: Path) -> str:
    """The path as the log shows it: ``functions/todo.lua``."""
    return "/".join(path.parts[-2:]) if path.parent.name == "functions" else path.name
