-- Lua text evaluated in a paused frame: names mean its locals, then its upvalues, then the globals. It runs in a coroutine of its own
-- (a hook is off inside a hook), with its own time and memory, and host functions are refused unless they were switched on.
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status

local SECONDS = 0.2

local function scope_of(frame)
  local not_kept = D.not_kept(frame)
  return setmetatable({}, {
    __index = function(_, name)
      if name == "_G" then return guard.env end
      local is_there, value = D.read(frame, name)
      if is_there then return value end
      if not_kept(name) then error(not_kept(name), 0) end
      return guard.env[name]
    end,
    __newindex = function(_, name, value)
      if D.assign(frame, name, value) then return end
      if not_kept(name) then error(not_kept(name), 0) end
      if rawget(guard.env, name) == nil then
        error("there is no local, upvalue or global '" .. tostring(name) .. "'; a new global is made by _G." .. tostring(name) .. " = ...", 0)
      end
      D.before_write(guard.env, name)
      guard.env[name] = value
    end,
  })
end

-- Text -> function, message
local function compiled(text, scope)
  local f = real_load("return " .. text, "=console", "t", scope)
  if f then return D.adopt(f) end
  local message
  f, message = real_load(text, "=console", "t", scope)
  if f then return D.adopt(f) end
  return nil, (string.gsub(message, "^console:%d+: ", ""))
end

local verdicts = {
  timeout = "it took longer than " .. SECONDS .. " s",
  memory = "it needs more memory than an evaluation may have",
  cancelled = "the call was cancelled",
}

-- A coroutine that is resumed has the time `SECONDS`; -> ok, message or values
function D.bounded(f, with_host, ...)
  local co = create(f)
  guard.hook.apply_to_count(co)
  guard.begin_trial(SECONDS)
  guard.refuse_host(not with_host)
  local answer = table.pack(resume(co, ...))
  guard.refuse_host(false)
  local verdict = guard.end_trial()
  if verdict then return false, verdicts[verdict] or verdict end
  if not answer[1] then
    local err = answer[2]
    if err == guard.MEMORY or err == guard.FINALIZER_MEMORY then return false, verdicts.memory end
    if type(err) == "userdata" then err = "internal error" end
    if type(err) == "string" then return false, (string.gsub(err, "^console:1: ", "")) end
    return false, "(error object is a " .. type(err) .. " value)"
  end
  if status(co) ~= "dead" then return false, "it yields, and nothing would resume it" end
  return true, answer
end

-- -> { error = } or { values = list of shown values }
function D.evaluate(frame, text, with_host)
  local f, message = compiled(text, scope_of(frame))
  if not f then return { error = message } end
  local values, n = D.varargs(frame)
  G.evaluating(true)
  local ok, answer = D.bounded(f, with_host, table.unpack(values, 1, n))
  G.evaluating(false)
  if not ok then return { error = answer } end
  local shown = {}
  for i = 2, math.min(answer.n, 21) do shown[i - 1] = D.shown("", answer[i]) end
  return { values = shown }
end

-- Expressions that are known before they are evaluated, as bytecode: the parser takes levels of the C stack, of which there may be few
-- where they are evaluated, and time at each.
local prepared = {}

function D.prepare(text)
  local f = not prepared[text] and real_load("return " .. text, "=console", "t")
  if f then prepared[text] = string.dump(f) end
end

-- The value of an expression; -> ok, value or message
function D.value_of(frame, text)
  local f, message = real_load(prepared[text] or "return " .. text, "=console", "bt", scope_of(frame))
  if not f then return false, (string.gsub(message, "^console:%d+: ", "")) end
  G.evaluating(true)
  local ok, answer = D.bounded(f, false)
  G.evaluating(false)
  if not ok then return false, answer end
  return true, answer[2]
end
