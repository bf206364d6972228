-- The hook of a VM and its only owner: nothing else calls debug.sethook. The guard runs as a count hook: Lua calls `listener`
-- after every `interval` instructions. A debugger wants line, call or return events as well, and adds them to the mask.
--
-- An example. Lua keeps one hook for each coroutine, and setting it begins the count anew:
--
--   local co = coroutine.create(function() for i = 1, 1e9 do end end)
--   coroutine.resume(co)   -- interval 2000: on_count after 2000 instructions of the loop, then after 4000, ...
--                          -- on_count finds a heap of 2 MB: pace(75); from here it is called every 75 instructions
--   coroutine.yield()      -- back in the main thread, where Lua still counts to 2000: so resume applies the hook there too
--
-- Three rules follow. Mask and interval are read here at every set, so that no coroutine keeps those of before. A set that changes
-- nothing is left out where it could be repeated at will: one for each line would begin the count anew at each line, and the guard
-- would never look at the clock. And whoever enters or leaves a coroutine applies the hook there (coroutines.lua).

local sethook = debug.sethook

local hook = {}
guard.hook = hook

local listener
local mask = "" -- events besides the count: "l" lines, "c" calls, "r" returns
local interval = 0 -- instructions between two counts; 0: no run is under way

-- Who is called from the next set on.
function hook.listen(f) listener = f end

function hook.apply() sethook(listener, mask, interval) end

function hook.apply_to(co) sethook(co, listener, mask, interval) end

function hook.pace(n)
  interval = n
  sethook(listener, mask, n)
end

-- As pace, for a count that follows the heap: a small change is not worth beginning the count anew.
function hook.follow(n)
  if n * 2 < interval or n > interval * 2 then
    interval = n
    sethook(listener, mask, n)
  end
end

function hook.is_longer_than(n) return n < interval end

function hook.is_off() return interval == 0 end

function hook.watch(events)
  if events ~= mask then
    mask = events
    sethook(listener, mask, interval)
  end
end

function hook.off()
  interval = 0
  sethook()
end

hook.end_all = sethook -- for Python, when a run was left by an error: a C function, which needs no memory
