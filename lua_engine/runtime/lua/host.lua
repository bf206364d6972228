-- Host functions: how a call of one ends, what its arguments are made into, and `goop`, whose namespaces are parts (parts.lua).

local dispatch, pull = G.dispatch, G.pull

-- A normal Lua error with the place of the script that called, whatever glue is in between (our frames have no line).
local function raise(message)
  for level = 2, 30 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then
      message = info.short_src .. ":" .. info.currentline .. ": " .. message
      break
    end
  end
  error(message, 0)
end
guard.raise = raise

-- The line of the script from which a host function was called; 0 when it is not known: a tail call by a name of the
-- script's own (`local set = goop.kv.set return set(key)`) leaves no frame (scripts/tail_calls.py).
local function line()
  for level = 3, 30 do
    local info = getinfo(level, "l")
    if not info then break end
    if info.currentline > 0 then return info.currentline end
  end
  return 0
end
guard.line = line

local function finish(code, ...)
  guard.end_host()
  if code >= 8 then -- the limit had to be lifted for what follows
    guard.adapt()
    code = code - 8
  end
  if code == 0 then return ... end
  if code == 1 then return guard.build_value(...) end
  if code == 2 then return guard.build_rows(...) end
  if code == 3 then raise((...)) end
  guard.kill((...))
end

-- The next chunk of what is on its way.
function guard.pull()
  guard.begin_host()
  return finish(pull())
end

guard.dispatch, guard.finish = dispatch, finish
guard.CONVERSION = {} -- the error of a value that has no JSON form; its message is in it
guard.host = {} -- name -> the checked function

local goop, pending, need = {}, guard.pending, guard.need
guard.env.goop = goop
local settled = {} -- keys that the script has set, or that came with their part

local function bring(part)
  for key, value in next, need(part) do
    if not settled[key] then
      settled[key] = true
      rawset(goop, key, value)
    end
  end
end

pending[goop] = true
function guard.fill_goop()
  for key, part in next, guard.directory().keys do
    if key ~= "template" then bring(part) end -- that one asks the database
  end
  pending[goop] = nil
end

setmetatable(goop, {
  __index = function(_, key)
    local part = not settled[key] and guard.directory().keys[key]
    if not part then return nil end
    bring(part)
    return rawget(goop, key)
  end,
  __newindex = function(_, key, value)
    settled[key] = true
    rawset(goop, key, value)
  end,
  __metatable = false,
})
