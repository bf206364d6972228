-- Runs a script: last part of the core of the prelude.

local env, goop = guard.env, guard.env.goop

guard.debugger, guard.owner_refused, guard.remarks = false, false, false

local string_metatable = raw_metatable("")
string_metatable.__index = env.string
string_metatable.__metatable = false

local trace = ""
local raised_by = "" -- "owner": the guard of goop.owner; "script": the script's own error(); "": a fault
local entry_point, entry_name

local function frame_name(info)
  if info.func == entry_point then return "function '" .. entry_name .. "'" end
  if info.name then return "function '" .. info.name .. "'" end
  return info.what == "main" and "main chunk" or "function <line " .. info.linedefined .. ">"
end

local function script_frames()
  local lines, n = {}, 0
  for level = 3, 60 do
    local info = getinfo(level, "Slnf")
    if not info then break end
    if info.currentline > 0 then
      n = n + 1
      lines[n] = info.short_src .. ":" .. info.currentline .. ": in " .. frame_name(info)
      if n >= 20 then break end
    end
  end
  return concat(lines, "\n")
end

-- Who raised the error on purpose. Our own frames have no line; a tail call leaves none of the script's.
local function raiser(err)
  if guard.owner_refused and err == guard.OWNER_ONLY then return "owner" end
  local info, thrower = getinfo(3, "ft"), getinfo(4, "l")
  if not info or info.func ~= error then return "" end
  return (info.istailcall or thrower and thrower.currentline > 0) and "script" or ""
end

-- Runs before unwinding, with hooks off: only our own code, and only a bounded amount of it.
local function on_error(err)
  if guard.verdict() then
    guard.stop()
    return err
  end
  if guard.at_error then guard.at_error(err) end
  trace = script_frames()
  raised_by = raiser(err)
  return (guard.place(err, 3))
end

local phase = "load"
local result
local max_result -- bytes of JSON: as much as the script may hold, within bounds

local load_seconds = 0

local function params_of(...)
  local more, first, operation, count = ...
  if first == nil and operation == 2 and count == 0 and not more then return {} end -- most pages send none
  return guard.build_value(...)
end

-- The params of a call come as the first chunk of their tokens; the text of a chat or an event as one string.
local function run(bytecode, is_probed, entry, kind, ...)
  local began = clock()
  -- Before the script's top level: what that asks of the host would take the place of params that are still on their way.
  local argument
  if kind == "call" then argument = { params = params_of(...) } else argument = ... end
  local chunk = assert(real_load(bytecode, "script", "b", env))
  if guard.debugger then guard.debugger.attach(chunk, G.upvalues, 2) end
  if G.points then guard.begin_covering(chunk) end
  if is_probed then chunk(guard.probes()) else chunk() end
  if guard.debugger then guard.debugger.loaded() end
  phase = "entry"
  local f = rawget(env, entry)
  if type(f) ~= "function" then return end
  phase = "call"
  entry_point, entry_name = f, entry
  load_seconds = clock() - began
  local answer = f(argument)
  phase = "convert"
  guard.tick()
  guard.trust_the_rest()
  if kind == "chat" then
    if type(answer) == "number" or type(answer) == "boolean" then answer = guard.tostring(answer) end
    if type(answer) == "table" then answer = guard.text_of(answer) or answer end -- a command
    if answer ~= nil and type(answer) ~= "string" then
      error("handle must return a string, a number, a boolean or nil, got " .. type(answer), 0)
    end
    result = answer == nil and "" or guard.encode_result(answer, "reply", max_result, G.emit)
  elseif kind == "call" then
    if answer == nil then result = "null" else result = guard.encode_result(answer, "result", max_result, G.emit) end
  else
    result = ""
  end
  phase = "done"
end

local function failure(err) return guard.failure(err) end

local function classify(err)
  if err == guard.MEMORY or err == guard.FINALIZER_MEMORY then guard.memory_failed() end
  if guard.verdict() then return "killed", "" end
  local described, status, text = real_pcall(failure, err)
  if described then return status, text end
  if status == guard.MEMORY or status == guard.FINALIZER_MEMORY then guard.memory_failed() end
  return "script", "(the error has no text)"
end

-- -> status, text, line, trace, peak KB, load seconds, raised by, remarks. status: ok, no_entry, script, conversion, or the kind of a verdict.
-- limit is in KB; is_armed says whether the memory limit already holds; left is in seconds.
local function start(left, limit, is_armed, random_seed, is_owner, peer_id, peer_label, peer_email, self_id, self_label, ...)
  guard.is_owner = is_owner
  goop.peer = { id = peer_id, label = peer_label, email = peer_email }
  goop.self = { id = self_id, label = self_label }
  guard.start(random_seed, limit, left)
  max_result = limit * 1024
  if max_result < G.max_json_bytes then max_result = G.max_json_bytes end
  if max_result > G.max_result_bytes then max_result = G.max_result_bytes end
  if not is_armed then G.arm() end
  if G.debugger then guard.begin_debugging(...) end
  local ok, err = real_xpcall(run, on_error, ...)
  local status, text = "ok", result
  if not ok then
    status, text = classify(err)
  elseif phase == "entry" then
    status, text = "no_entry", ""
  end
  guard.stop()
  if guard.debugger then guard.debugger.end_run() end
  if G.points then guard.end_covering() end
  local verdict, line, kill_trace, peak = guard.verdict()
  if verdict then status, text, trace = verdict, "", kill_trace end
  return status, text, line, trace, peak, load_seconds, raised_by, guard.remarks and guard.remarks() or ""
end

-- What most calls need: params, a result, rows, and what walks through them.
if G.is_ahead then
  for _, part in ipairs { "values", "encode", "orm", "border", "arguments", "rows", "order" } do guard.need(part) end
end

guard.rest()

-- The second and third are for Python, when the first was left by an error: a C function that ends all hooks, and the verdict.
return start, guard.hook.end_all, guard.verdict
