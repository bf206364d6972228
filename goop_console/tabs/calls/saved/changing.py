"""Changes that a person makes of the saved calls:
in view at once, written behind it, each with the way back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from goop_console.tabs.calls.frame.tester import Tester
from goop_console.tabs.calls.model.names import proposed_name
from goop_console.tabs.calls.saved.book import Book
from goop_console.tabs.calls.saved.callers import caller_ref
from goop_console.tabs.calls.saved.edits import Edits
from goop_console.tabs.calls.saved.expecting import (
    ExpectedValueError,
    expectation_words,
    is_large,
    with_added,
    with_value,
)
from goop_console.tabs.calls.saved.intents import Edit, change_call, delete_call, save_call
from goop_console.tabs.calls.saved.same import same_expectations, same_file, same_request
from goop_console.tabs.calls.saved.view import SavedView
from lua_engine import OWNER_REF, CallerRef, Expectation, Request, SavedCall

_NO_REQUEST = "The form on the Call page has an error: correct it there first."
_BACK = "Ctrl+Z undoes it."
_LARGE = "This value is too large to be kept in a small file: choose a line within it."


class Changes(QObject):
    """Of the chosen call, and new ones. Signals name the call to choose."""

    put = Signal(str)  # the book says it already
    written = Signal(str)
    failed = Signal(str, str, str)  # the call as it is called, as it was to be called, the reason
    expected = Signal(object)  # SavedCall: something else is expected of it
    undone = Signal(str)

    def __init__(self, book: Book, edits: Edits, tester: Tester, view: SavedView) -> None:
        super().__init__(view)
        self._book = book
        self._edits = edits
        self._tester = tester
        self._view = view
        self._connect()

    def _connect(self) -> None:
        view, editor = self._view, self._view.editor
        view.save_requested.connect(self.ask_name)
        view.save_bar.saved.connect(self.save_current)
        view.undo_requested.connect(self.undo)
        view.delete_requested.connect(self.delete)
        view.result.expected.connect(self.expect)
        editor.renamed.connect(lambda name: self._change(name=name))
        editor.described.connect(lambda text: self._change(description=text))
        editor.caller_chosen.connect(lambda text: self._change(caller=CallerRef(text)))
        editor.request_requested.connect(self.take_request)
        editor.value_given.connect(self._on_value_given)
        editor.expectation_removed.connect(self._on_expectation_removed)

    # a new one

    def ask_name(self) -> None:
        """Ask under which name the current call is saved."""
        call = self._tester.current_call()
        if call is None:
            self._view.say(_NO_REQUEST, is_error=True)
            return
        self._view.save_bar.ask(proposed_name(call.request, [one.name for one in self._book.calls]))

    def save_current(self, name: str) -> None:
        """Save what stands in the form of the call page as ``name``."""
        call, error = self._tester.current_call(), self._view.save_bar.error
        if call is None:
            error.say(_NO_REQUEST)
            return
        if self._book.is_taken(name):
            error.say(_taken(name))
            return

        edit = save_call(SavedCall(name, call.request, caller_ref(call, self._tester.callers())))

        def done() -> None:
            self._view.save_bar.hide()
            self._say_written(f"{edit.done_words}. {_BACK}", name)
            self._view.focus_list()

        self._edits.do(edit, done, error.say)

    # the chosen one

    def take_request(self) -> None:
        """The chosen call asks for what stands in the form of the call page, as who calls it already."""
        call = self._tester.current_call()
        if call is None:
            self._view.editor.error.say(_NO_REQUEST)
        else:
            self._change(**_asking(call.request))

    def expect(self, one: Expectation) -> None:
        """From now on ``one`` must hold of the chosen call."""
        row = self._view.current()
        if is_large(one.value):
            self._view.editor.error.say(_LARGE)
        elif row is not None:
            self._change(f"Expected: {expectation_words(one)}", expect=with_added(row.saved.expect, one))

    def _on_value_given(self, place: int, text: str) -> None:
        row = self._view.current()
        if row is None or not 0 <= place < len(row.saved.expect):
            return
        try:
            changed = with_value(row.saved.expect[place], text)
        except ExpectedValueError as error:
            self._view.editor.error.say(str(error))
            return
        self._change(expect=(*row.saved.expect[:place], changed, *row.saved.expect[place + 1 :]))

    def _on_expectation_removed(self, place: int) -> None:
        row = self._view.current()
        if row is not None:
            self._change(expect=tuple(one for at, one in enumerate(row.saved.expect) if at != place))

    def _change(self, words: str = "", **changes: Any) -> None:
        row = self._view.current()
        if row is None:
            return
        before, after = row.saved, replace(row.saved, **changes)
        self._view.editor.error.say("")
        if same_file(before, after):
            return
        if self._book.is_taken(after.name, but=before.name):
            self._view.editor.error.say(_taken(after.name))
            return
        self._book.put(before, after)
        self.put.emit(after.name)
        edit = change_call(before, after, words)
        self._edits.do(
            edit,
            lambda: self._on_changed(edit, before, after),
            lambda text: self.failed.emit(before.name, after.name, text),
        )

    def _on_changed(self, edit: Edit, before: SavedCall, after: SavedCall) -> None:
        self._say_written(f"{edit.done_words}. {_BACK}", "")
        if same_request(before, after) and not same_expectations(before.expect, after.expect):
            self.expected.emit(after)

    def _say_written(self, words: str, name: str) -> None:
        self._view.notice.hide()  # its button takes back the last change, which is another one now
        self._view.say(words)
        self.written.emit(name)

    # and back

    def delete(self) -> None:
        """Delete the chosen call; it can be brought back."""
        row = self._view.current()
        if row is None:
            return
        saved, edit = row.saved, delete_call(row.saved)

        def done() -> None:
            self._say_written("", "")
            self._view.notice.say(
                "info",
                edit.done_words,
                saved.path.name if saved.path is not None else "",
                [("Undo", self.undo)],
            )

        self._edits.do(edit, done, lambda text: self.failed.emit(saved.name, saved.name, text))

    def undo(self) -> None:
        """Undo the last change."""

        def done(words: str, name: str) -> None:
            self._say_written(f"{words}.", name)
            self.undone.emit(name)

        self._edits.undo(done, lambda text: self._view.say(text, is_error=True))


def _asking(request: Request) -> dict[str, Any]:
    return {"request": request} | ({"caller": OWNER_REF} if request.kind == "event" else {})


def _taken(name: str) -> str:
    return f"A saved call “{name}” exists: choose another name."
