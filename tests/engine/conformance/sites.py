"""Sites and callers that the scenarios share."""

from __future__ import annotations

from typing import Any

from lua_engine import Caller
from lua_engine.testing import SiteSpec

ANN = Caller("peer-ann", "Ann", "ann@example.org")
BO = Caller("peer-bo", "Bo")
STRANGER = Caller("peer-x", "Xaver", "x@example.org")

POSTS: dict[str, Any] = {
    "system_key": True,
    "columns": [
        {"name": "title", "type": "text", "required": True},
        {"name": "slug", "type": "text"},
        {"name": "score", "type": "integer", "default": 0},
        {"name": "rating", "type": "real"},
        {
            "name": "state",
            "type": "enum",
            "values": [{"key": "draft", "label": "Draft"}, {"key": "live", "label": "Live"}],
        },
    ],
    "access": {"read": "open", "insert": "group"},
    "roles": {"coauthor": {"read": True, "insert": True}},
}

STAMPS: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "guid", "key": True, "auto": True},
        {"name": "number", "type": "integer", "auto": True},
        {"name": "at", "type": "datetime", "auto": True},
        {"name": "day", "type": "date", "auto": True},
        {"name": "hour", "type": "time", "auto": True},
        {"name": "data", "type": "blob"},
    ],
}

SETTINGS: dict[str, Any] = {
    "system_key": True,
    "columns": [{"name": "key", "type": "text"}, {"name": "value", "type": "text"}],
}
ONE_ROW: dict[str, Any] = {
    "system_key": True,
    "columns": [{"name": "title", "type": "text"}, {"name": "size", "type": "integer"}],
}

ROWS = [
    {"title": "A", "slug": "a", "score": 3, "rating": 1.5, "state": "live"},
    {"title": "B", "slug": "b", "score": 1, "state": "draft"},
    {"title": "C", "slug": "c", "score": 2, "rating": 4.0, "state": "live"},
]

EMPTY = SiteSpec(schemas={"posts": POSTS})
BLOG = SiteSpec(schemas={"posts": POSTS}, rows={"posts": ROWS})
TABLES = SiteSpec(
    schemas={"posts": POSTS, "stamps": STAMPS, "settings": SETTINGS, "site": ONE_ROW}, rows={"posts": ROWS}
)
CLUB = SiteSpec(
    schemas={"posts": POSTS},
    peers=(ANN, BO),
    members={"Ann": "coauthor"},
    manifest={
        "name": "Club",
        "description": "A club",
        "category": "community",
        "icon": "*",
        "default_role": "viewer",
    },
)
P = 'local posts = goop.orm("posts")\n'
