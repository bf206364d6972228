"""What stands in the window while no site is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from goop_console.services.settings import RecentSite
from goop_console.widgets.elided_label import ElidedLabel
from goop_console.widgets.icons import set_picture
from goop_console.widgets.layouts import drop_widgets
from goop_console.widgets.plain_label import plain_label
from goop_console.widgets.polish import set_look
from goop_console.widgets.wording import elided
from goop_console.window.recent_row import RecentRow
from goop_console.window.start_ways import StartWays

_WIDTH = 720
_LOGO = 56


class StartPage(QWidget):
    """The ways to begin, the sites that were open, those that were found; or that one is being opened."""

    open_requested = Signal()
    demo_requested = Signal()
    tour_requested = Signal()
    new_requested = Signal()
    site_chosen = Signal(object)  # Path
    pin_requested = Signal(object, bool)  # Path, pinned or not
    forget_requested = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RecentRow] = []
        self.found: list[RecentRow] = []
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
        self._recent_title, self._list = self._section("Recent sites")
        self._found_title, self._found = self._section("Found on this computer")
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

    def _section(self, title: str) -> tuple[QLabel, QVBoxLayout]:
        """A heading, hidden until there is something below it."""
        heading, rows = plain_label(title, "heading"), QVBoxLayout()
        heading.setContentsMargins(0, 24, 0, 0)
        heading.hide()
        rows.setSpacing(8)
        self._column.addWidget(heading)
        self._column.addLayout(rows)
        return heading, rows

    def _build_head(self) -> None:
        self._logo = QLabel()
        set_picture(self._logo, "goop", _LOGO, "accent")
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(plain_label("Goop Console", "title"))
        names.addWidget(plain_label("Run, watch and try the Lua scripts of a Goop2 site.", "muted"))
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._logo)
        head.addLayout(names, 1)
        self._column.addLayout(head)
        self.ways = StartWays()
        self.ways.open_requested.connect(self.open_requested)
        self.ways.demo_requested.connect(self.demo_requested)
        self.ways.tour_requested.connect(self.tour_requested)
        self.ways.new_requested.connect(self.new_requested)
        self.open, self.demo, self.tour, self.new = (
            self.ways.open,
            self.ways.demo,
            self.ways.tour,
            self.ways.new,
        )
        self._column.addSpacing(16)
        self._column.addWidget(self.ways)

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
        self.rows = [
            RecentRow(site, number, is_missing=site.path in missing) for number, site in enumerate(sites, 1)
        ]
        for row in self.rows:
            row.chosen.connect(self.site_chosen)
            row.pin_requested.connect(self.pin_requested)
            row.forget_requested.connect(self.forget_requested)
            self._list.addWidget(row)
            if row.site.path == had_focus:
                row.main.setFocus()
        self._recent_title.setVisible(bool(self.rows))

    def show_found(self, paths: Sequence[Path]) -> None:
        """Site folders that were found and never opened here."""
        drop_widgets(self._found)
        self.found = [RecentRow(RecentSite(path, path.name, False, 0.0), is_kept=False) for path in paths]
        for row in self.found:
            row.chosen.connect(self.site_chosen)
            self._found.addWidget(row)
        self._found_title.setVisible(bool(self.found))

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
        set_look(self.ways, "drop", "true" if is_over else "false")
