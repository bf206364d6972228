-- The globals of a script. Libraries are empty tables until something is asked of them (parts.lua).

local need = guard.need

local env = {}
guard.env = env

-- Bytes below which a C call on a string is not worth charging.
guard.SMALL = 2048

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

env.assert, env.error, env.rawequal = assert, error, rawequal
env.select, env.type, env._VERSION = select, type, "Lua 5.1"
env._G = env

-- Functions whose part is loaded when they are first called; they take their place then.
local later = {
  pairs = "order", next = "order", ipairs = "order", unpack = "table",
  pcall = "protect", xpcall = "protect", tostring = "texts", print = "raw",
  rawget = "raw", rawset = "raw", getmetatable = "raw", setmetatable = "raw",
  load = "base", loadstring = "base", tonumber = "base", collectgarbage = "base", rawlen = "base",
}
guard.later = later

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
