"""Who calls what: reads callers, scripts and actions off the Qt thread, and turns the form into a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.calls.call.view import CallView
from goop_console.tabs.calls.model.directory import Directory, read_directory
from goop_console.tabs.calls.model.params import ParamsError, parse_params, split_action
from goop_console.tabs.calls.model.prepared_call import PreparedCall
from goop_console.tabs.calls.model.stranger import SOURCE, STRANGER, new_stranger
from goop_console.tabs.tab import TabContext
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import ActionInfo, Request, ScriptInfo


class CallForm(QObject):
    """The logic of the left side. There is never a caller that nobody chose."""

    changed = Signal()  # what would be sent, or as whom
    failed = Signal(str)
    callers_changed = Signal()

    def __init__(self, context: TabContext, view: CallView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._picker = view.caller
        self._request = view.request
        self._dry = view.dry
        self._counts = view.counts
        self._dry.set_read_only(self._engine.is_read_only)
        self._directory = Directory()
        self._strangers: list[CallerChoice] = []
        self._wanted_caller: CallerChoice | None = None  # asked for before the first reading
        self._wanted_action: str | None = None  # asked for before the actions were read
        self._actions_of = ""  # the function whose actions are offered or being read
        self._actions_reading = 0
        self._is_reading = self._is_dirty = self._was_read = False
        self._picker.caller_changed.connect(lambda _: self._on_request_changed())
        self._dry.switched.connect(self.changed)
        self._counts.toggled.connect(lambda _: self.changed.emit())
        self._picker.stranger_requested.connect(self._on_stranger_requested)
        self._request.changed.connect(self._on_request_changed)
        self._request.function_changed.connect(self._on_function_changed)
        self.read()

    # callers and scripts

    def read(self) -> None:
        """Read callers, roles and scripts again."""
        if self._is_reading:
            self._is_dirty = True
            return
        self._is_reading, self._is_dirty = True, False
        engine, strangers = self._engine, tuple(self._strangers)
        self._context.operations.run(
            lambda: read_directory(engine, strangers),
            owner=self,
            done=self._on_directory_read,
            failed=self._on_read_failed,
        )

    def _on_directory_read(self, directory: Directory) -> None:
        self._is_reading, is_first, self._was_read = False, not self._was_read, True
        added = tuple(one for one in self._strangers if directory.caller(one.id) is None)
        self._directory = replace(directory, callers=directory.callers + added)
        self._picker.set_choices(self._directory.callers)
        self._choose_caller(is_first=is_first)
        self._offer_functions()
        self._request.chat.set_commands([one.name for one in directory.commands])
        self._on_request_changed()
        self.callers_changed.emit()
        if self._is_dirty:
            self.read()

    def _on_read_failed(self, error: Exception) -> None:
        self._is_reading = False
        self.failed.emit(f"Callers and scripts cannot be read: {error} · F5 tries again")

    def _choose_caller(self, *, is_first: bool) -> None:
        """At first who was asked for or, when nobody was, the owner, plainly shown."""
        wanted, self._wanted_caller = self._wanted_caller, None
        if wanted is not None:
            self.set_caller(wanted)
        elif is_first and self._directory.owner is not None:
            self._picker.set_current(self._directory.owner)

    def set_caller(self, wanted: CallerChoice) -> None:
        """Choose ``wanted`` as it is known now; a stranger of this program is made anew, anybody else must be
        known.
        """
        known = self._directory.caller(wanted.id)
        if not self._was_read:
            self._wanted_caller = wanted
        elif known is not None:
            self._picker.set_current(known)
        elif wanted.source == SOURCE:
            self._add_stranger(wanted)
        else:
            self._picker.set_missing(wanted.name)

    def _on_stranger_requested(self) -> None:
        self._add_stranger(new_stranger({one.name for one in self._directory.callers}))

    def _add_stranger(self, stranger: CallerChoice) -> None:
        self._strangers.append(stranger)
        self._directory = replace(self._directory, callers=(*self._directory.callers, stranger))
        self._picker.set_choices(self._directory.callers)
        self._picker.set_current(stranger)
        self.callers_changed.emit()

    def callers(self) -> tuple[CallerChoice, ...]:
        """Everybody that the chip offers."""
        return self._directory.callers

    def known_caller(self, caller: CallerChoice) -> CallerChoice | None:
        """``caller`` with the role of now; None when nobody has that id any more."""
        return self._directory.caller(caller.id)

    def script_of(self, request: Request) -> ScriptInfo | None:
        """The script that ``request`` runs."""
        if request.kind == "chat":
            name = _command_name(str(request.argument))
            return self._directory.command(name) or self._directory.function(name.lower())
        return self._directory.function(request.target)

    def is_command(self, script: str) -> bool:
        """Whether a chat message ``!script`` runs a chat command (and not a data function's ``handle``)."""
        return self._directory.command(script) is not None

    # the function and its actions

    def _offer_functions(self) -> None:
        """Offer the functions, and read the actions of the one that stands there again; its action stays."""
        if self._request.function.currentText().strip() and self._wanted_action is None:
            self._wanted_action = self._request.action.currentText().strip()
        self._actions_of = ""
        self._request.set_functions([one.name for one in self._directory.functions])

    def _on_function_changed(self, name: str) -> None:
        info = self._directory.function(name)
        self._request.set_about(_about_function(name, info) if self._was_read else "")
        if name == self._actions_of:
            return
        self._actions_of = name
        if info is None:
            self._offer_actions(name, ())
            return
        self._actions_reading += 1
        engine = self._engine
        self._context.operations.run(
            lambda: engine.scripts.action_infos(name),
            owner=self,
            done=lambda infos: self._on_actions_read(name, infos),
            failed=lambda error: self._on_actions_failed(name, error),
        )

    def _on_actions_read(self, name: str, infos: tuple[ActionInfo, ...]) -> None:
        self._actions_reading -= 1
        self._offer_actions(name, infos)

    def _on_actions_failed(self, name: str, error: Exception) -> None:
        self._actions_reading -= 1
        self._offer_actions(name, ())
        self.failed.emit(f"The actions of {name} cannot be read: {error}")

    def _offer_actions(self, name: str, infos: tuple[ActionInfo, ...]) -> None:
        """Keep the action that stands there where the function has it;
        one that was asked for stays anyway.
        """
        if name != self._actions_of:
            return
        wanted, self._wanted_action = self._wanted_action, None
        current = self._request.action.currentText().strip()
        actions = [info.name for info in infos]
        if wanted is None:
            is_in_params = '"action"' in self._request.params.text()  # the params name one themselves
            first = "" if is_in_params else next(iter(actions), "")
            wanted = current if current in actions else first
        self._request.set_actions(infos, wanted)

    def _on_request_changed(self) -> None:
        if self._request.kind == "chat":
            self._request.set_chat_about(self._about_chat(self._request.chat.text()))
        caller = self.caller()
        self._request.action_box.set_caller(caller)
        self._dry.set_caller(caller)  # announces nothing new when the caller is the same
        self.changed.emit()

    def _about_chat(self, text: str) -> str:
        name = _command_name(text)
        if not name:
            return "A message that begins with ! runs a chat command."
        info = self._directory.command(name) or self._directory.function(name.lower())
        if info is None:
            return f"There is no chat command “{name}”."
        return info.description or f"Runs {info.name}.lua"

    # what would be sent

    def caller(self) -> CallerChoice | None:
        """Who would call, or None: then nothing can. An event is always the owner's."""
        return self._directory.owner if self._request.kind == "event" else self._picker.current

    def problem(self) -> str | None:
        """Why the request cannot be sent as it stands."""
        form = self._request
        if form.kind == "chat":
            return None if form.chat.text().strip() else "Write a message first."
        if form.kind == "event":
            return None if form.event_name.currentText().strip() else "Choose an event first."
        if not form.function.currentText().strip():
            return "Choose a function first."
        return str(form.params.error) if form.params.error is not None else None

    def call(self, caller: CallerChoice) -> PreparedCall:
        """What stands in the form, by ``caller``; ParamsError when the params are wrong."""
        form, is_dry = self._request, self._dry.is_dry
        counts = self._counts.isChecked() and not is_dry
        if form.kind == "chat":
            return PreparedCall(Request.chat(form.chat.text()), caller, is_dry, counts)
        if form.kind == "event":
            name = form.event_name.currentText().strip()
            return PreparedCall(Request.event(name, form.argument.text()), caller, is_dry)
        text, action = form.params.text(), form.action.currentText().strip()
        function = form.function.currentText().strip()
        request = Request.call(function, parse_params(text, action))
        return PreparedCall(request, caller, is_dry, counts, typed=(action, text))

    def texts(self) -> tuple[str, ...]:
        """Who asks for what, as it stands in the form: to compare, not to send."""
        form, caller = self._request, self._picker.current
        who = caller.id if caller is not None else ""
        if form.kind == "chat":
            return "chat", who, form.chat.text()
        if form.kind == "event":
            return "event", form.event_name.currentText().strip(), form.argument.text()
        action, function = form.action.currentText().strip(), form.function.currentText().strip()
        return "call", who, function, action, form.params.text().strip()

    def texts_of(self, call: PreparedCall) -> tuple[str, ...]:
        """The same of ``call``, once it is put into the form."""
        request, who = call.request, call.caller.id
        if request.kind == "chat":
            return "chat", who, str(request.argument)
        if request.kind == "event":
            return "event", request.target, str(request.argument)
        action, text = call.params
        return "call", who, request.target, action, text.strip()

    def current_call(self) -> PreparedCall | None:
        """The same as who stands in the chip; None while that cannot be sent."""
        caller = self.caller()
        if caller is None or self.problem() is not None:
            return None
        try:
            return self.call(caller)
        except ParamsError:
            return None  # typed this moment; the check that is due says so

    def fill(self, call: PreparedCall) -> None:
        """Put ``call`` back into the form, with its caller. A dry run stays one; what was for real is as the
        switch says now.
        """
        form, request = self._request, call.request
        form.set_kind(request.kind)
        if request.kind == "chat":
            form.chat.setText(str(request.argument))
        elif request.kind == "event":
            form.event_name.setCurrentText(request.target)
            form.argument.setText(str(request.argument))
        else:
            self._fill_call(request.target, *call.params)
        if request.kind != "event":
            self.set_caller(call.caller)
        if call.is_dry:
            self._dry.be_dry()
        self._counts.setChecked(call.counts)

    def _fill_call(self, function: str, action: str, params_text: str) -> None:
        is_offered = self._was_read and function == self._actions_of and not self._actions_reading
        self._wanted_action = None if is_offered else action
        self._request.set_function(function)
        self._request.set_action(action)
        self._request.params.set_text(params_text)
        self._request.panel.show_as_fits()

    def open_link(self, target: Mapping[str, Any]) -> None:
        """``function`` with ``params`` (and ``action``), or ``text`` of a chat message; ``caller_id``,
        unresolved when nobody has it.
        """
        if "caller_id" in target:
            caller_id = str(target["caller_id"])
            self.set_caller(CallerChoice(caller_id, caller_id, STRANGER))
        if "text" in target:
            self._request.set_kind("chat")
            self._request.chat.setText(str(target["text"]))
        elif "function" in target:
            self._request.set_kind("call")
            action, text = split_action(target.get("params"))
            self._fill_call(str(target["function"]), str(target.get("action", action)), text)

    # state

    @property
    def is_settled(self) -> bool:
        """Nothing is being read, and the params are checked."""
        return not self._is_reading and not self._actions_reading and self._request.params.is_settled

    def save_state(self) -> dict[str, Any]:
        """Form, caller and chat lines as plain JSON data."""
        form, caller = self._request, self._picker.current or self._wanted_caller
        who = (
            {
                "id": caller.id,
                "name": caller.name,
                "role": caller.role,
                "email": caller.email,
                "source": caller.source,
            }
            if caller
            else None
        )
        return {
            "kind": form.kind,
            "caller": who,
            "function": form.function.currentText(),
            "action": form.action.currentText(),
            "params": form.params.text(),
            "text": form.chat.text(),
            "lines": form.chat.lines,
            "argument": form.argument.text(),
            "dry": self._dry.save_state(),
            "counts": self._counts.isChecked(),
            "params_as": form.panel.choice,
        }

    def restore_state(self, state: Mapping[str, Any]) -> None:
        """Take back what ``save_state`` gave."""
        form, caller = self._request, state.get("caller")
        if isinstance(caller, dict) and caller.get("id"):
            self.set_caller(
                CallerChoice(*(str(caller.get(key, "")) for key in ("id", "name", "role", "email", "source")))
            )
        if state.get("function"):
            self._fill_call(
                str(state["function"]), str(state.get("action", "")), str(state.get("params", ""))
            )
        form.chat.setText(str(state.get("text", "")))
        lines = state.get("lines")
        form.chat.set_lines([str(line) for line in lines] if isinstance(lines, list) else [])
        form.argument.setText(str(state.get("argument", "")))
        self._dry.restore_state(state.get("dry"))
        self._counts.setChecked(state.get("counts") is True)
        choice = state.get("params_as")
        form.panel.set_choice(choice if choice in ("form", "json") else None)
        kind = state.get("kind")
        if kind in ("call", "chat", "event"):
            form.set_kind(kind)


def _command_name(text: str) -> str:
    """``hello`` of ``!hello Alice``; an empty text for any other message."""
    return text.strip()[1:].split(" ", 1)[0] if text.strip().startswith("!") else ""


_STATES = {"ok": "", "stale": "broken on disk, the last good version answers"}


def _about_function(name: str, info: ScriptInfo | None) -> str:
    if info is None:
        return f"There is no data function “{name}”." if name else ""
    state = _STATES.get(info.state, "broken: it cannot run")
    return " · ".join(part for part in (state, info.description, _rate(info.rate_limit)) if part)


def _rate(limit: int | None) -> str:
    if limit is None:
        return ""
    return f"{limit} calls a minute" if limit else "no rate limit"
