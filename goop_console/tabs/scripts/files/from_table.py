"""The text of a data function over a table: everybody lists, the owner writes. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lua_engine import TableInfo

_RESERVED: Final = (
    "and break do else elseif end false for function goto if in local nil not or repeat return then true "
    "until while"
)
_KEYWORDS: Final = frozenset(_RESERVED.split())
_TEXT: Final = """--- The table {title}: everybody lists, the owner adds, changes and deletes

local MOST = 200 -- rows of one answer

local rows = nil

local function init()
  if not rows then rows = goop.orm({table}) end
end

-- Only columns of the table, and only what was sent.
local function columns(params)
  return {{
{columns}
  }}
end

local function list(params)
  local found, problem = rows:find({{ order = "_id DESC", limit = MOST, offset = params.offset or 0 }})
  if not found then return {{ error = problem }} end
  return {{ rows = found }}
end

local function add(params)
  local id, problem = rows:insert(columns(params))
  if not id then return {{ error = problem }} end
  return {{ id = id }}
end

local function update(params)
  if not params.{id} then return {{ error = "{id} required" }} end
  if not rows:get(params.{id}) then return {{ error = "not found" }} end
  local ok, problem = rows:update(params.{id}, columns(params))
  if not ok then return {{ error = problem }} end
  return {{ id = params.{id} }}
end

local function delete(params)
  if not params.{id} then return {{ error = "{id} required" }} end
  if not rows:get(params.{id}) then return {{ error = "not found" }} end
  rows:delete(params.{id})
  return {{ id = params.{id} }}
end

local function ready(action)
  return function(params)
    init()
    return action(params)
  end
end

-- Without goop.owner around it, every visitor may do it.
local dispatch = goop.route({{
  list = ready(list),
  add = goop.owner(ready(add)),
  update = goop.owner(ready(update)),
  delete = goop.owner(ready(delete)),
}})

function call(request)
  return dispatch(request)
end
"""


def table_script(table: TableInfo) -> str:
    """A script with the actions list, add, update and delete. A column named ``action`` is left out: that is
    how a page says what it wants. The row is ``id``, or ``_id`` where a column has that name.
    """
    names = [one.name for one in table.columns if not (one.is_system or one.generated or one.auto)]
    columns = [name for name in names if name != "action"]
    return _TEXT.format(
        title=" ".join(table.name.split()),
        table=_quoted(table.name),
        columns=_columns(columns),
        id="_id" if "id" in columns else "id",
    )


def _columns(names: Sequence[str]) -> str:
    return "\n".join(f"    {_key(name)} = params{_field(name)}," for name in names)


def _key(name: str) -> str:
    return name if _is_word(name) else f"[{_quoted(name)}]"


def _field(name: str) -> str:
    return f".{name}" if _is_word(name) else f"[{_quoted(name)}]"


def _is_word(name: str) -> bool:
    return name.isascii() and name.isidentifier() and name not in _KEYWORDS


def _quoted(text: str) -> str:
    """As a string of Lua. Example: ``a"b`` becomes ``"a\\"b"``."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{plain}"'
