"""Finding and replacing in a document."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final, NamedTuple

from PySide6.QtCore import QRegularExpression, QRegularExpressionMatch
from PySide6.QtGui import QTextCursor, QTextDocument

from goop_console.widgets.code_editor.separators import from_document

MOST_MATCHES: Final = 10_000
_GROUP: Final = re.compile(r"\\(\\|[0-9])")


class Match(NamedTuple):
    """Positions in the document, in Qt's units."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for."""

    text: str = ""
    is_case_sensitive: bool = False
    is_whole_word: bool = False
    is_pattern: bool = False

    def expression(self) -> QRegularExpression:
        """The query as a regular expression; ``isValid()`` is False for a pattern with a mistake."""
        pattern = self.text if self.is_pattern else QRegularExpression.escape(self.text)
        if self.is_whole_word:
            pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
        options = (
            QRegularExpression.PatternOption.MultilineOption
            | QRegularExpression.PatternOption.UseUnicodePropertiesOption
        )
        if not self.is_case_sensitive:
            options |= QRegularExpression.PatternOption.CaseInsensitiveOption
        return QRegularExpression(pattern, options)


def document_text(document: QTextDocument) -> str:
    """The document's text as it is: a no-break space stays one (Qt's plain text makes it a space)."""
    return from_document(document.toRawText().replace("\u2029", "\n"))


def find_all(document: QTextDocument, query: Query) -> list[Match]:
    """The places of ``query`` from top to bottom, at most ``MOST_MATCHES``; empty matches are left out."""
    expression = query.expression()
    if not query.text or not expression.isValid():
        return []
    found: list[Match] = []
    matches = expression.globalMatch(document_text(document))
    while matches.hasNext() and len(found) < MOST_MATCHES:
        match = matches.next()
        if match.capturedLength():
            found.append(Match(match.capturedStart(), match.capturedEnd()))
    return found


def next_match(matches: list[Match], cursor: QTextCursor, *, forward: bool) -> int | None:
    """Which of ``matches`` comes after (or before) the cursor's selection, around the end if need be."""
    if not matches:
        return None
    starts = [match.start for match in matches]
    if forward:
        place = cursor.selectionEnd() if cursor.hasSelection() else cursor.position()
        return bisect_left(starts, place) % len(matches)
    return (bisect_right(starts, cursor.selectionStart() - 1) - 1) % len(matches)


def replacements(document: QTextDocument, query: Query, matches: list[Match], text: str) -> list[str]:
    r"""What each of ``matches`` becomes: ``text``, with ``\1`` to ``\9`` filled in when the query is a
    pattern.
    """
    if not query.is_pattern:
        return [text] * len(matches)
    whole, expression = document_text(document), query.expression()
    made = []
    for match in matches:
        found = expression.match(whole, match.start)

        def filled(group: re.Match[str], found: QRegularExpressionMatch = found) -> str:
            return "\\" if group[1] == "\\" else found.captured(int(group[1]))

        made.append(_GROUP.sub(filled, text))
    return made


def replace_matches(document: QTextDocument, query: Query, matches: list[Match], text: str) -> None:
    """Replace ``matches`` in a single step for Ctrl+Z."""
    made = replacements(document, query, matches, text)
    edit = QTextCursor(document)
    edit.beginEditBlock()
    for match, new in zip(reversed(matches), reversed(made), strict=True):
        edit.setPosition(match.start)
        edit.setPosition(match.end, QTextCursor.MoveMode.KeepAnchor)
        edit.insertText(new)
    edit.endEditBlock()
