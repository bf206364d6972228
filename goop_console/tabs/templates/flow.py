"""A change of the site from its plan to its result: planned, looked at, carried out with progress, and taken
back.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from goop_console.services.operations import Operation
from goop_console.tabs.tab import TabContext
from goop_console.tabs.templates.comparison import Comparison, compare_file
from goop_console.tabs.templates.intents import ChangeSite, go_back
from goop_console.tabs.templates.progress import TOO_LATE, Cancelled, Progress
from goop_console.tabs.templates.view import TemplatesView
from goop_console.tabs.templates.words import link_targets
from lua_engine import FileChange, InstallPlan, InstallProgress, InstallResult, KnownError

_POLL_MS = 60


class FlowPresenter(QObject):
    """Leads through plan, progress, and result or error. ``finished`` comes when the site has changed."""

    finished = Signal()

    def __init__(self, context: TabContext, view: TemplatesView) -> None:
        super().__init__(view)
        self._context = context
        self._view = view
        self._intent: ChangeSite | None = None
        self._plan: InstallPlan | None = None
        self._progress = Progress()
        self._backup = ""
        self._links: dict[str, dict[str, str]] = {}
        self._origin: QWidget = view.gallery_page  # where a change that is cancelled leads back to
        self._planning: Operation | None = None
        self._running: Operation | None = None
        self._comparing: Operation | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._show_progress)
        self._connect()

    def _connect(self) -> None:
        view = self._view
        view.plan.confirmed.connect(self.carry_out)
        view.plan.file_chosen.connect(self._compare)
        view.plan.left.connect(self.leave)
        view.progress.cancelled.connect(lambda: self._progress.cancel())
        view.result.left.connect(self.leave)
        view.result.undo_requested.connect(self.undo)
        view.result.link_opened.connect(lambda tab_id: self._context.navigate(tab_id, **self._links[tab_id]))
        view.error.left.connect(self.leave)
        view.error.again_requested.connect(self.plan_again)
        view.error.logs_requested.connect(lambda: self._context.navigate("logs"))

    @property
    def is_busy(self) -> bool:
        """Something is being planned, made or compared."""
        return any(
            one is not None and one.is_running for one in (self._planning, self._running, self._comparing)
        )

    # the plan

    def begin(self, intent: ChangeSite) -> None:
        """Make the plan of ``intent`` and show it."""
        if self._running is not None and self._running.is_running:
            return
        if self._planning is not None:
            self._planning.cancel()
        self._intent = intent
        self._view.set_planning(True)
        self._planning = self._context.operations.run(
            intent.plan, owner=self, done=self._on_planned, failed=self._on_failed
        )

    def plan_again(self) -> None:
        """Make the plan of the same intent once more."""
        if self._intent is not None:
            self.begin(self._intent)

    def _on_planned(self, plan: InstallPlan) -> None:
        self._plan = plan
        self._view.set_planning(False)
        self._view.plan.show_plan(plan, read_only=self._context.session.engine.is_read_only)
        self._view.show_page(self._view.plan)

    def _compare(self, change: FileChange) -> None:
        if self._comparing is not None:
            self._comparing.cancel()
        self._comparing = self._context.operations.run(
            lambda: compare_file(change), owner=self, done=self._on_compared
        )

    def _on_compared(self, found: Comparison) -> None:
        self._view.plan.show_comparison(found)

    def leave(self) -> None:
        """Back to the gallery."""
        if self._comparing is not None:
            self._comparing.cancel()
        self._view.show_page(self._view.gallery_page)

    # carrying it out

    def carry_out(self) -> None:
        """Do what the plan says."""
        intent, plan = self._intent, self._plan
        if intent is None or plan is None or self._context.session.engine.is_read_only:
            return
        self._run(
            plan.title, lambda progress: (plan, intent.work(plan, progress)), can_cancel=intent.can_cancel
        )

    def undo(self) -> None:
        """Undo the change that was just made."""
        intent = go_back(self._context.session.engine, self._backup)

        def work(progress: InstallProgress) -> tuple[InstallPlan, InstallResult]:
            plan = intent.plan()
            return plan, intent.work(plan, progress)

        self._intent = intent
        self._run(intent.title, work, can_cancel=intent.can_cancel)

    def _run(
        self,
        title: str,
        work: Callable[[InstallProgress], tuple[InstallPlan, InstallResult]],
        *,
        can_cancel: bool,
    ) -> None:
        if self._running is not None and self._running.is_running:
            return
        progress = self._progress = Progress()
        self._origin = self._view.page
        self._view.progress.begin(title, can_cancel=can_cancel)
        self._view.show_page(self._view.progress)
        self._timer.start()
        self._running = self._context.operations.run_long(
            lambda: work(progress), owner=self, done=self._on_done, failed=self._on_failed
        )

    def _show_progress(self) -> None:
        text, step, steps = self._progress.now
        if steps:
            self._view.progress.show_step(text, step, steps, can_cancel=step < TOO_LATE)

    def _on_done(self, outcome: tuple[InstallPlan, InstallResult]) -> None:
        self._timer.stop()
        plan, result = outcome
        self._backup, self._links = result.backup, link_targets(plan, result)
        self._view.result.show_result(plan, result)
        self._view.show_page(self._view.result)
        self.finished.emit()

    def _on_failed(self, error: Exception) -> None:
        self._timer.stop()
        self._view.set_planning(False)
        if isinstance(error, Cancelled):
            self._context.notify.info("Cancelled: the site is as it was.")
            self._view.show_page(self._origin)
            return
        title = self._intent.failed_words if self._intent is not None else "It did not work"
        known = isinstance(error, KnownError)
        self._view.error.show_error(title, str(error) if known else f"{type(error).__name__}: {error}")
        self._view.show_page(self._view.error)
        if not known:
            self._context.notify.exception(error)
