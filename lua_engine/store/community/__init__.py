"""The rows of peers, groups and templates in Goop2's own tables."""
