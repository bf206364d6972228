-- The globals of a script. Libraries are empty tables until something is asked of them (parts.lua).

local need, charge, names = guard.need, guard.charge, guard.names

local env = {}
guard.env = env

-- Bytes below which a C call on a string is not worth charging.
guard.SMALL = 2048

local function bad_argument(level, name, index, expected, value)
  error(format("bad argument #%d to '%s' (%s expected, got %s)", index, name, expected,
    value == nil and "no value" or type(value)), level + 1)
end
guard.bad_argument = bad_argument

-- A function that notes its first use.
function guard.noting(id, what, f)
  local is_noted = false
  return function(...)
    if not is_noted then
      is_noted = true
      guard.note(id, what)
    end
    return f(...)
  end
end

local pending = {} -- a library that is still empty -> its part; goop -> true
guard.pending = pending

local function fill(library)
  local name = pending[library]
  if name == true then return guard.fill_goop() end
  local functions = need(name)
  if name == "string" and guard.change_string then guard.change_string(functions) end -- glue of the namespaces
  for key, f in next, functions do rawset(library, key, f) end
  pending[library] = nil
  set_raw_metatable(library, nil)
end
guard.fill = fill

local empty = {
  __index = function(library, key)
    fill(library)
    return rawget(library, key)
  end,
  __newindex = function(library, key, value)
    fill(library)
    rawset(library, key, value)
  end,
  __metatable = false,
}

for _, name in ipairs { "string", "table", "math", "os", "coroutine" } do
  local library = setmetatable({}, empty)
  env[name], pending[library] = library, name
end

-- Whatever looks at a table past its metatable looks at a full one.
function env.rawget(t, ...)
  if pending[t] then fill(t) end
  return rawget(t, ...)
end

function env.rawset(t, ...)
  if pending[t] then fill(t) end
  return rawset(t, ...)
end

function env.getmetatable(...)
  local t = ...
  if pending[t] and pending[t] ~= true then fill(t) end
  return getmetatable(...)
end

function env.setmetatable(t, mt)
  if pending[t] and pending[t] ~= true then fill(t) end
  if type(mt) == "table" then
    -- Lua 5.2 honours __gc only if it is there at this moment; weak tables make a GC step quadratic (docs/security.md).
    if rawget(mt, "__gc") ~= nil then rawset(mt, "__gc", nil) end
    if rawget(mt, "__mode") ~= nil then rawset(mt, "__mode", nil) end
  end
  return setmetatable(t, mt)
end

env.assert, env.error, env.rawequal = assert, error, rawequal
env.select, env.type, env._VERSION = select, type, "Lua 5.1"
env.pcall, env.xpcall, env.tostring = guard.pcall, guard.xpcall, guard.tostring
env._G = env

-- Functions whose part is loaded when they are first called; they take their place then.
local later = {
  pairs = "order", next = "order", ipairs = "order", unpack = "table",
  load = "base", loadstring = "base", tonumber = "base", collectgarbage = "base", rawlen = "base",
}

for name, part in next, later do
  local f
  local function stub(...)
    if not f then
      f = need(part)[name]
      if rawget(env, name) == stub then env[name] = f end
    end
    return f(...)
  end
  env[name] = stub
end

-- For a debugger, which changes some of them: everything is there.
function guard.complete()
  for name, part in next, later do env[name] = need(part)[name] end
  while next(pending) do fill((next(pending))) end
end
