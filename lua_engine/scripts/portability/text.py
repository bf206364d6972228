"""A script's lexemes as the rules of this package read them: pairs of brackets, chains of names, blocks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lua_engine.scripts.lexer import Lexeme, Lines, lexemes

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
BLOCK_OPENERS = frozenset(("function", "do", "if", "repeat"))
BLOCK_CLOSERS = frozenset(("end", "until"))
_OTHER_WORDS = (
    *("and", "break", "else", "elseif", "false", "for", "goto", "in", "local", "nil", "not", "or"),
    *("return", "then", "true", "while"),
)
_BLOCK_WORDS = BLOCK_OPENERS | BLOCK_CLOSERS
KEYWORDS = BLOCK_OPENERS | BLOCK_CLOSERS | frozenset(_OTHER_WORDS)
_NOTHING = Lexeme("", "", 0)


class ScriptText:
    """The lexemes of one script, by index; an index outside answers an empty lexeme."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.words = tuple(lexemes(source))
        self._raws = [one.raw for one in self.words]
        self._lines = Lines(source)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> Lexeme:
        return self.words[index] if 0 <= index < len(self.words) else _NOTHING

    def raw(self, index: int) -> str:
        return self._raws[index] if 0 <= index < len(self._raws) else ""

    def line(self, index: int) -> int:
        return self._lines.line_of(self[index].start)

    def is_name(self, index: int) -> bool:
        """A name that is no keyword."""
        return self[index].kind == "name" and self[index].raw not in KEYWORDS

    def is_field(self, index: int) -> bool:
        """The ``b`` of ``a.b`` and ``a:b``."""
        return self.raw(index - 1) in (".", ":")

    @cached_property
    def opening(self) -> dict[int, int]:
        """The index of each closing bracket to that of its opening one."""
        return {end: start for start, end in self.closing.items()}

    @cached_property
    def closing(self) -> dict[int, int]:
        """The index of each opening bracket to that of its closing one (the end, for one without)."""
        pairs: dict[int, int] = {}
        waiting: list[int] = []
        for index, word in enumerate(self.words):
            if word.kind != "op":
                continue
            if word.raw in _OPEN:
                waiting.append(index)
            elif word.raw in _CLOSE and waiting:
                pairs[waiting.pop()] = index
        return pairs | dict.fromkeys(waiting, len(self.words))

    def chain(self, index: int) -> tuple[str, int]:
        """``a.b`` at ``index`` and the index behind it."""
        if self.raw(index + 1) == "." and self[index + 2].kind == "name":
            return f"{self.raw(index)}.{self.raw(index + 2)}", index + 3
        return self.raw(index), index + 1

    def arguments(self, index: int) -> list[int]:
        """Where each argument of the call whose bracket (or only argument) is at ``index`` begins."""
        if self[index].kind == "string" or self.raw(index) == "{":
            return [index]
        if self.raw(index) != "(":
            return []
        end, at = self.closing[index], index + 1
        starts = [at] if at < end else []
        while at < end:
            if self.raw(at) == ",":
                starts.append(at + 1)
            at = self.closing.get(at, at) + 1 if not self._opens_function(at) else self.after_block(at)
        return starts

    def _opens_function(self, index: int) -> bool:
        return self.raw(index) == "function" and self[index].kind == "name"

    @cached_property
    def _blocks(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
        waiting: list[int] = []
        for index, word in enumerate(self.words):
            if word.raw not in _BLOCK_WORDS or word.kind != "name" or self.is_field(index):
                continue
            if word.raw in BLOCK_OPENERS:
                waiting.append(index)
            elif waiting:
                pairs[waiting.pop()] = index
        return pairs | dict.fromkeys(waiting, len(self.words))

    def after_block(self, index: int) -> int:
        """The index behind the ``end`` of the block that the keyword at ``index`` opens."""
        return self._blocks.get(index, len(self.words)) + 1

    def functions(self) -> Iterator[tuple[int, int, int]]:
        """Index of each ``function``, of its parameters' bracket and of its ``end``."""
        for index, raw in enumerate(self._raws):
            if raw == "function" and self._opens_function(index) and not self.is_field(index):
                opening = index + 1 + self.is_name(index + 1)
                while self.raw(opening) in (".", ":") and self.is_name(opening + 1):
                    opening += 2
                if self.raw(opening) == "(":
                    yield index, opening, self.after_block(index) - 1
