-- The verdict on a call: time, memory, cancellation. It is final: once `killed` is set, every instruction of the script and every
-- place that catches errors raises it again.
--
-- The time costs next to nothing: a count hook looks at os.time (no system call, no Python); only in the last second, and then at
-- most every 20 ms of CPU time, it asks Python, since that waits for the GIL.

local poll, pace = G.poll, guard.hook.pace

guard.at_limit = false -- a debugger's

local MEMORY = "not enough memory"
local FINALIZER_MEMORY = "error in __gc metamethod (not enough memory)"
local KILL = {} -- the error value of a killed call; scripts never hold it, flags decide, not values

local killed -- nil, or the kind of the verdict: "timeout", "memory", ...
local kill_line, kill_trace = 0, ""
local soft = 0 -- the os.time from which to look closer
local last_clock = 0

local MARK = 16777216 -- that a debugger adds to the numbers of lines within long ones: MARK of debugger/long_lines.py
guard.LINE_MARK = MARK

local function where_killed()
  -- The innermost frames of the script; ours have no line.
  local lines, n = {}, 0
  for level = 3, 40 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then
      local line = info.currentline % MARK
      if n == 0 then kill_line = line end
      n = n + 1
      lines[n] = info.short_src .. ":" .. line
      if n >= 20 then break end
    end
  end
  kill_trace = concat(lines, "\n")
end

-- A failed allocation says nothing of its place: so remember where the script was when the heap was last seen to be large.
local high_heap, high_line = huge, 0

function guard.note_heap(heap)
  if heap <= high_heap then return end
  for level = 3, 8 do
    local info = getinfo(level, "Sl")
    if not info then break end
    if info.currentline > 0 then
      high_line = info.currentline % MARK
      return
    end
  end
end

local function kill(kind)
  if not killed then
    killed = kind
    if kind == "memory" then kill_line = high_line else where_killed() end
    pace(1)
  end
  error(KILL, 0)
end

local function look()
  local cpu = clock()
  local spent = cpu - last_clock
  if spent >= 0 and spent < 0.02 then return end
  last_clock = cpu
  local left = poll()
  if left == 0 and guard.at_limit then left = guard.at_limit() end -- a debugger may get more time
  if left <= 0 then kill(left == -1 and "cancelled" or "timeout") end
  soft = now() + floor(left)
end

-- A verdict that is raised at the next instruction: for where an error cannot be thrown.
function guard.condemn(kind)
  killed = killed or kind
  pace(1)
end

-- An evaluation of the debugger's has a clock and a verdict of its own; the call's wait meanwhile. For example: the call has 3 s
-- left, `while true do end` is evaluated with 0.2 s: a kill inside says "timeout" to the evaluation, and the call still has its 3 s.
local trial -- what is kept of the call

function guard.begin_trial(seconds)
  trial = { killed, kill_line, kill_trace, soft, last_clock, high_heap, high_line }
  local until_then, call_poll = clock() + seconds, G.poll
  killed, soft, high_heap = nil, 0, huge
  poll = function()
    if call_poll() < 0 then return -1 end
    local left = until_then - clock()
    return left > 0 and left or -2
  end
end

-- -> nil, or what ended the evaluation
function guard.end_trial()
  local verdict = killed
  killed, kill_line, kill_trace, soft, last_clock, high_heap, high_line = unpack(trial, 1, 7)
  trial, poll = nil, G.poll
  return verdict
end

function guard.is_trial() return trial ~= nil end

local function tick()
  if killed then kill(killed) end
  if now() >= soft then look() end
end

-- So that a call that was cancelled ends soon; and a backstop, should the wall clock be set back.
function guard.look_sometimes()
  if clock() - last_clock > 0.1 then
    last_clock = -1
    look()
  end
end

-- C functions are one instruction however long they take: they account for it here, in instructions (about 5 ns each).
local credit = 20000
local function charge(n)
  credit = credit - n
  if credit < 0 then
    credit = 20000
    tick()
  end
end

-- For an error that was caught: a verdict is raised again.
function guard.review(err)
  if killed then kill(killed) end
  if err == MEMORY or err == FINALIZER_MEMORY then kill("memory") end
  if now() >= soft then look() end
end

function guard.memory_failed()
  killed = killed or "memory"
  kill_line = high_line
end

function guard.is_killed() return killed ~= nil end

function guard.verdict() return killed, kill_line, kill_trace, guard.peak() end

function guard.begin_verdict(heap, limit, left) -- in KB, left in seconds
  high_heap, high_line = heap + limit / 2, 0
  killed, kill_line, kill_trace, credit = nil, 0, "", 20000
  last_clock = clock()
  soft = now() + floor(left)
end

guard.charge, guard.tick, guard.kill, guard.clock = charge, tick, kill, clock
guard.MEMORY, guard.FINALIZER_MEMORY = MEMORY, FINALIZER_MEMORY
