-- Breakpoints: what the calls in the bytecode do (see debugger/instrument.py), and the line hook where there is no call.
local create, resume, running = coroutine.create, coroutine.resume, coroutine.running

D.breakpoints, D.hook_lines = {}, {} -- line -> breakpoint; line -> true where only the hook can stop
D.has_hook_lines = false
D.skipped_line = nil -- a step has just stopped there: the call of its breakpoint follows
local hits = {} -- breakpoint id -> how often
local IN_BRACES = "{([^{}]*)}"

-- Python sends one text: records with the fields line, id, needs a hook, hit test, condition, message.
function D.set_breakpoints(text)
  D.breakpoints, D.hook_lines, D.has_hook_lines = {}, {}, false
  for record in string.gmatch(text, "([^\30]*)\30") do
    local fields = {}
    for part in string.gmatch(record, "([^\31]*)\31") do fields[#fields + 1] = part end
    local line = tonumber(fields[1])
    D.breakpoints[line] = { id = fields[2], test = fields[4], condition = fields[5], message = fields[6] }
    D.prepare(fields[5])
    for text in string.gmatch(fields[6], IN_BRACES) do D.prepare(text) end
    if fields[3] == "1" then D.hook_lines[line], D.has_hook_lines = true, true end
  end
  D.update_mask()
end

-- A value in the frame that runs now: under the limits of an evaluation, while the call goes on.
local function value_here(text)
  local thread = running()
  D.is_busy = true
  local co = create(function()
    local frames = {}
    D.add_frames(frames, thread, 1) -- all others would be found and named for nothing, at each hit
    return D.value_of(frames[1], text)
  end)
  local _, ok, value = resume(co)
  D.is_busy = false
  G.arm()
  return ok, value
end

local function is_due(breakpoint)
  if breakpoint.condition ~= "" then
    local ok, value = value_here(breakpoint.condition)
    if not ok then return true, "the condition failed: " .. value end
    if not value then return false end
  end
  local id, test = breakpoint.id, breakpoint.test
  hits[id] = (hits[id] or 0) + 1
  if test == "" then return true end
  local operator, number = string.match(test, "^(%D*)(%d+)$")
  number = tonumber(number)
  if operator == ">=" then return hits[id] >= number end
  if operator == ">" then return hits[id] > number end
  if operator == "%" then return hits[id] % number == 0 end
  return hits[id] == number
end

-- The message with the values of what stands in braces.
local function message_of(breakpoint)
  return (string.gsub(breakpoint.message, IN_BRACES, function(text)
    local ok, value = value_here(text)
    if ok and type(value) == "string" then return value end
    return ok and D.preview(value) or "{" .. text .. ": " .. value .. "}"
  end))
end

function D.at_breakpoint(line)
  local breakpoint = D.breakpoints[line]
  if not breakpoint then return end
  local due, problem = is_due(breakpoint)
  if not due then return end
  if breakpoint.message ~= "" and not problem then
    D.say(D.json { kind = "log", line = line, text = message_of(breakpoint) })
    return
  end
  if D.seeks then return end
  D.stop("breakpoint", problem or "", breakpoint.id)
end

-- The call in the bytecode.
local function stop_line(line)
  if D.is_busy then return end
  if D.skipped_line == line then
    D.skipped_line = nil
    return
  end
  if D.breakpoints[line] and not D.hook_lines[line] then D.at_breakpoint(line) end
end

-- Give a chunk what its calls need; `first` is the index of the first of our upvalues.
function D.attach(chunk, names, first)
  for name in string.gmatch(names, "[^,]+") do
    debug.setupvalue(chunk, first, name == "(stop)" and stop_line or name == "(write)" and D.write or D.assigned)
    first = first + 1
  end
end

function D.hits()
  local list = {}
  for id, count in next, hits do list[#list + 1] = { id, count } end
  return list
end
