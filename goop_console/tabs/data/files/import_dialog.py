"""What adding the rows of a file would do, before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from goop_console.widgets.wording import counted
from lua_engine import ImportCheck

_SHOWN = 12
_NAMES = 30


class ImportDialog(QDialog):
    """``submitted(leave out what does not fit)``."""

    submitted = Signal(bool)

    def __init__(self, path: Path, table: str, check: ImportCheck, keep_ids: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {path.name} into {table}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        good = check.rows - check.bad
        self.about = QLabel(
            f"{counted(good, 'row')} can be added"
            + (f", {counted(check.bad, 'row')} cannot:" if check.bad else ".")
            + ("" if check.bad else f"\nColumns: {_listed(check.columns)}")
        )
        self.problems = QLabel(
            "\n".join(f"line {one.line}: {one.message}" for one in check.problems[:_SHOWN])
            + (f"\n… and {check.bad - _SHOWN:,} more" if check.bad > _SHOWN else "")
        )
        for label in (self.about, self.problems):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problems.setVisible(bool(check.problems))
        self.keep_ids = QCheckBox("Take _id, _created_at and _updated_at from the file")
        self.keep_ids.setChecked(keep_ids)
        self.skip = QCheckBox("Leave out the rows that do not fit")
        self.skip.setVisible(bool(check.bad))
        self.add = QPushButton(f"Add {counted(good, 'row')}")
        self.add.setProperty("role", "primary")
        self.add.setEnabled(bool(good) and not check.bad)
        self.skip.toggled.connect(lambda is_on: self.add.setEnabled(bool(good) and is_on))
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        self.add.clicked.connect(self._submit)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.add)
        box = QVBoxLayout(self)
        for widget in (self.about, self.problems, self.keep_ids, self.skip):
            box.addWidget(widget)
        box.addLayout(buttons)
        self.resize(520, 220)

    def _submit(self) -> None:
        self.accept()
        self.submitted.emit(self.skip.isChecked())


def _listed(names: Sequence[str]) -> str:
    more = [f"… and {len(names) - _NAMES:,} more"] if len(names) > _NAMES else []
    return ", ".join([*names[:_NAMES], *more])
