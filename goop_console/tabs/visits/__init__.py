"""Recorded visits, for every tab that leads to them: the Site tab, the Call Tester."""
