"""The page of peers: who is shown, and making, changing and removing test peers."""

from __future__ import annotations

from PySide6.QtCore import QObject

from goop_console.services.intents import Intent, Intents
from goop_console.tabs.groups.intents import add_member, add_test_peer, change_test_peer, remove_test_peer
from goop_console.tabs.groups.peers_view import PeersView
from goop_console.tabs.groups.reader import Reader
from goop_console.tabs.groups.snapshot import PeerItem, Snapshot
from goop_console.tabs.tab import TabContext
from lua_engine import Peer

_ICON = 20
_CHOOSE = "Choose a peer to see who it is and to call as this peer."
_ONLY_OWNER = "Goop2 has seen no visitor of this site yet. Add test peers to call as somebody else."


class PeersPresenter(QObject):
    """What is done to test peers can be undone."""

    def __init__(self, context: TabContext, reader: Reader, intents: Intents, view: PeersView) -> None:
        super().__init__(view)
        self._context = context
        self._engine = context.session.engine
        self._reader = reader
        self._intents = intents
        self._offered: Intent | None = None
        self._removed = ""  # the id of the test peer that was removed last
        intents.undone.connect(self._on_undone)
        self._view = view
        self._snapshot: Snapshot | None = None
        self._wanted = ""  # to be chosen as soon as it is there
        self._last = ""  # who was chosen last
        self._can_edit = not self._engine.is_read_only
        self._connect()

    def _connect(self) -> None:
        view = self._view
        view.new.setEnabled(self._can_edit)
        view.form.name_of = self._name_of
        view.table.chosen.connect(self._on_chosen)
        view.filter.text_changed.connect(self._on_filter_changed)
        view.new_requested.connect(lambda: self.start_form(None))
        view.remove_requested.connect(self.remove)
        view.form.submitted.connect(self.save)
        view.form.given_up.connect(self.stop_form)
        card = view.card
        card.call_requested.connect(
            lambda: self._context.navigate("calls", caller_id=view.table.current_key())
        )
        card.add_requested.connect(self.add_to_group)
        card.edit_requested.connect(self.edit)
        card.remove_requested.connect(self.remove)

    # showing

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Bring everything up to date; the chosen peer stays chosen, a form stays open."""
        self._snapshot = snapshot
        view = self._view
        view.table.set_records(snapshot.peers)
        if self._wanted and view.table.choose(self._wanted):
            self._wanted = ""
        elif not view.table.current_key() and snapshot.peers:
            view.table.choose(snapshot.peers[0].peer.id)
        has_others = any(item.peer.source != "owner" for item in snapshot.peers)
        view.hint.setText("" if has_others else _ONLY_OWNER)
        view.hint.setVisible(not has_others)
        self._show_card()

    def show_error(self, error: Exception) -> None:
        if self._snapshot is None:
            self._view.nobody.set_texts("The peers cannot be read", str(error))

    def _show_card(self) -> None:
        view, snapshot = self._view, self._snapshot
        item = view.table.current()
        if snapshot is None or view.side.currentWidget() is view.form:
            return
        if item is None:
            has_some = bool(view.table.shown())
            view.nobody.set_texts(
                "Nobody chosen",
                _CHOOSE if has_some else "No peer's name, email, role or id contains this text.",
            )
            view.side.setCurrentWidget(view.nobody)
            return
        group = snapshot.template_group
        view.card.show_peer(item, group.name if group is not None else "", can_edit=self._can_edit)
        view.side.setCurrentWidget(view.card)

    def _on_filter_changed(self, _: str) -> None:
        """Who was shown is chosen again as soon as they are in the list again."""
        if not self._view.table.current_key():
            self._view.table.choose(self._last)
        self._show_card()

    def _on_chosen(self, key: str) -> None:
        self._last = key or self._last
        self._view.card.error.say("")
        self._show_card()

    def _name_of(self, peer_id: str) -> str:
        item = self._snapshot.peer(peer_id) if self._snapshot is not None else None
        return item.peer.name if item is not None else ""

    def open_peer(self, peer_id: str) -> None:
        """Show that peer; it may be one that is not read yet."""
        self.stop_form()
        if not self._view.table.choose(peer_id):
            self._wanted = peer_id
            self._show_all()
            self._reader.refresh()

    def _show_all(self) -> None:
        self._view.filter.set_text("")
        self._view.table.set_text("")

    # test peers

    def start_form(self, peer: Peer | None) -> None:
        """Show the form, for a new peer when there is none given."""
        view = self._view
        view.side.setCurrentWidget(view.form)
        view.form.start(peer)

    def stop_form(self) -> None:
        """Back to the peer that is chosen."""
        view = self._view
        if view.side.currentWidget() is view.form:
            view.side.setCurrentWidget(view.nobody)
            view.table.setFocus()
        self._show_card()

    def edit(self) -> None:
        item = self._test_peer()
        if item is not None:
            self.start_form(item.peer)

    def _test_peer(self) -> PeerItem | None:
        """The chosen peer, if it may be changed."""
        item = self._view.table.current()
        return item if item is not None and item.peer.source == "test" and self._can_edit else None

    def _test_peer_of(self, peer_id: str) -> Peer | None:
        item = self._snapshot.peer(peer_id) if self._snapshot is not None and peer_id else None
        return item.peer if item is not None else None

    def save(self, old_id: str, peer: Peer) -> None:
        """Keep a new peer, or a changed one under its old id or another."""
        engine, view = self._engine, self._view
        before = self._test_peer_of(old_id)
        intent = change_test_peer(engine, before, peer) if before is not None else add_test_peer(engine, peer)

        def done(_: None) -> None:
            self._wanted = peer.id
            self._show_all()
            self.stop_form()

        self._intents.run(intent, done=done, failed=view.form.error.say, button=view.form.save)

    def remove(self) -> None:
        """Forget the chosen test peer; it can be undone."""
        item = self._test_peer()
        if item is None:
            return
        intent, self._removed = remove_test_peer(self._engine, item.peer), item.peer.id
        self._intents.run(intent, done=lambda _: self._offer_undo(intent), failed=self._view.card.error.say)

    def _offer_undo(self, intent: Intent) -> None:
        self._offered = intent
        self._view.undo.say("info", intent.done_words, intent.detail, [("Undo", self._undo)])

    def _undo(self) -> None:
        self._view.undo.hide()
        self._intents.undo(self._on_undo_failed)

    def _on_undo_failed(self, reason: str) -> None:
        self._view.card.error.say(reason)
        if self._offered is not None:
            self._offer_undo(self._offered)

    def _on_undone(self, intent: Intent) -> None:
        if intent is self._offered:
            self._offered, self._wanted = None, self._removed
            self._view.undo.hide()

    def add_to_group(self) -> None:
        """Into the template's group, with its default role."""
        snapshot, peer_id = self._snapshot, self._view.table.current_key()
        if snapshot is not None and snapshot.template_group is not None and peer_id:
            group_id = snapshot.template_group.id
            intent = add_member(self._engine, group_id, peer_id, self._name_of(peer_id))
            self._intents.run(intent, failed=self._view.card.error.say)
