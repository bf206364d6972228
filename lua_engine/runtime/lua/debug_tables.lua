-- The functions of the guard that write to tables, with an entry in the undo log before. In this order each entry stands where the
-- write does: a sort with a comparator works on a copy, as the guard's own does, so that no state in its midst is lost.
local env = guard.env
local insert, remove, sort, write_raw, guarded_load = env.table.insert, env.table.remove, env.table.sort, env.rawset, env.load

local function length(t)
  local mt = debug.getmetatable(t)
  if mt and rawget(mt, "__len") ~= nil then return nil end
  return rawlen(t)
end

local function note(t, first, last)
  for i = first, last do D.write_raw(t, i) end
end

function D.write_raw(t, key)
  if D.is_recording() and key ~= nil and key == key then D.log(t, key, rawget(t, key)) end
end

if G.wants_writes then
  function env.table.insert(t, ...)
    local n = type(t) == "table" and length(t)
    if n then
      local position = ...
      if select("#", ...) == 1 then
        note(t, n + 1, n + 1)
      elseif type(position) == "number" and position >= 1 and position <= n + 1 then
        note(t, position, n + 1)
      end
    elseif type(t) == "table" then
      note(t, 1, rawlen(t) + 1)
    end
    return insert(t, ...)
  end

  function env.table.remove(t, ...)
    if type(t) == "table" then
      local position = ...
      note(t, type(position) == "number" and position >= 1 and position or math.max(rawlen(t), 1), rawlen(t))
    end
    return remove(t, ...)
  end

  function env.table.sort(t, before)
    local n = type(t) == "table" and length(t)
    if not n or (before ~= nil and type(before) ~= "function") then return sort(t, before) end
    local copy = {}
    for i = 1, n do copy[i] = rawget(t, i) end
    sort(copy, before)
    for i = 1, n do
      local value = copy[i]
      if not rawequal(value, rawget(t, i)) then
        D.write_raw(t, i)
        rawset(t, i, value)
      end
    end
  end

  function env.rawset(t, key, value)
    if type(t) == "table" then D.write_raw(t, key) end
    return write_raw(t, key, value)
  end
end

function env.load(...)
  local f, message = guarded_load(...)
  if f then return D.adopt(f) end
  return f, message
end
