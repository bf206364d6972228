-- Where a debugged call stops, and what it does while it is stopped. Only in the VMs of debugged calls.
--
-- Three things can stop it: the calls in its bytecode (breakpoints), the hook (steps, pauses, and lines that got no call), and an
-- error or the end of its time. Then `D.stop` asks Python what to do, in a coroutine of its own: its levels are fixed, and it has a
-- stack even when the script's is full. Python answers with a verb and scalars; see debugger/conversation.py.
local create, resume, running, status = coroutine.create, coroutine.resume, coroutine.running, coroutine.status
local hook, clock, on_count = guard.hook, os.clock, guard.on_count
local floor = math.floor

D.catches = { uncaught = true, caught = false }

-- The state of a debugged call, for all parts.
D.is_busy = false -- stopped: what runs now is ours, or an evaluation
D.stops = 0 -- how often it has stopped
D.cursor, D.cursor_visits = nil, 1 -- a line to run to
D.seeks = false -- it runs to a step of an earlier run: no breakpoint and no caught error before it stops
D.midst = nil -- the line in whose midst it stopped: Lua announces it once more

--------------------------------------------------------------------------------------------------------------------------
-- The hook

local MARK = guard.LINE_MARK
local counted, last_look = 0, 0

local function on_wish(wish)
  if wish == 2 then D.set_breakpoints(D.exchange('{"kind":"breakpoints"}')[2]) G.arm() end
  if wish == 1 then D.stop("pause", "") end
end

-- Whether so little was done since the last look that it may wait: the larger the heap, the longer an instruction may take, and the
-- shorter is the guard's interval.
local function may_wait() return counted < 63 and hook.is_longer_than(counted * 30) end

-- What the guard does at each count; and now and then, whether somebody wants the call to stop.
local function look_around()
  if may_wait() then
    counted = counted + 1
    return on_count()
  end
  counted = 0
  on_count()
  local cpu = clock()
  if cpu - last_look > 0.01 or cpu < last_look then
    last_look = cpu
    local wish = G.wish()
    if wish ~= 0 then on_wish(wish) end
  end
end

local lines = 0

-- It has stopped in the line hook: the call of the line's own breakpoint follows.
local function skip_call(line)
  D.skipped_line = D.breakpoints[line] and line or nil
  if D.skipped_line then hook.pace(60) end -- soon it counts no more
end

local function stop_before(line, reason)
  D.stop(reason, "")
  skip_call(line)
end

local marked -- the line that is announced once more

local function on_line(line, level)
  if line > MARK then
    marked = line - MARK
    return
  end
  lines = lines + 1
  local stops = D.stops
  if lines >= 50 or not hook.is_longer_than(lines * 50) then -- nothing is counted while lines are seen
    lines = 0
    look_around()
  end
  if line <= 0 then return end
  if marked == line then
    marked = nil
    return
  end
  D.skipped_line, marked = nil, nil
  if D.midst == line then return end
  D.midst = nil
  if D.is_recording() then D.record_line(line, level + 1) end
  if D.stops > stops then -- by a pause or at the limit, before this line: it is where a step comes from
    skip_call(line)
  elseif D.stepping and D.step_ends(line, level + 1) then
    stop_before(line, D.stepping.reason or "step")
  elseif D.cursor == line and getinfo(level + 1, "S").short_src == D.script then
    D.cursor_visits = D.cursor_visits - 1
    if D.cursor_visits <= 0 then stop_before(line, "cursor") end
  elseif D.hook_lines[line] and getinfo(level + 1, "S").short_src == D.script then
    D.at_breakpoint(line)
  end
end

-- A step out ends in the midst of the caller's line; or, when nothing of that is left, where the next begins, which Lua announces no more.
local function land(level)
  local line, below = getinfo(level + 1, "l").currentline, D.stepping.below
  local is_midst = line > MARK or below and below.func == getinfo(level + 1, "f").func and below.line == line
  if not is_midst and D.is_recording() then D.record_line(line, level + 1) end
  D.stop("step", "")
  if is_midst then D.midst = line % MARK else skip_call(line) end
end

local function on_event(event, line)
  if event == "count" then
    if may_wait() and not D.stepping and not D.skipped_line and not D.is_busy then -- the usual case
      counted = counted + 1
      return on_count()
    end
    if not D.is_busy and D.landed(2) then
      land(2) -- no tail call: the level counts this function
      return
    end
    if D.is_busy then
      guard.on_count()
      return
    end
    D.skipped_line = nil
    look_around()
    D.go_on_out(2)
  elseif not D.is_busy then
    if event == "line" then
      on_line(line, 2)
    else
      D.has_moved, D.is_entered = true, event ~= "return"
      if D.is_entered then D.was_called = true elseif D.stepping then D.on_return(2) end
    end
  end
end

--------------------------------------------------------------------------------------------------------------------------
-- Stopped

local has_begun -- a stop came to stand

local resuming = { continue = true, into = true, over = true, out = true, cursor = true, ["end"] = true }

