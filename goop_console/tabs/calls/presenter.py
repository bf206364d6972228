"""What the Call Tester does: runs one call at a time off the Qt thread, shows and keeps what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

from goop_console.tabs.calls.form import CallForm
from goop_console.tabs.calls.history import CallHistory
from goop_console.tabs.calls.request import CallOutcome, CallRequest, ParamsError, RunningCall
from goop_console.tabs.calls.stranger import STRANGER
from goop_console.tabs.calls.view import CallsView
from goop_console.tabs.calls.words import javascript, milliseconds
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.wording import elided

_TICK_MS = 100
_VERBS = {"call": "Run as", "chat": "Send as", "event": "Raise as"}


class CallsPresenter(QObject):
    """One call at a time. No resolved caller, no call."""

    def __init__(self, context: TabContext, view: CallsView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._history = CallHistory()
        self._running: RunningCall | None = None
        self.form = CallForm(context, view)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_running)
        self._connect()
        self._show_run()

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        self.form.changed.connect(self._on_form_changed)
        self.form.failed.connect(lambda text: view.set_hint(text, is_error=True))
        view.run_wanted.connect(self.run)
        view.cancel_wanted.connect(self.cancel)
        view.copy_wanted.connect(self._copy)
        view.history.opened.connect(self.reopen)
        view.history.repeated.connect(self._repeat)
        view.result.location_opened.connect(self._on_location_opened)
        view.result.logs_opened.connect(lambda call_id: self._context.navigate("logs", call_id=call_id))
        view.result.copied.connect(lambda what: self._context.notify.info(f"Copied {what}"))
        session.scripts_changed.connect(lambda _: self.form.read())
        session.groups_changed.connect(self.form.read)
        session.config_changed.connect(self.form.read)
        self._context.theme.changed.connect(lambda: view.set_colors(self._context.theme.colors))

    # the run button

    def _on_form_changed(self) -> None:
        if self._running is None:
            self._view.set_hint("")
            self._show_run()

    def _show_run(self) -> None:
        request, caller = self._view.request, self.form.caller()
        self._view.caller.set_fixed(caller if request.kind == "event" else None)
        self._view.copy.setText("Copy as Goop.data.call(…)" if request.kind == "call" else "Copy")
        self._view.copy.setEnabled(request.kind != "call" or request.params.error is None)
        if caller is None:
            self._view.show_run("Choose a caller to run", is_possible=False)
        else:
            self._view.show_run(f"{_VERBS[request.kind]} {_short(caller)}", is_possible=self.form.problem() is None)

    # running

    def run(self) -> None:
        """Run what stands in the form as who stands in the chip."""
        if self._running is not None:
            return
        self._view.request.params.check()
        caller, problem = self.form.caller(), self.form.problem()
        if caller is None:
            self._view.set_hint("Choose a caller first: there is no call without one.", is_error=True)
        elif problem is None:
            self._start(self.form.request(caller))
        elif self._view.request.kind == "call" and self._view.request.params.error is not None:
            self._view.request.params.go_to_error()  # the editor says what is wrong
        else:
            self._view.set_hint(problem, is_error=True)

    def _start(self, request: CallRequest) -> None:
        if request.kind == "chat":
            self._view.request.chat.remember(request.text)
        running = RunningCall(self._engine, request)
        self._running = running
        self._context.operations.run(running.run, owner=self, done=self._on_finished, failed=self._on_failed)
        self._clock.start()
        self._show_running()

    def _show_running(self) -> None:
        running = self._running
        if running is None:
            return
        elapsed = milliseconds(time.monotonic() - running.started)
        if running.is_cancelled:
            self._view.set_hint(f"Cancelling… {elapsed}")
        else:
            self._view.show_running(f"Cancel · running as {_short(running.request.caller)}")
            self._view.set_hint(f"Running {running.request.title}… {elapsed} · Esc cancels")

    def cancel(self) -> None:
        """End the running call."""
        running = self._running
        if running is None or running.is_cancelled:
            return
        running.is_cancelled = True
        self._context.operations.run(running.cancel, owner=self, done=lambda _: None)
        self._show_running()

    def _on_finished(self, outcomes: tuple[CallOutcome, ...]) -> None:
        running = self._finish()
        for outcome in outcomes:
            self._history.add(outcome)
            self._view.history.add(outcome)
        self._view.history.replace(self._history.outcomes)
        if not outcomes and running is not None:
            self._view.set_hint(f"No data function defines {running.request.event}: nothing ran.")
            return
        failed = [one for one in outcomes if not one.result.ok]
        self._show(next(iter(failed or outcomes)))
        if len(outcomes) > 1:
            self._view.set_hint(f"{len(outcomes)} scripts ran, {len(failed)} failed: each is in the recent calls.", is_error=bool(failed))

    def _on_failed(self, error: Exception) -> None:
        """The engine itself failed; what a script does wrong is a result, not this."""
        self._finish()
        self._view.set_hint(f"The call could not be made: {error}", is_error=True)
        self._context.notify.error("The call could not be made", f"{type(error).__name__}: {error}")

    def _finish(self) -> RunningCall | None:
        running, self._running = self._running, None
        self._clock.stop()
        self._view.set_hint("")
        self._show_run()
        return running

    def _show(self, outcome: CallOutcome) -> None:
        self._view.result.show_outcome(outcome)
        self._view.show_result()

    # earlier calls

    def reopen(self, outcome: CallOutcome) -> None:
        """Show ``outcome`` again and put its request back into the form."""
        self._show(outcome)
        self.form.fill(outcome.request)

    def _repeat(self, outcome: CallOutcome) -> None:
        """Run the same request again as the same caller, with the role that the caller has now."""
        if self._running is not None:
            return
        self.form.fill(outcome.request)
        caller = self.form.caller()
        if caller is None or caller.id != outcome.request.caller.id:
            self._view.set_hint(f"{outcome.request.caller.name} is not known any more: the call was not repeated.", is_error=True)
            return
        self._start(replace(outcome.request, caller=caller))

    # ways out

    def _on_location_opened(self, script: str, line: int) -> None:
        outcome = self._view.result.outcome
        is_command = outcome is not None and outcome.request.kind == "chat" and self.form.is_command(script)
        self._context.navigate("scripts", name=script, kind="command" if is_command else "function", line=line)

    def _copy(self) -> None:
        caller = self.form.caller() or CallerChoice("", "", STRANGER)  # a copy names no caller: anybody's page may make this call
        try:
            text = javascript(self.form.request(caller))
        except ParamsError as error:
            self._view.set_hint(str(error), is_error=True)
            return
        QGuiApplication.clipboard().setText(text)
        self._view.set_hint("Copied.")

    # for the tab

    def open_link(self, target: Mapping[str, Any]) -> None:
        """Show ``call_id`` again if it is one of this session's calls, else fill the form from the link."""
        outcome = self._history.find(str(target.get("call_id", "")))
        if outcome is not None:
            self.reopen(outcome)
        else:
            self.form.open_link(target)

    @property
    def is_settled(self) -> bool:
        return self._running is None and self.form.is_settled


def _short(caller: CallerChoice) -> str:
    return f"{elided(caller.name, 26)} ({caller.role})"
