"""Every command of the window: what it is called, its keys, its icon, where it stands in the menus.

The keys that belong to a tab are listed too (``TAB_KEYS``), for the list of keys (F1); the tabs bind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication

READ_ONLY = "This site is open read-only: nothing can be changed here"


@dataclass(frozen=True, slots=True)
class Command:
    """``keys`` are Qt's portable names. ``is_edit``: the key goes to the widget that has the keyboard, the
    window does not bind it.
    """

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    is_checkable: bool = False
    is_edit: bool = False
    needs_site: bool = False
    writes: bool = False  # off while the site is read-only


COMMANDS = (
    Command(
        "site.open",
        "File",
        "&Open Site…",
        ("Ctrl+O",),
        "folder",
        "Open a site folder: the one with goop.json in it",
    ),
    Command(
        "site.open_read_only",
        "File",
        "Open &Read-Only…",
        ("Ctrl+Shift+O",),
        "lock",
        "Look at a site without changing anything; also one that another console has open",
    ),
    Command(
        "site.new",
        "File",
        "&New Site…",
        ("Ctrl+Shift+M",),
        "add",
        "Create a site in an empty folder, from a template or empty",
    ),
    Command(
        "site.demo",
        "File",
        "Open &Demo Site",
        ("Ctrl+Shift+D",),
        "demo",
        "A small lively site, in your own copy",
    ),
    Command("page.close", "File", "Close Sc&ript", ("Ctrl+W",), needs_site=True),
    Command(
        "page.reopen",
        "File",
        "Open Closed Script A&gain",
        ("Ctrl+Shift+T",),
        tip="The script that was closed last, with what was not saved in it",
        needs_site=True,
    ),
    Command("site.close", "File", "&Close Site", ("Ctrl+Shift+W",), "close", needs_site=True),
    Command(
        "site.settings",
        "File",
        "Site &Settings…",
        ("Ctrl+,",),
        "settings",
        "Your name, and the limits of scripts",
        needs_site=True,
    ),
    Command("app.quit", "File", "&Quit", ("Ctrl+Q",), "quit"),
    Command("edit.undo", "Edit", "&Undo", ("Ctrl+Z",), is_edit=True),
    Command("edit.redo", "Edit", "&Redo", ("Ctrl+Shift+Z",), is_edit=True),
    Command("edit.cut", "Edit", "Cu&t", ("Ctrl+X",), is_edit=True),
    Command("edit.copy", "Edit", "&Copy", ("Ctrl+C",), "copy", is_edit=True),
    Command("edit.paste", "Edit", "&Paste", ("Ctrl+V",), is_edit=True),
    Command("edit.select_all", "Edit", "Select &All", ("Ctrl+A",), is_edit=True),
    Command("edit.find", "Edit", "&Find", ("Ctrl+F",), "search", needs_site=True),
    Command(
        "edit.find_everywhere",
        "Edit",
        "Find in All Sc&ripts…",
        ("Ctrl+Shift+F",),
        "replace",
        "Find and replace in all scripts, with a preview and one undo",
        needs_site=True,
    ),
    Command(
        "edit.save_all", "Edit", "&Save All Scripts", ("Ctrl+Shift+S",), "save", needs_site=True, writes=True
    ),
    Command(
        "lua.enable",
        "Lua",
        "&Enable Lua for This Site",
        ("Ctrl+Shift+U",),
        "play",
        "Sets lua.enabled to true in goop.json",
        needs_site=True,
        writes=True,
    ),
    Command(
        "lua.reload",
        "Lua",
        "&Reload Scripts and goop.json",
        ("Ctrl+Shift+R",),
        "refresh",
        "Reads every script and goop.json again",
        needs_site=True,
    ),
    Command(
        "go.anything",
        "View",
        "&Go to Anything…",
        ("Ctrl+P", "Ctrl+K"),
        "search",
        "Any script, table, action, peer or saved call, by a few letters of its name",
        needs_site=True,
    ),
    Command("go.command", "View", "Co&mmands…", ("Ctrl+Shift+P",), "command", "Every command, with its keys"),
    Command(
        "page.next",
        "View",
        "Next &Open Script",
        ("Ctrl+Tab",),
        tip="The next script that is open; in the other tabs: the next tab",
        needs_site=True,
    ),
    Command(
        "page.previous",
        "View",
        "Previous Open S&cript",
        ("Ctrl+Shift+Tab",),
        tip="The script before; in the other tabs: the tab before",
        needs_site=True,
    ),
    Command(
        "page.outline",
        "View",
        "O&utline of the Script",
        ("Ctrl+J",),
        tip="Functions, handlers and actions of the script in view; Esc goes back to the text",
        needs_site=True,
    ),
    Command("tab.next", "View", "Ne&xt Tab", ("Ctrl+PgDown",), needs_site=True),
    Command("tab.previous", "View", "&Previous Tab", ("Ctrl+PgUp",), needs_site=True),
    Command(
        "go.back",
        "View",
        "&Back",
        ("Alt+Left",),
        tip="Back to where the last link was followed from",
        needs_site=True,
    ),
    Command("go.forward", "View", "&Forward", ("Alt+Right",), needs_site=True),
    Command("view.refresh", "View", "&Refresh", ("Ctrl+R", "F5"), "refresh", needs_site=True),
    Command("theme.system", "View", "&System Theme", ("Ctrl+F6",), "system", is_checkable=True),
    Command("theme.light", "View", "&Light Theme", ("Ctrl+F7",), "sun", is_checkable=True),
    Command("theme.dark", "View", "&Dark Theme", ("Ctrl+F8",), "moon", is_checkable=True),
    Command("zoom.in", "View", "Larger &Text", ("Ctrl+=", "Ctrl++")),
    Command("zoom.out", "View", "S&maller Text", ("Ctrl+-",)),
    Command("zoom.reset", "View", "&Normal Text", ("Ctrl+0",)),
    Command("help.keys", "Help", "&Keys", ("F1",), "help"),
    Command("help.tour", "Help", "Guided &Tour", ("Ctrl+F1",), "play", "Two minutes over the demo site"),
    Command("help.news", "Help", "What’s &New", ("Ctrl+Shift+F1",), "info"),
    Command("help.about", "Help", "&About Goop Console", ("Shift+F1",)),
)

# (where, keys, what): bound by the tabs themselves.
TAB_KEYS = (
    ("Lua Scripts", "Ctrl+S", "Save the script"),
    ("Lua Scripts", "Ctrl+N", "New script, from a table or a ready command too"),
    ("Lua Scripts", "Ctrl+Shift+N", "Duplicate the script"),
    ("Lua Scripts", "Ctrl+F2", "Rename the script (F2 in the list)"),
    ("Lua Scripts", "Ctrl+Shift+Del", "Delete the script (Del in the list); it can be undone"),
    ("Lua Scripts", "Ctrl+Return", "Call the script in the Call Tester"),
    ("Lua Scripts", "Ctrl+Shift+L", "Its lines in the log"),
    ("Lua Scripts", "Ctrl+Shift+E", "Open the folder of the script"),
    ("Lua Scripts", "F8", "Next problem in the script"),
    ("Lua Scripts", "Shift+F8", "The problem before"),
    ("Lua Scripts", "Ctrl+/", "Comment the lines, or take the comment away"),
    ("Lua Scripts", "Alt+D", "Dry run on save on or off"),
    ("Lua Scripts", "Alt+U", "Count dry runs too, or real calls alone"),
    ("Lua Scripts", "Ctrl+H", "Replace in the script"),
    ("Lua Scripts", "Ctrl+G", "Go to a line"),
    ("Lua Scripts", "F3", "Find the next place"),
    ("Lua Scripts", "Shift+F3", "Find the place before"),
    ("Lua Scripts", "Ctrl+Shift+H", "Earlier versions of the script"),
    ("Lua Scripts", "Ctrl+Space", "What may be written here"),
    ("Lua Scripts", "Ctrl+K, Ctrl+I", "What the word at the cursor is"),
    ("Lua Scripts", "F12", "Go to where the name is declared"),
    ("Lua Scripts", "Shift+F12", "List where the name is used"),
    ("Lua Scripts", "F2", "Rename the local, everywhere in the script"),
    ("Lua Scripts", "Ctrl+Shift+[", "Fold what is around the cursor"),
    ("Lua Scripts", "Ctrl+Shift+]", "Unfold it"),
    ("Lua Scripts", "Ctrl+K, Ctrl+0", "Fold everything"),
    ("Lua Scripts", "Ctrl+K, Ctrl+J", "Unfold everything"),
    ("Lua Scripts", "F5", "Debug a call, or go on from where it stands"),
    ("Lua Scripts", "F6", "Pause the debugged call"),
    ("Lua Scripts", "Shift+F5", "Stop debugging"),
    ("Lua Scripts", "Ctrl+Shift+F5", "Run the debugged call again on the same data"),
    ("Lua Scripts", "F9", "Breakpoint at the cursor"),
    ("Lua Scripts", "Ctrl+F9", "Stop in the next real call of this script"),
    ("Lua Scripts", "F10", "Step over"),
    ("Lua Scripts", "F11", "Step into"),
    ("Lua Scripts", "Shift+F11", "Step out"),
    ("Lua Scripts", "Ctrl+F10", "Run to the cursor"),
    ("Lua Scripts", "Shift+F10", "Step back"),
    ("Lua Scripts", "Shift+F9", "Back to the breakpoint before"),
    ("Lua Scripts", "Ctrl+Shift+F10", "To the present of the debugged call"),
    ("Lua Scripts", "Ctrl+Shift+F9", "Run the debugged call again to here"),
    ("Lua Scripts", "Ctrl+Shift+I", "Value of what the cursor is in, while a call is paused"),
    ("Lua Scripts", "Ctrl+F11", "Who set what the cursor is in, or the chosen variable?"),
    ("Lua Scripts", "Ctrl+Shift+F11", "Watch what the cursor is in, or the chosen variable"),
    ("Lua Scripts", "F7", "Show the debugger"),
    ("Lua Scripts", "Shift+F7", "What of the scripts the saved calls reach"),
    ("Data", "Ctrl+Shift+C", "Copy rows with their headers"),
    ("Call Tester", "Ctrl+Return", "Run the call as the caller in the chip"),
    ("Call Tester", "Esc", "Cancel the running call"),
    ("Call Tester", "Alt+D", "Dry run on or off"),
    ("Call Tester", "Alt+1", "The call"),
    ("Call Tester", "Alt+2", "Run as everyone"),
    ("Call Tester", "Alt+3", "Saved calls"),
    ("Call Tester", "Alt+4", "History"),
    ("Call Tester", "Alt+5", "Fire N times"),
    ("Call Tester", "Ctrl+S", "Save as a check, or the call of the form as a saved call"),
    ("Call Tester", "Ctrl+Shift+Return", "Run all saved calls"),
    ("Call Tester", "F2", "Rename the saved call"),
    ("Call Tester", "Del", "Delete the saved call; Ctrl+Z undoes the last change"),
    ("Call Tester", "Ctrl+E", "Expect the value of the chosen line"),
    ("Call Tester", "Ctrl+Shift+E", "Expect the result to contain the chosen line"),
    ("Groups", "Alt+G", "Groups"),
    ("Groups", "Alt+P", "Peers"),
    ("Groups", "Del", "Remove the member or the peer (it can be undone)"),
    ("Templates", "Ctrl+Return", "Press the page's main button"),
    ("Templates", "Esc", "Go back"),
    ("Logs", "Ctrl+L", "Hide every line so far"),
    ("Logs", "Ctrl+Shift+L", "Show the hidden lines again (Ctrl+Z too)"),
    ("Logs", "P", "Pause, or go on"),
    ("Logs", "End", "Follow the newest line again"),
    ("Logs", "Alt+1", "Every level"),
    ("Logs", "Alt+2", "Problems"),
    ("Logs", "Alt+3", "Errors"),
    ("Logs", "Alt+4", "Refused"),
    ("Logs", "Alt+5", "Dry runs too, or real calls alone"),
    ("Logs", "Ctrl+B", "Saved filters"),
    ("Logs", "Ctrl+M", "How calls and lines are shown"),
    ("Logs", "Ctrl+S", "Export what is shown"),
    ("Logs", "F12", "Open the script of the line, where it says"),
    ("Logs", "Ctrl+Shift+Return", "Debug the line's call again, as a dry run"),
    ("Logs", "F8", "Next warning or error"),
    ("Logs", "Shift+F8", "The warning or error before"),
    ("Logs", "E", "Next error"),
    ("Logs", "Shift+E", "The error before"),
    ("Logs", "W", "Next warning"),
    ("Logs", "Shift+W", "The warning before"),
    ("Logs", "Left", "Fold the call"),
    ("Logs", "Right", "Unfold the call; Space does both"),
    ("Logs", "Shift+Left", "Fold all calls"),
    ("Logs", "Shift+Right", "Unfold all calls"),
    ("Logs", "M", "Mark the line: the details of another say the time between"),
    ("Logs", "Ctrl+Shift+C", "Copy the record as JSON"),
    ("Logs", "Return", "Open the line's call in the Call Tester"),
)


def make_actions(parent: QObject) -> Mapping[str, QAction]:
    """A QAction for every command, by its id."""
    return {command.id: _make_action(command, parent) for command in COMMANDS}


def _make_action(command: Command, parent: QObject) -> QAction:
    action = QAction(command.text, parent)
    action.setObjectName(command.id)
    action.setCheckable(command.is_checkable)
    action.setStatusTip(command.tip)
    if command.is_edit:
        keys = QKeySequence(command.keys[0])
        # Shown in the menu but not bound: the widget with the keyboard knows these keys better than the
        # window.
        action.setText(f"{command.text}\t{keys.toString(QKeySequence.SequenceFormat.NativeText)}")
        action.triggered.connect(lambda: press_keys(keys))
    else:
        action.setShortcuts([QKeySequence(keys) for keys in command.keys])
    return action


def set_tip(action: QAction, command: Command, refusal: str) -> None:
    """Say what the command does, or why it cannot be done now."""
    action.setStatusTip(refusal or command.tip)
    action.setToolTip(refusal or command.tip or plain_text(command))


def press_keys(keys: QKeySequence) -> None:
    """Press ``keys`` in the widget that has the keyboard."""
    widget = QApplication.focusWidget()
    if widget is not None:
        for at in range(keys.count()):
            pressed = keys[at]  # type: ignore[index]  # PySide's stubs leave __getitem__ out
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.postEvent(widget, QKeyEvent(kind, pressed.key(), pressed.keyboardModifiers()))


def plain_text(command: Command) -> str:
    """The command's text without the menu's marks."""
    return command.text.replace("&", "").rstrip("…")
