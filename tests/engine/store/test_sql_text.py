"""SQL text of the ORM's statements: names that are words of SQL."""

from __future__ import annotations

from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

from lua_engine.store.script import sql_text


def test_words_of_sql_are_those_that_sqlalchemy_knows() -> None:
    words = SQLiteIdentifierPreparer.reserved_words
    assert {word for word in words if sql_text.name(word) == f"[{word}]"} == words
    assert sql_text.name("Order") == "[Order]"
    assert sql_text.name("title") == "title"
