"""``engine.language``: what an editor asks about a script of this site. Thread-safe; never runs a script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lua_engine.base.errors import KnownError
from lua_engine.language import completion, hovering, lint, navigation
from lua_engine.language.completion import Completion
from lua_engine.language.finding import Finding
from lua_engine.language.page_actions import page_findings
from lua_engine.language.script import Kind, ScriptText, opened_tables
from lua_engine.language.site_facts import Column, SiteFacts
from lua_engine.language.symbols import Symbol, symbols
from lua_engine.scripts.entries import ScriptInfo
from lua_engine.scripts.registry import ScriptRegistry
from lua_engine.scripts.syntax import Place
from lua_engine.site.files import SiteFiles
from lua_engine.site.folder import SiteFolder
from lua_engine.store.tables.catalog import TableCatalog
from lua_engine.store.tables.info import ColumnInfo

_MOST_PAGES: Final = 500  # JavaScript files that are looked through


@dataclass(frozen=True, slots=True)
class FileFindings:
    """What there is to say of one file. ``path`` is as in the site folder, with slashes."""

    path: str
    findings: tuple[Finding, ...]


class Language:
    """``facts`` are read anew each time they are asked for; keep them while one types. ``fields``: what real
    calls sent to each function.
    """

    def __init__(
        self,
        folder: SiteFolder,
        scripts: ScriptRegistry,
        tables: TableCatalog,
        fields: Callable[[], Mapping[str, tuple[str, ...]]],
    ) -> None:
        self._folder = folder
        self._scripts = scripts
        self._tables = tables
        self._fields = fields

    def facts(self) -> SiteFacts:
        """The tables with their columns, the functions with their actions, as they are now."""
        functions = tuple(info.name for info in self._scripts.infos() if info.kind == "function")
        actions = {name: self._scripts.actions(name) for name in functions}
        try:
            infos = self._tables.infos()
        except KnownError:  # no database that could be read: nothing is said of tables
            return SiteFacts(None, functions, actions, self._fields())
        tables = {one.name: tuple(map(_column, one.columns)) for one in infos if one.kind == "orm"}
        refused = frozenset(one.name for one in infos if one.kind != "orm")
        return SiteFacts(tables, functions, actions, self._fields(), refused)

    def table_names(self) -> frozenset[str] | None:
        """The tables that scripts can open; None when the database cannot be read."""
        try:
            return frozenset(one.name for one in self._tables.infos() if one.kind == "orm")
        except KnownError:
            return None

    def tables_of(self, text: str) -> tuple[str, ...]:
        """The tables that a text opens with ``goop.orm`` or ``goop.config``, in its order."""
        return opened_tables(text)

    def findings(self, kind: Kind, text: str, facts: SiteFacts | None = None) -> tuple[Finding, ...]:
        """What the rules say of a text, whether it is saved or not."""
        return lint.findings(text, kind, facts or self.facts())

    def check_all(self) -> tuple[FileFindings, ...]:
        """Every script that compiles and every page's JavaScript; files without findings too."""
        facts = self.facts()
        scripts = [
            FileFindings(self._relative(info.path), self.findings(_kind(info), text, facts))
            for info in self._scripts.infos()
            if info.problem is None and (text := self._scripts.source(info)) is not None
        ]
        return (*scripts, *self._pages(facts))

    def complete(
        self, kind: Kind, text: str, line: int, column: int, facts: SiteFacts | None = None
    ) -> tuple[Completion, ...]:
        """What may be written at a position: ``line`` from 1, ``column`` from 0 in characters."""
        return completion.complete(ScriptText(text, kind, facts or self.facts()), line, column)

    def hover(self, kind: Kind, text: str, line: int, column: int, facts: SiteFacts | None = None) -> str:
        """What the name at a position is, in Markdown."""
        return hovering.hover(ScriptText(text, kind, facts or self.facts()), line, column)

    def definition(self, text: str, line: int, column: int) -> Place | None:
        """Where the name at a position is declared."""
        return navigation.definition(_plain(text), line, column)

    def table_at(self, text: str, line: int, column: int) -> str:
        """The table that a position names, in ``goop.orm("posts")`` or by a handle; empty for none."""
        return navigation.table_at(_plain(text), line, column)

    def symbols(self, text: str) -> tuple[Symbol, ...]:
        """The functions, handlers and actions of a text, in its order."""
        return symbols(_plain(text))

    def references(self, text: str, line: int, column: int) -> tuple[Place, ...]:
        """Every place of the name at a position."""
        return navigation.references(_plain(text), line, column)

    def rename(self, text: str, line: int, column: int, name: str) -> tuple[Place, ...]:
        """The places to write ``name`` at; :class:`RenameError` when the local cannot be called so."""
        return navigation.rename(_plain(text), line, column, name)

    def _pages(self, facts: SiteFacts) -> Iterator[FileFindings]:
        files = SiteFiles(self._folder.site_root)
        for path in self._scripts_of_pages():
            try:
                source = files.read(path)
            except KnownError:  # a link, a pipe, a file that is too large: no page serves it either
                continue
            yield FileFindings(f"{self._folder.site_root.name}/{path}", page_findings(source, facts.actions))

    def _scripts_of_pages(self) -> list[str]:
        root, found = self._folder.site_root, list[str]()
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(one for one in folders if one != "lua" and not one.startswith("."))
            place = Path(folder).relative_to(root)
            found += [(place / name).as_posix() for name in sorted(names) if name.endswith(".js")]
            if len(found) >= _MOST_PAGES:
                break
        return found[:_MOST_PAGES]

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._folder.path).as_posix()


def _plain(text: str) -> ScriptText:
    return ScriptText(text, "function", SiteFacts())


def _kind(info: ScriptInfo) -> Kind:
    return "function" if info.kind == "function" else "command"


def _column(info: ColumnInfo) -> Column:
    notes = ["required"] if info.required else []
    notes += [f"one of {', '.join(key for key, _label in info.values)}"] if info.values else []
    notes += ["filled automatically"] if info.auto else []
    notes += ["computed"] if info.generated else []
    return Column(info.name, info.type, ", ".join(notes))
