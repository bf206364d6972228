"""The histogram above the list: which time it shows, and counting again as the log grows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from goop_console.services.work import Work
from goop_console.tabs.logs.filter import LogFilter
from goop_console.tabs.logs.histogram_view import BUCKETS, Buckets, HistogramView, nice_start

if TYPE_CHECKING:
    from lua_engine import SiteLog

PERIODS = (
    ("Last 15 minutes", 900.0),
    ("Last hour", 3_600.0),
    ("Last day", 86_400.0),
    ("Last week", 604_800.0),
    ("All that is kept", 0.0),
)
AGAIN_MS = 2_000  # between two counts while lines come
_PAUSE = 9  # times as long as the last count took, at the least: a tenth of a processor
PATTERN_SECONDS = 2.0  # that patterns are looked for
_SHORTEST = 1.0  # seconds of a histogram


class Histogram(QWidget):
    """Counts the whole log on disk, so it also shows what the list has not read yet. A stretch of time that
    the filter asks for is shown instead of the period.
    """

    range_chosen = Signal(float, float)
    out_requested = Signal()

    def __init__(self, work: Work, log: SiteLog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._log = log
        self._filter = LogFilter()
        self._is_counting = self._is_stale = False
        self._begun = 0.0
        self.view = HistogramView()
        self.view.range_chosen.connect(self.range_chosen)
        self.view.out_requested.connect(self.out_requested)
        self.period = QComboBox()
        self.period.setAccessibleName("Time that the histogram shows")
        for words, seconds in PERIODS:
            self.period.addItem(words, seconds)
        self.period.setCurrentIndex(1)
        self.period.currentIndexChanged.connect(lambda _: self.count())
        self.out = QPushButton("Zoom out")
        self.out.setToolTip("Show all times again (Backspace in the histogram)")
        self.out.clicked.connect(self.out_requested)
        self.out.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.view, 1)
        row.addWidget(self.period)
        row.addWidget(self.out)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AGAIN_MS)
        self._timer.timeout.connect(self.count)

    @property
    def is_settled(self) -> bool:
        return not self._is_counting

    def show_filter(self, wanted: LogFilter) -> None:
        """Count what passes ``wanted``."""
        self._filter = wanted
        is_zoomed = wanted.since is not None or wanted.until is not None
        self.out.setVisible(is_zoomed)
        self.period.setVisible(not is_zoomed)
        self.count()

    def count_soon(self) -> None:
        """The log grew."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def count(self) -> None:
        """Count now, or as soon as the count under way is done; when it comes into view it counts anyway."""
        if not self.isVisible():
            return
        if self._is_counting:
            self._is_stale = True
            return
        self._is_counting = True
        self._begun = time.monotonic()
        wanted, seconds, log = self._filter, float(self.period.currentData()), self._log
        self._work.run_long(
            lambda: counted_buckets(log, wanted, seconds), done=self._on_counted, failed=self._on_failed
        )

    def _on_counted(self, buckets: Buckets) -> None:
        self.view.show_buckets(buckets)
        self._end()

    def _on_failed(self, _reason: str) -> None:
        """The list reads the same file, and says what is wrong with it."""
        self.view.show_buckets(Buckets())
        self._end()

    def _end(self) -> None:
        self._is_counting = False
        took = (time.monotonic() - self._begun) * 1_000
        self._timer.setInterval(max(AGAIN_MS, int(took * _PAUSE)))
        if self._is_stale:
            self._is_stale = False
            self.count()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]  # Qt hands over a QShowEvent
        self.count()


def counted_buckets(log: SiteLog, wanted: LogFilter, seconds: float) -> Buckets:
    """The counts of the time that ``wanted`` asks for, else of the last ``seconds`` (0: of all)."""
    log.flush()
    end = wanted.until if wanted.until is not None else time.time()
    oldest = log.oldest_time()
    start = wanted.since if wanted.since is not None else nice_start(end, seconds, oldest)
    start = min(start, end - _SHORTEST)
    if not wanted.terms.is_slow:
        return Buckets(start, end, log.counts(wanted.query(), start, end, BUCKETS))
    return _fitting(log, wanted, start, end)


def _fitting(log: SiteLog, wanted: LogFilter, start: float, end: float) -> Buckets:
    """Patterns are tried on each record, from the newest back, for as long as there is time."""
    fits, give_up = wanted.terms.judge(), time.monotonic() + PATTERN_SECONDS
    counts = [[0, 0] for _ in range(BUCKETS)]
    before: int | None = None
    since, is_over = end, False
    told: set[tuple[int, str]] = set()  # calls whose error counts, by bucket
    while not is_over and (page := log.texts(wanted.query(), start, end, before=before)):
        for one in page:
            if fits(one.text):
                place = min(BUCKETS - 1, int((one.time - start) / (end - start) * BUCKETS))
                counts[place][0] += 1
                if one.is_error and (place, one.call_id) not in told:
                    counts[place][1] += 1
                    told |= {(place, one.call_id)} if one.call_id else set()
            before, since = one.id, min(since, one.time)
            is_over = time.monotonic() > give_up
            if is_over:
                break
    return Buckets(
        start, end, tuple((entries, errors) for entries, errors in counts), since if is_over else 0.0
    )
