"""Everything about the chosen entry, and the button that leads to its plan."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from goop_console.tabs.templates.entries import CommandOffer, Entry, description_of
from goop_console.tabs.templates.tiles import tile_pixmap
from goop_console.widgets import theming
from goop_console.widgets.empty_state import EmptyState
from lua_engine import Backup, Template

_TILE = 56


class DetailsView(QWidget):
    """``action_requested`` comes from the primary button."""

    action_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._tile = QLabel()
        self.heading = self._label("title")
        self._category = self._label("chip")
        self.mark = self._label("ok-text")
        self.description = self._label("", wraps=True)
        self._facts = self._label("muted", wraps=True)
        self.note = self._label("warning-text", wraps=True)
        self.primary = QPushButton()
        self.primary.setProperty("role", "primary")
        self.primary.setToolTip("See what it would change before anything happens (Ctrl+Enter)")
        self.primary.clicked.connect(lambda _=False: self.action_requested.emit())
        self.text = QTextBrowser()
        self.text.setAccessibleName("What is in it")
        self.text.setOpenLinks(False)
        self.text.setAcceptDrops(False)
        self.text.document().setDocumentMargin(10)
        self._build()

    def _label(self, role: str, *, wraps: bool = False) -> QLabel:
        label = QLabel()
        label.setProperty("role", role)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(wraps)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _build(self) -> None:
        self.heading.setWordWrap(True)
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for widget in (self._category, self.mark):
            chips.addWidget(widget)
        chips.addStretch(1)
        names = QVBoxLayout()
        names.setSpacing(4)
        names.addWidget(self.heading)
        names.addLayout(chips)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        head.addWidget(self.primary, 0, Qt.AlignmentFlag.AlignTop)
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(16, 4, 16, 8)
        box.setSpacing(10)
        box.addLayout(head)
        for widget in (self.description, self._facts, self.note):
            box.addWidget(widget)
        box.addWidget(self.text, 1)
        self._page = page
        self._empty = EmptyState(
            "Nothing chosen",
            "Choose a template, a chat command or a backup on the left to see what is in it.",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def show_entry(self, entry: Entry | None, note: str = "") -> None:
        """Show ``entry``; ``note`` says why it cannot be installed."""
        self._entry = entry
        self._stack.setCurrentWidget(self._empty if entry is None else self._page)
        if entry is None:
            return
        self.heading.setText(entry.title)
        self._category.setText(entry.category)
        self.mark.setText(f"✓ {entry.mark}" if entry.mark else "")
        self.mark.setVisible(bool(entry.mark))
        self.description.setText(entry.description)
        self.description.setVisible(bool(entry.description))
        self._facts.setText(" · ".join(entry.facts))
        self._facts.setVisible(bool(entry.facts))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.primary.setText(action_words(entry))
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if theming.is_theme_change(event):
            self._draw()

    def _draw(self) -> None:
        entry = self._entry
        if entry is None:
            return
        self._tile.setPixmap(tile_pixmap(entry.icon, entry.title, _TILE, self.devicePixelRatioF()))
        self.text.setHtml(_html(entry))


def action_words(entry: Entry) -> str:
    """What the primary button says of ``entry``."""
    if isinstance(entry.offer, Backup):
        return "Go back…"
    if isinstance(entry.offer, CommandOffer):
        return "Add to site…"
    return "Install again…" if entry.mark else "Install…"


def _html(entry: Entry) -> str:
    offer = entry.offer
    if isinstance(offer, Template):
        return "".join(_template_parts(offer))
    if isinstance(offer, CommandOffer):
        return _commands(offer)
    kept = (
        "Going back undoes this change and every later one: "
        "files, tables with their rows, groups and settings become what they were. "
    )
    return f"<p>{kept}Going back makes a backup of its own, so it can be undone.</p>"


def _commands(offer: CommandOffer) -> str:
    """What each command does; of a single one the text, for it is what will run."""
    if len(offer.commands) == 1:
        text = next(iter(offer.commands.values())).decode("utf-8", "replace")
        return f"<h4>Script</h4><pre>{escape(text)}</pre>"
    return _section(
        "Chat commands",
        (_line(f"!{name}", description_of(text)) for name, text in offer.commands.items()),
    )


def _template_parts(template: Template) -> Iterable[str]:
    yield _section("Tables", (_table(template, place) for place in range(len(template.schemas))))
    yield _section(
        "Functions",
        (_script(template, f"lua/functions/{name}.lua", name) for name in template.functions),
    )
    yield _section(
        "Chat commands",
        (_script(template, f"lua/{name}.lua", f"!{name}") for name in template.commands),
    )
    if template.roles:
        default = template.manifest.default_role
        more = f" New members become {escape(default)}." if default else ""
        yield f"<h4>Roles</h4><p>{escape(', '.join(template.roles))}.{more}</p>"
    pages = sorted(path for path in template.files if not path.startswith(("lua/", "schemas/")))
    yield _section("Page files", (escape(path) for path in pages))
    if template.left_out:
        yield _section("Left out", (escape(path) for path in template.left_out))


def _script(template: Template, path: str, name: str) -> str:
    return _line(name, description_of(template.files[path]))


def _table(template: Template, place: int) -> str:
    schema = template.schemas[place]
    columns = ", ".join(
        f"{column.name} {column.type.value}{' (key)' if column.key else ''}" for column in schema.columns
    )
    access = schema.access
    who = f"read {access.read}, insert {access.insert}, update {access.update}, delete {access.delete}"
    muted = theming.colors().muted
    return (
        f"{_line(schema.name, columns)}<br>"
        f"<span style='color:{muted}'>Access from a page: {escape(who)}</span>"
    )


def _line(name: str, words: str) -> str:
    more = f" <span style='color:{theming.colors().muted}'>–</span> {escape(words)}" if words else ""
    return f"<b>{escape(name)}</b>{more}"


def _section(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<p style='margin: 2px 0 4px 0'>{line}</p>" for line in lines)
    return f"<h4>{title}</h4>{items}" if items else ""
