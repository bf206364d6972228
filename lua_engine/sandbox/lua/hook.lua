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
-- would never look at the clock. And whoever enters or leaves a coroutine applies the hook there (coroutine.lua).

local sethook = debug.sethook

local hook = {}
guard.hook = hook

local listener
local mask = "" -- events besides the count: "l" lines, "c" calls, "r" returns
local interval = 0 -- instructions between two counts; 0: no run is under way
local count = 0 -- as it is set: none while lines are seen
local without_lines = { [""] = "", l = "", r = "r", lr = "r", clr = "cr" } -- of the masks that there are
local is_one = false -- set by count_one, so the hook is another one than mask and count say

-- Who is called from the next set on.
function hook.listen(f) listener = f end

function hook.apply() sethook(listener, mask, count) end

function hook.apply_to(co) sethook(co, listener, mask, count) end

-- The count alone: for the debugger's own coroutines, in which it sees no line.
function hook.apply_to_count(co) sethook(co, guard.on_count, "", 1000) end

function hook.pace(n)
  interval = n
  if mask == "" or mask == "r" then count = n end
  sethook(listener, mask, count)
end

-- As pace, for a count that follows the heap: a small change is not worth beginning the count anew.
function hook.follow(n)
  if n * 2 < interval or n > interval * 2 then hook.pace(n) end
end

function hook.is_longer_than(n) return n < interval end

function hook.is_off() return interval == 0 end

-- Events for a debugger. While lines are seen nothing is counted: in Lua 5.2 a count makes a line event follow at once, on whatever
-- line it is. Every loop of the script's has its lines, so whoever hears of lines looks at the clock there.
function hook.watch(events)
  if events ~= mask or is_one then
    mask, is_one = events, false
    count = (events == "" or events == "r") and interval or 0
    sethook(listener, mask, count)
  end
end

-- A count event after the next instruction, and no line until the next watch. Lines and counts are never on together: a listener that
-- ends the lines within a count event leaves Lua 5.2 with a place in the listener's code (L->oldpc of traceexec in ldebug.c), whose line
-- it then looks up in the script's table of lines, far outside of it.
function hook.count_one()
  is_one = true
  sethook(listener, without_lines[mask], 1)
end

function hook.off()
  interval, count, mask = 0, 0, ""
  sethook()
end

hook.end_all = sethook -- for Python, when a run was left by an error: a C function, which needs no memory
