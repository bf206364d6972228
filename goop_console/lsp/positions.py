"""Between the engine's places (lines from 1, characters) and the protocol's (lines from 0, UTF-16 units)."""

from __future__ import annotations

from lsprotocol import types as lsp
from pygls.workspace import PositionCodec

from lua_engine import Completion, Finding, Place, ScriptProblem

_SEVERITIES = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "hint": lsp.DiagnosticSeverity.Hint,
}
_KINDS = {
    "function": lsp.CompletionItemKind.Function,
    "field": lsp.CompletionItemKind.Field,
    "method": lsp.CompletionItemKind.Method,
    "table": lsp.CompletionItemKind.Class,
    "column": lsp.CompletionItemKind.Property,
    "local": lsp.CompletionItemKind.Variable,
    "global": lsp.CompletionItemKind.Variable,
    "keyword": lsp.CompletionItemKind.Keyword,
    "param": lsp.CompletionItemKind.Field,
}


class Text:
    """An open text with the client's way to count. Lines end as the engine ends them: at a line feed."""

    def __init__(self, source: str, codec: PositionCodec) -> None:
        self.source = source
        self._codec = codec
        self._lines = source.split("\n")

    def place(self, position: lsp.Position) -> tuple[int, int]:
        """Line from 1 and column in characters."""
        own = self._codec.position_from_client_units(self._lines, position)
        return own.line + 1, own.character

    def range(self, place: Place) -> lsp.Range:
        own = lsp.Range(
            lsp.Position(place.line - 1, place.column), lsp.Position(place.end_line - 1, place.end_column)
        )
        return self._codec.range_to_client_units(self._lines, own)

    def line_range(self, line: int) -> lsp.Range:
        """The whole line (from 1; 0 and what is past the end is the nearest one), from its first letter."""
        line = min(max(line, 1), len(self._lines))
        text = self._lines[line - 1]
        start = len(text) - len(text.lstrip())
        return self.range(Place(line, start, line, max(len(text.rstrip()), start)))


def diagnostic(text: Text, problem: Finding | ScriptProblem) -> lsp.Diagnostic:
    """A finding with its code, or what keeps the script from compiling."""
    if isinstance(problem, Finding):
        return lsp.Diagnostic(
            text.range(problem.place),
            problem.message,
            severity=_SEVERITIES[problem.severity],
            code=problem.code,
            source="goop-console",
        )
    severity = lsp.DiagnosticSeverity.Error
    return lsp.Diagnostic(text.line_range(problem.line), problem.message, severity, source="goop-console")


def completion_item(text: Text, position: lsp.Position, offer: Completion, order: int) -> lsp.CompletionItem:
    """An offer that takes the place of what is typed; ``order`` keeps the best first."""
    line, column = text.place(position)
    typed = text.range(Place(line, column - offer.typed, line, column))
    return lsp.CompletionItem(
        offer.text,
        kind=_KINDS[offer.kind],
        detail=offer.detail or None,
        documentation=offer.doc or None,
        sort_text=f"{order:05}",
        filter_text=offer.text,
        text_edit=lsp.TextEdit(typed, offer.text),
    )
