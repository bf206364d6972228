"""Imported before anything else of the window: PySide reads no source text.

Whenever a module is imported, PySide searches its source for its own name, to know whether the switches of
``__feature__`` may be set in it. Nobody sets them here; but each of a thousand files would be read, and their
lines kept for good (22 MB).
"""

from __future__ import annotations

from types import ModuleType

from shibokensupport import feature


def _may_have_features(module: ModuleType) -> bool:
    return module.__name__.startswith("goop_console")


if hasattr(feature, "_mod_uses_pyside"):  # of the PySide that is pinned; another works as well, and slower
    feature._mod_uses_pyside = _may_have_features
