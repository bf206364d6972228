"""What the Logs tab does: keeps the lines, filters them, follows or stands still."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from goop_console.services.operations import Operation
from goop_console.tabs.logs.book import LogBook, line_of
from goop_console.tabs.logs.detail_view import CallNote, call_note
from goop_console.tabs.logs.export import export_lines
from goop_console.tabs.logs.filter import LEVELS, LogFilter
from goop_console.tabs.logs.view import LogsView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted, elided
from lua_engine import CallResult, LogLine, LogQuery, LogRecord, Request

MAX_EARLIER = 2_000  # lines of earlier starts
_MAX_CALLS = 1_000
_CHIP_TEXT = 36
_EXPORT_FOLDER = "logs_export_folder"
_NO_LINES = "goop.log lines, errors and refusals of calls, and reloaded scripts appear here as they happen."


class LogsPresenter(QObject):
    """Connects the session's lines to the view."""

    def __init__(self, context: TabContext, view: LogsView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._book = LogBook()
        self._filter = LogFilter()
        self._first = 1  # lines before it are hidden
        self._frozen: int | None = None  # the last line that is shown while the view stands still
        self._new = 0  # lines that wait
        self._calls: OrderedDict[str, CallNote] = OrderedDict()
        self._names: dict[str, str] = {}  # callers' names by id
        self._export: Operation | None = None
        self._book.add(context.session.recent_logs())
        self._is_reading = False
        self._connect()
        self._show_lines()
        self._read_earlier()

    def _read_earlier(self) -> None:
        """What was logged before this start, from disk; the newest lines of this session come behind it."""
        engine, until = self._context.session.engine, self._context.session.opened_at
        self._is_reading = True
        self._context.operations.run(
            lambda: engine.log.page(LogQuery(until=until), limit=MAX_EARLIER),
            owner=self,
            done=self._on_earlier,
            failed=self._on_no_earlier,
        )

    def _on_earlier(self, records: tuple[LogRecord, ...]) -> None:
        self._is_reading = False
        lines = [line_of(one) for one in reversed(records) if one.call is None]
        if lines:
            shift = len(lines)
            book = LogBook()
            book.add(lines)
            book.add([entry.line for entry in self._book.between(self._book.first, self._book.last)])
            self._first = self._first if self._first == 1 else self._first + shift
            self._frozen = None if self._frozen is None else self._frozen + shift
            self._book = book
            self._show_lines()

    def _on_no_earlier(self, error: Exception) -> None:
        self._is_reading = False
        self._context.notify.exception(error)

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        session.logs_recorded.connect(self._on_logs_recorded)
        session.call_finished.connect(self._on_call_finished)
        view.filter.text_changed.connect(lambda text: self.set_filter(replace(self._filter, text=text)))
        view.level_chosen.connect(lambda level: self.set_filter(replace(self._filter, level=level)))
        view.dry_wanted.connect(lambda dry: self.set_filter(replace(self._filter, dry=dry)))
        view.condition_removed.connect(lambda name: self.set_filter(self._filter.without(name)))
        view.detail.narrowed.connect(self._on_narrowed)
        view.detail.call_opened.connect(self._open_call)
        view.detail.debug_wanted.connect(self._debug_call)
        view.detail.place_opened.connect(self._open_place)
        view.table.call_chosen.connect(self._open_call)
        view.table.follow_changed.connect(self._on_follow_changed)
        view.table.selectionModel().selectionChanged.connect(lambda *_: self._show_detail())
        view.table.copied.connect(self._on_copied)
        view.export_wanted.connect(lambda: view.ask_export(self._suggested_file()))
        view.export_chosen.connect(self.export_to)
        view.model.modelReset.connect(self._show_detail)
        view.pause_wanted.connect(lambda is_wanted: view.table.set_follows(not is_wanted))
        view.hide_wanted.connect(self.hide_older)
        view.unhide_wanted.connect(self.show_older)
        view.problem_wanted.connect(self._go_to_problem)
        view.empty.action_triggered.connect(self._on_empty_action)

    # lines come

    def _on_logs_recorded(self, lines: tuple[LogLine, ...]) -> None:
        added = self._book.add(lines)
        passing = self._filter.pick(added)
        if self._frozen is not None:
            self._new += len(passing)
        else:
            with self._view.table.kept_still():
                self._view.model.append(passing)
                self._view.model.drop_before(self._book.first)
        self._show_words()

    def _on_call_finished(self, result: CallResult) -> None:
        self._calls[result.call_id] = call_note(result)
        if len(self._calls) > _MAX_CALLS:
            self._calls.popitem(last=False)

    # which lines

    def set_filter(self, wanted: LogFilter) -> None:
        """Show the lines that pass ``wanted``; the chosen line stays chosen when it is one of them."""
        if wanted != self._filter:
            old, self._filter = self._filter, wanted
            self._view.show_level(wanted.level)
            self._view.dry.setChecked(wanted.dry)
            if old.text != wanted.text and self._view.filter.text() != wanted.text:
                self._view.filter.set_text(wanted.text)
            self._show_chips()
            self._show_lines()

    def _show_lines(self) -> None:
        last = self._book.last if self._frozen is None else self._frozen
        table, model = self._view.table, self._view.model
        chosen, top = self._number_at(table.chosen_row()), self._number_at(table.top_row())
        with table.kept_still():
            model.set_entries(self._filter.pick(self._book.between(self._first, last)))
            if not table.follows and top and model.rowCount():
                table.put_at_top(min(model.row_from(top), model.rowCount() - 1))
            if model.row_of(chosen) >= 0:
                table.show_row(model.row_of(chosen))
        if self._frozen is not None:
            self._new = len(self._filter.pick(self._book.between(self._frozen + 1, self._book.last)))
        self._show_words()

    def _number_at(self, row: int) -> int:
        """The number of the line at ``row``, 0 when there is none."""
        return self._view.model.entry(row).number if row >= 0 else 0

    def _chosen_line(self) -> LogLine | None:
        row = self._view.table.chosen_row()
        return self._view.model.entry(row).line if row >= 0 else None

    def _on_narrowed(self, name: str, value: str) -> None:
        condition: dict[str, Any] = {name: value}
        self.set_filter(replace(self._filter, **condition))

    def hide_older(self) -> None:
        """Hide every line so far."""
        self._first = self._book.last + 1
        self._view.table.set_follows(True)
        self._show_lines()

    def show_older(self) -> None:
        """Take ``hide_older`` back."""
        self._first = 1
        self._show_lines()

    def _on_empty_action(self) -> None:
        wants_dry = self._filter.is_empty and self._first == 1
        self._first = 1
        self.set_filter(LogFilter(dry=wants_dry))
        self._show_lines()

    def _on_follow_changed(self, follows: bool) -> None:
        self._frozen = None if follows else self._book.last
        self._new = 0
        if follows:
            with self._view.table.kept_still():
                shown = self._view.model.entries
                newest = shown[-1].number if shown else 0
                self._view.model.append(
                    self._filter.pick(self._book.between(max(newest + 1, self._first), self._book.last))
                )
                self._view.model.drop_before(self._book.first)
        self._show_words()

    # what is said

    def _show_words(self) -> None:
        view, book = self._view, self._book
        shown = view.model.rowCount()
        hidden = max(0, min(self._first, book.last + 1) - book.first)
        dry, total = self._filter.dry, len(book) if self._filter.dry else len(book) - book.dry_lines
        view.show_counts(book.count("warn", dry=dry), book.count("error", dry=dry))
        view.show_dry(book.dry_lines)
        view.show_paused(self._frozen is not None, self._new)
        view.show_summary(shown, max(shown, total - hidden), hidden)
        if shown:
            view.show_table()
        elif hidden and self._filter.is_empty:
            view.show_empty("Waiting for new lines", "Everything older is hidden.", "Show older lines")
        elif self._filter.is_empty and len(book):
            view.show_empty(
                "No lines of real calls yet",
                f"{counted(book.dry_lines, 'line')} of dry runs and checks are kept out.",
                "Show them",
            )
        elif not self._filter.is_empty and len(book):
            view.show_empty(
                "No line passes the filter", f"{len(book):,} lines are kept out.", "Clear the filter"
            )
        else:
            view.show_empty("No log lines yet", _NO_LINES, "")

    def _show_chips(self) -> None:
        wanted = self._filter
        named = (
            ("script", "Script", wanted.script),
            ("caller_id", "Caller", self._names.get(wanted.caller_id, wanted.caller_id)),
            ("call_id", "Call", wanted.call_id),
        )
        self._view.show_chips(
            [(name, f"{title} {elided(value, _CHIP_TEXT)}") for name, title, value in named if value]
        )

    def _show_detail(self) -> None:
        line = self._chosen_line()
        if line is not None and line.caller is not None:
            self._names[line.caller.id] = line.caller.name
        self._view.detail.show_line(line, self._calls.get(line.call_id) if line is not None else None)
        self._view.detail.setVisible(line is not None)

    # ways on

    def _go_to_problem(self, step: int) -> None:
        model, table = self._view.model, self._view.table
        chosen = table.chosen_row()
        start = -1 if step > 0 else model.rowCount()
        current = chosen if chosen >= 0 else start
        rows = range(current + 1, model.rowCount()) if step > 0 else range(current - 1, -1, -1)
        row = next((one for one in rows if model.entry(one).line.level in LEVELS["warn"]), -1)
        if row < 0:
            self._context.notify.info(
                f"No {'later' if step > 0 else 'earlier'} warning or error among these lines."
            )
            return
        table.setFocus()
        table.show_row(row)

    def _open_call(self, call_id: str) -> None:
        self._context.navigate("calls", **call_target(call_id, self._calls.get(call_id)))

    def _debug_call(self, call_id: str) -> None:
        """The same call in the debugger: as it is remembered, else as the history has it."""
        note, line = self._calls.get(call_id), self._chosen_line()
        if note is None or line is None or line.caller is None or note.kind not in ("call", "chat"):
            self._context.navigate("scripts", debug_call=call_id)
            return
        chat, params = note.kind == "chat", note.params
        request = Request.chat(str(params)) if chat else Request.call(note.script, params)
        self._context.navigate("scripts", debug=request, caller=line.caller)

    def _open_place(self, script: str, kind: str, line: int) -> None:
        if not kind:
            kinds = [info.kind for info in self._context.session.engine.scripts.all() if info.name == script]
            chosen = self._chosen_line()
            note = self._calls.get(chosen.call_id) if chosen is not None else None
            wanted = "command" if note is not None and note.kind == "chat" else "function"
            kind = wanted if wanted in kinds or not kinds else kinds[0]
        self._context.navigate("scripts", name=script, kind=kind, line=line)

    # lines go out

    def _on_copied(self, copied: int, chosen: int) -> None:
        limit = f", the first of {chosen:,}: export them instead" if copied < chosen else ""
        self._context.notify.info(f"Copied {counted(copied, 'line')}{limit}")

    def _suggested_file(self) -> Path:
        folder = Path(str(self._context.settings.get(_EXPORT_FOLDER, "")))
        site = self._context.session.engine.site.path.name
        name = f"{site}-log-{datetime.now():%Y-%m-%d-%H%M%S}.txt"
        return (folder if folder.is_absolute() and folder.is_dir() else Path.home()) / name

    def export_to(self, path: Path) -> None:
        """Write the lines that are shown now to ``path``, in a thread."""
        lines = [entry.line for entry in self._view.model.entries]
        self._context.settings.set(_EXPORT_FOLDER, str(path.parent))
        self._export = self._context.operations.run(
            lambda: export_lines(path, lines),
            owner=self,
            done=lambda count: self._context.notify.info(f"{counted(count, 'line')} written to {path}"),
            failed=lambda error: self._on_export_failed(path, error),
        )

    def _on_export_failed(self, path: Path, error: Exception) -> None:
        if isinstance(error, OSError):
            self._context.notify.error(
                "The lines were not exported",
                f"{path}: {error.strerror or error}. Choose another file or folder.",
            )
        else:
            self._context.notify.exception(error)

    @property
    def is_busy(self) -> bool:
        """Lines are being read from disk, or written to a file."""
        return self._is_reading or self.is_exporting

    @property
    def is_exporting(self) -> bool:
        return self._export is not None and self._export.is_running

    # for the tab

    def open_target(self, target: Mapping[str, Any]) -> None:
        """Show the lines of ``call_id``, ``script`` or ``caller_id`` only, and the last of them."""
        conditions: dict[str, Any] = {
            name: str(target[name]) for name in ("call_id", "script", "caller_id") if target.get(name)
        }
        if not conditions:
            return
        self._first = 1
        self._view.table.set_follows(True)
        self.set_filter(LogFilter(**conditions))
        self._show_lines()
        if self._view.model.rowCount():
            self._view.table.show_row(self._view.model.rowCount() - 1)

    def save_state(self) -> dict[str, Any]:
        """A call's id means nothing at the next start: that condition is not kept."""
        wanted = self._filter
        return {
            "level": wanted.level,
            "text": wanted.text,
            "script": wanted.script,
            "caller_id": wanted.caller_id,
            "dry": wanted.dry,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        kept: dict[str, Any] = {
            name: value
            for name in ("level", "text", "script", "caller_id")
            if isinstance(value := state.get(name), str)
        }
        if kept.get("level") not in LEVELS:
            kept["level"] = "all"
        self.set_filter(replace(LogFilter(**kept), dry=state.get("dry") is True))


def call_target(call_id: str, note: CallNote | None) -> dict[str, Any]:
    """What the Call Tester needs to show a call again, or to make it once more as the same caller."""
    target: dict[str, Any] = {"call_id": call_id}
    if note is not None and note.kind == "call":
        target |= {"function": note.script, "params": note.params, "caller_id": note.caller_id}
    elif note is not None and note.kind == "chat":
        target |= {"text": str(note.params), "caller_id": note.caller_id}
    return target
