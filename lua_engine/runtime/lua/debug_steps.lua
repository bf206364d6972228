-- Steps. A step ends at a line by (coroutine, level): `over` at the level where it began or above, `out` above. In what the script
-- calls meanwhile the line hook is off, and only returns are looked at.
local running = coroutine.running
local hook = guard.hook

D.stepping = nil -- the step under way: { kind =, thread =, height =, func =, is_deeper =, is_out =, below = }

local function wanted_mask()
  if D.is_busy then return "" end
  local wants_returns = D.stepping and D.stepping.kind ~= "into"
  if D.is_recording() then return "clr" end
  if D.has_hook_lines or D.cursor then return wants_returns and "lr" or "l" end
  if not D.stepping then return "" end
  if D.stepping.kind == "into" then return "l" end
  return D.stepping.is_deeper and "r" or "lr"
end

function D.update_mask() hook.watch(wanted_mask()) end

-- How many frames a thread has from `level` (of the caller) down.
local function depth_of(level)
  local n = D.count_frames(nil, level + 1) -- no tail call: the level counts this function
  return n
end

-- How many frames more than at the step this thread has, from `level` of the caller down: 2 is two or more, -1 one or more less. It is
-- asked at each line and return: Lua walks to a level from the top, so nobody counts a stack that may have 190,000.
local function more_frames(level)
  local n = D.stepping.height
  level = level + 1
  if n < 0 or getinfo(level + n + 1, "l") then return 2 end
  if getinfo(level + n, "l") then return 1 end
  if n == 0 or getinfo(level + n - 1, "l") then return 0 end
  return -1
end

local function is_resumed_from(thread, other)
  local at = guard.resumer_of[thread]
  while at ~= nil do
    if (at or D.main) == other then return true end
    at = at and guard.resumer_of[at] or nil
  end
  return false
end

-- Where we are, seen from the step: > 0 deeper, 0 the same level, < 0 above or elsewhere. `level` is that of the running frame. What is
-- left in a coroutine that was resumed from the step's thread leads to no frame of that.
local function depth_from_step(level)
  local thread = running()
  if thread == D.stepping.thread then
    local more = more_frames(level + 1) -- no tail call: the level counts this function
    return more
  end
  return is_resumed_from(thread, D.stepping.thread) and 2 or -1
end

-- From `frame`, which `below` has called.
function D.begin_step(kind, frame, below)
  D.stepping = { kind = kind, line = frame and frame.line, depth = frame and frame.height }
  if kind == "into" then return end
  if not frame then -- it stands in no function of the script: wherever it comes to next
    D.stepping.kind = "into"
    return
  end
  D.stepping.thread, D.stepping.height, D.stepping.func = frame.thread, frame.height, frame.func
  if kind == "out" then
    D.stepping.kind, D.stepping.height, D.stepping.func = "over", frame.height - 1, nil
    D.stepping.is_deeper, D.stepping.is_out, D.stepping.below = true, true, below
  end
end

-- After each instruction, once a step out has left its function.
function D.landed(level)
  return D.stepping and D.stepping.is_out and not D.stepping.is_deeper and getinfo(level + 1, "l").currentline > 0 and depth_from_step(level + 1) <= 0
end

-- The same, while it has not landed: it looks at each instruction, but not at those of what is called meanwhile. Of that no event has
-- announced the first line.
function D.go_on_out(level)
  if not (D.stepping and D.stepping.is_out) or D.stepping.is_deeper then return end
  local line = getinfo(level + 1, "l").currentline
  if line > 0 and depth_from_step(level + 1) > 0 then
    D.stepping.is_deeper = true
    if D.is_recording() then D.record_line(line, level + 1) end
    D.update_mask()
  else
    hook.count_one()
  end
end

-- A statement over several lines is one step: it ends at a line on which a statement begins, and not at the one that it comes from.
local function is_within_statement(line, level)
  local info = getinfo(level + 1, "S")
  if info.short_src ~= D.script then return false end
  local was_within = D.stepping.is_within
  D.stepping.is_within = not D.is_statement(info.linedefined, line)
  return D.stepping.is_within or (was_within and line == D.stepping.line and depth_of(level + 1) == D.stepping.depth)
end

function D.step_ends(line, level)
  if D.stepping.kind == "into" then return not is_within_statement(line, level + 1) end
  local depth = depth_from_step(level + 1)
  if depth > 0 then
    if not D.stepping.is_deeper then
      D.stepping.is_deeper = true
      D.update_mask()
    end
    return false
  end
  if depth == 0 and D.stepping.func and getinfo(level + 1, "f").func ~= D.stepping.func and getinfo(level + 1, "t").istailcall then
    D.stepping.height = D.stepping.height - 1 -- it became another function by a tail call: what is left is to go out
    D.stepping.func = nil
    return false
  end
  return line > 0 and not is_within_statement(line, level + 1)
end

-- A frame is left: is the one below that of the step, or is it the step's own?
function D.on_return(level)
  if not D.stepping or D.stepping.kind == "into" then return end
  local depth = depth_from_step(level + 1)
  if (depth == 1 or depth < 0) and D.stepping.is_deeper then
    D.stepping.is_deeper = false
    D.update_mask()
    if D.stepping.is_out then hook.count_one() end -- to stop in the midst of the caller's line
  elseif depth == 0 and D.stepping.func and not D.stepping.is_deeper then
    D.stepping.height, D.stepping.func = D.stepping.height - 1, nil -- from here on it goes out
  end
end
