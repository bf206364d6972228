"""What "Fire N times" does: one volley at a time, its numbers shown while it goes on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from goop_console.services.work import Work
from goop_console.tabs.calls.fire.firing import FirePlan, Firing
from goop_console.tabs.calls.fire.shots import Shot, Summary, bars, summarize
from goop_console.tabs.calls.fire.view import FireView
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.model.words import milliseconds
from goop_console.tabs.tab import TabContext
from goop_console.widgets.wording import counted, elided

_SHOWN_MS = 100


class FirePresenter(QObject):
    """Fires what stands in the form of the call page at that moment; without a resolved caller it fires
    nothing.
    """

    def __init__(self, context: TabContext, tester: Tester, view: FireView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._tester = tester
        self._view = view
        self._work = Work(context.operations, context.notify, self)
        self._call: PreparedCall | None = None
        self._plan: FirePlan | None = None  # of what is shown
        self._firing: Firing | None = None
        self._shots: list[Shot] = []  # the threads of the calls append to it
        self._clock = QTimer(self)
        self._clock.setInterval(_SHOWN_MS)
        self._clock.timeout.connect(self._show)
        view.fire_requested.connect(self.fire)
        view.cancel_requested.connect(self.cancel)
        view.changed.connect(self._show_form)
        tester.callers_changed.connect(self.take_call)
        self.take_call()

    @property
    def is_settled(self) -> bool:
        return self._firing is None and self._work.is_settled

    def take_call(self) -> None:
        """Take what stands in the form of the call page; when it is another one, dry or for real and counted
        or not as it says there.
        """
        if self._firing is not None:
            return
        call, before = self._tester.current_call(), self._call
        self._call = call
        if call is not None and call != before:
            (self._view.dry if call.is_dry else self._view.live).setChecked(True)
            self._view.counts.setChecked(call.counts)
        self._show_form()

    def _show_form(self) -> None:
        view, call = self._view, self._call
        if self._firing is not None:
            return
        if call is None:
            view.show_request("none", "nobody")
            view.show_idle("Fire", is_possible=False)
            view.say("The form on the Call page has an error: correct it there first.")
            view.warn("")
            return
        view.show_request(call.title, call.caller.title)
        view.set_choices(self._forced_dry(call), can_count=call.kind != "event")
        number, is_dry = view.count.value(), view.dry.isChecked()
        view.show_idle(
            f"Fire {_calls(number, is_dry=is_dry)}",
            call.caller.name,
            call.caller.role,
            is_possible=True,
        )
        view.say("")
        written = "the call writes" if number == 1 else f"{number:,} calls write"
        view.warn("" if is_dry else f"For real: what {written} cannot be undone.")

    def _forced_dry(self, call: PreparedCall) -> str:
        """Why nothing can be fired for real; empty when it can."""
        if self._engine.is_read_only:
            return "The site is open for reading only: every call is a dry run"
        return "Nobody has this role: the caller exists in dry runs only" if call.caller.is_dry_only else ""

    # firing

    def fire(self) -> None:
        """Fire."""
        if self._firing is not None:
            return
        self.take_call()
        call, view = self._call, self._view
        if call is None:
            return
        is_dry = view.dry.isChecked()
        sent = replace(call, is_dry=is_dry, counts=view.counts.isChecked() and view.counts.isEnabled())
        self._plan = FirePlan(sent, view.count.value(), view.at_once.value())
        self._shots = []
        self._firing = Firing(self._engine, self._plan, self._shots.append)
        view.error.say("")
        self._show()
        self._clock.start()
        self._work.run_long(self._firing.run, done=lambda _: self._end(), failed=self._on_failed)

    def cancel(self) -> None:
        """End the calls under way and begin no other."""
        firing = self._firing
        if firing is not None and not firing.is_cancelled:
            firing.cancel()

    def _on_failed(self, text: str) -> None:
        self._end()
        self._view.error.say(text)

    def _end(self) -> None:
        firing, self._firing = self._firing, None
        self._clock.stop()
        self._show()
        self._show_form()
        if firing is not None and firing.is_cancelled:
            self._view.say(f"Stopped: {len(self._shots):,} of {counted(firing.plan.count, 'call')} ended.")

    def _show(self) -> None:
        """What has come so far."""
        shots = tuple(self._shots)
        if self._firing is not None:
            self._view.show_running(len(shots), self._firing.plan.count)
        summary = summarize(shots)
        self._view.show_summary(summary, self._about(), self._facts(len(shots), summary))
        self._view.histogram.show_bars(bars(shots), summary)

    def _about(self) -> str:
        """What was fired, and as whom: the form on the left may say something else by now."""
        if self._plan is None:
            return ""
        call = self._plan.call
        calls = _calls(self._plan.count, is_dry=call.is_dry)
        limit = "counted against the rate limit" if call.counts else "not counted against the rate limit"
        return (
            f"{calls} of {elided(call.title, 80)} as {call.caller.title}, "
            f"{self._plan.at_once} at once, {limit}"
        )

    def _facts(self, number: int, summary: Summary) -> str:
        if not summary.duration:
            return ""
        pace = number / summary.duration
        return (
            f"In {milliseconds(summary.duration)}, about {pace:,.0f} calls a second. Each is in Logs; "
            "they are not kept in the history."
        )


def _calls(number: int, *, is_dry: bool) -> str:
    return counted(number, "dry run" if is_dry else "real call")
