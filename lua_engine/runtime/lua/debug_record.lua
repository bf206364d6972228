-- Recording: what a call did, step by step, so that every earlier state can be shown exactly as it was.
--
-- One undo log for everything. An entry (table, key, old value) is written before the change: by the script's bytecode (see
-- debugger/instrument.py) for tables and upvalues, by the line hook for locals, which are copied into a record of their frame at each
-- line. A step keeps its line, its frame's record and the length of the log. For example:
--
--   1  local t = { n = 1 }     step 1: line 1, log 0
--   2  t.n = 5                 step 2: line 2, log 2    entries: (record, "t", none), (record, names, ...)
--   3  return t                step 3: line 3, log 3    entry:   (t, "n", 1)
--
-- The state at step 2 is today's with the entries behind the second undone: t.n was 1. Nothing is really undone: `D.overlay` says what
-- each table had, and the call goes on as if nobody had looked.
--
-- Bounds: steps, bytes and seconds. Two halves are kept: when the newer is full, the older goes.
local getlocal, getupvalue, setupvalue, upvalueid = debug.getlocal, debug.getupvalue, debug.setupvalue, debug.upvalueid
local running, clock = coroutine.running, os.clock
local note_written, note_writes, note_change, note_round = D.note_written, D.note_writes, D.note_change, D.note_round

local HALF_STEPS, HALF_BYTES, SECONDS = 100000, 16 * 1024 * 1024, 2
local STEP_BYTES, ENTRY_BYTES, LONG = 48, 72, 1024

local ABSENT = D.ABSENT
local CELLS = {} -- stands for the table of all upvalues in the log
D.CELLS = CELLS
local is_on = false
local older, newer
local entries, steps -- of `newer`
local entry_tables, entry_keys, entry_olds
local began, ended_by
local levels -- thread -> { top =, [level] = record }
local last_thread, last_record, last_line, last_level
local cells -- upvalue -> { record, index of the local that it is }
local is_assigned = false
D.was_called = false -- a function was called since the last line: that line's locals may be others by now
D.has_moved = true -- or one was left: the line is perhaps one of another frame
D.is_entered = false -- the last of them was a call: the line is the first of a frame
local last_stack

local function new_half(first)
  entry_tables, entry_keys, entry_olds = {}, {}, {}
  entries, steps = 0, 0
  newer = {
    first = first, lines = {}, records = {}, marks = {}, bytes = 0,
    tables = entry_tables, keys = entry_keys, olds = entry_olds, written_at = {}, pins = {},
  }
end

local function turn_over()
  newer.steps, newer.entries = steps, entries
  older = newer
  D.has_dropped = D.has_dropped or older.first > 1
  new_half(older.first + older.steps)
end

local function log(t, key, old)
  entries = entries + 1
  entry_tables[entries], entry_keys[entries] = t, key
  if old == nil then old = ABSENT end
  entry_olds[entries] = old
  if type(old) == "string" and #old > LONG then newer.bytes = newer.bytes + #old end
end

-- Before t[key] = ... in the script: the table that is really written.
local function write_at(t, key, line)
  if not is_on or key == nil or key ~= key then return end
  for _ = 1, 100 do
    if type(t) ~= "table" then return end
    local old = rawget(t, key)
    if old == nil then
      local mt = debug.getmetatable(t)
      local target = mt and rawget(mt, "__newindex")
      if target ~= nil then
        t = target
        goto again
      end
    end
    log(t, key, old)
    newer.written_at[entries] = line
    note_written(t, key, line)
    do return end
    ::again::
  end
end

local function assign_of(f, index, line)
  local _, old = getupvalue(f, index)
  local cell = upvalueid(f, index)
  log(CELLS, cell, old)
  newer.pins[cell] = f -- as long as it lives, no other upvalue has its address
  newer.written_at[entries] = line
  is_assigned = true
  note_written(f, index, line)
end

D.log = log

function D.write(t, key)
  if is_on then write_at(t, key, D.has_moved and getinfo(2, "l").currentline or last_line) end
end

function D.assigned(index)
  if is_on then
    local info = getinfo(2, "fl")
    assign_of(info.func, index, info.currentline)
  end
end
function D.before_assign(f, index)
  if is_on then assign_of(f, index) end
end
function D.before_write(t, key) write_at(t, key) end

--------------------------------------------------------------------------------------------------------------------------
-- Steps

