-- goop.orm and goop.expr: handles with methods over the host functions, which take the table's name.
local goop, host, guard = ...

-- Both are known by identity: a table that a visitor sent is neither, whatever its fields say.
local names = setmetatable({}, { __mode = "k" }) -- handle -> table
local expressions = setmetatable({}, { __mode = "k" }) -- marker -> SQL text

local marker = {
  __tostring = function(self) return "goop.expr(" .. expressions[self] .. ")" end,
  __metatable = false,
}

function goop.expr(sql)
  sql = guard.text("goop.expr", "sql", sql)
  local self = setmetatable({}, marker)
  expressions[self] = sql
  return self
end

local methods = {}
local handle = { __index = methods, __metatable = false }

local function table_of(self, method)
  local name = names[self or false]
  if not name then guard.raise("goop.orm:" .. method .. ": call it on a handle, with a colon: handle:" .. method .. "(...)") end
  return name
end

local function without_expressions(method, data)
  if type(data) ~= "table" then return data end
  for _, value in next, data do
    if expressions[value] then guard.raise("goop.orm:" .. method .. ": goop.expr works in update and update_where only") end
  end
  return data
end

local function changes(method, data)
  if type(data) ~= "table" then guard.misuse("goop.orm:" .. method, "data", "a table", data) end
  local list, n = {}, 0
  for column, value in next, data do
    if type(column) ~= "string" then guard.raise("goop.orm:" .. method .. ": data must be a table of column = value") end
    local sql = expressions[value]
    n = n + 1
    if sql then list[n] = { column, true, sql } else list[n] = { column, false, value } end
  end
  return list
end

for _, method in ipairs {
  "find", "find_one", "get", "get_by", "list", "pluck", "count", "exists", "distinct", "aggregate", "validate", "delete",
  "delete_where",
} do
  local call = host["orm." .. method]
  methods[method] = function(self, ...) return call(table_of(self, method), ...) end
end

function methods.insert(self, data)
  return host["orm.insert"](table_of(self, "insert"), without_expressions("insert", data))
end

function methods.upsert(self, key, data)
  return host["orm.upsert"](table_of(self, "upsert"), key, without_expressions("upsert", data))
end

function methods.seed(self, rows)
  local name = table_of(self, "seed")
  if type(rows) == "table" then
    for _, row in next, rows do without_expressions("seed", row) end
  end
  return host["orm.seed"](name, rows)
end

function methods.update(self, id, data)
  return host["orm.update"](table_of(self, "update"), id, changes("update", data))
end

function methods.update_where(self, data, opts)
  return host["orm.update_where"](table_of(self, "update_where"), changes("update_where", data), opts)
end

function goop.orm(name)
  local self, err = host["orm.open"](name)
  if not self then return nil, err end
  names[self] = name
  return setmetatable(self, handle)
end