-- Until a verb lets the call go on; -> that verb and its argument.
local function converse(reason, text, id)
  local message = D.look()
  message.kind, message.reason, message.text, message.breakpoint = "stopped", reason, text, id or ""
  message.hits = D.hits()
  local words = D.json(message)
  has_begun, D.stops = true, D.stops + 1 -- up to here the C stack may have had no room
  D.stepping, D.skipped_line = nil, nil
  if reason == "cursor" then D.seeks = false end
  if not D.seeks then D.cursor = nil end
  while true do
    local answer = D.exchange(words)
    local verb = answer[1]
    if resuming[verb] then return verb, answer[2] end
    local ok, reply = real_pcall(D.verbs[verb], table.unpack(answer, 2, answer.n))
    if not ok then
      if guard.is_trial() then guard.end_trial() end
      reply = { error = type(reply) == "string" and reply or "that failed" }
    end
    reply.kind = "reply"
    words = D.json(reply)
  end
end

function D.stop(reason, text, id, dead)
  if D.is_busy then return end
  D.is_busy, has_begun = true, false
  G.halt()
  D.thread_stopped, D.dead_thread = running(), dead
  local co = create(converse)
  local _, verb, argument = resume(co, reason, text, id)
  if not has_begun then -- as if nobody watched
    D.is_busy = false
    G.pass_by()
    return G.arm()
  end
  local frames = D.shown_frames and not D.at_step and D.shown_frames or D.collect_frames(D.thread_stopped, dead)
  local top = frames[1]
  D.overlay, D.at_step = nil, nil
  D.forget_handles()
  if status(co) ~= "dead" or not resuming[verb] then verb = "end" end
  D.continue_recording()
  G.arm()
  if verb == "end" then
    guard.condemn("cancelled")
  elseif verb == "cursor" then
    D.cursor, D.cursor_visits, D.seeks = argument, 1, false
  elseif verb ~= "continue" then
    D.begin_step(verb, top and top.thread == D.thread_stopped and top or nil, frames[2])
  end
  D.is_busy = false -- not before: a stop within this one would be told what is undone here
  D.update_mask()
end

--------------------------------------------------------------------------------------------------------------------------
-- Errors and limits

local function is_ours(err)
  return guard.is_killed() or err == guard.MEMORY or err == guard.FINALIZER_MEMORY or err == guard.CONVERSION
end

local function chain_length()
  local n, thread = 0, running()
  while thread and thread ~= D.main do
    n = n + 1
    thread = guard.resumer_of[thread]
  end
  return n
end

local function error_text(err)
  if type(err) == "string" then return #err > 2000 and string.sub(err, 1, 2000) .. "..." or err end
  return "(error object: " .. D.preview(err) .. ")"
end

local rethrown -- the error of a coroutine, which comes again in whoever resumed it

-- In the message handler of a protected call, or after a coroutine ended with an error.
function guard.at_error(err, co)
  if D.is_busy or is_ours(err) or guard.is_trial() then return end
  local depth = guard.protected_depth() - chain_length()
  local is_caught = depth > 0 or (co ~= nil and not guard.is_wrapped[co])
  if co == nil and rethrown and type(err) == "string" and string.sub(err, -#rethrown) == rethrown then
    rethrown = nil
    return
  end
  if is_caught and (D.seeks or not D.catches.caught) or not is_caught and not D.catches.uncaught then return end
  rethrown = co and guard.is_wrapped[co] and type(err) == "string" and err or nil
  D.stop("error", error_text(err), "", co)
end

-- The time is over: stop, and go on with as much once more.
function guard.at_limit()
  if guard.is_trial() then return 0 end
  if D.is_busy then return 1 end -- it stands already, and what runs is ours
  D.stop("limit", "")
  return G.poll()
end

--------------------------------------------------------------------------------------------------------------------------
-- The run

function D.begin(entry, script)
  D.main, D.entry_name, D.script = running(), entry, script
  D.given_globals = {}
  for key, value in next, guard.env do D.given_globals[key] = value end
  D.crowded = collectgarbage("count") + G.crowded
  function guard.trust() end -- the pace that it sets would make events of lines that the script does not come to
  guard.trust_the_rest = guard.trust
  hook.listen(on_event)
  if G.wants_writes then D.begin_recording() end
  local answer = D.exchange('{"kind":"began"}')
  G.arm()
  D.catches.uncaught, D.catches.caught = answer[3], answer[4]
  if answer[5] then
    D.stepping = { kind = "into", reason = "entry" }
  end
  D.stops_in_call = answer[6]
  if answer[7] > 0 then D.cursor, D.cursor_visits, D.seeks = answer[7], answer[8], true end
  guard.rest() -- the debugger itself is no heap of the script's
  hook.pace(2000)
  D.set_breakpoints(answer[2])
end

-- The script's top level is done: a step that has left it comes to the entry point.
function D.loaded()
  if D.stops_in_call then
    D.stepping = { kind = "into", reason = "entry" }
    D.update_mask()
  end
  if D.stepping and D.stepping.kind ~= "into" then
    D.stepping = { kind = "into" }
    D.update_mask()
  end
end

function D.end_run() -- hooks are off
  D.is_busy = true
  G.lift()
  local ok, text = real_pcall(function()
    local message = { kind = "ended", hits = D.hits(), recording = D.recording_state() }
    if G.wants_writes then message.margin, message.partial = D.margin(), D.margin_is_partial == true end
    return D.json(message)
  end)
  guard.begin_host()
  G.say(ok and text or D.json { kind = "failed", text = tostring(text) })
  guard.end_host()
end

guard.debugger = D
