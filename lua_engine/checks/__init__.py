"""Saved calls, what is expected of them, and who may do what: small files beside the site, run on copies of
it.
"""
