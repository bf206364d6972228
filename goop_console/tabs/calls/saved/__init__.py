"""Saved calls and what is expected of them."""
