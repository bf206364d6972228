-- The base library on tables and metatables, and print.

local pending, fill, goop = guard.pending, guard.fill, guard.env.goop
local functions = {}

-- Whatever looks at a table past its metatable looks at a full one.
function functions.rawget(t, ...)
  if pending[t] then fill(t) end
  return rawget(t, ...)
end

function functions.rawset(t, ...)
  if pending[t] then fill(t) end
  return rawset(t, ...)
end

function functions.getmetatable(...)
  local t = ...
  if pending[t] and pending[t] ~= true then fill(t) end
  return getmetatable(...)
end

function functions.setmetatable(t, mt)
  if pending[t] and pending[t] ~= true then fill(t) end
  if type(mt) == "table" then
    -- Lua 5.2 honours __gc only if it is there at this moment; weak tables make a GC step quadratic (docs/security.md).
    if rawget(mt, "__gc") ~= nil then rawset(mt, "__gc", nil) end
    if rawget(mt, "__mode") ~= nil then rawset(mt, "__mode", nil) end
  end
  return setmetatable(t, mt)
end

function functions.print(...)
  local parts = {}
  for i = 1, select("#", ...) do parts[i] = guard.tostring((select(i, ...))) end
  goop.log.info(concat(parts, "\t"))
end

return functions
