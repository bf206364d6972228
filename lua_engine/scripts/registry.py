"""Which scripts a site has, and the last version of each that compiles."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lua_engine.base.errors import SiteError
from lua_engine.base.events import EventBus
from lua_engine.base.records import PortabilityNote
from lua_engine.scripts.annotations import parse_annotations
from lua_engine.scripts.announcing import Announcer
from lua_engine.scripts.copies import original_of
from lua_engine.scripts.entries import Entry, Key, Script, ScriptInfo, ScriptProblem, State
from lua_engine.scripts.handlers import ActionInfo, action_infos
from lua_engine.scripts.last_good import LastGood
from lua_engine.scripts.lint import CompileError, compile_probed, compile_source
from lua_engine.scripts.outline import actions, entry_points
from lua_engine.scripts.portability.source import source_notes
from lua_engine.scripts.scan import COMMAND, FUNCTION, ScriptFile, find_scripts, read_script
from lua_engine.site.foreign import Rule, read_foreign

if TYPE_CHECKING:
    from lua_engine.site.folder import SiteFolder

_SHOWN = Rule(4 * 1024 * 1024, links=True)  # of a script that is shown, too large to run or not


class ScriptRegistry:
    """The scripts of one site. Thread-safe, and readers never wait: a reload puts a new state in place of the
    old one.

    Publishes :class:`ScriptsChanged`, and a :class:`LogRecorded` line for what was loaded again, removed or
    broken.
    """

    def __init__(self, folder: SiteFolder, bus: EventBus, last_good: LastGood | None = None) -> None:
        self._folder = folder
        self._last_good = last_good
        self._announcer = Announcer(bus)
        self._lock = threading.Lock()
        self._state = State({}, {}, ())
        self._notes: dict[tuple[str, str], tuple[PortabilityNote, ...]] = {}

    def function(self, name: str) -> Script | None:
        """The data function ``name``, in the version that answers; None: there is none, or none that ever
        compiled.
        """
        entry = self._state.entries.get((FUNCTION, name))
        return entry.script if entry else None

    def command(self, name: str) -> Script | None:
        """The chat command ``name`` in any letter case; see :meth:`function`."""
        entry = self._state.entries.get((COMMAND, name.lower()))
        return entry.script if entry else None

    def functions(self) -> tuple[Script, ...]:
        """Every data function that answers, by name."""
        return self._answering(FUNCTION)

    def commands(self) -> tuple[Script, ...]:
        """Every chat command that answers, by name."""
        return self._answering(COMMAND)

    def _answering(self, kind: str) -> tuple[Script, ...]:
        found = (entry.script for key, entry in self._state.entries.items() if key[0] == kind)
        return tuple(script for script in found if script is not None)

    def infos(self) -> tuple[ScriptInfo, ...]:
        """Every script file, broken ones too: commands, then functions, each by name."""
        return tuple(self._state.infos.values())

    def problems(self) -> tuple[ScriptProblem, ...]:
        """Files and folders that look like scripts but are not loaded, and why."""
        return self._state.problems

    def actions(self, name: str) -> tuple[str, ...]:
        """The ``goop.route`` actions of the data function ``name``, found in the text on disk now; empty when
        unknown.
        """
        info = self._state.infos.get((FUNCTION, name))
        return actions(self._text(info)) if info else ()

    def action_infos(self, name: str) -> tuple[ActionInfo, ...]:
        """The same with what guards each and which fields it reads."""
        info = self._state.infos.get((FUNCTION, name))
        return action_infos(self._text(info)) if info else ()

    def _text(self, info: ScriptInfo) -> str:
        return read_script(info.path, self._folder.path)[0].decode("utf-8", "replace")

    def notes(self, script: Script) -> tuple[PortabilityNote, ...]:
        """What in ``script`` Goop2 does otherwise, as far as its text tells; looked for once a version."""
        key = (script.kind, script.version)
        found = self._notes.get(key)
        if found is None:
            found = self._notes[key] = source_notes(script.text, is_function=script.kind == FUNCTION)
        return found

    def problem_of(self, kind: str, name: str) -> ScriptProblem | None:
        """Why the script of that kind and name does not answer; None when it does, or when there is none."""
        info = self._state.infos.get((kind, name.lower() if kind == COMMAND else name))
        return info.problem if info is not None and info.state == "broken" else None

    def functions_with(self, entry_point: str) -> tuple[Script, ...]:
        """The data functions that define ``entry_point`` (``on_group_close``), by name."""
        return tuple(script for script in self.functions() if entry_point in script.entry_points)

    def source(self, info: ScriptInfo) -> str:
        """The text of a script on disk now; bytes that are not UTF-8 show as U+FFFD. Raises
        :class:`SiteError` when it cannot be read.
        """
        data = read_foreign(info.path, self._folder.path, _SHOWN)
        if data is None:
            raise SiteError(f"{info.path}: cannot be read: No such file or directory")
        return data.decode("utf-8", "replace")

    def check(self, name: str, text: str) -> tuple[ScriptProblem, ...]:
        """Why ``text``, not saved, would not compile as the script ``name``; empty when it would."""
        try:
            compile_source(f"{name}.lua", text.encode("utf-8", "replace"))
        except CompileError as error:
            return (ScriptProblem(error.message, error.line, f"{name}.lua"),)
        return ()

    def load_all(self) -> tuple[ScriptInfo, ...]:
        """Read every script for the first time; see :meth:`reload`."""
        return self._reload(None, is_first=True)

    def reload(self, paths: Iterable[Path] | None = None) -> tuple[ScriptInfo, ...]:
        """Read the script folders again (``paths``: only these files are read) and answer every script.

        A file whose content did not change is left alone. One that does not compile keeps its last good
        version; one that is gone is gone. Events come after the new state is in place.
        """
        return self._reload(None if paths is None else set(paths), is_first=False)

    def _reload(self, only: set[Path] | None, *, is_first: bool) -> tuple[ScriptInfo, ...]:
        with self._lock:
            old = self._state
            found, ignored = find_scripts(self._folder.lua_dir)
            entries = {
                one.key: self._entry(one, old.entries.get(one.key), only)
                for one in sorted(found, key=lambda one: one.key)
            }
            problems = tuple(ScriptProblem(message, 0, self._relative(path)) for path, message in ignored)
            folded = {(kind, name.lower()) for kind, name in entries}
            names = {
                kind: {entry.info.name for key, entry in entries.items() if key[0] == kind}
                for kind in (COMMAND, FUNCTION)
            }
            new = State(
                entries,
                {key: self._shown(key, entry.info, folded, names[key[0]]) for key, entry in entries.items()},
                problems,
            )
            self._state = new
            present = {
                (entry.script.kind, entry.script.version) for entry in entries.values() if entry.script
            }
            self._notes = {key: notes for key, notes in self._notes.items() if key in present}
            self._keep_good(entries)
        self._announcer.announce(old, new, is_first)
        return tuple(new.infos.values())

    def _keep_good(self, entries: Mapping[Key, Entry]) -> None:
        if self._last_good is None or self._folder.is_gone:
            return
        try:
            self._last_good.keep({key: one.script.text for key, one in entries.items() if one.script})
        except SiteError as error:
            self.log("warn", f"the versions that work cannot be kept for the next start: {error}")

    def _entry(self, found: ScriptFile, old: Entry | None, only: set[Path] | None) -> Entry:
        """The state of one file, given its last one."""
        if old is not None and only is not None and found.path not in only and old.info.path == found.path:
            return old
        source, failure = b"", found.refusal
        if not failure:
            source, failure = read_script(found.path, self._folder.path)
        digest = hashlib.sha256(source + b"\0" + failure.encode()).hexdigest()
        if old is not None and old.digest == digest and old.info.path == found.path:
            return old
        try:
            if failure:
                raise CompileError(failure, 0)
            return self._good(found, digest, source)
        except CompileError as error:
            return self._broken(found, digest, error, old)

    def _good(self, found: ScriptFile, digest: str, source: bytes) -> Entry:
        chunk_name, version = f"{found.name}.lua", digest[:16]
        compiled = compile_probed(chunk_name, source)
        text = source.decode("utf-8-sig")
        lines = text.replace("\r\n", "\n").replace(
            "\r", "\n"
        )  # a file of an old Macintosh ends lines with CR
        notes, points = parse_annotations(lines), entry_points(lines)
        script = Script(
            found.name,
            found.kind,
            chunk_name,
            compiled.bytecode,
            compiled.probed,
            notes.rate_limit,
            points,
            version,
            text,
            notes.description,
        )
        file = self._relative(found.path)
        warnings = tuple(
            ScriptProblem(note.message, note.line, file) for note in notes.warnings
        ) + _missing_entry_point(script, file)
        info = ScriptInfo(
            found.name,
            found.kind,
            found.path,
            notes.description,
            notes.rate_limit,
            points,
            "ok",
            None,
            warnings,
            version,
        )
        return Entry(digest, info, script)

    def _broken(self, found: ScriptFile, digest: str, error: CompileError, old: Entry | None) -> Entry:
        problem = ScriptProblem(error.message, error.line, self._relative(found.path))
        if old is None or old.script is None:
            old = self._kept(found)
        if old is None or old.script is None:
            return Entry(digest, ScriptInfo(found.name, found.kind, found.path, problem=problem), None)
        return Entry(digest, replace(old.info, path=found.path, state="stale", problem=problem), old.script)

    def _kept(self, found: ScriptFile) -> Entry | None:
        """The last version that compiled before this start."""
        text = None if self._last_good is None else self._last_good.text(found.key)
        if text is None:
            return None
        source = text.encode()
        try:
            return self._good(found, hashlib.sha256(source + b"\0").hexdigest(), source)
        except CompileError:
            return None

    def _shown(self, key: Key, info: ScriptInfo, folded: set[Key], names: set[str]) -> ScriptInfo:
        """What is shown of a script: its own info, and warnings about others beside it. ``names`` are the
        scripts of its kind.
        """
        messages: list[tuple[str, str]] = []
        name = key[1].lower()
        if (COMMAND if key[0] == FUNCTION else FUNCTION, name) in folded:
            clash = (
                f"a chat command and a data function are both named {name!r}: "
                f"!{name} runs the command here, but the function in Goop2"
            )
            messages.append((clash, "clash"))
        original = original_of(info.name, names)
        if original:
            copy = (
                f"likely a conflict copy of {original}.lua, and visitors can call it: "
                "delete it, or give it a name of its own"
            )
            messages.append((copy, "copy"))
        file = self._relative(info.path)
        warnings = tuple(ScriptProblem(message, 0, file, code) for message, code in messages)
        return replace(info, warnings=info.warnings + warnings) if warnings else info

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._folder.path).as_posix()

    def log(self, level: str, message: str, script: str = "") -> None:
        """Publish a log line about the scripts."""
        self._announcer.log(level, message, script)


def _missing_entry_point(script: Script, file: str) -> tuple[ScriptProblem, ...]:
    """A warning for a script that nobody can call."""
    wanted = ("handle",) if script.kind == COMMAND else ("call", "handle", "on_group_close")
    if any(point in script.entry_points for point in wanted):
        return ()
    message = (
        f"no global function {wanted[0]}({'args' if script.kind == COMMAND else 'request'}) found, "
        "so this script cannot be called"
    )
    return (ScriptProblem(message, 0, file),)
