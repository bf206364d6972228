-- What the guard does around a call of a host function. `arm()` imposes the memory limit again after one had to lift it.

local arm = G.arm

local EMPTY, ROOM, DEEP = {}, 3000, 15000
local lifted = false -- inside a host function: the GC is stopped and the memory limit may be lifted

-- No GC step, so no finalizer, may run while Python pushes values. And there must be room on the Lua stack, or Python raises: only a
-- heap of over 15 MB can hold a stack that is near its limit of 1,000,000 slots.
local is_refused = false -- while the debugger evaluates

function guard.begin_host()
  if is_refused then error("host functions are switched off here", 0) end
  if collect("count") > DEEP then select("#", unpack(EMPTY, 1, ROOM)) end
  lifted = true
  collect("stop")
end

local function end_host()
  lifted = false
  collect("restart")
end
guard.end_host = end_host

-- A host function was left by an error: take back what it had relaxed.
function guard.land()
  if lifted then
    end_host()
    arm()
  end
end

-- After an answer that was large, or that the limit was lifted for: the heap grew without a pulse.
function guard.adapt()
  arm()
  guard.adapt_pace()
end

function guard.refuse_host(is_on) is_refused = is_on end

function guard.end_border()
  if lifted then end_host() end
end
