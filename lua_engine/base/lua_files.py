"""The Lua files of our own packages."""

from __future__ import annotations

from pkgutil import get_data  # importlib.resources would import tempfile and zipfile


def read_lua(package: str, name: str) -> str:
    """The text of ``lua/NAME.lua`` of ``package``."""
    data = get_data(package, f"lua/{name}.lua")
    assert data is not None, "the package is in files"
    return data.decode()
