"""Rows as text in five formats, some rows at a time: for the clipboard and for files. Pure.

NULL is told from empty text in every format, integers keep all their digits, and what a spreadsheet would
take for
a formula goes out as text (``neutralised``).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from lua_engine.store.connections import RawText

TextFormat = Literal["text", "csv", "json", "sql", "lua"]
TEXT_FORMATS: tuple[TextFormat, ...] = get_args(TextFormat)
TEXT_LABELS: dict[TextFormat, str] = {
    "text": "Text",
    "csv": "CSV",
    "json": "JSON",
    "sql": "SQL INSERT",
    "lua": "Lua table",
}

_BREAK = re.compile(r"\r\n|[\t\r\n]")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_QUOTED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_LUA_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LUA_WORDS = frozenset(
    ("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local",
        "nil",
     "not", "or", "repeat", "return", "then", "true", "until", "while")
)  # fmt: skip
_LUA_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\x1a": "\\26"}

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class RowText:
    """One format: what stands before, between and after the rows, and each row."""

    head: str
    row: Callable[[Row], str]
    between: str
    tail: str

    def rows(self, rows: Sequence[Row], *, is_first: bool) -> str:
        """Some rows; ``is_first``: no others were written before."""
        text = self.between.join(map(self.row, rows))
        return text if is_first or not rows else self.between + text


def text_writer(kind: TextFormat, table: str, columns: Sequence[str], *, with_header: bool = True) -> RowText:
    """How rows of ``columns`` are written. ``with_header``: a first line of names (text and CSV)."""
    match kind:
        case "text":
            head = "\t".join(map(_one_line, columns)) + "\n" if with_header else ""
            return RowText(head, lambda row: "\t".join(map(plain_text, row)), "\n", "")
        case "csv":
            head = ",".join(map(_csv_text, columns)) + "\r\n" if with_header else ""
            return RowText(head, lambda row: ",".join(map(csv_cell, row)), "\r\n", "\r\n")
        case "json":
            names = [json.dumps(name, ensure_ascii=False) for name in columns]
            return RowText("[", lambda row: "\n " + _json_object(names, row), ",", "\n]\n")
        case "sql":
            listed = ", ".join(_sql_name(name) for name in columns)
            begin = f"INSERT INTO {_sql_name(table)} ({listed}) VALUES ("
            return RowText("", lambda row: begin + ", ".join(map(sql_literal, row)) + ");", "\n", "\n")
        case "lua":
            keys = [name if _is_lua_name(name) else f"[{lua_literal(name)}]" for name in columns]
            return RowText("{", lambda row: "\n  " + _lua_table(keys, row), ",", "\n}\n")


def plain_text(value: Any) -> str:
    """On one line, for a cell of a spreadsheet: tabs and line ends become spaces, NULL is the word."""
    if isinstance(value, str):
        return _one_line(value)
    if value is None:
        return "NULL"
    if isinstance(value, RawText):
        return _one_line(value.decode("utf-8", "replace"))
    return value.hex() if isinstance(value, bytes) else _number(value)


def csv_cell(value: Any) -> str:
    """NULL is nothing, the empty text two quotes; a blob is ``x'00ff'``, text that is not UTF-8 ``t'ff'``."""
    if value is None:
        return ""
    if isinstance(value, RawText):
        return f"t'{value.hex()}'"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    return _csv_text(value) if isinstance(value, str) else _number(value)


def neutralised(text: str) -> str:
    """``text`` so that no spreadsheet takes it for a formula: ``=1+1`` goes out as ``'=1+1``."""
    return "'" + text if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """What :func:`neutralised` was given."""
    return text[1:] if _QUOTED_FORMULA.match(text) else text


def json_value(value: Any) -> Any:
    """``value`` for JSON: a blob as ``{"$hex": "00ff"}``, infinities as ``{"$real": "inf"}``."""
    if isinstance(value, RawText):
        return {"$text_hex": value.hex()}
    if isinstance(value, bytes):
        return {"$hex": value.hex()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$real": repr(value)}
    return value


def sql_literal(value: Any) -> str:
    """``value`` in SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, RawText):
        return f"CAST(X'{value.hex()}' AS TEXT)"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'"
    if isinstance(value, str):
        if "\0" in value:
            return f"CAST(X'{value.encode().hex()}' AS TEXT)"
        escaped = value.replace("'", "''")
        return f"'{escaped}'"
    return _number(value)


def lua_literal(value: Any) -> str:
    """``value`` in Lua 5.1; NULL is nil. An integer that a Lua number cannot hold goes out as a string."""
    if value is None:
        return "nil"
    if isinstance(value, bytes):
        return '"' + "".join(f"\\{byte:03d}" for byte in value) + '"'
    if isinstance(value, str):
        return '"' + "".join(_LUA_ESCAPES.get(letter, letter) for letter in value) + '"'
    if isinstance(value, float) and math.isinf(value):
        return "math.huge" if value > 0 else "-math.huge"
    return f'"{value}"' if isinstance(value, int) and abs(value) > 2**53 else _number(value)


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text or "\r" in text:
        return _BREAK.sub(" ", text)
    return text


def _csv_text(text: str) -> str:
    text = neutralised(text)
    if not text or any(letter in text for letter in ',"\r\n') or text != text.strip() or _looks_typed(text):
        escaped = text.replace('"', '""')
        return f'"{escaped}"'
    return text


def _looks_typed(text: str) -> bool:
    """Would it be read as something else than text where the column has no type?"""
    if text.startswith(("x'", "t'")):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(value: Any) -> str:
    """``9e999`` is an infinity for SQL and for our import; ``inf`` would be a word."""
    if not isinstance(value, float):
        return str(value)
    if math.isinf(value):
        return "9e999" if value > 0 else "-9e999"
    return repr(value)


def _json_object(names: Sequence[str], row: Row) -> str:
    cells = (
        f"{name}: {json.dumps(json_value(value), ensure_ascii=False)}"
        for name, value in zip(names, row, strict=True)
    )
    return "{" + ", ".join(cells) + "}"


def _lua_table(keys: Sequence[str], row: Row) -> str:
    cells = (
        f"{key} = {lua_literal(value)}" for key, value in zip(keys, row, strict=True) if value is not None
    )
    return "{ " + ", ".join(cells) + " }"


def _is_lua_name(name: str) -> bool:
    return _LUA_NAME.match(name) is not None and name not in _LUA_WORDS


def _sql_name(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
