"""What can be done with an entry: open its call, its script, the debugger; mark it; copy and export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QPoint

from goop_console.services.work import Work
from goop_console.tabs.logs.call_note import CallNotes, call_target, debug_target
from goop_console.tabs.logs.cells import CALLER, ORIGIN, SCRIPT
from goop_console.tabs.logs.entry import Group, LogEntry
from goop_console.tabs.logs.export import export_records
from goop_console.tabs.logs.filter import LEVELS, VALUES, Chip, Field
from goop_console.tabs.logs.groups import Row, entry_of
from goop_console.tabs.logs.row_menu import row_menu
from goop_console.tabs.logs.view import LogsView
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted

_EXPORT_FOLDER = "logs_export_folder"
_STEPS = {"error": frozenset({"error"}), "warn": frozenset({"warn"}), "problem": LEVELS["warn"]}
_STEP_WORDS = {"error": "error", "warn": "warning", "problem": "warning or error"}
_COLUMNS: dict[int, Field] = {SCRIPT: "script", CALLER: "caller", ORIGIN: "origin"}


class LogWays(QObject):
    """``choose`` takes a condition for the filter."""

    def __init__(
        self, context: TabContext, view: LogsView, work: Work, choose: Callable[[Chip], object]
    ) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._work = work
        self._choose = choose
        self.notes = CallNotes()
        context.session.call_finished.connect(self.notes.add)
        table, detail = view.table, view.detail
        table.call_chosen.connect(self.open_call)
        table.step_requested.connect(self.step)
        table.mark_requested.connect(self.mark)
        table.excluded.connect(self._on_excluded)
        table.menu_requested.connect(self._on_menu_requested)
        table.copied.connect(self._on_copied)
        detail.call_opened.connect(self.open_call)
        detail.debug_requested.connect(self.debug_call)
        detail.place_opened.connect(self.open_place)
        detail.chip_chosen.connect(choose)
        detail.copied.connect(context.notify.info)
        view.export_requested.connect(lambda: view.ask_export(self.suggested_file()))
        view.export_chosen.connect(self.export_to)

    def chosen(self) -> LogEntry | None:
        place = self._view.table.chosen_row()
        return self._view.model.entry(place) if place >= 0 else None

    def show_detail(self) -> None:
        """The chosen entry below the list."""
        entry = self.chosen()
        since = self._since_mark(entry) if entry is not None else ""
        self._view.detail.show_entry(entry, since)
        self._view.detail.setVisible(entry is not None)

    # Going on

    def open_call(self, call_id: str) -> None:
        """In the Call Tester, with the same caller and params where they are known."""
        self._context.navigate("calls", **call_target(call_id, self.notes.get(call_id)))

    def debug_call(self, call_id: str) -> None:
        """The same call in the debugger: as it is remembered, else as the history has it."""
        self._context.navigate("scripts", **debug_target(call_id, self.notes.get(call_id)))

    def open_place(self, script: str, kind: str, line: int) -> None:
        """In Lua Scripts; when nobody says which kind of script, the call's, or what there is."""
        if not kind:
            kinds = [info.kind for info in self._context.session.engine.scripts.all() if info.name == script]
            entry = self.chosen()
            note = self.notes.get(entry.record.call_id) if entry is not None else None
            wanted = "command" if note is not None and note.request.kind == "chat" else "function"
            kind = wanted if wanted in kinds or not kinds else kinds[0]
        self._context.navigate("scripts", name=script, kind=kind, line=line)

    def step(self, what: str, direction: int) -> None:
        """Choose the next (1) or the previous (-1) entry of a level: ``error``, ``warn`` or ``problem``."""
        model, table = self._view.model, self._view.table
        chosen = table.chosen_row()
        start = -1 if direction > 0 else model.rowCount()
        current = chosen if chosen >= 0 else start
        rows = range(current + 1, model.rowCount()) if direction > 0 else range(current - 1, -1, -1)
        place = next((one for one in rows if _is_at(model.row(one), _STEPS[what])), -1)
        if place < 0:
            where = "later" if direction > 0 else "earlier"
            self._context.notify.info(f"No {where} {_STEP_WORDS[what]} among these lines.")
            return
        table.setFocus()
        table.show_row(place)

    # Marks

    def mark(self) -> None:
        """Mark the chosen entry, or take its mark away."""
        entry, model = self.chosen(), self._view.model
        if entry is not None:
            if model.marks.pop(entry.number, None) is None:
                model.marks[entry.number] = entry
            model.repaint_all()
            self.show_detail()

    def _since_mark(self, entry: LogEntry) -> str:
        """How long after the mark before it an entry came, or before the one behind it."""
        others = [one for one in self._view.model.marks.values() if one is not entry]
        if not others:
            return ""
        nearest = min(others, key=lambda one: abs(one.number - entry.number))
        apart = entry.record.time - nearest.record.time
        return f"◆ {span_words(abs(apart))} {'after' if apart >= 0 else 'before'} the mark"

    # Values

    def _on_excluded(self, place: int, column: int) -> None:
        field = _COLUMNS.get(column)
        value = VALUES[field](self._view.model.entry(place)) if field is not None else ""
        if field is not None and value:
            self._choose(Chip(field, value, is_not=True))

    def _on_menu_requested(self, place: int, where: QPoint) -> None:
        entry = self._view.model.entry(place)
        row_menu(self._view, entry, self._choose, self._menu_ways(entry)).popup(where)

    def _menu_ways(self, entry: LogEntry) -> list[tuple[str, Callable[[], object]]]:
        record, table = entry.record, self._view.table
        ways: list[tuple[str, Callable[[], object]]] = [
            ("Copy\tCtrl+C", table.copy_selection),
            ("Copy as JSON\tCtrl+Shift+C", self._view.detail.copy_as_json),
            ("Mark, or take the mark away\tM", self.mark),
        ]
        if record.call_id:
            ways.append(("Open in Call Tester\tReturn", lambda: self.open_call(record.call_id)))
            ways.append(("Debug again\tCtrl+Shift+Return", lambda: self.debug_call(record.call_id)))
        return ways

    # Lines go out

    def _on_copied(self, copied: int, chosen: int) -> None:
        limit = f", the first of {chosen:,}: export them instead" if copied < chosen else ""
        self._context.notify.info(f"Copied {counted(copied, 'line')}{limit}")

    def suggested_file(self) -> Path:
        """Where an export goes unless somebody says otherwise."""
        folder = Path(str(self._context.settings.get(_EXPORT_FOLDER, "")))
        site = self._context.session.engine.site.path.name
        name = f"{site}-log-{datetime.now():%Y-%m-%d-%H%M%S}.jsonl"
        return (folder if folder.is_absolute() and folder.is_dir() else Path.home()) / name

    def export_to(self, path: Path) -> None:
        """Write what is shown now to ``path``, folded or not, in a thread."""
        entries = self._view.model.entries()
        self._context.settings.set(_EXPORT_FOLDER, str(path.parent))
        self._work.run_long(
            lambda: _exported(path, entries),
            done=lambda said: self._say_exported(path, said),
        )

    def _say_exported(self, path: Path, said: int | str) -> None:
        if isinstance(said, int):
            self._context.notify.info(f"{counted(said, 'entry', 'entries')} written to {path}")
        else:
            self._context.notify.error(
                "The lines were not exported", f"{path}: {said}. Choose another file or folder."
            )


def _is_at(row: Row, levels: frozenset[str]) -> bool:
    """A call whose line says it already is passed over for the line."""
    if isinstance(row, Group) and row.is_call and any(one.record.level in levels for one in row.lines):
        return False
    return entry_of(row).record.level in levels


def _exported(path: Path, entries: list[LogEntry]) -> int | str:
    """How many were written, in their order, or why none."""
    records = [entry.record for entry in sorted(entries, key=lambda one: one.number)]
    try:
        return export_records(path, records)
    except OSError as error:
        return error.strerror or str(error)


def span_words(seconds: float) -> str:
    """``12.4 ms``, ``3.20 s``, ``2 h 05 min``."""
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 120:
        return f"{seconds:.2f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60:,} h {minutes % 60:02d} min"
