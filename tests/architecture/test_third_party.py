"""THIRD-PARTY.md says what is installed, and nothing of it binds the program to another licence."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "packaging/third_party.py"))


def test_the_page_is_as_it_would_be_made() -> None:
    page = (ROOT / "THIRD-PARTY.md").read_text(encoding="utf-8")
    assert page == SCRIPT["page"](), "run: make third-party"


def test_nothing_that_is_carried_is_under_the_gpl_alone() -> None:
    licences = {name: SCRIPT["licence"](one) for name, one in SCRIPT["carried"]().items()}
    for name, licence in licences.items():
        choices = licence.split(" OR ")
        assert any("GPL" not in one or one.startswith("LGPL") for one in choices), f"{name}: {licence}"


def test_every_package_brings_the_text_of_its_licence() -> None:
    without = {name for name, one in SCRIPT["carried"]().items() if not list(SCRIPT["licence_files"](one))}
    assert without <= {"PySide6_Essentials", "shiboken6"}, "packaging/licences has those of Qt for Python"
