"""Firing one call many times."""
