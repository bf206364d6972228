-- What happens around a call of a host function, and whose line it is. `arm()` imposes the memory limit again after one had to lift it.

local arm, pull = G.arm, G.pull

local EMPTY, ROOM, DEEP = {}, 3000, 15000

local is_refused = false -- while the debugger evaluates

-- No GC step, so no finalizer, may run while Python pushes values. And there must be room on the Lua stack, or Python raises: only a
-- heap of over 15 MB can hold a stack that is near its limit of 1,000,000 slots.
local function begin_host()
  if is_refused then error("host functions are switched off here", 0) end
  if collect("count") > DEEP then select("#", unpack(EMPTY, 1, ROOM)) end
  guard.is_lifted = true
  collect("stop")
end
guard.begin_host = begin_host

local function end_host()
  guard.is_lifted = false
  collect("restart")
end
guard.end_host = end_host

-- A host function was left by an error: take back what it had relaxed.
function guard.land()
  end_host()
  arm()
end

-- After an answer that was large, or that the limit was lifted for: the heap grew without a pulse.
function guard.adapt()
  arm()
  guard.adapt_pace()
end

function guard.refuse_host(is_on) is_refused = is_on end

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
  end_host()
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
  begin_host()
  return finish(pull())
end

guard.dispatch, guard.finish = G.dispatch, finish
