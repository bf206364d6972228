-- Looking back: the state at a step, from the undo log (see debug_record.lua).
local getupvalue, upvalueid = debug.getupvalue, debug.upvalueid
local ABSENT, CELLS = D.ABSENT, D.CELLS

local statements = {}
for place in string.gmatch(G.statements, "[^,]+") do statements[place] = true end

-- Whether a statement begins on a line of the function that begins at line `first`.
function D.is_statement(first, line) return statements[first .. ":" .. line] == true end

local function place_of(number)
  local older, newer = D.halves()
  if number >= newer.first then return newer, number - newer.first + 1, newer end
  return older, number - older.first + 1, newer
end

local function undo(overlay, half, last, first)
  for i = last, first, -1 do
    local t = half.tables[i]
    local changes = overlay[t]
    if not changes then
      changes = {}
      overlay[t] = changes
    end
    changes[half.keys[i]] = half.olds[i]
  end
end

-- Show the state at a step; nil: the present.
function D.look_at(number)
  D.forget_handles()
  if not number then
    D.overlay = nil
    return
  end
  local half, index, newer = place_of(number)
  local overlay = {}
  if half ~= newer then undo(overlay, newer, newer.entries, 1) end
  undo(overlay, half, half.entries, half.marks[index] + 1)
  D.overlay = overlay
end

-- The line at which `record` stood at a step before.
local function line_before(record, number)
  local first = D.recording_state().first
  for at = number, first, -1 do
    local half, index = place_of(at)
    if half.records[index] == record then return half.lines[index], at end
  end
  return record.first_line, first
end

local function shown_name(record)
  if record.what == "main" then return "main chunk" end
  return record.name or "function at line " .. record.first_line
end

-- As collect_frames, for a step.
function D.past_frames(number)
  local half, index = place_of(number)
  local record, line = half.records[index], half.lines[index]
  local frames, at = {}, number
  while record and #frames < 1000 do
    frames[#frames + 1] = {
      record = record, func = record.func, line = line, source = record.source, name = shown_name(record),
      tail = record.tail, coroutine = record.coroutine,
    }
    record = record.parent
    if record then line, at = line_before(record, at) end
  end
  return frames
end

function D.past_locals(frame)
  local record, items, at = frame.record, {}, {}
  for i = 1, D.get(record, 0) or 0 do
    local name = D.get(record, -i)
    if name and string.byte(name) ~= 40 then
      if at[name] then items[at[name]] = false end
      items[#items + 1] = D.shown(name, D.get(record, i))
      at[name] = #items
    end
  end
  local seen = {}
  for i = 1, #items do
    if items[i] then seen[#seen + 1] = items[i] end
  end
  return seen
end

function D.upvalue(f, index, value)
  local local_of = D.at_step and D.cell_of(f, index)
  if local_of then
    for _, frame in ipairs(D.shown_frames) do
      if frame.record == local_of.record then return D.get(local_of.record, local_of.index) end
    end
  end
  local changes = D.overlay and D.overlay[CELLS]
  if not changes then return value end
  local old = changes[upvalueid(f, index)]
  if old == nil then return value end
  if old == ABSENT then return nil end
  return old
end

function D.past_read(frame, name)
  local record, found = frame.record, nil
  for i = 1, D.get(record, 0) or 0 do
    if D.get(record, -i) == name then found = i end
  end
  if found then return true, D.get(record, found) end
  local i = 1
  while true do
    local one, value = getupvalue(frame.func, i)
    if not one then return false end
    if one == name then return true, D.upvalue(frame.func, i, value) end
    i = i + 1
  end
end

-- -> line, record of a step; nil: it is not kept
function D.step_at(number)
  local state = D.recording_state()
  if number < state.first or number > state.last then return nil end
  local half, index = place_of(number)
  return half.lines[index], half.records[index]
end

-- Whether a statement begins at a step: it is not the midst of one that goes over several lines.
function D.begins_statement(number)
  local half, index = place_of(number)
  local record, line = half.records[index], half.lines[index]
  if not record.is_script then return true end
  if not D.is_statement(record.first_line, line) then return false end
  local was_within = false
  for at = number - 1, math.max(D.recording_state().first, number - 1000), -1 do
    half, index = place_of(at)
    if half.records[index] == record then
      local before = half.lines[index]
      if D.is_statement(record.first_line, before) then return not (was_within and before == line) end
      was_within = true
    end
  end
  return true
end

-- The step of the line that wrote, at or before `number`: the writer may have called others since its line began.
local function step_of_writer(number, t, line)
  local first = D.recording_state().first
  for at = number, math.max(first, number - 20000), -1 do
    local half, index = place_of(at)
    local record = half.records[index]
    if record == t or (line and half.lines[index] == line and record.is_script) then return at end
  end
  return number
end

-- The step whose line wrote `key` of `t` last before step `number`; nil: not within what is kept.
function D.last_write(t, key, number)
  local half, index = place_of(number)
  local function search(one, from, to)
    for i = from, to, -1 do
      if one.tables[i] == t and rawequal(one.keys[i], key) then return i end
    end
  end
  local function step_of(one, count, entry)
    local low, high = 1, count -- the first step whose mark is at least `entry`, less one
    while low < high do
      local middle = math.floor((low + high) / 2)
      if one.marks[middle] >= entry then high = middle else low = middle + 1 end
    end
    if one.marks[low] < entry then return one.first + count - 1 end
    return one.first + low - 2
  end
  local found = search(half, half.marks[index], 1)
  if found then return step_of_writer(step_of(half, half.steps, found), t, half.written_at[found]) end
  local older, newer = D.halves()
  if half == newer and older then
    found = search(older, older.entries, 1)
    if found then return step_of_writer(step_of(older, older.steps, found), t, older.written_at[found]) end
  end
end

-- A name in a frame -> the table and the key under which the log has its writes.
function D.log_place(frame, name)
  local record = frame.record
  for i = D.get(record, 0) or 0, 1, -1 do
    if D.get(record, -i) == name then return record, i end
  end
  local i = 1
  while true do
    local one = getupvalue(frame.func, i)
    if not one then break end
    if one == name then return CELLS, upvalueid(frame.func, i) end
    i = i + 1
  end
  return guard.env, name
end
