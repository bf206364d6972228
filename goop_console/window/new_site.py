"""The form that makes a new site: a folder, the owner's name, and what it begins with."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from goop_console.resources import resource
from goop_console.services.notify import Notifier
from goop_console.services.operations import Operations
from goop_console.services.work import Work
from goop_console.widgets.error_line import ErrorLine
from goop_console.widgets.foreign_text import shown_line

EMPTY = ""  # the key of a site that begins with nothing


def make_site(folder: Path, label: str, template: str) -> Path:
    """Make a site in ``folder`` and install the bundled ``template`` (``EMPTY``: none). Not for the Qt
    thread.

    Raises KnownError. A site whose template cannot be installed stays, empty: nothing of it is lost.
    """
    from goop_console.gallery import find_template
    from lua_engine import Engine, new_site

    site = new_site(folder, label=label)
    if template:
        with Engine.open(site, watch=False) as engine:
            engine.templates.install(find_template(template)[0])
    return site


def template_choices() -> list[tuple[str, str]]:
    """What a new site can begin with: what is shown, and the template's key."""
    keys = sorted(folder.name for folder in resource("templates").iterdir() if folder.is_dir())
    named = [(f"The template “{key.replace('-', ' ').capitalize()}”", key) for key in keys]
    return [("An empty site", EMPTY), *named]


class NewSiteDialog(QDialog):
    """``made`` comes with the folder of the new site; an error stays in the form, with all that was typed."""

    created = Signal(object)  # Path

    def __init__(
        self, operations: Operations, notify: Notifier, parent: QWidget, folder: Path | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("New site")
        self.work = Work(operations, notify, self)
        self.folder = QLineEdit(str(folder) if folder is not None else "")
        self.folder.setAccessibleName("Folder")
        self.folder.setPlaceholderText("An empty folder, or the name of a new one")
        self.browse = QPushButton("Browse…")
        self.browse.clicked.connect(self._browse)
        self.label = QLineEdit()
        self.label.setAccessibleName("Your name")
        self.label.setPlaceholderText("As visitors read it")
        self.template = QComboBox()
        self.template.setAccessibleName("Start from")
        for shown, key in template_choices():
            self.template.addItem(shown, key)
        self.error = ErrorLine("Why the site cannot be created")
        self._build()
        self._show_button()

    def _build(self) -> None:
        where = QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        form = QFormLayout()
        for title, field in (("&Folder", where), ("&Your name", self.label), ("&Start from", self.template)):
            label = QLabel(title)
            label.setBuddy(self.folder if isinstance(field, QHBoxLayout) else field)
            form.addRow(label, field)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.make = self.buttons.addButton("Create the site", QDialogButtonBox.ButtonRole.AcceptRole)
        self.make.setProperty("role", "primary")
        self.buttons.accepted.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        self.folder.textChanged.connect(self._show_button)
        box = QVBoxLayout(self)
        box.setSpacing(12)
        box.addLayout(form)
        box.addWidget(self.error)
        box.addStretch(1)
        box.addWidget(self.buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 70)

    def _browse(self) -> None:
        dialog = QFileDialog(self, "A folder for the new site", self.folder.text() or str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _show_button(self) -> None:
        self.make.setEnabled(bool(self.folder.text().strip()) and self.work.is_settled)

    def start(self) -> None:
        """Make it."""
        if not self.work.is_settled:
            return
        folder, label = Path(self.folder.text().strip()).expanduser(), self.label.text().strip()
        if not folder.is_absolute():
            self.error.say("Give an absolute path, or one that starts with ~.")
            return
        template = str(self.template.currentData() or EMPTY)
        self.error.say("")
        self.work.run(
            lambda: make_site(folder, label, template),
            done=self._on_created,
            failed=lambda reason: self.error.say(shown_line(reason, 2_000)),
            button=self.make,
        )

    def _on_created(self, site: Path) -> None:
        self.accept()
        self.created.emit(site)