-- The locals of a frame into its record; `level` counts from the caller of this function.
local function scan(record, level, thread)
  local i = 1
  while true do
    local name, value
    if thread then name, value = getlocal(thread, level, i) else name, value = getlocal(level + 1, i) end
    if not name or name == "(*temporary)" then break end
    local old = record[i]
    if not rawequal(value, old) then
      log(record, i, old)
      record[i] = value
      if record.is_noted and string.byte(name) ~= 40 then note_change(name, value) end
    end
    if record[-i] ~= name then
      log(record, -i, record[-i])
      record[-i] = name
    end
    i = i + 1
  end
  if record[0] ~= i - 1 then
    log(record, 0, record[0])
    record[0] = i - 1
  end
end

local function new_record(func, level, parent)
  local info = getinfo(level + 1, "Snt")
  local record = { func = func, parent = parent, source = info.short_src, name = info.name, tail = info.istailcall }
  record.what, record.first_line, record.coroutine = info.what, info.linedefined, D.thread_number(last_thread)
  record.is_script = info.short_src == D.script
  if func == rawget(guard.env, D.entry_name) then record.name = D.entry_name end
  return record
end

-- Which of a function's upvalues are locals of frames that are still there: who assigns to the one changes the other, and only
-- where it is the upvalue that is assigned to does the bytecode say so. There is no function that tells; so each upvalue whose name is
-- that of a local is marked for a moment.
local MARK = {}

local function find_cell(func, index, name, stack, n, level)
  for k = n - 1, 1, -1 do
    local record = stack[k]
    for i = record and record[0] or 0, 1, -1 do
      if record[-i] == name then
        local _, value = getlocal(level + 1 + n - k, i)
        if rawequal(value, MARK) then return { record = record, index = i, func = func } end
      end
    end
  end
end

local function has_local(stack, n, name)
  for k = n - 1, 1, -1 do
    local record = stack[k]
    for i = record and record[0] or 0, 1, -1 do
      if record[-i] == name then return true end
    end
  end
end

local function map_cells(func, stack, n, level)
  local i = 1
  while true do
    local name, value = getupvalue(func, i)
    if not name then return end
    local cell = upvalueid(func, i)
    if cells[cell] == nil and name ~= "_ENV" and has_local(stack, n, name) then
      setupvalue(func, i, MARK)
      cells[cell] = find_cell(func, i, name, stack, n, level + 1)
      setupvalue(func, i, value)
    end
    i = i + 1
  end
end

function D.cell_of(func, index) return cells and cells[upvalueid(func, index)] end

-- Of a frame of the present; nil: it began while nothing was recorded.
function D.record_of(frame)
  local stack = is_on and levels[frame.thread]
  local record = stack and stack[frame.height]
  return record and record.func == frame.func and record or nil
end

local function top_of(thread)
  local stack = levels[thread]
  if not stack then return nil end
  for k = stack.top, 1, -1 do
    if stack[k] then return stack[k] end
  end
end

-- The frame below that is the script's and still there.
local function parent_of(stack, n, level)
  for k = n - 1, 1, -1 do
    local record = stack[k]
    if record then
      local info = getinfo(level + 1 + n - k, "f")
      if info and info.func == record.func then return record end
      stack[k] = nil
    end
  end
  local resumer = guard.resumer_of[last_thread]
  if resumer == nil then return nil end
  return top_of(resumer or D.main)
end

-- The caller stands in the midst of a line, some of which has run.
local function scan_caller(stack, n, level)
  for k = n - 1, 1, -1 do
    local record = stack[k]
    if record then
      record.is_noted = false
      scan(record, level + 1 + n - k)
      return
    end
  end
end

-- The record of the frame that runs, after calls or returns; -> record, its height, the thread's records, whether the thread is another.
-- `level` is that of the frame, from the caller of this function.
local function find_record(level)
  level = level + 1
  local thread = running()
  local stack = levels[thread]
  if not stack then
    stack = { top = 0 }
    levels[thread] = stack
  end
  local n, before = stack.top, stack.top
  if n > 0 and getinfo(level + n, "l") then
    while getinfo(level + n + 1, "l") do n = n + 1 end
  else
    repeat n = n - 1 until n <= 0 or getinfo(level + n, "l")
    if n <= 0 then n = D.count_frames(nil, level + 1) end
  end
  local func = getinfo(level + 1, "f").func
  local record = stack[n]
  local is_switched = thread ~= last_thread
  last_thread = thread
  if n > before or not record or record.func ~= func or D.is_entered then
    record = new_record(func, level + 1, parent_of(stack, n, level + 1))
    record.began = newer.first + steps
    stack[n] = record
    map_cells(func, stack, n, level + 1)
  end
  for k = n + 1, before do stack[k] = nil end
  stack.top = n
  return record, n, stack, is_switched
