"""What the call page does: runs one call at a time off the Qt thread, shows and keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication

from goop_console.tabs.calls.call.form import CallForm
from goop_console.tabs.calls.call.view import CallView
from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.model.callers import caller_of
from goop_console.tabs.calls.model.copies import CannotCopy, CopySource
from goop_console.tabs.calls.model.params import ParamsError
from goop_console.tabs.calls.model.prepared_call import CallOutcome, PreparedCall
from goop_console.tabs.calls.model.recent import RecentCalls
from goop_console.tabs.calls.model.running import RunningCall, keep_outcome, start_call
from goop_console.tabs.calls.model.stored import stored_outcome
from goop_console.tabs.calls.model.stranger import STRANGER
from goop_console.tabs.calls.model.words import milliseconds
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice
from goop_console.widgets.wording import elided

_TICK_MS = 100
_VERBS = {"call": "Run as", "chat": "Send as", "event": "Raise as"}
_DRY_VERB = "Dry-run as"


class CallPresenter(Tester):
    """One call at a time. No resolved caller, no call."""

    page_requested = Signal()  # the call page should come into view

    def __init__(self, context: TabContext, view: CallView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._recent = RecentCalls()
        self._running: RunningCall | None = None
        self._is_prepared = False
        self._is_finding = False
        self._shown: tuple[str, ...] = ()  # what the form said of the call that is shown
        self.form = CallForm(context, view)
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self._show_running)
        self._connect()
        self._prepare()
        self._show_run()

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        self.form.changed.connect(self._on_form_changed)
        self.form.callers_changed.connect(self.callers_changed)
        self.form.failed.connect(lambda text: view.set_hint(text, is_error=True))
        view.dry.switched.connect(self._prepare)
        view.run_requested.connect(self.run)
        view.cancel_requested.connect(self.cancel)
        view.debug_requested.connect(self.debug)
        view.copy_requested.connect(self._copy)
        view.recent.opened.connect(self._reopen)
        view.recent.chosen.connect(self._on_recent_chosen)
        view.recent.repeated.connect(lambda outcome: self._repeat(outcome.call))
        view.result.apply_requested.connect(lambda outcome: self._repeat(replace(outcome.call, is_dry=False)))
        view.result.location_opened.connect(self._on_location_opened)
        view.result.script_requested.connect(self._on_script_requested)
        view.result.logs_opened.connect(lambda call_id: self._context.navigate("logs", call_id=call_id))
        view.result.copied.connect(lambda what: self._context.notify.info(f"Copied {what}"))
        session.scripts_changed.connect(lambda _: self.form.read())
        session.groups_changed.connect(self.form.read)
        session.config_changed.connect(self.form.read)

    def _prepare(self) -> None:
        """Copy the database before the first dry run asks for it."""
        if self._view.dry.is_dry and self.form.caller() is not None and not self._is_prepared:
            self._is_prepared = True
            # What goes wrong here goes wrong in the dry run too, and is told there, when somebody asks for
            # one.
            self._context.operations.run(
                self._engine.calls.prepare_dry_runs, owner=self, done=lambda _: None, failed=lambda _: None
            )

    # the run button

    def _on_form_changed(self) -> None:
        self._show_whether_earlier()
        if self._running is None:
            self._view.set_hint("")
            self._show_run()

    def _show_run(self) -> None:
        request, caller = self._view.request, self.form.caller()
        self._view.caller.set_fixed(caller if request.kind == "event" else None)
        self._view.copy.setEnabled(self.form.problem() is None)
        self._view.counts.setEnabled(not self._view.dry.is_dry and request.kind != "event")
        self._view.result.banner.set_applicable(is_possible=not self._engine.is_read_only)
        if caller is None:
            self._view.show_run("Choose a caller to run", is_possible=False)
        else:
            verb = _DRY_VERB if self._view.dry.is_dry else _VERBS[request.kind]
            self._view.show_run(f"{verb} {_short(caller)}", is_possible=self.form.problem() is None)

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
            self._start(self.form.call(caller))
        elif self._view.request.kind == "call" and self._view.request.params.error is not None:
            self._view.request.panel.go_to_error()  # the editor says what is wrong
        else:
            self._view.set_hint(problem, is_error=True)

    def debug(self) -> None:
        """A dry run of the same call in the debugger, whatever the switch says: only that can go back, and
        who looks for a fault wants nothing done. A real call is stopped by the trap of the Lua Scripts tab.
        """
        self._view.request.params.check()
        caller, problem = self.form.caller(), self.form.problem()
        if caller is None or problem is not None:
            self._view.set_hint(problem or "Choose a caller first.", is_error=True)
            return
        call = self.form.call(caller)
        self._context.navigate("scripts", debug=call.request, caller=caller_of(call.caller), is_dry=True)

    def _start(self, call: PreparedCall) -> None:
        if call.kind == "chat":
            self._view.request.chat.remember(str(call.request.argument))
        engine = self._engine
        handle = start_call(engine, call)
        self._running = RunningCall(call, handle)
        self._context.operations.follow(
            handle,
            lambda result: keep_outcome(engine, call, result),
            owner=self,
            done=self._on_finished,
            failed=self._on_failed,
        )
        self._clock.start()
        self._view.result.banner.set_applicable(is_possible=False)
        self._show_running()

    def _show_running(self) -> None:
        running = self._running
        if running is None:
            return
        call, elapsed = running.call, milliseconds(running.handle.seconds)
        if running.handle.is_cancelled:
            self._view.set_hint(f"Cancelling… {elapsed}")
        else:
            doing = "dry run as" if call.is_dry else "running as"
            self._view.show_running(f"Cancel · {doing} {_short(call.caller)}")
            self._view.set_hint(f"Running {call.title}… {elapsed} · Esc cancels")

    def cancel(self) -> None:
        """End the running call."""
        if self._running is not None:
            self._running.handle.cancel()
            self._show_running()

    def _on_finished(self, outcome: CallOutcome) -> None:
        self._recent.add(outcome)
        self._view.recent.add(outcome)
        self._view.recent.replace(self._recent.outcomes)
        self._show(outcome)
        self._finish()
        self._view.set_hint(outcome.note, is_error=True)
        self.outcome_recorded.emit(outcome)

    def _on_failed(self, error: Exception) -> None:
        """The engine itself failed; what a script does wrong is a result, not this."""
        self._finish()
        self._view.set_hint(f"The call could not be made: {error}", is_error=True)
        self._context.notify.error("The call could not be made", f"{type(error).__name__}: {error}")

    def _finish(self) -> None:
        self._running = None
        self._clock.stop()
        self._view.set_hint("")
        self._show_run()

    def _show(self, outcome: CallOutcome) -> None:
        self._view.result.show_outcome(outcome)
        self._view.show_result()
        self._shown = self.form.texts_of(outcome.call)
        self._show_whether_earlier()

    def _show_whether_earlier(self) -> None:
        """What is shown belongs to what stands in the form, or says that it does not."""
        self._view.result.set_earlier(is_earlier=bool(self._shown) and self._shown != self.form.texts())

    def _on_recent_chosen(self, outcome: CallOutcome) -> None:
        if self._running is None and outcome is not self._view.result.outcome:
            self._show(outcome)

    # earlier calls

    def _reopen(self, outcome: CallOutcome) -> None:
        """Show ``outcome`` again and put its request back into the form."""
        self._show(outcome)
        self.form.fill(outcome.call)
        self._view.set_hint(outcome.note, is_error=True)

    def _repeat(self, call: PreparedCall) -> None:
        """Make ``call`` again as the same caller, with the role that the caller has now; a caller who is not
        known any more is nobody.
        """
        if self._running is not None:
            return
        caller = self.form.known_caller(call.caller)
        if caller is None:
            self._view.set_hint(
                f"{call.caller.name} is no longer known: the call was not repeated.", is_error=True
            )
        else:
            self._start(replace(call, caller=caller))

    # ways out

    def _on_location_opened(self, script: str, line: int) -> None:
        outcome = self._view.result.outcome
        is_command = outcome is not None and outcome.call.kind == "chat" and self.form.is_command(script)
        self._context.navigate(
            "scripts", name=script, kind="command" if is_command else "function", line=line
        )

    def _on_script_requested(self, script: str) -> None:
        outcome = self._view.result.outcome
        is_chat = outcome is not None and outcome.call.kind == "chat"
        kind = "command" if is_chat else "function"
        self._context.navigate("scripts", name=script, kind=kind, new=True)

    def _copy(self, make: Callable[[CopySource], str]) -> None:
        caller = self.form.caller() or CallerChoice("", "", STRANGER)  # a page's text names no caller
        try:
            text = make(self._copy_source(self.form.call(caller)))
        except (ParamsError, CannotCopy) as error:
            self._view.set_hint(f"Not copied: {error}", is_error=True)
            return
        QGuiApplication.clipboard().setText(text)
        self._view.set_hint("Copied.")

    def _copy_source(self, call: PreparedCall) -> CopySource:
        shown, folder = self._view.result.outcome, self._engine.site
        is_same = shown is not None and shown.call.asks_the_same(call)
        return CopySource(
            call, folder.path, folder.lua_dir, self.form.script_of(call.request), shown if is_same else None
        )

    # for the tab and its other pages

    def current_call(self) -> PreparedCall | None:
        return self.form.current_call()

    def open_call(self, call: PreparedCall) -> None:
        self.form.fill(call)
        self.page_requested.emit()

    def show_outcome(self, outcome: CallOutcome) -> None:
        self._reopen(outcome)
        self.page_requested.emit()

    def callers(self) -> tuple[CallerChoice, ...]:
        return self.form.callers()

    def open_link(self, target: Mapping[str, Any]) -> None:
        """Show ``call_id`` again if it is one of this session's calls or in the history, else fill the form
        from the link.
        """
        self.page_requested.emit()
        call_id = str(target.get("call_id", ""))
        outcome = self._recent.find(call_id)
        if outcome is not None:
            self._reopen(outcome)
        elif call_id:
            self._find(call_id, target)
        else:
            self.form.open_link(target)

    def _find(self, call_id: str, target: Mapping[str, Any]) -> None:
        engine, choices = self._engine, self.callers()

        def work() -> CallOutcome | None:
            record = engine.history.find(call_id)
            return None if record is None else stored_outcome(engine, record, choices)

        def done(outcome: CallOutcome | None) -> None:
            self._is_finding = False
            if outcome is None:
                self.form.open_link(target)
            else:
                self._reopen(outcome)

        def failed(error: Exception) -> None:
            self._is_finding = False
            self.form.open_link(target)
            self._view.set_hint(f"The history cannot be read: {error}", is_error=True)

        self._is_finding = True
        self._context.operations.run(work, owner=self, done=done, failed=failed)

    @property
    def is_settled(self) -> bool:
        """Nothing runs and nothing is read."""
        return self._running is None and not self._is_finding and self.form.is_settled


def _short(caller: CallerChoice) -> str:
    return f"{elided(caller.name, 60)} ({caller.role})"  # the button cuts it to its own width
