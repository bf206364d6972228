"""The browser and the sites of tests/browser, for the long way round."""

from __future__ import annotations

from tests.browser.conftest import browser, built, open_template, pytest_runtest_teardown

__all__ = ["browser", "built", "open_template", "pytest_runtest_teardown"]
