"""The text of one script: what is on disk, what the editor holds, and what stands between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt

from goop_console.tabs.scripts.record import Trial, key_of
from goop_console.tabs.scripts.text.line_ends import as_on_disk, without_returns
from goop_console.widgets.code_editor import CodeEditor, Problem
from lua_engine import Finding, ScriptInfo, ScriptProblem


@dataclass(eq=False, slots=True)
class ScriptDocument:
    """One script that was opened; it lives until its file is gone, so switching loses nothing.

    ``disk`` is the text on disk as far as the person has agreed to it, ``theirs`` another text found there
    that waits for an answer.
    """

    info: ScriptInfo
    editor: CodeEditor
    disk: str | None = None  # None: not read yet
    theirs: str | None = None
    errors: tuple[Problem, ...] = ()
    findings: tuple[Problem, ...] = ()
    message: str = ""  # how the last save went
    is_message_bad: bool = False
    is_saving: bool = False
    save_began: float = 0.0  # time.perf_counter() at the key
    trial: Trial | None = None
    is_reading: bool = False
    is_gone: bool = False
    is_protected: bool = False  # a save was refused, because the file is write-protected
    is_cut: bool = False  # the editor has only the beginning of ``disk``, for reading
    was_missed: bool = False  # the disk changed while a read or a save was under way

    @property
    def key(self) -> str:
        return key_of(self.info)

    @property
    def is_modified(self) -> bool:
        """There is something that closing would lose."""
        return self.disk is not None and (self.is_gone or self.editor.is_modified)

    def raw_text(self) -> str:
        """The editor's text as it goes to disk."""
        if self.is_cut:
            return self.disk or ""
        return as_on_disk(self.editor.text(), self.disk or "")

    def when_shown(self, text: str, then: Callable[[], None]) -> None:
        """Put the first text into the editor, which takes a long one in slices; it has no keys meanwhile."""
        self.editor.filling.done.connect(then, Qt.ConnectionType.SingleShotConnection)
        self.editor.set_text(text)

    def load(self, raw: str, shown: str, *, can_edit: bool = True, is_cut: bool = False) -> None:
        """``shown`` is what the editor has of ``raw``. A text that is not UTF-8 is shown only, because saving
        would destroy bytes; so is any text of a read-only site, and one that is cut.
        """
        self.disk, self.theirs, self.is_cut = raw, None, is_cut
        if self.editor.text() != shown:
            self.editor.set_text(shown)
        self.editor.set_saved()
        self.editor.setReadOnly(not can_edit)
        self.errors = problems_of(self.info)
        self.show_problems()

    def take(self, raw: str) -> None:
        """Make the editor's text ``raw``, which is on disk; Ctrl+Z brings the other one back."""
        self.disk, self.theirs = raw, None
        self.editor.replace_text(without_returns(raw))
        self.editor.set_saved()

    def agree(self, raw: str) -> None:
        """``raw`` is on disk and known; the editor's text stays."""
        self.disk, self.theirs = raw, None
        if self.editor.text() == without_returns(raw):
            self.editor.set_saved()

    def set_info(self, info: ScriptInfo) -> None:
        """What the engine knows now; its problem counts unless the text was edited since."""
        self.info, self.is_gone = info, False
        if not self.is_modified:
            self.errors = problems_of(info)
        self.show_problems()

    def set_errors(self, found: Iterable[ScriptProblem]) -> None:
        """What a check of the editor's present text found."""
        self.errors = tuple(Problem(one.line, one.message) for one in found)
        self.show_problems()

    def set_findings(self, found: Iterable[Finding]) -> None:
        """What the lint says of the editor's present text."""
        self.findings = tuple(
            Problem(
                one.place.line,
                f"{one.message} [{one.code}]",
                one.severity,
                one.place.column,
                one.place.end_column if one.place.end_line == one.place.line else 0,
            )
            for one in found
        )
        self.show_problems()

    def show_problems(self) -> None:
        """Warnings with a line are left out while the text is edited: they speak of the saved lines."""
        warnings = [
            Problem(one.line, one.message, "warning")
            for one in self.info.warnings
            if not (one.line and self.is_modified)
        ]
        self.editor.set_problems((*self.errors, *warnings, *self.findings))


def problems_of(info: ScriptInfo) -> tuple[Problem, ...]:
    """Why the text on disk does not compile."""
    return (Problem(info.problem.line, info.problem.message),) if info.problem else ()
