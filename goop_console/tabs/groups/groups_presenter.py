"""The page of groups: which one is shown, what stands there when none is, and making a new one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from goop_console.services.intents import Intents
from goop_console.services.work import Work
from goop_console.tabs.groups.closing_presenter import ClosingPresenter
from goop_console.tabs.groups.create_form import NewGroup
from goop_console.tabs.groups.groups_view import GroupsView
from goop_console.tabs.groups.intents import set_default_role
from goop_console.tabs.groups.listen_presenter import ListenPresenter
from goop_console.tabs.groups.members_presenter import MembersPresenter
from goop_console.tabs.groups.reader import Reader
from goop_console.tabs.groups.room_presenter import RoomPresenter
from goop_console.tabs.groups.snapshot import CHAT, LISTEN, WINDOW, Snapshot
from goop_console.tabs.tab import TabContext
from lua_engine import Engine

_NO_GROUPS = "A template with roles makes one; or create one."


class GroupsPresenter(QObject):
    """Shows what the reader read, and never what somebody else's change would take from under the hands."""

    def __init__(
        self, context: TabContext, reader: Reader, work: Work, intents: Intents, view: GroupsView
    ) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._reader = reader
        self._work = work
        self._view = view
        self._snapshot: Snapshot | None = None
        self._shown = ""  # the group whose details are shown
        self._pending = ""  # a group to be chosen as soon as it is there
        self._is_creating = False
        self._can_edit = not self._engine.is_read_only
        self._intents = intents
        self.members = MembersPresenter(context, intents, view.details.members)
        self.room = RoomPresenter(context, work, view.details.room)
        self.listen = ListenPresenter(context, work, reader, view.details.listen)
        self.closing = ClosingPresenter(context, work, view)
        self._connect()
        self._set_can_edit()

    def _connect(self) -> None:
        view = self._view
        view.list.table.chosen.connect(self._on_chosen)
        view.list.filter.text_changed.connect(self._on_filter_changed)
        view.list.new_requested.connect(self.start_new)
        view.state_action.connect(self._on_state_action)
        view.form.submitted.connect(self.create)
        view.form.given_up.connect(self.stop_new)
        view.details.facts.default_role_requested.connect(self.set_default_role)
        view.closed.dismissed.connect(self.end_closing)
        self.closing.closed.connect(self._on_closed)

    def _set_can_edit(self) -> None:
        details = self._view.details
        for part in (details.facts, details.members, details.room, details.listen):
            part.set_can_edit(self._can_edit)
        self._view.list.new.setEnabled(self._can_edit)

    # showing

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bring everything up to date; the chosen group stays chosen."""
        self._snapshot = snapshot
        view = self._view
        view.form.set_kinds(snapshot.kinds, self._volatile_groups(snapshot))
        wanted = self._reader.wanted
        view.list.table.set_records(snapshot.groups)
        if self._pending and view.list.table.choose(self._pending):
            self._pending = ""
        if (
            not view.list.table.current_key()
            and snapshot.groups
            and self.closing.closing is None
            and not self._is_creating
        ):
            known = wanted if snapshot.group(wanted) is not None else snapshot.groups[0].row.id
            view.list.table.choose(known)
        self._show_body()

    def _volatile_groups(self, snapshot: Snapshot) -> dict[str, str]:
        volatile = {kind.name for kind in snapshot.kinds if kind.is_volatile}
        return {
            group.row.group_type: group.row.name
            for group in snapshot.groups
            if group.row.group_type in volatile
        }

    def _show_body(self) -> None:
        snapshot, view = self._snapshot, self._view
        if snapshot is None:
            return
        details = snapshot.details
        chosen = view.list.table.current_key()
        if details is not None and details.group.row.id == chosen:
            self._show_details(snapshot)
        if self._is_creating:
            view.body.setCurrentWidget(view.form)
        elif self.closing.closing is not None:
            view.body.setCurrentWidget(view.closed)
        elif not snapshot.groups:
            view.show_state("No groups yet", _NO_GROUPS, "Create a group" if self._can_edit else "")
        elif chosen == self._shown and chosen:
            view.body.setCurrentWidget(view.details)
        elif not chosen:
            view.show_state(
                "No group chosen",
                "Choose one in the list." if view.list.table.shown() else "No group contains this text.",
            )

    def _show_details(self, snapshot: Snapshot) -> None:
        details, view = snapshot.details, self._view.details
        if details is None:
            return
        is_other = details.group.row.id != self._shown
        self._shown = details.group.row.id
        view.set_kind(details.group.row.group_type)
        view.facts.show_group(details.group, is_other=is_other)
        self.members.show_details(snapshot, details, is_other=is_other)
        self.room.show_details(snapshot, details, is_other=is_other)
        if details.group.row.group_type == LISTEN:
            self.listen.show_state(snapshot, is_other=is_other)
        self.closing.show_details(snapshot, details, is_other=is_other)

    def show_error(self, error: Exception) -> None:
        """The site cannot be read; what was read before stays in view."""
        if self._snapshot is None:
            self._view.show_state("The groups cannot be read", str(error), "Try again")

    def _on_chosen(self, key: str) -> None:
        if key:
            self._is_creating = False
            self.closing.forget()
            if key != self._reader.wanted:
                self._reader.wanted = key
                self._reader.refresh()
        self._show_body()

    def _on_filter_changed(self, _: str) -> None:
        """The group that was shown is chosen again as soon as it is in the list again."""
        if not self._view.list.table.current_key() and self.closing.closing is None and not self._is_creating:
            self._view.list.table.choose(self._reader.wanted)
        self._show_body()

    def open_group(self, group_id: str) -> None:
        """Show that group; it may be one that is not read yet."""
        self._reader.wanted = group_id
        self._pending = group_id
        self._is_creating = False
        self.closing.forget()
        if not self._view.list.table.choose(group_id):
            self._show_all()
        self._reader.refresh()

    def open_remembered(self, group_id: str) -> None:
        """As ``open_group``, for what was shown when the site was closed: a filter stays."""
        self._reader.wanted = group_id
        self._view.list.table.choose(group_id)
        self._reader.refresh()

    def _on_state_action(self) -> None:
        if self._snapshot is None:
            self._reader.refresh()
        else:
            self.start_new()

    # making, changing, closing

    def start_new(self) -> None:
        """Show the form."""
        self._is_creating = True
        self._show_body()
        self._view.form.start()

    def stop_new(self) -> None:
        """Back to what was there."""
        self._is_creating = False
        self._show_body()
        self._view.list.table.setFocus()

    def create(self, new: NewGroup) -> None:
        form = self._view.form
        self._work.run(
            lambda: _create(self._engine, new), done=self._on_created, failed=form.error.say, button=form.make
        )

    def _on_created(self, group_id: str) -> None:
        self._is_creating = False
        self._show_all()
        self._reader.wanted = self._pending = group_id
        self._view.list.table.setFocus()

    def _show_all(self) -> None:
        self._view.list.filter.set_text("")
        self._view.list.table.set_text("")

    def set_default_role(self, role: str) -> None:
        group_id, facts = self._shown, self._view.details.facts
        intent = set_default_role(self._engine, group_id, role, facts.stored_role)
        self._intents.run(intent, failed=facts.error.say)

    def _on_closed(self) -> None:
        self._shown = ""
        self._show_body()
        self._view.closed.done.setFocus()

    def end_closing(self) -> None:
        """Put the log of the closing away."""
        self.closing.forget()
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)
        self._view.list.table.setFocus()


def _create(engine: Engine, new: NewGroup) -> str:
    """Rooms and the listening session have services of their own."""
    if new.kind == LISTEN:
        return engine.listen.create(new.name, WINDOW).id
    if new.kind == CHAT:
        return engine.rooms.create(new.name, new.description, new.limit, new.context, WINDOW).id
    return engine.groups.create(new.name, new.kind, new.context, new.limit, by=WINDOW)
