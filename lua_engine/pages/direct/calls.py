"""The direct calls by name: who may make each, and what it answers.

What a visitor may do is narrower than Goop2's documents say (read in its source, seen beside it):
``find`` and ``query`` without order and fields, ``insert``, ``update`` and ``delete`` of single rows,
``describe`` and ``tables``. Everything else is answered to the owner only, and so it is here.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from lua_engine.base.caller import Caller
from lua_engine.base.deadline import Deadline
from lua_engine.base.errors import CallKilled, KnownError, ScriptError
from lua_engine.pages.body import Body
from lua_engine.pages.direct import schema_calls, tables
from lua_engine.pages.direct.reading import Reading
from lua_engine.pages.direct.result import DirectRequest, DirectResult
from lua_engine.pages.direct.tables import DirectTable, open_table
from lua_engine.pages.direct.writing import Writing
from lua_engine.pages.errors import PageError, PageErrorKind, bad_request, failed, refused
from lua_engine.pages.parts import PageParts
from lua_engine.schema.model import Operation
from lua_engine.store.script.sql_text import Query
from lua_engine.store.script.statements import Scope, bound
from lua_engine.store.tables.access import decide

VISITORS = ("find", "query", "insert", "update", "delete", "tables", "describe", "schemas", "role")
"""Calls that Goop2 answers to everybody, within the table's access."""

PAGE_ORIGIN = "page:"
"""Begins the origin of what a direct call wrote; the visitor's peer id follows."""

_ORIGIN: ContextVar[str] = ContextVar("origin of the direct call that is recorded", default="")
_USE_A_FUNCTION = "Goop2 answers this to the site's owner only: use a data function"


