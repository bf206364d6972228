"""What "Fire N times" does: one volley at a time, its numbers shown while it goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from goop_console.tabs.calls.fire.firing import FirePlan, Firing
from goop_console.tabs.calls.fire.shots import Shot, bars, summarize
from goop_console.tabs.calls.fire.view import FireView
from goop_console.tabs.calls.pages.work import Work
from goop_console.tabs.calls.request import CallRequest
from goop_console.tabs.calls.tester import Tester
from goop_console.tabs.calls.words import milliseconds
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted, elided

_SHOWN_MS = 100


class FirePresenter(QObject):
    """Fires what stands in the form of the call page at that moment; without a resolved caller it fires nothing."""

    _hit = Signal(object)  # Shot, from the threads of the calls

    def __init__(self, context: TabContext, tester: Tester, view: FireView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._request: CallRequest | None = None
        self._firing: Firing | None = None
        self._shots: list[Shot] = []
        self._clock = QTimer(self)
        self._clock.setInterval(_SHOWN_MS)
        self._clock.timeout.connect(self._show)
        self._hit.connect(self._on_hit, Qt.ConnectionType.QueuedConnection)
        view.fire_wanted.connect(self.fire)
        view.cancel_wanted.connect(self.cancel)
        view.changed.connect(self._show_form)
        context.theme.changed.connect(self._on_theme_changed)
        tester.callers_changed.connect(self.take_request)
        self.take_request()

    def _on_theme_changed(self) -> None:
        self._view.set_colors(self._context.theme.colors)

    @property
    def is_settled(self) -> bool:
        return self._firing is None and self._work.is_settled

    def take_request(self) -> None:
        """Take what stands in the form of the call page; dry or for real as it says there."""
        if self._firing is not None:
            return
        request, before = self._tester.current_request(), self._request
        self._request = request
        if request is not None and (before is None or before.is_dry != request.is_dry):
            (self._view.dry if request.is_dry else self._view.live).setChecked(True)
        if request is not None and (before is None or before.counts != request.counts):
            self._view.counts.setChecked(request.counts)
        self._show_form()

    def _show_form(self) -> None:
        view, request = self._view, self._request
        if self._firing is not None:
            return
        if request is None:
            view.show_request("none", "nobody")
            view.show_idle("Fire", is_possible=False)
            view.say("The form of the Call page cannot be sent as it stands: correct it there first.")
            view.warning.hide()
            return
        view.show_request(request.title, request.caller.title)
        name = f"{elided(request.caller.name, 18)} ({request.caller.role})"
        view.show_idle(f"Fire {view.count.value():,} times as {name}", is_possible=True)
        view.say("")
        view.warning.setText(f"{counted(view.count.value(), 'call')} for real: what they write cannot be taken back.")
        view.warning.setVisible(view.live.isChecked())

    # firing

    def fire(self) -> None:
        """Fire."""
        self.take_request()
        request, view = self._request, self._view
        if request is None or self._firing is not None:
            return
        is_dry = view.dry.isChecked()
        sent = replace(request, is_dry=is_dry, counts=view.counts.isChecked() and not is_dry)
        self._shots = []
        self._firing = Firing(self._engine, FirePlan(sent, view.count.value(), view.at_once.value()), self._hit.emit)
        view.error.say("")
        self._show()
        self._clock.start()
        self._work.run(self._firing.run, done=lambda _: self._end(), failed=self._on_failed)

    def _on_hit(self, shot: Shot) -> None:
        self._shots.append(shot)

    def cancel(self) -> None:
        """End the calls under way and begin no other."""
        firing = self._firing
        if firing is not None and not firing.is_cancelled:
            self._context.operations.run(firing.cancel, owner=self, done=lambda _: None)

    def _on_failed(self, text: str) -> None:
        self._end()
        self._view.error.say(text)

    def _end(self) -> None:
        firing, self._firing = self._firing, None
        self._clock.stop()
        self._show()
        self._show_form()
        if firing is not None and firing.is_cancelled:
            self._view.say(f"Cancelled: {len(self._shots):,} of {firing.plan.count:,} calls ended.")

    def _show(self) -> None:
        """What has come so far."""
        if self._firing is not None:
            self._view.show_running(len(self._shots), self._firing.plan.count)
        summary = summarize(self._shots)
        rows = Counter((shot.outcome, shot.reason) for shot in self._shots)
        told = sorted(((outcome, reason, number) for (outcome, reason), number in rows.items()), key=lambda row: -row[2])
        self._view.show_summary(summary, told, self._facts(summary.duration))
        self._view.histogram.show_bars(bars(self._shots), summary)

    def _facts(self, duration: float) -> str:
        if not duration:
            return ""
        pace = len(self._shots) / duration
        return f"In {milliseconds(duration)}, about {pace:,.0f} calls a second. Each is in Logs; they are not kept in the history."
