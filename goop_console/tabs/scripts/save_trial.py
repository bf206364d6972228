"""After a save, what the script does now: its saved calls, or else its last call, run again as dry runs. The
answer stands under the editor with the time since the key, in the margin, and in the list.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject

from goop_console.services.work import Work
from goop_console.tabs.scripts.record import Trial, key_of, script_of
from goop_console.tabs.scripts.text.document import ScriptDocument
from goop_console.tabs.scripts.text.documents import ScriptDocuments, saved_words
from goop_console.tabs.tab import TabContext
from goop_console.widgets.foreign_text import shown_line
from goop_console.widgets.wording import counted
from lua_engine import (
    Caller,
    CallResult,
    CheckResult,
    Engine,
    KnownError,
    Origin,
    Request,
    SavedCall,
    ScriptInfo,
)

SWITCH: Final = "scripts.try_on_save"
_MOST: Final = 20  # saved calls that are made again
_ENTRY: Final = re.compile(r"^\s*function\s+(?:_G\.)?(?:call|handle)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """``line`` of the script that failed, 0 for none."""

    is_ok: bool
    words: str
    line: int = 0


class SaveTrials(QObject):
    """Listens to saves; ``is_on`` is the owner's switch, kept in the settings."""

    def __init__(self, context: TabContext, documents: ScriptDocuments) -> None:
        super().__init__(documents)
        self._engine = context.session.engine
        self._settings = context.settings
        self._documents = documents
        self._work = Work(context.operations, context.notify, self)
        self._last: dict[str, tuple[Request, Caller]] = {}  # what was called last, by script
        documents.saved.connect(self._try)
        context.session.call_finished.connect(self._on_call)

    @property
    def is_settled(self) -> bool:
        return self._work.is_settled

    def knows(self, key: str) -> bool:
        """Whether a call of the script was seen."""
        return key in self._last

    @property
    def is_on(self) -> bool:
        return self._settings.get(SWITCH, True) is not False

    def switch(self, is_on: bool) -> None:
        """Try scripts on save from now on, or no more."""
        self._settings.set(SWITCH, is_on)

    def _on_call(self, result: CallResult) -> None:
        key = script_of(result, {key_of(one): one for one in self._engine.scripts.all()})
        if key is not None and result.origin is not Origin.CHECK and result.kind != "event":
            self._last[key] = (result.request, result.caller)

    def _try(self, key: str) -> None:
        document = self._documents.get(key)
        if document is None or not self.is_on or self._engine.is_read_only:
            return
        engine, info, last = self._engine, document.info, self._last.get(key)
        revision, began = document.editor.revision, document.save_began

        def show(found: _Verdict | None) -> None:
            if found is not None and self._documents.get(key) is document:
                self._show(document, found, time.perf_counter() - began, revision)

        self._work.run_long(lambda: _verdict(engine, info, last), done=show)

    def _show(self, document: ScriptDocument, found: _Verdict, seconds: float, revision: int) -> None:
        is_same = document.editor.revision == revision
        line = found.line or _entry_line(document.editor.text())
        document.trial = Trial(found.is_ok, found.words)
        if is_same:
            document.editor.gutter.set_verdict(line, found.is_ok, found.words)
            document.message = f"{saved_words(document.info)} · {seconds:.2f} s after the key: {found.words}"
            document.is_message_bad = not found.is_ok
        self._documents.changed.emit(document.key)


def _verdict(engine: Engine, info: ScriptInfo, last: tuple[Request, Caller] | None) -> _Verdict | None:
    """Not for the Qt thread. None: there is nothing to try."""
    saved = [one for one in engine.checks.files.all() if _is_of(one.request, info)][:_MOST]
    if saved:
        return _of_checks([engine.checks.run(one) for one in saved])
    found = last or _from_history(engine, info)
    if found is None:
        return None
    result = engine.calls.run(found[0], found[1], is_dry=True, origin=Origin.CHECK)
    return _of_call(result, info)


def _is_of(request: Request, info: ScriptInfo) -> bool:
    if request.kind == "chat":
        name = str(request.argument).lstrip("!").split(" ")[0].lower()
        return info.kind == "command" and name == info.name.lower()
    return request.kind == "call" and info.kind == "function" and request.target == info.name


def _from_history(engine: Engine, info: ScriptInfo) -> tuple[Request, Caller] | None:
    try:
        for entry in engine.history.page(limit=20, script=info.name):
            record = engine.history.entry(entry.id)
            if _is_of(record.result.request, info) and "params" not in record.note:
                return record.result.request, record.result.caller
    except KnownError:  # the history is off or damaged: then there is no last call
        return None
    return None


def _of_checks(results: list[CheckResult]) -> _Verdict:
    failed = [one for one in results if not one.passed]
    if not failed:
        return _Verdict(True, f"{counted(len(results), 'saved call')} passed")
    first: SavedCall = failed[0].saved
    why = shown_line(failed[0].failures[0] if failed[0].failures else "", 160)
    error = failed[0].result.error if failed[0].result is not None else None
    words = f"{len(failed)} of {counted(len(results), 'saved call')} failed: {first.name}: {why}"
    return _Verdict(False, words, error.line if error is not None else 0)


def _of_call(result: CallResult, info: ScriptInfo) -> _Verdict:
    what = shown_line(f"{result.request.title} as {result.caller.label or 'a stranger'}", 80)
    if result.error is None:
        return _Verdict(True, f"the last call passed ({what})")
    line = result.error.line if result.error.script in ("", info.name) else 0
    where = f"line {line}: " if line else ""
    said = shown_line(result.error.message, 160)
    return _Verdict(False, f"the last call failed ({what}): {where}{said}", line)


def _entry_line(text: str) -> int:
    """Where the script is called: the line that a verdict without one stands beside."""
    found = _ENTRY.search(text)
    return text.count("\n", 0, found.end()) + 1 if found is not None else 1
