"""Places of a text in many scripts, and what replacing makes of them. Not for the Qt thread."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRegularExpressionMatch

from goop_console.tabs.scripts.record import key_of
from goop_console.tabs.scripts.text.disk import is_protected, read_text
from goop_console.widgets.code_editor.search import Query
from lua_engine import Engine, KnownError, ScriptInfo

MOST: Final = 2_000  # places
_GROUP: Final = re.compile(r"\\(\\|[0-9])")


@dataclass(frozen=True, slots=True)
class Source:
    """A script as it is on disk. ``refusal``: why nothing can be replaced in it."""

    info: ScriptInfo
    text: str
    refusal: str = ""

    @property
    def key(self) -> str:
        return key_of(self.info)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place. ``start`` and ``end`` count in the whole text, ``line`` and ``column`` from 1; ``now`` and
    ``after`` are the line without and with the replacement.
    """

    start: int
    end: int
    line: int
    column: int
    now: str
    made: str

    @property
    def after(self) -> str:
        begin = self.column - 1
        return self.now[:begin] + self.made + self.now[begin + self.end - self.start :]


@dataclass(frozen=True, slots=True)
class FileHits:
    """What was found in one script."""

    source: Source
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """``problem``: what is wrong with the pattern. ``is_cut``: there are more places than ``MOST``."""

    files: tuple[FileHits, ...] = ()
    problem: str = ""
    is_cut: bool = False

    @property
    def count(self) -> int:
        return sum(len(one.hits) for one in self.files)


def read_sources(engine: Engine, unsaved: Collection[str]) -> tuple[Source, ...]:
    """Every script, functions first. ``unsaved`` are the keys of those whose text in the editor differs."""
    found = []
    for info in (*engine.scripts.functions(), *engine.scripts.commands()):
        try:
            read = read_text(engine, info)
        except KnownError:  # it went in this moment
            continue
        refusal = "holds bytes that are not UTF-8" if not read.is_exact else ""
        if is_protected(info.path):
            refusal = "is write-protected"
        if key_of(info) in unsaved:
            refusal = "has changes that are not saved: save it first"
        found.append(Source(info, read.text, refusal))
    return tuple(found)


def search(sources: Sequence[Source], query: Query, replacement: str) -> Found:
    """The places of ``query`` line by line, at most ``MOST``; empty matches are left out."""
    expression = query.expression()
    if not query.text:
        return Found()
    if not expression.isValid():
        return Found(problem=f"Not a regular expression: {expression.errorString()}")
    files: list[FileHits] = []
    left = MOST
    for source in sources:
        hits: list[Hit] = []
        for hit in _hits(source.text, query, replacement):
            if not left:
                return Found((*files, FileHits(source, tuple(hits))) if hits else tuple(files), "", True)
            hits.append(hit)
            left -= 1
        if hits:
            files.append(FileHits(source, tuple(hits)))
    return Found(tuple(files))


def _hits(text: str, query: Query, replacement: str) -> Iterator[Hit]:
    if not query.is_pattern and query.text.casefold() not in text.casefold():
        return
    expression, offset = query.expression(), 0
    for number, whole in enumerate(text.split("\n"), start=1):
        line = whole.removesuffix("\r")
        matches = expression.globalMatch(line)
        while matches.hasNext():
            match = matches.next()
            if match.capturedLength():
                start, end = _place(line, match.capturedStart()), _place(line, match.capturedEnd())
                made = _filled(replacement, match) if query.is_pattern else replacement
                yield Hit(offset + start, offset + end, number, start + 1, line, made)
        offset += len(whole) + 1


def _place(line: str, units: int) -> int:
    """Qt counts units of UTF-16. Example: behind an emoji it says 2, Python 1."""
    if line.isascii():
        return units
    return len(line.encode("utf-16-le")[: 2 * units].decode("utf-16-le"))


def _filled(replacement: str, match: QRegularExpressionMatch) -> str:
    return _GROUP.sub(lambda group: "\\" if group[1] == "\\" else match.captured(int(group[1])), replacement)


def rewritten(file: FileHits, chosen: Collection[int]) -> str:
    """The text with the hits at the indexes ``chosen`` replaced."""
    parts, at = [], 0
    for place, hit in enumerate(file.hits):
        if place in chosen:
            parts += [file.source.text[at : hit.start], hit.made]
            at = hit.end
    return "".join((*parts, file.source.text[at:]))
