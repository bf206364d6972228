-- Coroutines that have begun and wait to be resumed: those that the paused call can still reach, with their stacks. They are looked
-- for from the frames and globals onwards: a list of all there are would have those that only wait to be collected.
local getupvalue = debug.getupvalue
local status = coroutine.status

local MAX_LOOKED, MAX_KNOWN, MAX_ENTRIES, MAX_LEVELS = 20000, 10000, 500, 200

local function is_waiting(thread) return guard.resumer_of[thread] ~= nil and status(thread) == "suspended" end

-- How many there are, reachable or not.
local function count_waiting()
  local n, looked = 0, 0
  for thread in next, guard.resumer_of do
    looked = looked + 1
    if looked > MAX_KNOWN then break end
    if is_waiting(thread) then n = n + 1 end
  end
  return n
end

local openers = {}

function openers.table(t, add)
  add(debug.getmetatable(t))
  local n = 0
  for key, value in next, t do
    n = n + 1
    add(key)
    if not add(value) or n == MAX_ENTRIES then return end
  end
end

-- A function of ours leads to everything that we have; but what coroutine.wrap answers has its coroutine.
openers["function"] = function(f, add)
  local is_ours, i = D.is_built_in(f), 1
  while true do
    local name, value = getupvalue(f, i)
    if not name then return end
    if not is_ours or type(value) == "thread" then add(value) end
    i = i + 1
  end
end

function openers.thread(thread, add)
  if not is_waiting(thread) then return end
  for level = 0, MAX_LEVELS do
    local info = getinfo(thread, level, "f")
    if not info then return end
    add(info.func)
    D.each_kept(thread, level, add)
  end
end

-- Those that the frames and globals lead to, in the order in which they are found.
local function reached(frames)
  local wanted, found = count_waiting(), {}
  if wanted == 0 then return found end
  local queue, seen, looked = {}, {}, 0
  local function add(value) -- -> whether there is more to look at
    looked = looked + 1
    if openers[type(value)] and not seen[value] then
      seen[value] = true
      queue[#queue + 1] = value
      if type(value) == "thread" and is_waiting(value) then found[#found + 1] = value end
    end
    return looked < MAX_LOOKED and #found < wanted
  end
  for _, frame in ipairs(frames) do
    add(frame.func)
    D.each_kept(frame.thread, frame.level, add)
  end
  add(guard.env)
  local at = 1
  while queue[at] and looked < MAX_LOOKED and #found < wanted do
    openers[type(queue[at])](queue[at], add)
    at = at + 1
  end
  return found
end

-- -> a list of { number =, frames = }; one in which nothing of the script stands is left out
function D.waiting_coroutines()
  local list = {}
  for _, thread in ipairs(reached(D.shown_frames)) do
    local one = { number = D.thread_number(thread), frames = {} }
    D.add_frames(one.frames, thread, MAX_LEVELS)
    if #one.frames > 0 then list[#list + 1] = one end
  end
  table.sort(list, function(a, b) return a.number < b.number end)
  return list
end