end

-- `level` is that of the script's frame, from the caller of this function.
local function record_line(line, level)
  local record, n, stack, is_switched = last_record, last_level, last_stack, false
  if D.has_moved then
    record, n, stack, is_switched = find_record(level)
    D.has_moved, D.is_entered = false, false
  end
  note_writes(last_record, last_line, record)
  record.is_noted = record.is_script and record.last_line ~= nil
  scan(record, level + 1)
  note_round(record, record.last_line)
  if D.was_called then
    D.was_called = false
    scan_caller(stack, n, level + 1)
    if is_switched then D.scan_resumers(last_thread) end
  end
  if is_assigned then
    is_assigned = false
    for k = n - 1, 1, -1 do
      if stack[k] then
        stack[k].is_noted = false
        scan(stack[k], level + 1 + n - k)
      end
    end
    D.scan_resumers(last_thread)
  end
  steps = steps + 1
  newer.lines[steps], newer.records[steps], newer.marks[steps] = line, record, entries
  if record.is_script then D.count_line(line) end
  record.last_line = line
  last_record, last_line, last_level, last_stack = record, line, n, stack
  if steps % 256 == 0 then
    G.recorded() -- the script does not pay for it
    D.check_bounds()
    guard.tick() -- in a hook the guard counts nothing
  end
end
D.record_line = record_line

-- Closures in a coroutine assign to locals of whoever resumed it.
function D.scan_resumers(thread)
  local resumer = guard.resumer_of[thread]
  while resumer ~= nil do
    local other = resumer or D.main
    local stack = levels[other]
    if stack then
      local depth = D.count_frames(other)
      for k = stack.top, 1, -1 do
        local info = stack[k] and getinfo(other, depth - k, "f")
        if info and info.func == stack[k].func then
          stack[k].is_noted = false
          scan(stack[k], depth - k, other)
        end
      end
    end
    resumer = resumer and guard.resumer_of[resumer] or nil
  end
end

function D.check_bounds()
  local size = newer.bytes + steps * STEP_BYTES + entries * ENTRY_BYTES
  newer.size = size
  guard.spare((size + (older and older.size or 0)) / 1024)
  if steps >= HALF_STEPS or size >= HALF_BYTES or collectgarbage("count") > D.crowded then
    turn_over()
    if collectgarbage("count") > D.crowded then
      older, D.has_dropped = nil, true
      if size < HALF_BYTES then -- it is the script that needs the room
        collectgarbage("collect")
        if collectgarbage("count") > D.crowded then D.end_recording("memory") end
      end
    end
  end
  if clock() - began > SECONDS then D.end_recording("time") end
end

-- What the last line did is known when the next begins, or at the end.
function D.finish_line()
  note_writes(last_record, last_line, nil)
  note_round(last_record, last_line)
end

function D.is_recording() return is_on end

function D.begin_recording()
  is_on, ended_by, older = true, nil, nil
  began = clock()
  levels = setmetatable({}, { __mode = "k" })
  cells = {}
  last_record, last_line, last_level, last_thread, last_stack = nil, nil, nil, nil, nil
  D.has_moved, D.was_called, D.is_entered = true, false, false
  D.begin_margin()
  new_half(1)
end

function D.end_recording(reason)
  G.recorded()
  is_on, ended_by = false, reason
  D.margin_is_partial = true
  D.update_mask()
end

-- At a stop: the time of recording begins anew; what was lost by it cannot come back.
function D.continue_recording()
  if is_on then
    began = clock()
  elseif ended_by == "time" then
    D.begin_recording()
    D.has_dropped = true
  end
end

-- The two halves: older (or nil), newer.
function D.halves()
  if newer then newer.steps, newer.entries = steps, entries end
  return older, newer
end

function D.recording_state()
  if not newer then return { first = 0, last = 0, is_on = false, dropped = false } end
  local first = older and older.first or newer.first
  return { first = first, last = newer.first + steps - 1, is_on = is_on, dropped = D.has_dropped == true, ended_by = ended_by }
end
