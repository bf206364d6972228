"""Connects the preview to the view: inviting, opening, switching, and what each visitor does."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from goop_console.preview.activity import PageRequest
from goop_console.preview.visitors import Visitor
from goop_console.services.refresher import Refresher
from goop_console.services.work import Work
from goop_console.tabs.site.feed import ActivityFeed
from goop_console.tabs.site.guests import read_guests
from goop_console.tabs.site.recording import Recording
from goop_console.tabs.site.records import RequestItem, VisitorItem
from goop_console.tabs.site.view import COPY, LIVE, SiteView
from goop_console.tabs.tab import TabContext
from goop_console.tabs.visits.visits import Visits
from goop_console.widgets.caller_picker import CallerChoice
from lua_engine import STRANGER_REF, Caller

if TYPE_CHECKING:
    from goop_console.preview.preview import Preview

_log = logging.getLogger("goop.console")
_AGAIN_MS = 5_000  # how often "a minute" is counted anew while nothing happens
SHOWN = 500  # requests


class SitePresenter(QObject):
    """The preview begins with the first visitor and ends with the last one."""

    def __init__(self, context: TabContext, view: SiteView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._view = view
        self._preview: Preview | None = None
        self._reads_for_copy = False
        self.feed = ActivityFeed(self)
        self.work = Work(context.operations, context.notify, self)
        self.guests = Refresher(context.operations, self._read_guests, parent=self)
        self._again = QTimer(self)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.show)
        self.open_url = QDesktopServices.openUrl
        self.recording = Recording(context, view.recorded, self)
        self.visits = Visits(context, view, lambda url: self.open_url(url))
        self._connect()
        self.guests.read_now()
        self.show()
        self._engine.beside.start()
        view.show_beside(self._engine.beside.address)

    def _connect(self) -> None:
        view, session = self._view, self._context.session
        self.guests.read.connect(self._on_guests)
        self.guests.failed.connect(lambda error: view.error.say(str(error)))
        for signal in (session.groups_changed, session.template_changed, session.config_changed):
            signal.connect(self.guests.read_soon)
        session.closing.connect(self.close)
        session.goop2_changed.connect(view.show_beside)
        view.open_beside.clicked.connect(self._open_beside)
        view.its_sdk.toggled.connect(self._on_its_sdk)
        self.feed.changed.connect(self.show)
        view.invite_requested.connect(self.invite)
        view.picker.stranger_requested.connect(self._on_stranger)
        view.picker.caller_changed.connect(self._name_button)
        view.on_copy.clicked.connect(self.show)
        view.visitors.chosen.connect(lambda _key: self.show())
        view.requests.chosen.connect(lambda _key: self._on_request_chosen())
        view.requests.doubleClicked.connect(lambda _index: self._open_call())
        view.dismiss_requested.connect(self.dismiss)
        card = view.card
        card.open_requested.connect(self._open_again)
        card.dismiss_requested.connect(self.dismiss)
        card.call_requested.connect(self._open_call)
        card.logs_requested.connect(self._open_logs)
        card.stop_requested.connect(self._stop_in_next_call)
        card.record_requested.connect(self._on_record)
        view.visits.clicked.connect(lambda: self.visits.open())
        self.recording.changed.connect(self.show)
        self.recording.run_requested.connect(lambda name: self.visits.open(name, runs=True))
        self.recording.shown_requested.connect(self.visits.open)
        card.delay_chosen.connect(self._on_delay)
        card.offline_chosen.connect(self._on_offline)

    # Visitors

    @property
    def preview(self) -> Preview | None:
        """What serves the pages, while somebody is visiting."""
        return self._preview

    @property
    def is_settled(self) -> bool:
        parts = (self.work, self.guests, self.recording, self.visits)
        return all(one.is_settled for one in parts)

    def invite(self) -> None:
        """Open the site as who is chosen."""
        choice = self._view.picker.current
        if choice is not None:
            self._invite(lambda: Caller(choice.id, choice.name, choice.email))

    def _on_stranger(self) -> None:
        self._invite(lambda: self._engine.calls.callers.resolve(STRANGER_REF))

    def _invite(self, who: object) -> None:
        assert callable(who)
        engine, before, on_copy = self._engine, self._preview, self._view.on_copy.isChecked()
        self._view.error.say("")

        def work() -> tuple[Preview, Visitor]:
            from goop_console.preview.preview import Preview  # here: with Python's HTTP server

            preview = before if before is not None else Preview(engine, on_copy=on_copy)
            try:
                return preview, preview.invite(who())
            except BaseException:
                if before is None:
                    preview.close()
                raise

        self.work.run(work, done=self._on_invited, failed=self._view.error.say, button=self._view.invite)

    def _on_invited(self, invited: tuple[Preview, Visitor]) -> None:
        preview, visitor = invited
        if preview is not self._preview:
            self._preview = preview
            preview.uses_goop2_sdk = self._view.its_sdk.isChecked()
            self.feed.follow(preview)
            self._again.start()
        self.show()
        self._view.visitors.choose(visitor.host)
        self._open(visitor)

    def _open(self, visitor: Visitor) -> None:
        assert self._preview is not None
        self._browse(self._preview.address(visitor))

    def _open_beside(self) -> None:
        self._browse(f"{self._engine.beside.address}/p/{self._engine.owner.id}/")

    def _browse(self, address: str) -> None:
        if not self.open_url(QUrl(address)):
            QGuiApplication.clipboard().setText(address)
            self._view.error.say("No browser could be opened. The address is in the clipboard.")

    def _open_again(self) -> None:
        item = self._view.visitors.current()
        if item is not None:
            self._open(item.visitor)

    def dismiss(self) -> None:
        """Remove the chosen visitor; the preview ends with the last one."""
        item, preview = self._view.visitors.current(), self._preview
        if item is None or preview is None:
            return
        self.recording.end(item.visitor)
        preview.dismiss(item.visitor)
        if not preview.visitors.all():
            self.close()
        self.show()

    def close(self) -> None:
        """End the preview, in a thread: streams take a moment. What is being recorded is saved."""
        preview, self._preview = self._preview, None
        self.feed.stop()
        self._again.stop()
        if preview is None:
            return
        steps = (preview.close, *self.recording.end_all(preview.visitors.all()))
        threading.Thread(target=_close, args=(steps,), name="goop-preview-close").start()

    # Switches

    def _on_record(self) -> None:
        item = self._view.visitors.current()
        if item is not None:
            self.recording.toggle(item.visitor)
            self.show()

    def _on_its_sdk(self, is_wanted: bool) -> None:
        if self._preview is not None:
            self._preview.uses_goop2_sdk = is_wanted

    def _on_delay(self, seconds: float) -> None:
        item = self._view.visitors.current()
        if item is not None:
            item.visitor.delay = seconds
            self.show()

    def _on_offline(self, is_offline: bool) -> None:
        item = self._view.visitors.current()
        if item is not None:
            item.visitor.is_offline = is_offline
            self.show()

    # What is shown

    def _read_guests(self) -> tuple[CallerChoice, ...]:
        """Runs in a thread."""
        return read_guests(self._engine, on_copy=self._reads_for_copy)

    def _on_guests(self, choices: tuple[CallerChoice, ...]) -> None:
        picker = self._view.picker
        picker.set_choices(choices)
        owner = next((one for one in choices if one.source == "owner"), None)
        if picker.current is None and owner is not None:
            picker.set_current(owner)
        self._name_button()

    def _name_button(self) -> None:
        choice = self._view.picker.current
        self._view.invite.setEnabled(choice is not None)
        self._view.invite.setText("Open in the browser")
        self._view.invite.setToolTip(
            f"Open the site as {choice.title}" if choice else "Choose a visitor first"
        )

    def show(self) -> None:
        """Everything as it is now."""
        view, preview = self._view, self._preview
        visitors = preview.visitors.all() if preview is not None else ()
        is_copy = preview.is_on_copy if preview is not None else view.on_copy.isChecked()
        if is_copy != self._reads_for_copy:
            self._reads_for_copy = is_copy
            self.guests.read_now()
        view.state.setText(COPY if is_copy else LIVE)
        view.on_copy.setChecked(is_copy)
        view.on_copy.setEnabled(preview is None)
        view.on_copy.setToolTip(
            "Visitors may do what they like: the site stays as it is"
            if preview is None
            else "Remove every visitor to change this"
        )
        view.pages.setCurrentIndex(1 if visitors else 0)
        view.visitors.set_records([self._item(one) for one in visitors])
        if visitors and view.visitors.current() is None:
            view.visitors.choose(visitors[-1].host)
        self._show_chosen()

    def _item(self, visitor: Visitor) -> VisitorItem:
        assert self._preview is not None
        asked = _calls(self._preview.activity.of(visitor))
        refused = sum(one.outcome == "refused" for one in asked)
        return VisitorItem(
            visitor, asked[-1] if asked else None, self._preview.activity.per_minute(visitor), refused
        )

    def _show_chosen(self) -> None:
        item, preview = self._view.visitors.current(), self._preview
        if item is None or preview is None:
            self._view.requests.set_records([])
            return
        asked = _calls(preview.activity.of(item.visitor))
        last_call = next((one.call_id for one in reversed(asked) if one.call_id), "")
        self._view.card.show_visitor(
            item, preview.address(item.visitor), last_call, self._most(item.visitor), self._script_to_stop()
        )
        rows = [RequestItem(number, one) for number, one in enumerate(asked)]
        self._view.requests.set_records(rows[: -SHOWN - 1 : -1])
        self._show_reason()

    def _most(self, visitor: Visitor) -> tuple[str, int] | None:
        """What the page asked most in the last minute."""
        assert self._preview is not None
        kinds = Counter(one.what for one in self._preview.activity.last_minute(visitor) if one.what)
        return kinds.most_common(1)[0] if kinds else None

    def _on_request_chosen(self) -> None:
        self._show_reason()
        self._view.card.show_script(self._script_to_stop())

    def _show_reason(self) -> None:
        item = self._view.requests.current()
        text = item.request.reason if item is not None else ""
        self._view.reason.setText(text)
        self._view.reason.setVisible(bool(text))

    # Elsewhere

    def _script_to_stop(self) -> str:
        """The data function of the chosen request, else of the visitor's last call; empty for none. On a copy
        no call is real.
        """
        chosen, item, preview = self._view.requests.current(), self._view.visitors.current(), self._preview
        if item is None or preview is None or preview.is_on_copy:
            return ""
        last = [one.script for one in preview.activity.of(item.visitor) if one.script]
        own = chosen.request.script if chosen is not None else ""
        return own or (last[-1] if last else "")

    def _stop_in_next_call(self) -> None:
        script = self._script_to_stop()
        if script:
            self._context.navigate("scripts", arm=f"function/{script}")

    def _open_call(self) -> None:
        """The call of the chosen request, else the visitor's last one."""
        chosen, item = self._view.requests.current(), self._view.visitors.current()
        if item is None or self._preview is None:
            return
        asked = self._preview.activity.of(item.visitor)
        own = chosen.request.call_id if chosen is not None else ""
        call_id = own or next((one.call_id for one in reversed(asked) if one.call_id), "")
        if call_id:
            self._context.navigate("calls", call_id=call_id)

    def _open_logs(self) -> None:
        item = self._view.visitors.current()
        if item is not None:
            self._context.navigate("logs", caller_id=item.visitor.caller.id)


def _close(steps: Iterable[Callable[[], object]]) -> None:
    """Whatever becomes of one, the others are done. There is nobody left to hand an error to."""
    for step in steps:
        try:
            step()
        except Exception:  # noqa: BLE001  # see above
            _log.exception("the preview was not closed as it should be")


def _calls(asked: tuple[PageRequest, ...]) -> list[PageRequest]:
    """What the page asked: files that were there, and the preview's own questions, say nothing."""
    return [one for one in asked if not _is_quiet(one)]


def _is_quiet(one: PageRequest) -> bool:
    is_own = one.what.startswith("preview/") or one.path == "/"
    is_file = not one.path.startswith("/api/") and one.status < 400
    return is_own or is_file
