"""A combo box that one types into: what fits is offered, and anything else may stand there too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QCompleter


def search_combo(name: str, placeholder: str) -> QComboBox:
    """An editable combo box whose list is searched for any part of a word."""
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(12)
    combo.setAccessibleName(name)
    completer = QCompleter(combo.model(), combo)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    combo.setCompleter(completer)
    for popup, words in ((completer.popup(), "what fits"), (combo.view(), "all")):
        if popup is not None:
            popup.setAccessibleName(f"{name}: {words}")
    line = combo.lineEdit()
    if line is not None:
        line.setPlaceholderText(placeholder)
        line.setAccessibleName(name)
    return combo
