-- The stack of a paused call: frames of the script only (ours have no line), innermost first, then those of the resumer, and so on.
local getlocal, setlocal, getupvalue, setupvalue = debug.getlocal, debug.setlocal, debug.getupvalue, debug.setupvalue
local running, status, floor = coroutine.running, coroutine.status, math.floor

local MARK = guard.LINE_MARK
local MAX_VARARGS, MAX_GLOBALS, MAX_FRAMES = 250, 1000, 1000

local function name_of(info)
  if info.what == "main" then return "main chunk" end
  if info.func == rawget(guard.env, D.entry_name) then return D.entry_name end
  if info.name and info.namewhat ~= "" then return info.name end
  local known = D.known_name(info.func)
  if known then return known end
  return "function at line " .. info.linedefined
end

-- The name of a function that was reached by a tail call: as a global, or as an upvalue of a function that can be reached so.
function D.known_name(func)
  local queue, seen, at = { rawget(guard.env, D.entry_name) }, {}, 0
  for name, value in next, guard.env do
    if rawequal(value, func) then return name end
  end
  while at < #queue and at < 200 do
    at = at + 1
    local i = 1
    while true do
      local name, value = getupvalue(queue[at], i)
      if not name then break end
      if rawequal(value, func) then return name end
      if type(value) == "function" and not seen[value] then
        seen[value] = true
        queue[#queue + 1] = value
      end
      i = i + 1
    end
  end
end

-- How many frames `thread` has; nil: of the thread that runs, from `level` of the caller down. Lua walks to a level from the top, so
-- it is asked for few of them: a stack may have 190,000.
function D.count_frames(thread, level)
  if thread == running() then thread, level = nil, 0 end
  local first = thread and 0 or level + 2 -- `is_there` and this function stand above
  local function is_there(n)
    if thread then return getinfo(thread, first + n, "l") ~= nil end
    return getinfo(first + n, "l") ~= nil
  end
  if not is_there(0) then return 0 end
  local low, high = 0, 1
  while is_there(high) do low, high = high, 2 * high end
  while high - low > 1 do
    local middle = low + floor((high - low) / 2)
    if is_there(middle) then low = middle else high = middle end
  end
  return high
end

-- A frame: { thread =, level =, func =, line =, ... }. `most` of a thread's are added.
function D.add_frames(frames, thread, most)
  local first, height = #frames + 1, D.count_frames(thread)
  for level = 0, height - 1 do
    local info = getinfo(thread, level, "Slnft")
    if info.currentline > 0 then
      frames[#frames + 1] = {
        thread = thread, level = level, height = height - level, func = info.func, line = info.currentline % MARK, source = info.short_src,
        name = name_of(info), tail = info.istailcall, coroutine = D.thread_number(thread),
      }
      if #frames - first + 1 >= most then return end
    end
  end
end

local thread_numbers, threads = setmetatable({}, { __mode = "k" }), 0

function D.thread_number(thread)
  if thread == D.main then return 0 end
  if not thread_numbers[thread] then
    threads = threads + 1
    thread_numbers[thread] = threads
  end
  return thread_numbers[thread]
end

-- `dead` is a coroutine that ended with an error: its frames come first.
function D.collect_frames(thread, dead)
  local frames, chain, seen = {}, { dead }, {}
  while thread and not seen[thread] do
    seen[thread] = true
    chain[#chain + 1] = thread
    local resumer = guard.resumer_of[thread]
    if resumer == false then resumer = D.main end
    thread = resumer
  end
  for i = #chain, 1, -1 do D.thread_number(chain[i]) end -- who resumes has the smaller number
  for _, one in ipairs(chain) do D.add_frames(frames, one, MAX_FRAMES) end
  return frames
end

local function is_shown(name) return string.sub(name, 1, 1) ~= "(" end

-- Each value that a level keeps: its locals, and what a loop goes by.
function D.each_kept(thread, level, visit)
  local i = 1
  while true do
    local name, value = getlocal(thread, level, i)
    if not name then return end
    if name ~= "(*temporary)" then visit(value) end
    i = i + 1
  end
end

-- Each local of a frame that can be seen at its line: the last of a name is the one that the name means.
local function each_local(frame, visit)
  local i = 1
  while true do
    local name, value = getlocal(frame.thread, frame.level, i)
    if not name then break end
    if is_shown(name) then visit(name, value, i) end
    i = i + 1
  end
end

-- The first of them: a call can have a million.
function D.varargs(frame)
  local values, n = {}, 0
  if frame.record then return values, 0 end
  while true do
    local name, value = getlocal(frame.thread, frame.level, -(n + 1))
    if not name then return values, n end
    n = n + 1
    values[n] = value
    if n == MAX_VARARGS then return values, n end
  end
end

function D.locals(frame)
  if frame.record then return D.past_locals(frame) end
  local items, at = {}, {}
  each_local(frame, function(name, value)
    if at[name] then items[at[name]] = false end
    items[#items + 1] = D.shown(name, value)
    at[name] = #items
  end)
  local seen = {}
  for i = 1, #items do
    if items[i] then seen[#seen + 1] = items[i] end
  end
  local values, n = D.varargs(frame)
  for i = 1, n do seen[#seen + 1] = D.shown("..." .. i, values[i]) end
  return seen
end

function D.upvalues(frame)
  local items, i = {}, 1
  while true do
    local name, value = getupvalue(frame.func, i)
    if not name then return items end
    if is_shown(name) and name ~= "_ENV" then items[#items + 1] = D.shown(name, D.upvalue(frame.func, i, value)) end
    i = i + 1
  end
end

-- What the script added comes first.
function D.globals()
  local own, given = {}, {}
  for key, value in D.pairs(guard.env) do
    local list = rawget(D.given_globals, key) == value and given or own
    if #list < MAX_GLOBALS then
      list[#list + 1] = D.shown(D.key_text(key), value)
      list[#list].is_given = list == given
    end
  end
  local function by_name(a, b) return a.name < b.name end
  table.sort(own, by_name)
  table.sort(given, by_name)
  for i = 1, #given do own[#own + 1] = given[i] end
  return own
end

-- -> kind ("local" | "upvalue"), index; nil: neither
function D.find(frame, name)
  local found
  each_local(frame, function(one, _, i)
    if one == name then found = i end
  end)
  if found then return "local", found end
  local i = 1
  while true do
    local one = getupvalue(frame.func, i)
    if not one then return nil end
    if one == name then return "upvalue", i end
    i = i + 1
  end
end

-- -> is there one, its value
function D.read(frame, name)
  if frame.record then return D.past_read(frame, name) end
  local kind, index = D.find(frame, name)
  if kind == "local" then
    local _, value = getlocal(frame.thread, frame.level, index)
    return true, value
  elseif kind == "upvalue" then
    local _, value = getupvalue(frame.func, index)
    return true, D.upvalue(frame.func, index, value)
  end
  return false
end

-- "...2" is the second of the extra arguments. -> is there one
function D.assign(frame, name, value)
  local extra = type(name) == "string" and string.match(name, "^%.%.%.(%d+)$")
  if extra then return setlocal(frame.thread, frame.level, -tonumber(extra), value) ~= nil end
  local kind, index = D.find(frame, name)
  if kind == "local" then
    setlocal(frame.thread, frame.level, index, value)
  elseif kind == "upvalue" then
    D.before_assign(frame.func, index)
    setupvalue(frame.func, index, value)
  end
  return kind ~= nil
end
