"""Calls that change nothing: on a copy of the data, with the rest of the world fenced off; and the same for
real, with what it changed.
"""
