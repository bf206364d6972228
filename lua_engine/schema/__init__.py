"""Table schemas as data: what ``schemas/*.json`` and ``_orm_schemas`` hold, and rows checked against it.
Pure.
"""
