"""The rules of the lint: each module has those of one subject, each rule is a function over a ``Script``."""