class DirectCalls:
    """Direct calls of one site's pages. Thread-safe."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._calls: dict[str, Callable[[Body, Caller], Any]] = {
            "find": self._find,
            "query": self._find,
            "find-one": self._find_one,
            "get-by": self._get_by,
            "exists": self._exists,
            "count": self._count,
            "pluck": self._pluck,
            "distinct": self._distinct,
            "aggregate": self._aggregate,
            "insert": self._insert,
            "update": self._update,
            "delete": self._delete,
            "update-where": self._update_where,
            "delete-where": self._delete_where,
            "upsert": self._upsert,
            "role": self._role,
            "tables": lambda _body, _caller: tables.listed(parts),
            "schemas": lambda _body, _caller: tables.schemas(parts),
            "describe": lambda body, _caller: tables.described(parts, _table_name(body)),
            "create-table": lambda body, _caller: schema_calls.create_table(parts, body),
            "add-column": lambda body, _caller: schema_calls.widen_table(parts, body),
            "delete-table": lambda body, _caller: schema_calls.drop_table(parts, body),
        }

    def names(self) -> tuple[str, ...]:
        """Every call, as Goop2 names it in its paths."""
        return tuple(self._calls)

    def __call__(self, name: str, body: Any, caller: Caller) -> Any:
        """What the call answers, as JSON data. Raises :class:`PageError`."""
        call = self._calls.get(name)
        if call is None:
            raise PageError(PageErrorKind.NOT_FOUND, "unknown data operation")
        if name not in VISITORS and not self._is_owner(caller):
            raise refused(f"{name} is not available to visitors", _USE_A_FUNCTION)
        try:
            return call(Body(body), caller)
        except PageError:
            raise
        except CallKilled:
            raise failed("the time for this call is over") from None
        except (KnownError, ScriptError) as error:
            raise failed(str(error)) from error

    def made(self, request: DirectRequest, caller: Caller) -> DirectResult:
        """The call with all that came of it, a refusal too, and the rows that it changed."""
        began, origin = time.time(), f"{_origin_of(caller)}:{secrets.token_hex(6)}"
        value, error = None, None
        token = _ORIGIN.set(origin)
        try:
            with self._parts.database.recording(origin) as recording:
                try:
                    value = self(request.operation, request.body, caller)
                except PageError as caught:
                    error = caught
        finally:
            _ORIGIN.reset(token)
        return DirectResult(request, caller, value, error, recording.diff(), began, self._parts.is_copy)

    # Reading

    def _find(self, body: Body, caller: Caller) -> list[dict[str, Any]]:
        return self._reading(body, caller).rows(self._query(body, self._is_owner(caller)))

    def _find_one(self, body: Body, caller: Caller) -> dict[str, Any] | None:
        rows = self._reading(body, caller).rows(self._query(body, True, limit=1))
        return rows[0] if rows else None

    def _get_by(self, body: Body, caller: Caller) -> dict[str, Any] | None:
        table = self._table(body)
        column = body.required("column", "table and column required")
        if column not in table.columns:
            raise failed(f'unknown column "{column[:64]}" in table "{table.name}"')
        query = Query(f"[{column}] = ?", (_value(body.any("value"), "value"),), limit=1)
        rows = self._reading(body, caller).rows(query)
        return rows[0] if rows else None

    def _exists(self, body: Body, caller: Caller) -> dict[str, bool]:
        query = self._query(body, True)
        return {"exists": self._reading(body, caller).count(query) > 0}

    def _count(self, body: Body, caller: Caller) -> dict[str, int]:
        return {"count": self._reading(body, caller).count(self._query(body, True))}

    def _pluck(self, body: Body, caller: Caller) -> list[Any]:
        column = body.required("column", "table and column required")
        return self._reading(body, caller).values(column, self._query(body, True))

    def _distinct(self, body: Body, caller: Caller) -> list[Any]:
        column = body.required("column", "table and column required")
        return self._reading(body, caller).values(column, self._query(body, True), distinct=True)

    def _aggregate(self, body: Body, caller: Caller) -> list[dict[str, Any]]:
        expression = body.required("expr", "table and expr required")
        return self._reading(body, caller).aggregate(expression, self._query(body, True))

    # Writing

    def _insert(self, body: Body, caller: Caller) -> dict[str, Any]:
        return {"status": "inserted", "id": self._writing(body, caller, "insert").insert(body.object("data"))}

    def _update(self, body: Body, caller: Caller) -> dict[str, Any]:
        row_id = body.row_id()
        _found(self._writing(body, caller, "update").update(row_id, body.object("data")), row_id)
        return {"status": "updated"}

    def _delete(self, body: Body, caller: Caller) -> dict[str, Any]:
        row_id = body.row_id()
        _found(self._writing(body, caller, "delete").delete(row_id), row_id)
        return {"status": "deleted"}

    def _update_where(self, body: Body, caller: Caller) -> dict[str, int]:
        where = body.required("where", "table and where clause required")
        writing = self._writing(body, caller, "update")
        return {"affected": writing.update_where(body.object("data"), where, _args(body))}

    def _delete_where(self, body: Body, caller: Caller) -> dict[str, int]:
        where = body.required("where", "table and where clause required")
        return {"affected": self._writing(body, caller, "delete").delete_where(where, _args(body))}

    def _upsert(self, body: Body, caller: Caller) -> dict[str, Any]:
        key = body.required("key_col", "table and key_col required")
        return {"status": "ok", "id": self._writing(body, caller, "update").upsert(key, body.object("data"))}

    # Who may

    def _role(self, body: Body, caller: Caller) -> dict[str, Any]:
        """``{role, permissions: {read, insert, update, delete} or null}``: what the caller may do here."""
        table = self._table(body)
        role = self._parts.groups.template_role(caller.id)
        operations: tuple[Operation, ...] = ("read", "insert", "update", "delete")
        is_owner = self._is_owner(caller)
        permissions = {one: decide(table.access, one, role, is_owner=is_owner).allowed for one in operations}
        return {"role": role, "permissions": permissions if table.orm is not None else None}

    def _reading(self, body: Body, caller: Caller) -> Reading:
        table = self._table(body)
        own = self._admit(table, "read", caller)
        return Reading(self._parts.database, table, self._scope(caller), own)

    def _writing(self, body: Body, caller: Caller, operation: Operation) -> Writing:
        table = self._table(body)
        own = self._admit(table, operation, caller)
        return Writing(
            self._parts.database, table, self._scope(caller), self._parts.peers.complete(caller), own
        )

    def _admit(self, table: DirectTable, operation: Operation, caller: Caller) -> str:
        """Whose rows alone are meant (empty: all); a :class:`PageError` says why the caller may not."""
        role = self._parts.groups.template_role(caller.id)
        decision = decide(table.access, operation, role, is_owner=self._is_owner(caller))
        if not decision.allowed:
            raise refused(
                f"{operation} not allowed: {decision.reason}",
                f'access.{operation} of {table.name} is "{decision.level}"; use a data function '
                "to let visitors do it under rules of your own",
            )
        if decision.own_rows and "_owner" not in table.columns:
            raise refused(f"{operation} not allowed: {table.name} does not record who owns its rows")
        return caller.id if decision.own_rows else ""

    def _is_owner(self, caller: Caller) -> bool:
        return caller.id == self._parts.folder.peer_id

    def _scope(self, caller: Caller) -> Scope:
        origin = _ORIGIN.get() or _origin_of(caller)
        return Scope(Deadline(self._parts.settings().timeout_seconds), _not_recorded, origin)

    def _table(self, body: Body) -> DirectTable:
        return open_table(self._parts, _table_name(body))

    def _query(self, body: Body, is_whole: bool, limit: int | None = None) -> Query:
        """The options of a reading call. ``is_whole``: order and fields count, which Goop2 ignores for
        visitors.
        """
        query = Query(
            where=body.text("where"),
            args=_args(body),
            limit=max(0, body.number("limit")) if limit is None else limit,
            offset=max(0, body.number("offset")),
        )
        if not is_whole:
            return query
        columns = self._table(body).columns
        fields = [field for field in body.list("fields") if isinstance(field, str) and field in columns]
        if len(fields) != len(body.list("fields")):
            raise failed("fields must be names of columns")
        return Query(
            query.where,
            query.args,
            tuple(fields),
            body.text("order"),
            query.limit,
            query.offset,
            body.text("group_by"),
        )


def _origin_of(caller: Caller) -> str:
    return f"{PAGE_ORIGIN}{caller.id}"


def _table_name(body: Body) -> str:
    return body.text("table") or body.required("name", "table name required")


def _args(body: Body) -> tuple[Any, ...]:
    return tuple(_value(value, f"args[{at}]") for at, value in enumerate(body.list("args")))


def _value(value: Any, name: str) -> Any:
    try:
        return bound(value, name)
    except ScriptError:
        raise bad_request(f"{name} must be a string, number, boolean or null") from None


def _found(affected: int, row_id: int) -> None:
    if not affected:
        raise failed(f"row {row_id} not found, or it is somebody else's")


def _not_recorded(*_: Any, **__: Any) -> None:
    """Direct calls have no record of their own."""
