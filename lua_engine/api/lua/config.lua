-- goop.config: an object whose fields are the settings of a table. Reading asks the table, so that what another call wrote is seen.
local goop, host, guard = ...

local objects = setmetatable({}, { __mode = "k" }) -- object -> what it reads from
local methods = {}

local function source_of(self, method)
  local source = objects[self or false]
  if not source then guard.raise("goop.config:" .. method .. ": call it with a colon: cfg:" .. method .. "(...)") end
  return source
end

local function text(value) -- settings of a key-value table are text
  if type(value) == "number" or type(value) == "boolean" then return guard.tostring(value) end
  return value
end

local function save(source, method, values)
  local list = {}
  for name, value in next, values do
    name = guard.text_of(name)
    if not name then guard.raise("goop.config:" .. method .. ": values must be a table of name = value") end
    local kind = type(value)
    if kind ~= "string" and kind ~= "number" and kind ~= "boolean" then
      guard.misuse("goop.config:" .. method, name, "a string, number or boolean", value)
    end
    if source.kind == "pairs" then value = text(value) end
    list[name] = value
  end
  return host["config.save"](source.table, source.kind, list, source.defaults)
end

function methods.set(self, name, value)
  local source = source_of(self, "set")
  name = guard.text("goop.config:set", "name", name)
  local kind = type(value)
  if kind ~= "string" and kind ~= "number" and kind ~= "boolean" then
    guard.misuse("goop.config:set", "value", "a string, number or boolean", value)
  end
  return save(source, "set", { [name] = value })
end

function methods.save(self, values)
  local source = source_of(self, "save")
  if type(values) ~= "table" then guard.misuse("goop.config:save", "values", "a table", values) end
  return save(source, "save", values)
end

local object = {
  __index = function(self, name)
    if methods[name] then return methods[name] end
    name = guard.text_of(name)
    if not name then return nil end
    local source = objects[self]
    local value, err = host["config.get"](source.table, source.kind, name)
    if err then guard.raise("goop.config: " .. err) end
    if value == nil then return source.defaults[name] end
    return value
  end,
  __newindex = function(_, name)
    guard.raise('goop.config: a setting is written with cfg:set("' .. tostring(name) .. '", value)')
  end,
  __metatable = false,
}

function goop.config(name, defaults)
  if defaults ~= nil and type(defaults) ~= "table" then guard.misuse("goop.config", "defaults", "a table", defaults) end
  local kind, err = host["config.open"](name)
  if not kind then return nil, err end
  local own = {}
  for key, value in next, defaults or {} do own[key] = value end
  local self = {}
  objects[self] = { table = name, kind = kind, defaults = own }
  return setmetatable(self, object)
end
