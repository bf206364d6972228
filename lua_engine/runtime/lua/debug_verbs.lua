-- What a paused call is asked, verb by verb: its stack and values, and its past.
local verbs = {}
D.verbs = verbs

-- `before` is the id of the frame before the first.
local function described(frames, before)
  local list = {}
  for i, frame in ipairs(frames) do
    list[i] = {
      id = before + i, name = frame.name, line = frame.line, source = frame.source, tail = frame.tail == true, coroutine = frame.coroutine,
    }
  end
  return list
end

local waiting_frames -- of suspended coroutines: their ids follow those of the stack

function D.look()
  waiting_frames = {}
  if D.at_step then
    D.look_at(D.at_step)
    D.shown_frames = D.past_frames(D.at_step)
  else
    D.look_at(nil)
    D.shown_frames = D.collect_frames(D.thread_stopped, D.dead_thread)
  end
  return { frames = described(D.shown_frames, 0), step = D.at_step or 0, recording = D.recording_state() }
end

local function frame_of(number)
  local frame = D.shown_frames[number]
  if frame then return frame end
  frame = waiting_frames[number - #D.shown_frames] or error("there is no frame " .. number, 0)
  local info = coroutine.status(frame.thread) == "suspended" and getinfo(frame.thread, frame.level, "fl")
  if not info or info.func ~= frame.func or info.currentline ~= frame.line then error("that coroutine has gone on", 0) end
  return frame
end

function verbs.coroutines()
  waiting_frames = {}
  if D.at_step then return { coroutines = {} } end
  local list = D.waiting_coroutines()
  for _, one in ipairs(list) do
    local frames, before = one.frames, #D.shown_frames + #waiting_frames
    one.frames = described(frames, before)
    for _, frame in ipairs(frames) do waiting_frames[#waiting_frames + 1] = frame end
  end
  return { coroutines = list }
end

function verbs.locals(number) return { items = D.locals(frame_of(number)) } end
function verbs.upvalues(number) return { items = D.upvalues(frame_of(number)) } end
function verbs.globals() return { items = D.globals() } end

function verbs.children(ref, first, count)
  local items, total = D.children(ref, first, count)
  return { items = items, total = total }
end

local function past_value(text)
  if not D.at_step then return "only names and fields (a.b[1]) can be read, not '" .. text .. "'" end
  return "the past is for looking: only names and fields (a.b[1]) can be read there, not '" .. text .. "'"
end

-- a.b["c"][1], read raw: all that can be asked of a state of the past; -> ok, value or message, is the name one that is not kept
local function past_path(frame, text)
  local rest = string.match(text, "^%s*(.-)%s*$")
  local name, more = string.match(rest, "^([%a_][%w_]*)(.*)$")
  if not name then return false, past_value(text) end
  local is_there, value = D.read(frame, name)
  local why = not is_there and D.not_kept(frame)(name)
  if why then return false, why, true end
  if not is_there then value = D.get(guard.env, name) end
  while more ~= "" do
    local key, after = string.match(more, "^%s*%.%s*([%a_][%w_]*)(.*)$")
    if not key then
      key, after = string.match(more, "^%s*%[%s*(.-)%s*%](.*)$")
      if not key then return false, past_value(text) end
      local word = string.match(key, '^"([^"\\]*)"$') or string.match(key, "^'([^'\\]*)'$")
      key = word or tonumber(key)
      if not key then return false, past_value(text) end
    end
    if type(value) ~= "table" then return false, "there is no field in a " .. type(value) .. " value" end
    value, more = D.get(value, key), after
  end
  return true, value
end

local function path_answer(frame, text)
  local ok, value, is_not_kept = past_path(frame, text)
  if ok then return { values = { D.shown("", value) } } end
  return { error = value, not_kept = is_not_kept }
end

function verbs.evaluate(number, text, with_host)
  local frame = frame_of(number)
  if D.at_step then
    return path_answer(frame, text)
  end
  return D.evaluate(frame, text, with_host)
end

-- A name with fields, raw: nothing of the script runs.
function verbs.peek(number, text) return path_answer(frame_of(number), text) end

-- scope: "local", "global" or a number, the handle of a table
function verbs.set(number, scope, name, text)
  if D.at_step then return { error = "the past is for looking: nothing can be set there" } end
  local frame = frame_of(number)
  local ok, value = D.value_of(frame, text)
  if not ok then return { error = value } end
  if type(scope) == "number" then
    local t, key = D.table_of(scope), D.key_of(scope, name)
    if type(t) ~= "table" or key == nil then return { error = "it no longer exists" } end
    D.before_write(t, key)
    rawset(t, key, value)
  elseif scope == "global" then
    D.before_write(guard.env, name)
    rawset(guard.env, name, value)
  elseif not D.assign(frame, name, value) then
    return { error = D.not_kept(frame)(name) or "there is no local or upvalue '" .. name .. "' here" }
  end
  return { values = { D.shown(name, value) } }
end

function verbs.breakpoints(text)
  D.set_breakpoints(text)
  return {}
end

function verbs.catch(uncaught, caught)
  D.catches.uncaught, D.catches.caught = uncaught, caught
  return {}
end

-- To a step; 0: the present.
function verbs.go(number)
  local state = D.recording_state()
  if number <= 0 or number >= state.last + 1 then D.at_step = nil else D.at_step = number end
  if D.at_step and D.at_step < state.first then D.at_step = state.first end
  return D.look()
end

-- The frames that a step must be in for `over`: that of now and those below.
local function chain_of(record)
  local chain = {}
  while record do
    chain[record] = true
    record = record.parent
  end
  return chain
end

-- From step `at` to the next in a direction at which a statement begins, in `chain` if there is one; nil: there is none.
local function found_step(at, direction, chain)
  local state = D.recording_state()
  at = at + direction
  while at >= state.first and at <= state.last do
    local _, record = D.step_at(at)
    if (not chain or chain[record]) and D.begins_statement(at) then return at end
    at = at + direction
  end
end

-- The present stands at the last recorded line, or behind it.
local function present_step(state)
  local line = D.step_at(state.last)
  local frame = D.shown_frames[1]
  return line and frame and line == frame.line and state.last or state.last + 1
end

-- One step back, as `over` would go forward: not into what was called in between.
function verbs.back(kind)
  local state = D.recording_state()
  local at = D.at_step or present_step(state)
  local _, record = D.step_at(math.min(at, state.last))
  local chain = kind == "over" and record and chain_of(record) or nil
  local target = found_step(at, -1, chain) or found_step(at, -1) -- after a tail call the caller is in no chain
  if not target then
    local answer = D.look()
    answer.note = "this is the first step that was kept"
    return answer
  end
  D.at_step = target
  return D.look()
end

-- Forward in the past; beyond its end: the present.
function verbs.forward(kind)
  if not D.at_step then return { error = "this is the present" } end
  local chain = kind == "over" and chain_of(D.shown_frames[1].record) or nil
  return verbs.go(found_step(D.at_step, 1, chain) or 0)
end

-- To the breakpoint before (or after) the step that is looked at.
function verbs.run(direction)
  local state = D.recording_state()
  local at = (D.at_step or present_step(state)) + direction
  while at >= state.first and at <= state.last do
    local line, record = D.step_at(at)
    if record and record.is_script and D.breakpoints[line] then return verbs.go(at) end
    at = at + direction
  end
  if direction > 0 then return verbs.go(0) end
  local answer = verbs.go(state.first)
  answer.note = "no breakpoint before: this is the first step that was kept"
  return answer
end

-- To the line that wrote a name last, or a field of the table with the handle `scope`.
function verbs.written(number, scope, name)
  local state = D.recording_state()
  if state.last < state.first then return { error = "nothing was recorded" } end
  local at, t, key = D.at_step or state.last, nil, nil
  if type(scope) == "number" then
    t, key = D.table_of(scope), D.key_of(scope, name)
  else
    local frame = frame_of(number)
    local record = frame.record
    if not record then
      local _, last = D.step_at(state.last)
      while last and last.func ~= frame.func do last = last.parent end
      record = last
    end
    if not record then return { error = "this frame was not recorded" } end
    t, key = D.log_place({ record = record, func = record.func }, name)
    local why = t == guard.env and D.not_kept(frame)(name)
    if why then return { error = why } end
  end
  local found = D.last_write(t, key, at)
  if not found or found < state.first then return { error = "it was not written within what was recorded" } end
  return verbs.go(found)
end

function verbs.margin() return { lines = D.margin(), partial = D.margin_is_partial == true } end

-- The line of a step, and the how many-th time the script ran it.
local function visit_of(at)
  local state = D.recording_state()
  local line = D.step_at(at)
  if not line then return { error = "nothing was recorded" } end
  local count = D.has_dropped and 0 or 1
  for number = state.first, at - 1 do
    local other, record = D.step_at(number)
    if other == line and record.is_script then count = count + 1 end
  end
  if count == 0 or D.has_dropped then return { error = "the beginning was not recorded: it is not known which time this is" } end
  return { line = line, count = count }
end

-- What is looked at, as line and visit.
function verbs.visit()
  if not D.at_step and not D.is_recording() and D.recording_state().last > 0 then
    return { error = "the recording had ended before this: go to a step of the past" }
  end
  return visit_of(D.at_step or D.recording_state().last)
end

-- Where a frame began, as line and visit.
function verbs.entry(number)
  local frame = frame_of(number)
  local record = frame.record or D.record_of(frame)
  if not record then return { error = "it was not recorded where this frame began" } end
  if not record.is_script then return { error = "this frame is not the script's: it is of a text that was loaded" } end
  return visit_of(record.began)
end
