-- How often the hook looks. One VM instruction on strings (.., a coercion, a comparison) costs at most about 2 ns a byte of the
-- script's heap: so the number of instructions between two hooks goes down as the heap goes up, and an interval never takes more
-- than about 0.3 s.

local hook, tick, note_heap = guard.hook, guard.tick, guard.note_heap
local pace, follow = hook.pace, hook.follow

local base = 0 -- KB that are not the script's: 100 less than the prelude holds
local least = 1
local spared = 0 -- KB that are the debugger's
local hooks, peak = 0, 0

local function wanted_interval(heap) -- heap in KB
  if heap > peak then peak = heap end
  heap = heap - base - spared
  local n = floor(150000 / (heap > 0 and heap or 1))
  if n > 2000 then return 2000 elseif n < least then return least end
  return n
end

-- The heap can grow a hundredfold between two hooks (ten doublings of a string). Every such growth ends a GC cycle, and a
-- cycle ends with the pulse's finalizer, the only one in the VM: it shortens the interval then and there. The pulse is an object
-- that waits to be collected; at the C stack's end its finalizer fails and does not set the next: then the count hook does.
local pulse = {}
local beacon = setmetatable({}, { __mode = "v" })

local function set_pulse() beacon[1] = setmetatable({}, pulse) end

pulse.__gc = function()
  if hook.is_off() then return end -- the run is over: the VM is being closed
  set_pulse()
  if guard.is_killed() then return end
  local heap = collect("count")
  note_heap(heap)
  local n = wanted_interval(heap)
  if hook.is_longer_than(n) then pace(n) end
end

local function on_count()
  tick()
  if not beacon[1] then set_pulse() end
  hooks = hooks + 1
  if hooks >= 512 then
    hooks = 0
    guard.look_sometimes()
  end
  local heap = collect("count")
  if hooks % 64 == 0 then note_heap(heap) end
  follow(wanted_interval(heap))
end

guard.on_count = on_count
hook.listen(on_count)

-- While only code of ours runs, none of whose instructions meets a long string, it need not pay for the script's heap: with 2 MB of
-- that every 75 instructions would be a hook. It ends at the latest where the script catches an error (protect.lua).
local is_trusted, is_rest = false, false

function guard.trust()
  if is_trusted then return end
  is_trusted, least = true, 1000
  if not hook.is_longer_than(1000) then pace(1000) end
end

function guard.distrust()
  if not is_trusted or is_rest then return end
  is_trusted, least = false, 1
  pace(wanted_interval(collect("count")))
end

-- The script has answered.
function guard.trust_the_rest()
  guard.trust()
  is_rest = true
end

-- The heap grew by what no hook saw.
function guard.adapt_pace() pace(wanted_interval(collect("count"))) end

function guard.begin_pace(heap)
  hooks, peak = 0, 0
  local n = wanted_interval(heap)
  set_pulse()
  pace(n)
end

function guard.peak() return peak end

-- A part of the prelude that came later is not the script's either.
function guard.forgive(size)
  if size > 0 then base = base + size end
end

function guard.spare(size) spared = size end

-- The prelude is complete; what garbage it left counts as its own. The collector was stopped for it, and begins when a call has
-- made 64 KB: most never do.
function guard.rest()
  base = collect("count") - 100
  collect("restart")
  collect("step", -64)
end
