"""What stands in the window while no site is open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.services.settings import RecentSite
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.icons import set_icon, set_picture
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import elided

_WIDTH = 640
_LOGO = 56
_FIRST_STEPS = (
    "A site folder is where Goop2 keeps a site: goop.json, data.db, and the scripts in site/lua.\n\n"
    "No site at hand? The demo has a task list, chat commands and four visitors to try them as."
)


class StartPage(QWidget):
    """Open, the demo, and the sites that were open; the same place says that a site is being opened."""

    open_wanted = Signal()
    demo_wanted = Signal()
    new_wanted = Signal()
    site_chosen = Signal(object)  # Path
    pin_wanted = Signal(object, bool)  # Path, pinned or not
    forget_wanted = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RecentRow] = []
        self._pages = QStackedWidget()
        self._pages.addWidget(self._build_choice())
        self._pages.addWidget(self._build_progress())
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._pages)

    def _build_choice(self) -> QWidget:
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(24, 48, 24, 24)
        self._column.setSpacing(8)
        self._build_head()
        self._steps = _label(_FIRST_STEPS, "muted")
        self._steps.setWordWrap(True)
        self._steps.setContentsMargins(0, 16, 0, 0)
        self._column.addWidget(self._steps)
        self._recent_title = _label("Recent sites", "heading")
        self._recent_title.setContentsMargins(0, 24, 0, 0)
        self._column.addWidget(self._recent_title)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._column.addLayout(self._list)
        self._column.addStretch(1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _build_head(self) -> None:
        self._logo = QLabel()
        set_picture(self._logo, "goop", _LOGO, "accent")
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(_label("Goop Console", "title"))
        names.addWidget(_label("Run, watch and try the Lua scripts of a Goop2 site.", "muted"))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._logo)
        head.addLayout(names, 1)
        self._column.addLayout(head)
        self.open = QPushButton("Open a site folder…")
        self.open.setProperty("role", "primary")
        self.open.setToolTip("The folder with goop.json in it (Ctrl+O)")
        self.open.clicked.connect(self.open_wanted)
        self.demo = QPushButton("Open the demo site")
        self.demo.setToolTip("A small lively site, in your own copy")
        self.demo.clicked.connect(self.demo_wanted)
        self.new = QPushButton("New site…")
        self.new.setToolTip("Create a site in an empty folder, from a template or empty")
        self.new.clicked.connect(self.new_wanted)
        set_icon(self.new, "add")
        set_icon(self.open, "folder", "accent_text")
        set_icon(self.demo, "demo")
        self.drop = QFrame()
        self.drop.setProperty("role", "card")
        inside = QHBoxLayout(self.drop)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.setSpacing(8)
        inside.addWidget(self.open)
        inside.addWidget(self.demo)
        inside.addWidget(self.new)
        inside.addStretch(1)
        inside.addWidget(_label("or drop a site folder here", "muted"))
        self._column.addSpacing(16)
        self._column.addWidget(self.drop)

    def _build_progress(self) -> QWidget:
        page = QWidget()
        self._progress_title, self._progress_path = ElidedLabel(""), ElidedLabel("")
        self._progress_title.setProperty("role", "heading")
        self._progress_path.setProperty("role", "muted")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(320)
        bar.setAccessibleName("Opening")
        box = QVBoxLayout(page)
        box.setSpacing(12)
        box.addStretch(2)
        for widget in (self._progress_title, bar, self._progress_path):
            box.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(3)
        return page

    # what is shown

    def show_sites(self, sites: Sequence[RecentSite], missing: Collection[Path]) -> None:
        """The sites that were open; those of ``missing`` are greyed."""
        had_focus = next(
            (row.site.path for row in self.rows if row.isAncestorOf(self.focusWidget() or self)), None
        )
        drop_widgets(self._list)
        self.rows = [RecentRow(site, number, site.path in missing) for number, site in enumerate(sites, 1)]
        for row in self.rows:
            row.chosen.connect(self.site_chosen)
            row.pin_wanted.connect(self.pin_wanted)
            row.forget_wanted.connect(self.forget_wanted)
            self._list.addWidget(row)
            if row.site.path == had_focus:
                row.main.setFocus()
        self._recent_title.setVisible(bool(self.rows))
        self._steps.setVisible(not self.rows)

    def choose(self, place: int) -> None:
        """Open the site at ``place`` (from 0), if there is one that can be opened."""
        if self.is_choosing and 0 <= place < len(self.rows) and self.rows[place].main.isEnabled():
            self.site_chosen.emit(self.rows[place].site.path)

    @property
    def is_choosing(self) -> bool:
        """Nothing is being opened."""
        return self._pages.currentIndex() == 0

    def show_opening(self, path: Path) -> None:
        self._progress_title.setText(f"Opening {path.name}…")
        self._progress_path.setText(elided(str(path), 90))
        self._pages.setCurrentIndex(1)

    def show_choice(self) -> None:
        self._pages.setCurrentIndex(0)

    def show_drop(self, is_over: bool) -> None:
        """A folder hangs over the window."""
        set_look(self.drop, "drop", "true" if is_over else "false")


class RecentRow(QFrame):
    """A site that was open."""

    chosen = Signal(object)
    pin_wanted = Signal(object, bool)
    forget_wanted = Signal(object)

    def __init__(self, site: RecentSite, number: int, is_missing: bool) -> None:
        super().__init__()
        self.site = site
        self.setProperty("role", "card")
        name = site.label or site.path.name
        self.main = QPushButton()
        self.main.setProperty("role", "row")
        self.main.setEnabled(not is_missing)
        self.main.setAccessibleName(f"Open {name}, {site.path}" + (", not found" if is_missing else ""))
        self.main.setToolTip(str(site.path) + (f"\nCtrl+{number}" if number <= 9 else ""))
        self.main.clicked.connect(lambda: self.chosen.emit(site.path))
        self._fill_main(name, is_missing, number)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 4, 8, 4)
        row.setSpacing(4)
        row.addWidget(self.main, 1)
        row.addWidget(
            self._tool(
                "pinned" if site.is_pinned else "pin",
                "Unpin" if site.is_pinned else "Keep at the top",
                self._on_pin,
            )
        )
        row.addWidget(self._tool("close", "Remove from this list", self._on_forget))

    def _fill_main(self, name: str, is_missing: bool, number: int) -> None:
        title = _label(name, "")
        title.setProperty("role", "strong")
        title.setEnabled(not is_missing)
        path = ElidedLabel(f"Not found: {self.site.path}" if is_missing else str(self.site.path))
        path.setProperty("role", "warning-text" if is_missing else "muted")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(title)
        words.addWidget(path)
        inside = QHBoxLayout(self.main)
        inside.setContentsMargins(8, 4, 8, 4)
        inside.addLayout(words, 1)
        if number <= 9 and not is_missing:
            inside.addWidget(_label(f"Ctrl+{number}", "muted"))
        for label in self.main.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.main.setMinimumHeight(inside.sizeHint().height())

    def _tool(self, picture: str, tip: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "flat")
        button.setToolTip(tip)
        button.setAccessibleName(f"{tip}: {self.site.label or self.site.path.name}")
        button.setIconSize(QSize(16, 16))
        set_icon(button, picture, "accent" if picture == "pinned" else "muted")
        button.clicked.connect(lambda: slot())
        return button

    def _on_pin(self) -> None:
        self.pin_wanted.emit(self.site.path, not self.site.is_pinned)

    def _on_forget(self) -> None:
        self.forget_wanted.emit(self.site.path)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label
